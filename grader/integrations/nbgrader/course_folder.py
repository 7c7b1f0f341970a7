"""Find assignments and submissions in the folders of an nbgrader course."""

from __future__ import annotations

__all__ = ["Delivered", "find_assignment", "find_submissions"]

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import CourseError, UsageError
from grader.intake import Caps, Entry, Kind, Layout, clean
from grader.integrations.nbgrader.source import Assignment, source_of
from grader.notebooks import Reader
from grader.sandbox.plain import PlainLauncher

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 << 20
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One student's submission of an assignment, with nbgrader's timestamp."""

    entry: Entry
    student: str
    timestamp: str = ""


def find_assignment(path: Path) -> Assignment:
    """Read an assignment: its folder of source notebooks, or its only notebook.

    Parameters
    ----------
    path : Path
        ``source/<assignment>``, or a notebook.

    Raises
    ------
    UsageError
        There is no assignment.
    CourseError
        The assignment is not consistent; the message is one sentence.
    """
    files = [path] if path.is_file() else sorted(path.glob("*.ipynb"))
    if not files:
        below = sorted({file.parent.name for file in path.glob("*/*.ipynb")})
        hint = f": name one of its assignments ({', '.join(below)})" if below else ""
        raise UsageError(f"There is no notebook in {path}{hint}.")
    beside = {} if path.is_file() else _beside(path)
    contents = [_content(file) for file in files]
    launcher = PlainLauncher()  # these are the instructor's own
    read = Reader(launcher, path if path.is_dir() else path.parent).read(contents)
    launcher.close()
    for file, notebook in zip(files, read, strict=True):
        if notebook.problem:
            raise CourseError(f"{file} {notebook.problem}.")
    notebooks = (source_of(f.stem, notebook.cells) for f, notebook in zip(files, read, strict=True))
    kept = tuple(notebook for notebook in notebooks if notebook.cells)
    if not kept:
        raise CourseError(
            f"No cell in {path} is marked by nbgrader: give it source notebooks, in which cells "
            "have points."
        )
    name = path.stem if path.is_file() else path.resolve().name
    everything = {file.name: content for file, content in zip(files, contents, strict=True)}
    digest = _digest(everything | beside)
    return Assignment(name=name, notebooks=kept, digest=digest, beside=beside)


def _beside(folder: Path) -> dict[str, bytes]:
    """Return the files that students get with the notebooks, such as data."""
    found = {}
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        hidden = any(part.startswith((".", "__")) for part in inner.parts)
        if file.is_file() and file.suffix != ".ipynb" and not hidden:
            found[inner.as_posix()] = _content(file)
    if sum(map(len, found.values())) > LARGEST:
        raise CourseError(f"The files in {folder} have more than {LARGEST >> 20} MiB together.")
    return found


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise CourseError(f"{file} has more than {LARGEST >> 20} MiB.")
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def _digest(contents: dict[str, bytes]) -> str:
    sha = hashlib.sha256()
    for name, content in sorted(contents.items()):
        for part in (name.encode(), content):
            sha.update(len(part).to_bytes(8, "big"))
            sha.update(part)
    return sha.hexdigest()


def find_submissions(path: Path, assignment: Assignment) -> list[Delivered]:
    """Find the submissions of an assignment, without opening any notebook.

    Parameters
    ----------
    path : Path
        ``submitted`` (a folder for each student, with a folder for each assignment), a folder with
        one folder of notebooks for each student, one of these folders, or one notebook.
    assignment : Assignment
        The assignment; submissions are found by its name and the names of its notebooks.

    Raises
    ------
    UsageError
        There is no submission.
    """
    layout = Layout(assignment.files)
    if path.is_file() and path.suffix == ".ipynb":
        return [_delivered(path, path.stem, layout, Kind.FILE)]
    if not path.is_dir():
        raise UsageError(f"{path} is not there, or neither a folder nor a notebook.")
    if _has_notebooks(path) and not _has_students(path, assignment):
        return [_delivered(path, path.resolve().name, layout)]
    found = []
    for folder in sorted(path.iterdir()):
        if folder.name.startswith(".") or folder.is_symlink():
            continue
        if (folder / assignment.name).is_dir():
            found.append(_delivered(folder / assignment.name, folder.name, layout))
        elif folder.is_dir() and _has_notebooks(folder):
            found.append(_delivered(folder, folder.name, layout))
    if not found:
        raise UsageError(
            f"Nothing in {path} was handed in for {assignment.name}: it needs a folder for each "
            f"student, and in that {assignment.name} with a notebook."
        )
    return found


def _has_notebooks(folder: Path) -> bool:
    """Return whether a folder contains notebooks, with any names: their cells identify them."""
    return any(file.suffix.lower() == ".ipynb" and file.is_file() for file in folder.iterdir())


def _has_students(path: Path, assignment: Assignment) -> bool:
    """Return whether students' folders lie beside notebooks that are not the assignment's."""
    if any((path / file).exists() for file in assignment.files):
        return False
    return any((folder / assignment.name).is_dir() for folder in path.iterdir() if folder.is_dir())


def _delivered(path: Path, student: str, layout: Layout, kind: Kind = Kind.FOLDER) -> Delivered:
    entry = Entry(
        name=clean(student), path=str(path.resolve()), kind=kind, layout=layout, caps=Caps()
    )
    stamp = "" if kind is Kind.FILE else _timestamp(path / TIMESTAMP)
    return Delivered(entry=entry, student=student, timestamp=stamp)


def _timestamp(file: Path) -> str:
    """Return the first line of the timestamp file that nbgrader writes beside a submission."""
    if file.is_symlink() or not file.is_file():
        return ""
    with file.open("rb") as opened:
        lines = opened.read(200).decode("utf-8", "replace").splitlines()
    return clean(lines[0].strip()) if lines else ""
