"""The solutions that students get after the deadline: files, and notebooks that were run."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.authoring.release.solution_edition import build_solutions
from grader.authoring.stubs import solved_of
from grader.cli.main import main
from grader.course import load_course
from grader.errors import CourseError
from tests.release.spoiling import copy_of_the_course

ROOT = Path(__file__).resolve().parents[2]


def code_cells(text: bytes) -> dict[str, Any]:
    book = nbformat.reads(text.decode(), as_version=4)
    nbformat.validate(book)
    return {cell.id: cell for cell in book.cells if cell.cell_type == "code"}


def test_a_notebook_has_what_came_of_it_and_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exercise 4 imports what exercises 2 and 3 define: they do not leave with it."""
    out = tmp_path / "s.zip"
    command = ["release", "--solutions", "--course", str(ROOT), "--exercise", "4"]
    assert main([*command, "--out", str(out), "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "It gives every answer away" in told
    assert "Notebooks that ran from their first to their last cell: 1." in told
    with zipfile.ZipFile(out) as archive:
        files = {n.partition("/")[2]: archive.read(n) for n in archive.namelist()}
    assert [name for name in files if name.endswith((".py", ".ipynb"))] == [
        "neural_net/explosion.ipynb", "neural_net/explosion.py",
    ]  # fmt: skip
    tried = code_cells(files["neural_net/explosion.ipynb"])["try"]
    printed, figure = tried.outputs
    assert "has diverged: True" in printed.text
    assert set(figure.data) == {"image/png", "text/plain"}
    assert "execution" not in tried.metadata  # no times, which say nothing to a student


def test_a_cell_that_fails_stops_the_release(tmp_path: Path) -> None:
    root = copy_of_the_course(tmp_path)
    path = root / "solutions" / "warm_up" / "matrices.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}    raise NotImplementedError('entry: write me')\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"^warm_up/matrices.ipynb does not .*\(`try`\) raises"):
        build_solutions(load_course(root, ["0"]))


def test_every_file_of_the_course_is_there_without_marks(tmp_path: Path) -> None:
    out = tmp_path / "s.zip"
    assert main(["release", "--solutions", "--no-kernel", "--out", str(out)]) == 0
    course = load_course(ROOT)
    with zipfile.ZipFile(out) as archive:
        files = {n.partition("/")[2]: archive.read(n) for n in archive.namelist()}
    assert set(course.files) <= set(files)
    assert files["answers.toml"] == (ROOT / "solutions" / "answers.toml").read_bytes()
    assert not [name for name in files if "check" in name or name.endswith("course.toml")]
    for name in course.files:
        if not name.endswith(".py"):
            continue
        text = files[name].decode()
        compile(text, name, "exec")
        assert "###" not in text
        cells = code_cells(files[f"{name.removesuffix('.py')}.ipynb"])
        assert not any(cell.outputs for cell in cells.values())
        assert not any("write me" in cell.source for cell in cells.values())
        assert "check" not in cells


def test_marks_are_taken_out_and_nothing_else() -> None:
    marked = "### BEGIN SOLUTION\n### STUB B = None\nB = '# ### C'\n### END SOLUTION\n"
    source = f"# ruff: noqa\nA = 1\n{marked}"
    assert solved_of(source) == "A = 1\nB = '# ### C'\n"
