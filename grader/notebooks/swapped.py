"""Two files of an exercise with swapped contents: the student is told; they are graded as named."""

from __future__ import annotations

__all__ = ["has_keys", "own_keys", "swapped"]

import re
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.notebooks.outline import Outline, Target


def swapped(
    files: Mapping[str, bytes], outline: Outline, graded: Collection[str] = ()
) -> Iterator[str]:
    """Yield a sentence for two files if each has the keys that only the other one asks for.

    Parameters
    ----------
    files : mapping
        The submitted files.
    outline : Outline
        All files of the course.
    graded : collection of str
        The files that notes are about; all if empty.
    """
    there = [target for target in outline.targets if files.get(target.file)]
    for first, second in combinations(there, 2):
        if graded and not {first.file, second.file} <= {*graded}:
            continue
        for name in sorted(first.shapes.keys() & second.shapes.keys()):
            keys = own_keys(first, second, name), own_keys(second, first, name)
            if _is_other(files[first.file], *keys) and _is_other(files[second.file], *keys[::-1]):
                yield (
                    f"{first.file} defines what {second.file} should define, and the other way "
                    "round: were they swapped?"
                )
                break


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
