"""The files and cells that are run for the course's files that were found elsewhere."""

from __future__ import annotations

__all__ = ["laid_out"]

from typing import TYPE_CHECKING

from grader.notebooks.candidates import program_of
from grader.notebooks.helper_files import helpers_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.notebooks.candidates import Candidate
    from grader.notebooks.lending import Loan
    from grader.notebooks.read import Notebook
    from grader.submission.loading.programs import Program

ENDING = ".ipynb"


def laid_out(
    taken: Mapping[str, Candidate],
    loans: Iterable[Loan],
    files: Mapping[str, bytes],
    readable: Mapping[str, Notebook],
    course: Mapping[str, object],
) -> tuple[dict[str, Program], dict[str, bytes]]:
    """Return the programs of notebooks, and the files that are placed elsewhere, by their paths.

    Parameters
    ----------
    taken : mapping
        For each of the course's files that was found elsewhere, what is graded.
    loans : iterable of Loan
        The names that files get from helpers.
    files : mapping
        The submitted files.
    readable : mapping
        The notebooks and Python files, parsed.
    course : mapping
        The course's files.
    """
    pairs = [(one.path, file) for file, one in taken.items()]
    notebooks = {path: read for path, read in readable.items() if path.lower().endswith(ENDING)}
    placed = helpers_for(pairs, files, notebooks, course)
    ended: dict[str, dict[int, list[float]]] = {}
    programs = {}
    for file, one in taken.items():
        if one.path.lower().endswith(ENDING):
            programs[file] = program_of(one, ended.setdefault(one.path, {}))
        else:
            placed[file] = _cut(one, files[one.path])
    for loan in loans:
        own = placed[loan.file] if loan.file in placed else files[loan.file]
        placed[loan.file] = b"%b\n%b" % (own, loan.line)
    return programs, placed


def _cut(one: Candidate, content: bytes) -> bytes:
    """Return a Python file up to the last line that belongs to a file of the course."""
    if not one.is_cut:
        return content
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\n".join(lines[: one.cells[-1].line]) + b"\n"
