"""A message of a catalogue as a pattern: which texts it can have become, and with what in it.

A msgid such as ``{name} is not written yet.`` stands for all sentences that the program can have
made of it. The matcher goes through a sentence once, literal by literal; it never backtracks more
than a fixed number of times, whatever a submission has put into the sentence.
"""

from __future__ import annotations

__all__ = ["Pattern", "Sought", "fill", "parse"]

import re
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.languages.typography import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 64
"""How many places of literals are tried for one text and one pattern, at most."""

_COUNT = re.compile(r"count\d?")  # how the placeholders of counts are called
_COUNTED = re.compile(rf"(?:{NUMBER.pattern})(?: [a-z]+){{0,3}}")  # perhaps with its noun
_CODE = re.compile(r"`[^`\n]*`")
_BOUNDARY = re.compile(r"""(?<=[.?!…])["”»)]*\s+(?=[A-ZÀ-Ý`“"«(0-9])|\n+""")
_WORD = re.compile(r"[A-Za-z]+")
_AFTER = re.compile(r"(?:[:;(\n—–]\s*|^)$")


class Sought:
    """A text to be matched, with what all patterns ask about it.

    Attributes
    ----------
    text : str
    inside : list of bool
        For each place, and for the end, whether it lies in code between backquotes.
    ends : list of int
        Where a new sentence begins, outside of code.
    balanced : bool
        Whether all of its brackets are closed.
    """

    __slots__ = ("balanced", "ends", "inside", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.inside = _inside(text)
        self.balanced = _balanced(text)
        masked = _CODE.sub(lambda found: "`" + "\x00" * (len(found[0]) - 2) + "`", text)
        self.ends = [found.end() for found in _BOUNDARY.finditer(masked)]

    def crosses(self, start: int, end: int) -> bool:
        """Say whether a new sentence begins between two places."""
        return any(start < one < end for one in self.ends)


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]")


def _inside(text: str) -> list[bool]:
    if "`" not in text:
        return [False] * (len(text) + 1)
    inside, now = [], False
    for character in text:
        inside.append(now)
        if character == "`":
            now = not now
    inside.append(now)
    return inside


