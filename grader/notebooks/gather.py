"""Finds the course's files in a submission: as Python files, or in notebooks."""

from __future__ import annotations

__all__ = ["Work", "gather"]

from typing import TYPE_CHECKING

from grader.notebooks.crowded import crowded
from grader.notebooks.outline import outline_of
from grader.notebooks.search import Search
from grader.notebooks.swapped import astray, put_back, swapped
from grader.notebooks.work import Work
from grader.notebooks.written import written_by

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from grader.intake.sealed import Sealed
    from grader.notebooks.outline import Outline
    from grader.notebooks.read import Reader

ENDING = ".ipynb"
MAX_NOTEBOOKS = 60
MAX_LOOSE = 60
MAX_SOURCE = 2 << 20


def gather(sealed: Sealed, assignments: Path, reader: Reader, graded: Collection[str] = ()) -> Work:
    """Return the course's work in a submission.

    A file in its place is graded as that file. If it is missing, or if it clearly lacks names that
    are written elsewhere, another file or a notebook replaces it: first one with the same name,
    then one that defines the names that the file should define.

    Parameters
    ----------
    sealed : Sealed
        The submission.
    assignments : Path
        The folder of the manifest and templates: all files are distinguished, graded or not.
    reader : Reader
        Reads the notebooks and the files.
    graded : collection of str
        The files that are graded: notes are about these only. All if empty.

    Raises
    ------
    GraderError
        If no process for reading could be started.
    """
    if not (assignments / "course.toml").is_file():
        return Work(files=sealed.files)  # a course without templates to compare with
    outline = outline_of(assignments)
    notebooks = [path for path in sealed.files if path.lower().endswith(ENDING)]
    loose = _loose(sealed, outline)
    submitted, told = put_back(sealed.files, swapped(sealed.files, outline), graded)
    held = crowded(submitted, outline)
    if not notebooks and not loose and not held:
        return Work(files=submitted, notes=tuple(told))
    in_place = [path for path in outline.by_file if submitted.get(path)]
    paths = [*notebooks[:MAX_NOTEBOOKS], *loose[:MAX_LOOSE], *in_place]
    read = reader.read_files({path: submitted[path] for path in paths})
    if moved := astray(held, read, outline):
        submitted, more = put_back(submitted, moved, graded)
        told += more
        read = {moved.get(path, path): found for path, found in read.items()}
        held = {path: others for path, others in held.items() if path not in moved}
    written = written_by(read, submitted, outline)
    files = {path: one.content for path, one in written.items()}
    if files:
        read |= reader.read_files(files)
    search = Search({**submitted, **files}, outline, graded, read, held)
    search.notes += told
    for path, one in written.items():
        if path in outline.by_file:
            search.tell(one.notebook, one.said(path))
    if len(notebooks) > MAX_NOTEBOOKS:
        search.notes.append(
            f"There are {len(notebooks)} notebooks, and only the first {MAX_NOTEBOOKS} were read: "
            "hand in one for each exercise."
        )
    return search.work()


def _loose(sealed: Sealed, outline: Outline) -> list[str]:
    """Return the Python files that are not in the place of a course's file, the nearest first.

    A second copy of a course's file, under the name by which another file imports it, is left out.
    """
    known = {sealed.files[path] for path in outline.by_file if path in sealed.files}
    found = [
        path
        for path, content in sealed.files.items()
        if path.lower().endswith(".py") and path not in outline.by_file
        if 0 < len(content) <= MAX_SOURCE and content not in known
    ]
    return sorted(found, key=lambda path: (path.count("/"), path))
