"""The house in numbers: faults are counted, no number is over its limit, the journey is true."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.main import main
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from types import FrameType, ModuleType

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def house() -> ModuleType:
    return from_scripts("house")  # type: ignore[no-any-return]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Make a project with one fault of each kind."""
    for name in ("docs", "grader/one", "grader/two", "solutions"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "docs/glossary.md").write_text("| `kept.py` | two things, for a reason |\n")
    (tmp_path / "docs/journey.md").write_text("1. `grader.one.files.Box.open` opens.\n")
    (tmp_path / "grader/__init__.py").write_text('__all__ = ["a", "b"]\n')
    (tmp_path / "grader/one/files.py").write_text("import grader.two.files\nclass Box: pass\n")
    (tmp_path / "grader/two/files.py").write_text("import grader.one.files\nclass Box: pass\n")
    long = "def long():\n" + "    x = 1\n" * 61
    (tmp_path / "grader/one/kept.py").write_text(long + "\n" * 400)
    (tmp_path / "grader/two/kept.py").write_text("")
    (tmp_path / "solutions/a.py").write_text("x = 1\ny = 2\n")
    return tmp_path


def test_each_kind_of_fault_is_counted(house: ModuleType, small: Path) -> None:
    found = house.counted(small)
    assert set(found) == set(house.LIMITS)
    assert found["import_circles"] == ["grader.one.files → grader.two.files → grader.one.files"]
    files, kept = found["basenames_with_two_meanings"]
    assert files.startswith("files.py: grader/one/files.py, grader/two/files.py (")
    assert kept == "kept.py: grader/one/kept.py, grader/two/kept.py"
    assert found["basenames_not_in_the_glossary"] == [files]
    assert found["classes_with_two_meanings"] == ["Box: grader/one/files.py, grader/two/files.py"]
    assert found["journey_functions"] == ["grader.one.files.Box.open"]
    assert found["journey_files"] == ["grader/one/files.py"]
    assert found["public_names"] == ["a", "b"]
    assert len(found["solutions_lines"]) == 2
    assert found["functions_over_60_lines"] == ["grader/one/kept.py: long, 62 lines"]
    assert found["files_over_400_lines"] == ["grader/one/kept.py: 462"]


@pytest.mark.sampled(0)  # the gate's own step says it, of the same files
def test_no_number_is_over_its_limit(house: ModuleType) -> None:
    found = house.counted(ROOT)
    assert {n: what[:5] for n, what in found.items() if len(what) > house.LIMITS[n]} == {}


def test_every_name_of_the_journey_is_there(house: ModuleType) -> None:
    for name in house.journey_of(ROOT):
        file = house.file_of(ROOT, name)
        module = file.removesuffix(".py").replace("/", ".")
        named: Any = importlib.import_module(module)
        for part in name.removeprefix(f"{module}.").split("."):
            named = vars(named)[part]
        assert callable(named), name


def test_the_journey_is_the_way_that_a_submission_takes(
    house: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever of ours is at work when a claim is sent to a runner stands on the page, in order."""
    copied = tmp_path / "class" / "ann" / "neural_net"
    shutil.copytree(ROOT / "solutions" / "neural_net", copied)
    seen: list[str] = []

    def look(frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and getattr(function, "__name__", "") == "send":
            names = at_work(frame)
            # Where it is the first question, the file is loaded before it.
            if any(n.endswith("Case.agrees") for n in names) and ".load" not in "".join(names):
                seen.extend(names)
                sys.setprofile(None)

    command = ["grade", str(tmp_path / "class"), "--exercise", "2", "--workers", "1"]
    sys.setprofile(look)
    try:
        code = main([*command, "--out", str(tmp_path / "out"), "--isolation", "none"])
    finally:
        sys.setprofile(None)
    assert code == 0, capsys.readouterr().err
    assert seen
    assert [name for name in house.journey_of(ROOT) if name in seen] == seen


def at_work(frame: FrameType | None) -> list[str]:
    """Return the grader's own functions that are at work, outermost first."""
    names: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        name = re.sub(r"\.<locals>.*", "", frame.f_code.co_qualname)
        if module.startswith("grader.") and f"{module}.{name}" not in names:
            names.insert(0, f"{module}.{name}")
        frame = frame.f_back
    return names
