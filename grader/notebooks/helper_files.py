"""Helpers: files beside a notebook or a file are copied so that it finds them where it is run."""

from __future__ import annotations

__all__ = ["helpers_for"]

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.notebooks.read import Notebook

ENDING = ".ipynb"
MOST_FILES = 300
MOST_BYTES = 16 << 20


def helpers_for(
    taken: Iterable[tuple[str, str]],
    files: Mapping[str, bytes],
    read: Mapping[str, Notebook],
    course: Mapping[str, object],
) -> dict[str, bytes]:
    """Return the files to copy to other places, so that code which is run there finds them.

    A notebook in ``notebooks/gradient`` is run in ``gradient``, in place of the course's file. So
    the files beside it and below it are copied there, and the files above it into the root. A
    notebook that replaces no file is a helper as well: as a Python file it can be imported, which
    is how ``%run`` finds it.

    Parameters
    ----------
    taken : iterable of (str, str)
        The original path, and the course's file that it replaces.
    files : mapping
        The submitted files.
    read : mapping
        The notebooks among them, parsed.
    course : mapping
        The course's files: they are not helpers, and no helper replaces them.

    Returns
    -------
    dict of str to bytes
        New paths and their contents; an existing file is never replaced.
    """
    pairs = list(taken)
    if not pairs:
        return {}
    used = {path for path, _ in pairs}
    scripts = {p: c for p, c in _scripts(files, read, used) if not _is_the_courses(p, course)}
    sources = {
        path: content
        for path, content in files.items()
        if not path.lower().endswith(ENDING) and not _is_the_courses(path, course)
    }
    placed = {path: content for path, content in scripts.items() if path not in files}
    sources = {**scripts, **sources}
    room = MOST_BYTES
    moves = {(PurePosixPath(path).parent, PurePosixPath(file).parent) for path, file in pairs}
    for origin, home in sorted(moves):
        for path, place in _moved(sources, origin, home, course):
            content = sources[path]
            if place in files or place in placed or place in course or path in used:
                continue
            if len(placed) >= MOST_FILES or len(content) > room:
                break
            room -= len(content)
            placed[place] = content
    return placed


def _moved(
    sources: Mapping[str, bytes],
    origin: PurePosixPath,
    home: PurePosixPath,
    course: Mapping[str, object],
) -> Iterator[tuple[str, str]]:
    """Yield each path beside a source or above it, with the path at which the code looks for it."""
    if origin == home:
        return
    folders = {file.partition("/")[0] for file in course if "/" in file}
    if origin.parts:
        folders.discard(origin.parts[0])
    for path in sorted(sources, key=lambda path: (path.count("/"), path)):
        own = PurePosixPath(path)
        if len(own.parts) > 1 and own.parts[0] in folders:
            continue  # it belongs to another exercise
        if own.is_relative_to(origin):
            yield path, (home / own.relative_to(origin)).as_posix()
        elif own.parent == origin.parent:
            yield path, own.name


def _is_the_courses(path: str, course: Mapping[str, object]) -> bool:
    """Say whether a file has the name of a file or folder of the course: then it is no helper."""
    own = PurePosixPath(path)
    names = {name for file in course for name in (file.rpartition("/")[2], *file.split("/")[:-1])}
    return own.name in names or own.stem in names


def _scripts(
    files: Mapping[str, bytes], read: Mapping[str, Notebook], used: set[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the notebooks that replace no file of the course, as Python files."""
    for path in files:
        if path.lower().endswith(ENDING) and path not in used and path in read:
            source = "\n\n".join(cell.source for cell in read[path].code)
            place = f"{path[: -len(ENDING)]}.py"
            if source and place not in files:
                yield place, source.encode("utf-8", "replace")
