"""A notebook comes back with feedback below each cell that was judged."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from grader.cli.main import main
from grader.report.annotated import HandedInCell, annotated
from grader.results import CheckResult, Outcome
from tests.notebooks.making import notebook, text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from kills_class import make

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOSTILE = (
    "</code><script>alert(1)</script>$x$ [a](javascript:b) ![i](http://e.x/p.png) **b** _c_ `d`"
)
NAME = "Ada's work <1>.ipynb"
CELLS = (
    text("# Doubling and halving"),
    "import math",
    "def double(x):\n    return 2 * x",
    f"def halve(x):\n    raise ValueError({HOSTILE!r})",
    "double(3)",
)


@pytest.fixture
def grade(tmp_path: Path) -> Callable[[Mapping[str, bytes]], Path]:
    """Return what grades one submission of a small course and returns the folder of its report."""
    make(tmp_path)

    def graded(files: Mapping[str, bytes]) -> Path:
        folder = tmp_path / "own" / "ada"
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        command = ["grade", str(folder.parent), "--course", str(tmp_path / "course")]
        command += ["--out", str(tmp_path / "out"), "--gradebook", "none", "--workers", "1"]
        assert main(command) == 0
        return tmp_path / "out" / "ada"

    return graded


def is_feedback(cell: Any) -> bool:
    return bool(cell.metadata.get("grader", {}).get("feedback"))


def read(path: Path) -> list[Any]:
    book = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(book)
    return list(book.cells)


def points_of(folder: Path) -> list[float]:
    result = json.loads((folder / "result.json").read_bytes())
    return [check["points"] for exercise in result["exercises"] for check in exercise["checks"]]


def test_feedback_stands_below_the_cell_that_was_judged(
    grade: Callable[[Mapping[str, bytes]], Path],
) -> None:
    folder = grade({NAME: notebook(*CELLS)})
    assert points_of(folder) == [1, 0]
    [path] = folder.glob("*.ipynb")
    assert path.name == "Ada_s work _1_.ipynb"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert '<a href="Ada_s%20work%20_1_.ipynb"><bdi>Ada_s work _1_.ipynb</bdi></a>' in page
    cells = read(path)
    assert [cell.source for cell in cells if not is_feedback(cell)] == [
        cell if isinstance(cell, str) else cell["source"] for cell in CELLS
    ]
    summary, *below = (n for n, cell in enumerate(cells) if is_feedback(cell))
    assert summary == 0
    assert [cells[n - 1].source.splitlines()[0] for n in below] == [
        "def double(x):",
        "def halve(x):",
    ]
    right, wrong = (cells[n].source for n in below)
    assert right.startswith("**✓ passed (1 of 1)** <code>double&#40;x&#41;</code> is twice x.")
    assert "**✗ crashed (0 of 1)**" in wrong
    assert "alert" in wrong
    for sign in ("<script", "](", "$x$", "**b**", "_c_", "`d`"):
        assert sign not in wrong


def test_it_can_be_handed_in_again_and_feedback_does_not_heap_up(
    grade: Callable[[Mapping[str, bytes]], Path],
) -> None:
    first = grade({"work.ipynb": notebook(*CELLS)})
    content = (first / "work.ipynb").read_bytes()
    (first / "mine.ipynb").write_bytes(b"{}")  # the instructor's own
    again = grade({"again.ipynb": content})
    assert points_of(again) == [1, 0]
    assert not (again / "work.ipynb").exists()  # of the attempt before
    assert read(again / "again.ipynb") == nbformat.reads(content.decode(), as_version=4).cells
    last = grade({"double.py": b"def double(x):\n    return 2 * x\n"})
    assert [path.name for path in last.glob("*.ipynb")] == ["mine.ipynb"]
    assert "mine.ipynb" not in (last / "index.html").read_text(encoding="utf-8")


def test_what_is_shown_in_a_notebook_is_what_a_report_shows() -> None:
    check = CheckResult(
        id="a.b.c", file="a/b.py", claim="`f(x)` is x.", outcome=Outcome.FAILED, points=0.5,
        max_points=2, message="The value of `f` is wrong.", got="f = 1", expected="f = 2",
        hint="Why?",
    )  # fmt: skip
    made = annotated([HandedInCell(kind="code", text="\ud800", checks=(check,))], ["It is yours."])
    _, own, feedback = nbformat.reads(made, as_version=4).cells
    assert own.source == "?"
    assert feedback.source.split("\n\n") == [
        "**✗ not right yet (0.5 of 2)** <code>f&#40;x&#41;</code> is x.",
        "> The value of <code>f</code> is wrong. Why?",
        "> got: <code>f = 1</code><br>expected: <code>f = 2</code>",
    ]
