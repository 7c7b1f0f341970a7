"""Merge conflicts: two versions of some lines; nobody can know which one is meant."""

from __future__ import annotations

__all__ = ["ConflictError", "conflicts"]

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENS, _CLOSES = re.compile(r"<{7}(?: |$)"), re.compile(r">{7}(?: |$)")
_PARTS = re.compile(r"[<|=>]{7}(?: |$)")
_GOES_ON = re.compile(r"[\s)\]}#]|(?:else|elif|except|finally)\b")


class ConflictError(SyntaxError):
    """There are two versions of a statement."""

    def __init__(self, filename: str, line: int, text: str) -> None:
        super().__init__("it has marks of a merge conflict", (filename, line, 1, text))


def conflicts(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where statements with two versions begin and end, counted from 0.

    A conflict inside a function, or inside a dict over several lines, discards all of it: the
    lines that remain would mean something else.
    """
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(lines):
        if not _OPENS.match(lines[at]):
            at += 1
            continue
        end = next((i for i in range(at, len(lines)) if _CLOSES.match(lines[i])), len(lines) - 1)
        inside = [line for line in lines[at : end + 1] if line.strip() and not _PARTS.match(line)]
        behind = next((line for line in lines[end + 1 :] if line.strip()), "x")
        begin = at
        if _GOES_ON.match(behind) or any(_GOES_ON.match(line) for line in inside[:1]):
            begin = _begun(lines, at)
        end = next((i for i in range(end + 1, len(lines)) if _begins(lines[i])), len(lines))
        found.append((begin, end))
        at = end
    return found


def _begun(lines: Sequence[str], at: int) -> int:
    """Return the line where the statement that contains a given line begins."""
    begin = next((i for i in range(at - 1, -1, -1) if _begins(lines[i])), at)
    while begin and lines[begin - 1].startswith("@"):
        begin -= 1
    return begin


def _begins(line: str) -> bool:
    return bool(line.strip()) and not _GOES_ON.match(line)
