"""Which of the course's files the name of a file or a notebook means."""

from __future__ import annotations

__all__ = ["in_their_order", "is_named", "spoken_of"]

import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.notebooks.headings import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notebooks.outline import Target

# Additions of systems and people to the name of a copy: "ex2 (1)", "ex2-Copy1", "ex2_final".
_COPY = re.compile(
    r"(?:\s*\(\d+\)|[-_ ]*(?:copy|copie|kopie)[-_ ]?\d*"
    r"|[-_ ]*(?:final|solution|done|neu|new)|[-_ ]+v\d+)+$"
)
_BEFORE = re.compile(r"^(?:copy of|copie de|kopie von|copy|copie|kopie)[-_ ]+")


@lru_cache(maxsize=4096)  # each file of a folder is asked about again for each of the others
def is_named(path: str, stem: str) -> bool:
    """Say whether a path has a file's name, even as a copy, with blanks or in another case."""
    own = _BEFORE.sub("", _COPY.sub("", PurePosixPath(path).stem.casefold()))
    return "".join(words_of(own)) == "".join(words_of(stem))


def spoken_of(path: str, group: Sequence[Target]) -> list[Target]:
    """Return those of some files that a name mentions; all of them if it mentions none."""
    stem = PurePosixPath(path).stem.casefold()
    words = words_of(stem)
    named = [target for target in group if _in_order(words_of(target.stem), words)]
    if named:
        longest = max(len(words_of(target.stem)) for target in named)
        return [target for target in named if len(words_of(target.stem)) == longest]
    ways = (
        [target for target in group if _in_order(words_of(target.title), words)],
        [
            target
            for target in group
            if re.search(
                rf"(?:ex|exercise|exercice|exo|aufgabe)[\W_]*0?{re.escape(target.number)}(?!\d)",
                stem,
            )
        ],
        [target for target in group if _folder(target.file) in PurePosixPath(path).parts],
    )
    return next((way for way in ways if way), list(group))


def in_their_order(paths: Sequence[str], group: Sequence[Target]) -> dict[str, Target]:
    """Assign numbered names to the same number of files, both in their order.

    Returns
    -------
    dict of str to Target
        Empty if the numbers of names and files differ, or the names are not numbered.
    """
    found = {path: re.findall(r"\d+", PurePosixPath(path).stem) for path in paths}
    bare = {re.sub(r"\d+", "", PurePosixPath(path).stem.casefold()) for path in paths}
    if len(paths) != len(group) or len(bare) != 1 or not all(found.values()):
        return {}
    numbers = {path: [int(digits[:9]) for digits in every] for path, every in found.items()}
    if len({tuple(number) for number in numbers.values()}) != len(paths):
        return {}
    return dict(zip(sorted(paths, key=lambda path: numbers[path]), group, strict=True))


def _folder(file: str) -> str:
    return PurePosixPath(file).parent.name


def _in_order(wanted: list[str], words: list[str]) -> bool:
    """Say whether some words occur in this order among others."""
    rest = iter(words)
    return all(word in rest for word in wanted)