def parse(message: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the literals of a message and the names of the placeholders between them.

    Raises
    ------
    ValueError
        Where braces do not match.
    """
    literals, names, literal = [], [], ""
    for text, name, spec, conversion in string.Formatter().parse(message):
        literal += text
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"{message!r}: a placeholder is a name in braces")
        literals.append(literal)
        names.append(name)
        literal = ""
    return (*literals, literal), tuple(names)


def fill(message: str, values: dict[str, str]) -> str:
    """Return a message with these values at its placeholders."""
    literals, names = parse(message)
    pieces = [literals[0]]
    for name, literal in zip(names, literals[1:], strict=True):
        pieces += [values[name], literal]
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One msgid with placeholders.

    Attributes
    ----------
    literals : tuple of str
        One more than there are placeholders.
    names : tuple of str
    codes : tuple of bool
        For each literal, whether it begins inside of code.
    weight : int
        How many letters it has, and then how many signs: of two patterns that match, the heavier
        one says more.
    words : frozenset of str
        The words of its literals.
    in_code : frozenset of str
        The placeholders that stand between backquotes.
    listed : frozenset of str
        The placeholders in brackets or in a list of several: Python's numbers stay there.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    codes: tuple[bool, ...] = field(init=False)
    weight: int = field(init=False)
    words: frozenset[str] = field(init=False)
    in_code: frozenset[str] = field(init=False)
    listed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out where code is, and the weight."""
        codes, now = [], False
        for literal in self.literals:
            codes.append(now)
            now ^= bool(literal.count("`") % 2)
        words = _WORD.findall("\x00".join(self.literals))
        object.__setattr__(self, "codes", tuple(codes))
        signs = min(sum(map(len, self.literals)), 999)
        object.__setattr__(self, "weight", 1_000 * sum(map(len, words)) + signs)
        object.__setattr__(self, "words", frozenset(words))
        object.__setattr__(self, "in_code", self._in_code())
        object.__setattr__(self, "listed", self._listed())

    def _in_code(self) -> frozenset[str]:
        codes = [
            code ^ bool(literal.count("`") % 2)
            for code, literal in zip(self.codes, self.literals, strict=True)
        ]
        return frozenset(name for name, code in zip(self.names, codes, strict=False) if code)

    def _listed(self) -> frozenset[str]:
        found = set()
        for number, name in enumerate(self.names):
            before, after = self.literals[number], self.literals[number + 1]
            begun, done = before.endswith(("(", "[")), after.startswith((")", "]"))
            follows = number > 0 and before == ", "
            goes_on = number + 1 < len(self.names) and after == ", "
            among = (follows or goes_on) and (begun or follows) and (done or goes_on)
            if among or before.endswith(("= ", "=")):
                found.add(name)
        return frozenset(found)

    def may_be(self, text: str) -> bool:
        """Say whether a text begins and ends as the pattern does."""
        return text.startswith(self.literals[0]) and text.endswith(self.literals[-1])

    def match(self, text: Sought) -> dict[str, str] | None:
        """Return what stands at the placeholders, or None where the text is another one."""
        whole, last = text.text, self.literals[-1]
        if not whole.startswith(self.literals[0]) or not whole.endswith(last):
            return None
        begun, end = len(self.literals[0]), len(whole) - len(last)
        if begun > end or text.inside[end] is not self.codes[-1]:
            return None
        places = self._places(text, begun, end)
        if places is None:
            return None
        values: dict[str, str] = {}
        for name, (start, stop) in zip(self.names, places, strict=True):
            found = whole[start:stop]
            if values.setdefault(name, found) != found:
                return None
        return values

    def _places(self, text: Sought, begun: int, end: int) -> list[tuple[int, int]] | None:
        """Return from where to where each placeholder goes; the leftmost places come first."""
        left = [ATTEMPTS]
        known: dict[str, tuple[int, int]] = {}

        def rest(number: int, start: int) -> list[tuple[int, int]] | None:
            if number == len(self.names):
                return [] if start == end else None
            name, last = self.names[number], number == len(self.names) - 1
            for stop in self._stops(text, number, start, end, known.get(name)):
                left[0] -= 1
                if left[0] < 0:
                    return None
                if not self._holds(text, number, start, stop):
                    continue
                before = known.setdefault(name, (start, stop))
                go_on = stop if last else stop + len(self.literals[number + 1])
                found = rest(number + 1, go_on)
                if found is not None:
                    return [(start, stop), *found]
                if before == (start, stop):
                    del known[name]
            return None

        return rest(0, begun)

    def _stops(
        self, text: Sought, number: int, start: int, end: int, same: tuple[int, int] | None
    ) -> Iterator[int]:
        """Yield where a placeholder may end; one that was there before is as long as it was."""
        literal, whole = self.literals[number + 1], text.text
        if number == len(self.names) - 1:
            yield end
            return
        if same is not None:
            stop = start + same[1] - same[0]
            if whole[start:stop] == whole[slice(*same)] and whole.startswith(literal, stop):
                yield stop
            return
        at = whole.find(literal, start, end)
        while at >= 0:
            if text.inside[at] is self.codes[number + 1]:
                yield at
            at = whole.find(literal, at + 1, end)

    def _holds(self, text: Sought, number: int, start: int, end: int) -> bool:
        """Say whether this may be what a placeholder stands for: code is whole, and sentences."""
        before = self.literals[number]
        if text.inside[start] is not text.inside[end]:
            return False
        if text.inside[start] and "`" in text.text[start:end]:
            return False
        if _COUNT.fullmatch(self.names[number]):
            return bool(_COUNTED.fullmatch(text.text, start, end))
        if text.balanced and not _balanced(text.text[start:end]):
            return False
        return bool(_AFTER.search(before)) or not text.crosses(start, end)
