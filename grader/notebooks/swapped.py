"""Files of the course that stand under each other's names: graded as what they are, and told."""

from __future__ import annotations

__all__ = ["astray", "has_keys", "own_keys", "put_back", "swapped"]

import re
from itertools import combinations
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.notebooks.fitting import definitions, fits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.notebooks.outline import Outline, Target
    from grader.notebooks.read import Notebook


def swapped(files: Mapping[str, bytes], outline: Outline) -> dict[str, str]:
    """Return the files of which each has the keys that only the other one asks for.

    Parameters
    ----------
    files : mapping
        The submitted files.
    outline : Outline
        All files of the course.
    """
    there = [target for target in outline.targets if files.get(target.file)]
    found: dict[str, str] = {}
    for first, second in combinations(there, 2):
        for name in sorted(first.shapes.keys() & second.shapes.keys()):
            keys = own_keys(first, second, name), own_keys(second, first, name)
            if _is_other(files[first.file], *keys) and _is_other(files[second.file], *keys[::-1]):
                found |= {first.file: second.file, second.file: first.file}
                break
    return found


def astray(
    held: Mapping[str, Collection[str]], read: Mapping[str, Notebook], outline: Outline
) -> dict[str, str]:
    """Return the files that hold another one's work, which is missing, and none of their own.

    Parameters
    ----------
    held : mapping
        The files in their place that may hold others, with the paths of those others.
    read : mapping
        The files, parsed.
    outline : Outline
        All files of the course.
    """
    found: dict[str, str] = {}
    for path, others in held.items():
        own = outline.by_file[path]
        fitting = [
            other for other in others if _is_work_of(outline.by_file[other], own, read.get(path))
        ]
        if len(fitting) == 1 and fitting[0] not in found.values():
            found[path] = fitting[0]
    return found


def _is_work_of(other: Target, own: Target, read: Notebook | None) -> bool:
    """Say whether all that a file defines may be another one's, and something cannot be its own."""
    cells = read.cells if read else ()
    found = definitions(cells, (0, len(cells)))
    if (own.names - other.names) & found.keys():
        return False
    shared = [(name, one) for name in own.names & other.names for one in found.get(name, ())]
    return all(fits(other, name, one, [own]) for name, one in shared) and any(
        not fits(own, name, one, [other]) for name, one in shared
    )


def put_back(
    files: Mapping[str, bytes], meant: Mapping[str, str], graded: Collection[str] = ()
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files under the names of what they hold, and a sentence for the student on each.

    Parameters
    ----------
    files : mapping
        The submitted files.
    meant : mapping
        For the path of each file under another one's name: whose work it holds.
    graded : collection of str
        The files that notes are about; all if empty.
    """
    kept = {path: content for path, content in files.items() if path not in meant}
    kept |= {other: files[path] for path, other in meant.items()}
    notes: Iterator[str] = (
        f"{quoted(path)} holds what {other} asks for, and was graded as that: rename it."
        for path, other in meant.items()
        if not graded or other in graded
    )
    return kept, list(notes)


def own_keys(target: Target, rival: Target, name: str) -> set[str]:
    """Return the keys of a constant that only one of two files asks for."""
    return {*target.shapes[name].keys} - {*rival.shapes[name].keys}


def _is_other(text: bytes, own: set[str], others: set[str]) -> bool:
    """Say whether a text has all keys of the other file and none of its own."""
    return bool(own) and has_keys(text, others) and not any(has_keys(text, {key}) for key in own)


def has_keys(text: bytes, keys: set[str]) -> bool:
    """Say whether a text has all of some keys, in quotes, and there are any."""
    return bool(keys) and all(
        re.search(rb"[\"']%b[\"']" % re.escape(key.encode()), text) for key in keys
    )
