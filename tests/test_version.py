"""The grader's version with a digest of what verdicts follow from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.version import JUDGING, __version__, build

PACKAGE = Path(__file__).resolve().parents[1] / "grader"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("package") / "grader"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    return copied


def test_a_copy_has_the_same_build(package: Path) -> None:
    assert build(package) == build()
    assert build().startswith(f"{__version__}+")


def test_every_judging_room_is_there() -> None:
    assert all((PACKAGE / room / "__init__.py").is_file() for room in JUDGING)


@pytest.mark.parametrize(
    ("edited", "is_other"),
    [("checks/compare.py", True), ("runner/serve.py", True), ("report/checks.py", False)],
)
def test_an_edit_of_what_judges_is_another_build(
    package: Path, edited: str, is_other: bool
) -> None:
    path = package / edited
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}# edited\n", encoding="utf-8")
    build.cache_clear()
    try:
        assert (build(package) != build()) is is_other
    finally:
        path.write_text(text, encoding="utf-8")
        build.cache_clear()
