"""Notebooks run in a real kernel before a kit is written; one that does not run stops it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

import grader
from grader.authoring.release.kernels import require_jupyter, run_notebooks
from grader.authoring.release.kit import build_kit
from grader.cli.main import main
from grader.course import load_course
from grader.course.profiles import RunConfig
from grader.errors import CourseError, GraderError, UsageError
from tests.release.spoiling import copy_of_the_course

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
NAME = "notebooks/a/b.ipynb"
STUB = "def f():\n    raise NotImplementedError('f: write me')"


def kit(*cells: str) -> Mapping[str, bytes]:
    """Return a kit that has one notebook and what lies beside it."""
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                cell, id=f"c{number}", metadata={"grader": {"file": "a/b.py"}}
            )
            for number, cell in enumerate(cells, 1)
        ]
    )
    return {NAME: nbformat.writes(book).encode(), "judge/kit.json": b"{}"}


def refusal(*cells: str, seconds: float = 300.0) -> str:
    with pytest.raises(CourseError) as refused:
        run_notebooks(kit(*cells), [NAME], seconds=seconds)
    return str(refused.value)


def test_a_notebook_runs_in_a_copy_of_the_kit_and_may_say_what_is_to_be_written() -> None:
    files = kit(
        STUB,
        "f()",
        "import os, pathlib\nassert pathlib.Path('../../judge/kit.json').read_text() == '{}'",
        "pathlib.Path('../../judge/kit.json').write_text('spoiled')",
        f"import sys\nassert sys.executable == {sys.executable!r}",
        "!exit 0",
        "assert 'IPYTHONDIR' in os.environ and 'PYTHONPATH' in os.environ",
    )
    before = dict(files)
    told: list[str] = []
    run_notebooks(files, [NAME], told.append)
    assert told == [NAME]
    assert files == before


@pytest.mark.sampled(0)
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("import nowhere",), "cell 1 (`c1`) raises “ModuleNotFoundError: No module named"),
        (("1", "x = ("), "cell 2 (`c2`) raises “SyntaxError: "),
        (("raise NotImplementedError('later')",), "raises “NotImplementedError: later”"),
        ((STUB, "x = f()", "x"), "cell 3 (`c3`) raises “NameError: name 'x' is not defined”"),
        (("raise SystemExit",), "cell 1 (`c1`) raises “SystemExit”"),
        (("input()",), "cell 1 (`c1`) raises “StdinNotImplementedError: "),
        (
            ("x = 1", "!echo so it is && exit 3"),
            "cell 2 (`c2`) has a command that ends with exit code 3 (“so it is”)",
        ),
        (("if False:\n    !exit 0",), "has a command that is not run (“nothing was printed”)"),
        (("import os\nos._exit(1)",), "cell 1 (`c1`) ends the kernel."),
    ],
)
def test_a_cell_that_fails_is_one_sentence(cells: tuple[str, ...], said: str) -> None:
    told = refusal(*cells)
    assert told.startswith(f"{NAME} does not run from its first to its last cell: cell ")
    assert said in told
    assert told.endswith(
        ". Mend what it is made of, solutions/a/b.py; --no-kernel leaves this proof out."
    )
    assert "\n" not in told


@pytest.mark.sampled(0)
def test_a_cell_that_hangs_is_ended() -> None:
    told = refusal("while True:\n    pass", seconds=6.0)
    assert "cell 1 (`c1`) is not done after 6 seconds." in told


@pytest.mark.sampled(0)
def test_of_several_the_first_in_their_order_is_told() -> None:
    one = kit("import time\ntime.sleep(3)\nfirst")[NAME]
    two = kit("second")[NAME]
    with pytest.raises(CourseError, match=r"^1\.ipynb does not run .* name 'first' is not defined"):
        run_notebooks({"1.ipynb": one, "2.ipynb": two}, ["1.ipynb", "2.ipynb"], workers=2)


@pytest.mark.sampled(0)
def test_a_kernel_that_cannot_be_started_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GraderError, match=r"^No kernel can be started here .*; --no-kernel leaves"):
        run_notebooks(kit("1"), [NAME])


# ---------------------------------------------------------------------------- of a course


def test_a_broken_cell_stops_the_release_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The course knows of nothing: in a file, there is a `__file__`."""
    root = copy_of_the_course(tmp_path)
    path = root / "solutions" / "warm_up" / "matrices.py"
    text = path.read_text(encoding="utf-8")
    head = "import numpy as np\n"
    path.write_text(text.replace(head, f"{head}\nHERE = __file__\n", 1), encoding="utf-8")
    out = tmp_path / "kit.zip"
    command = ["release", "--course", str(root), "--exercise", "0", "--out", str(out)]
    assert main([*command, "--workers", "1"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        "grader: notebooks/warm_up/matrices.ipynb does not run from its first to its last cell: "
        "cell 3 (`imports`) raises “NameError: name '__file__' is not defined”. Mend what it is "
        "made of, solutions/warm_up/matrices.py; --no-kernel leaves this proof out."
    )
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == []


@pytest.mark.sampled(0)
def test_the_check_of_a_notebook_has_to_work_in_the_kit() -> None:
    files = dict(build_kit(load_course(ROOT, ["0"]), prove=False).files)
    name = "notebooks/warm_up/neuron.ipynb"
    run_notebooks(files, [name])
    files["judge/kit.json"] = b"{}"
    with pytest.raises(CourseError, match=r"\(`check`\) has a command that ends with exit code 2"):
        run_notebooks(files, [name])


@pytest.mark.sampled(0)
def test_a_right_course_gives_the_same_bytes_whether_its_notebooks_were_run_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["release", "--course", str(ROOT), "--exercise", "0", "--workers", "2", "--out"]
    one, two = tmp_path / "1.zip", tmp_path / "2.zip"
    assert main([*command, str(one)]) == 0
    told = capsys.readouterr()
    assert "Notebooks that ran from their first to their last cell: 2." in told.out
    assert "layer: running its notebooks (2 notebooks)\n" in told.err
    assert main([*command, str(two), "--no-kernel"]) == 0
    told = capsys.readouterr()
    assert "The notebooks were not run." in told.out
    assert "running its notebooks" not in told.err
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = archive.namelist()
        [name] = (name for name in names if name.endswith("neuron.ipynb"))
        book = nbformat.reads(archive.read(name).decode(), as_version=4)
    assert not [name for name in names if "__pycache__" in name or ".ipython" in name]
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []


def test_what_is_not_installed_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "nbclient", None)
    out = tmp_path / "kit.zip"
    command = ["release", "--course", str(ROOT), "--exercise", "0", "--out", str(out)]
    assert main(command) == 2
    assert not out.exists()
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("grader: Notebooks are run by nbclient in a kernel of ipykernel, which ")
    assert said.endswith("[release]'`; --no-kernel leaves this proof out.")
    assert "pip install 'neural-network-grader[release]'" in said
    require_jupyter(kernel=False)
    monkeypatch.setitem(sys.modules, "nbformat", None)
    assert main([*command, "--no-kernel"]) == 2
    assert "`pip install 'neural-network-grader[release]'`" in capsys.readouterr().err
    with pytest.raises(UsageError, match=r"^Notebooks are made by nbformat, which cannot be"):
        require_jupyter(kernel=True)


def test_notebooks_that_need_what_is_not_installed_are_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(
        "grader.authoring.release.kit.run_notebooks",
        lambda _, names, *_tell, **_how: ran.extend(names),
    )
    monkeypatch.setattr(RunConfig, "obstacle", lambda _: "It is not there.")
    command = ["release", "--course", str(ROOT), "--exercise", "Q", "--exercise", "7"]
    assert main([*command, "--workers", "1", "--out", str(tmp_path / "kit.zip")]) == 0
    assert ran == []
    assert (
        "Notebooks that ran from their first to their last cell: 0. Not run, since what they need "
        "is not installed: Playing with hyperparameters." in capsys.readouterr().out
    )


def test_nothing_else_imports_what_makes_notebooks() -> None:
    commands = [path.stem for path in (Path(grader.__file__).parent / "cli").glob("*.py")]
    code = "import sys\n" + "".join(f"import grader.cli.{name}\n" for name in commands)
    code += "import grader.runner.serve, grader.judge, grader.executors.batch\n"
    code += "print([n for n in ('nbformat', 'nbclient', 'ipykernel') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
