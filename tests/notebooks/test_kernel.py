"""The same notebooks here and in a real kernel: the same names, values and errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient

from grader.errors import Crashed, SubmissionError
from grader.notebooks import Reader
from grader.sandbox.launcher import Limits, RunnerSpec
from grader.submission import Session
from tests.launching import launcher
from tests.notebooks.conftest import PROFILE
from tests.notebooks.corpus import KERNEL
from tests.notebooks.making import notebook

if TYPE_CHECKING:
    from pathlib import Path

    from grader.notebooks import Notebook

LAUNCHER = launcher()
# What both are asked in the end: all names, and the values of those that are plain data.
ASK = """
THEIR_OWN = ("In", "Out", "exit", "quit", "open", "get_ipython", "out", "THEIR_OWN")
def _plain_names():
    import json
    found = {}
    for name, value in [*globals().items()]:
        if name.startswith("_") or name in THEIR_OWN:
            continue
        try:
            found[name] = json.dumps(value)
        except TypeError:
            tolist = getattr(value, "tolist", None)
            found[name] = json.dumps(tolist()) if tolist else type(value).__name__
    return json.dumps(found)
print("NAMES " + _plain_names())
"""
SYNTAX = ("SyntaxError", "IndentationError", "TabError", "_IncompleteInputError")
# These differ, and are meant to: nobody can type here, and so the error says no more than that.
SAME = {"StdinNotImplementedError": "EOFError"}


def in_a_kernel(cells: list[str], folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the names and the errors of each cell, as nbclient and ipykernel have them."""
    made = nbformat.reads(notebook(*cells, ASK).decode(), as_version=4)
    client = NotebookClient(
        made, timeout=600, kernel_name="python3", allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    client.execute()
    errors = []
    for cell in made.cells[:-1]:
        raised = [out.ename for out in cell.outputs if out.output_type == "error"]
        errors.append(SAME.get(raised[0], raised[0]) if raised else "")
    streams = [out for out in made.cells[-1].outputs if out.output_type == "stream"]
    printed = "".join(out.text for out in streams if out.name == "stdout")  # in pieces, at times
    return json.loads(printed.partition("NAMES ")[2]), errors


def here(cells: list[str], folder: Path) -> tuple[dict[str, Any], list[str]]:
    order = RunnerSpec(files={}, folder="ex", stubs=folder, profile=PROFILE, limits=Limits())
    [read] = Reader(LAUNCHER, folder).read([notebook(*cells)])
    session = Session(LAUNCHER, order)
    try:
        errors = [_error(session, read, index) for index in range(len(read.code))]
        session.take_printed()
        session.cell("ex/work.py", ASK, label="ask")
        return json.loads(session.take_printed().partition("NAMES ")[2]), errors
    finally:
        session.close()


def _error(session: Session, read: Notebook, index: int) -> str:
    cell = read.code[index]
    try:
        session.cell("ex/work.py", cell.source, label=f"cell {index}")
    except Crashed as error:
        if error.exception:
            return error.exception
        return "SystemExit" if "ended the program" in error.message else "SyntaxError"
    except SubmissionError as error:
        return type(error).__name__
    return ""


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", KERNEL)
@pytest.mark.filterwarnings("ignore")  # of nbformat and of the kernel's own libraries
def test_names_values_and_errors_are_those_of_a_kernel(
    name: str, tmp_path: Path, no_stubs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a kernel of a notebook has its own
    theirs_names, theirs = in_a_kernel(KERNEL[name], tmp_path)
    ours_names, ours = here(KERNEL[name], no_stubs)
    assert ours == ["SyntaxError" if error in SYNTAX else error for error in theirs]
    assert ours_names == theirs_names


@pytest.mark.filterwarnings("ignore")
def test_what_a_kernel_has_saved_is_read_as_what_was_written(no_stubs: Path) -> None:
    cells = ["a = 1\na", "import sys\nprint('x' * 1000, file=sys.stderr)", "1 / 0"]
    made = nbformat.reads(notebook(*cells).decode(), as_version=4)
    NotebookClient(made, timeout=600, kernel_name="python3", allow_errors=True).execute()
    [plain, executed, upgraded] = Reader(LAUNCHER, no_stubs).read(
        [
            notebook(*cells),
            nbformat.writes(made).encode(),
            nbformat.writes(nbformat.convert(made, 3), version=3).encode(),
        ]
    )
    assert [cell.source for cell in plain.code] == cells
    assert [cell.source for cell in executed.code] == cells
    assert [cell.source for cell in upgraded.code] == cells
