"""Stored English into another language: each sentence is found among the messages of a catalogue.

Results are kept in English, with values in their sentences. `Phrasebook.say` finds the message
that a sentence was made of, translates what stood at its placeholders where that is ours too, and
makes the sentence of the other language. What no message explains stays English, and is marked.
"""

from __future__ import annotations

__all__ = ["ENGLISH", "Message", "Phrasebook"]

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.languages.patterns import Pattern, Sought, fill, parse
from grader.languages.typography import (
    NO_BREAK,
    NUMBER,
    date_in,
    joint,
    number_in,
    plural_form,
    unit_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENGLISH = ("\ue000", "\ue001")
"""Stand around what stays English, until a page or a terminal says how it shows that."""

KEPT = 20_000
"""So many sentences are remembered: a class says the same again and again."""

MOST_PATTERNS = 40
"""So many patterns are tried on one text, at most."""

LONGEST = 4_000
"""A longer text is nothing that we wrote."""

LIGHT = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "more",
        "no",
        "not",
        "of",
        "on",
        "or",
        "out",
        "point",
        "points",
        "than",
        "the",
        "to",
        "value",
        "values",
        "was",
        "were",
        "with",
    ]
)
"""A pattern of these words alone counts only where all that stands at its placeholders is known."""

_WORD = re.compile(r"[A-Za-z]+")
_ATOM = re.compile(r"""`[^`\n]*`|"[^"\n]*"|'[^'\n]*'|[^\sA-Za-z]+|\S*[\d_./\\@#]\S*""")
_NAMES = re.compile(
    r"""`[^`\n]*`|"[^"\n]*"|'[^'\n]*'|\S*[_#@/\\\d]\S*|\S+\.\w+|\b[A-Z][a-z]+[A-Z]\w*|\b(?:inf|nan)\b"""
)
_FIRST = re.compile(r"[,;:] +")
_LETTERS = re.compile(r"[A-Za-z]{2}")
_WORDS = re.compile(r"[A-Za-z]{2}")
_PROSE = re.compile(r"\b[A-Za-z]{2,}[,;:]? +[A-Za-z]{2,}\b")
_OUTSIDE = r"(?![^()]*\))"  # of brackets
_LIST = re.compile(rf"((?:,? and |,? or |, ){_OUTSIDE})")
_OUTER = re.compile(rf"((?:: |; ){_OUTSIDE}| · | – |\n+\s*| \((?=[^()]*\)$)|\)$|…| / )")
_TINY_OR_HUGE = re.compile(r"[-−+]?\d\.\d+e[-+]\d+")
_SIZE = re.compile(rf"({NUMBER.pattern}) ([KMG]iB)")
_COUNT = re.compile(rf"({NUMBER.pattern})(?: [a-z]+){{0,3}}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message and its translation.

    Attributes
    ----------
    english : str
        One form of the msgid.
    forms : tuple of str
        The translation; for a message with a plural one for each form.
    count : int or None
        The number that this form of the msgid goes with, if it is one alone: 1.
    """

    english: str
    forms: tuple[str, ...]
    count: int | None = None


class Phrasebook:
    """All that can be said in one language.

    Parameters
    ----------
    tag : str
        The language, such as ``fr``.
    messages : iterable of Message
        Of all catalogues; of two translations of one message, the later one counts.
    """

    def __init__(self, tag: str, messages: Iterable[Message]) -> None:
        self.tag = tag
        self._exact: dict[str, Message] = {}
        patterns: list[tuple[Pattern, Message]] = []
        for one in {one.english: one for one in messages}.values():
            literals, names = parse(one.english)
            if names:
                patterns.append((Pattern(literals, names), one))
            else:
                self._exact[literals[0]] = one
        self._by_word = _index(patterns)
        self._remembered = lru_cache(KEPT)(self._said)
        self._one = lru_cache(KEPT)(self._message)

    def say(self, text: str) -> str:
        """Return a text in the language; what stays English stands between `ENGLISH`.

        Parameters
        ----------
        text : str
            One sentence or several, as the program or the course made them.
        """
        if not text or len(text) > LONGEST:
            return f"{ENGLISH[0]}{text}{ENGLISH[1]}" if _PROSE.search(text) else text
        return self._remembered(text)

    def plain(self, text: str) -> str:
        """Return a text in the language, with nothing that marks what stays English."""
        return self.say(text).replace(ENGLISH[0], "").replace(ENGLISH[1], "")

    def _said(self, text: str) -> str:
        text = text.replace(ENGLISH[0], "").replace(ENGLISH[1], "")
        found = self._whole(text)
        return self._marked(text) if found is None else found

    def _marked(self, text: str) -> str:
        return f"{ENGLISH[0]}{text}{ENGLISH[1]}" if _WORDS.search(_NAMES.sub(" ", text)) else text

    def _whole(self, text: str) -> str | None:
        """Return a text of any number of sentences, or None where nothing of it is known."""
        bare = text.strip()
        if bare != text:
            inner = self._whole(bare) if bare else ""
            return None if inner is None else text.replace(bare, inner) if bare else text
        found = self._one(text)
        if _clean(found):
            return found
        begun = [0, *Sought(text).ends]
        if len(begun) > 1:
            return _better(found, self._sentences(text, begun))
        return _better(found, self._pieces(text))

    def _sentences(self, text: str, begun: list[int]) -> str | None:
        """Return the sentences one after the other; a message may be several: the longest wins."""
        ends = [*begun[1:], len(text)]
        pieces, known, number = [], False, 0
        while number < len(begun):
            for last in range(min(len(begun), number + 6) - 1, number - 1, -1):
                piece = text[begun[number] : ends[last]]
                bare = piece.rstrip()
                said = self._one(bare)
                if last == number and not _clean(said):
                    said = _better(said, self._pieces(bare))
                elif last > number and not _clean(said):
                    continue
                if said is not None:
                    known = True
                    break
            else:
                said = self._marked(bare)
            pieces.append(said + piece[len(bare) :])
            number = last + 1
        return "".join(pieces) if known else None

    def _pieces(self, text: str) -> str | None:
        """Return a text that was put together from parts, where all of its parts are known."""
        parts = _OUTER.split(text)
        if len(parts) == 1:
            listed = self._listed(text.removesuffix("."))
            return f"{listed}." if listed and text.endswith(".") else listed
        said = []
        for number, part in enumerate(parts):
            one = part if number % 2 else self._content(part)
            if one is None:
                return None
            said.append(joint(self.tag, one) if number % 2 else one)
        return "".join(said)

    def _listed(self, text: str) -> str | None:
        parts = _LIST.split(text)
        if len(parts) == 1:
            return None
        said = [self._content(part) for part in parts[::2]]
        if not all(map(_clean, said)):
            return None
        parts[::2] = [one or "" for one in said]
        parts[1::2] = [self._joint(joint) for joint in parts[1::2]]
        return "".join(parts)

    def _after_a_joint(self, text: str) -> str | None:
        """Return what goes on behind a comma or another sign that stands first."""
        first = _FIRST.match(text)
        rest = self._content(text[first.end() :]) if first else None
        return f"{joint(self.tag, first[0])}{rest}" if first and rest is not None else None

    def _joint(self, joint: str) -> str:
        word = joint.strip(" ,")
        known = self._exact.get(word)
        return f" {known.forms[0]} " if known else joint

    def _content(self, text: str) -> str | None:
        """Return what stands at a placeholder; None where it is prose that nothing explains."""
        bare = text.strip()
        if not bare:
            return text
        if bare != text:
            inner = self._content(bare)
            return None if inner is None else text.replace(bare, inner)
        found = self._written(text) or self._one(text)
        if found is not None:
            return found
        if _ATOM.fullmatch(text) or not _LETTERS.search(text):
            return text
        if _FIRST.match(text):
            return self._after_a_joint(text)
        begun = [0, *Sought(text).ends]
        return self._sentences(text, begun) if len(begun) > 1 else self._pieces(text)

    def _message(self, text: str) -> str | None:
        """Return a text that is one message."""
        if not text:
            return None
        exact = self._exact.get(text)
        if exact is not None:
            return exact.forms[0]
        written = self._written(text)
        if written is not None:
            return written
        number, _, title = text.partition(" ")
        titled = self._exact.get(title) if title[:1].isupper() and len(number) < 3 else None
        if titled is not None:  # an exercise with its number
            return f"{number} {titled.forms[0]}"
        said = self._matched(text)
        if not _clean(said):
            said = _better(said, self._other_form(text))
        return said

    def _matched(self, text: str) -> str | None:
        """Return a text that is one message with values in it."""
        words = set(_WORD.findall(text))
        near = [one for word in words for one in self._by_word.get(word, ())]
        found = [one for one in near if one[0].may_be(text)]
        if not found:
            return None
        asked, best = Sought(text), None
        found.sort(key=lambda one: one[0].weight, reverse=True)
        for pattern, message in found[:MOST_PATTERNS]:
            values = pattern.match(asked)
            said = None if values is None else self._filled(pattern, message, values)
            best = _better(best, said)
            if _clean(best):
                break
        return best

    def _other_form(self, text: str) -> str | None:
        """Return a message whose first letter was made a capital or a small one, or both.

        A sentence that goes on, such as by a colon, has lost its full stop.
        """
        swapped = text[0].swapcase() + text[1:] if text[0].isalpha() else ""
        stopped = "" if text[-1] in ".?!:;" else f"{text}."
        both = f"{swapped}." if swapped and stopped else ""
        bare = text.removesuffix(".") if len(text) > 1 else text
        for other in filter(None, (swapped, stopped, both, bare if bare != text else "")):
            exact = self._exact.get(other)
            said = exact.forms[0] if exact else self._matched(other)
            if said is None or not _clean(said):
                continue
            if other in (stopped, both):
                said = said.removesuffix(".")
            if other == bare:
                said = f"{said}."
            if other in (swapped, both):
                said = (said[0].upper() if text[0].isupper() else said[0].lower()) + said[1:]
            return said
        return None

    def _written(self, text: str) -> str | None:
        """Return a number, a range of two, a size or a date as the language writes it."""
        if text.endswith("%") and NUMBER.fullmatch(text[:-1].rstrip()):
            return f"{number_in(self.tag, text[:-1].rstrip())}{NO_BREAK}%"
        size = _SIZE.fullmatch(text)
        if size:
            return f"{number_in(self.tag, size[1])}{NO_BREAK}{unit_in(self.tag, size[2])}"
        if _TINY_OR_HUGE.fullmatch(text):
            return number_in(self.tag, text)
        low, dash, high = text.partition("–")
        if NUMBER.fullmatch(low) and (not dash or NUMBER.fullmatch(high)):
            return dash.join(number_in(self.tag, one) for one in (low, high) if one)
        return date_in(self.tag, text) if text[:1].isdecimal() else None

    def _filled(self, pattern: Pattern, message: Message, values: Mapping[str, str]) -> str | None:
        codes, listed, light = pattern.in_code, pattern.listed, set(pattern.words) <= LIGHT
        shown = {}
        for name, value in values.items():
            kept = name in codes or (name in listed and NUMBER.fullmatch(value))
            said = value if kept else self._content(value)
            if light and not _clean(said):
                return None
            shown[name] = said if said is not None else self._kept(value)
        form = self._form(message, values)
        return None if form is None else fill(message.forms[form], shown)

    def _kept(self, text: str) -> str:
        return self._marked(text) if _PROSE.search(text) else text

    def _form(self, message: Message, values: Mapping[str, str]) -> int | None:
        """Return which form of a translation goes with the number in a sentence; None without."""
        if len(message.forms) == 1 or message.count is not None:
            return 0
        for value in values.values():
            number = _COUNT.fullmatch(value)
            if number:
                form = plural_form(self.tag, number[1])
                needed = set(parse(message.forms[form])[1])
                return form if needed <= set(values) else 1
        return None


def _clean(said: str | None) -> bool:
    """Say whether a translation is there, and nothing of it is English."""
    return said is not None and ENGLISH[0] not in said


def _better(one: str | None, other: str | None) -> str | None:
    """Return that of two translations in which less has stayed English."""
    known = [said for said in (one, other) if said is not None]
    return min(known, key=_left, default=None)


def _left(said: str) -> int:
    parts = re.split(f"[{ENGLISH[0]}{ENGLISH[1]}]", said)
    return sum(map(len, parts[1::2]))


def _index(
    patterns: list[tuple[Pattern, Message]],
) -> dict[str, list[tuple[Pattern, Message]]]:
    """Return the patterns by the one of their words that the fewest of them have."""
    often = Counter(word for pattern, _ in patterns for word in set(_whole_words(pattern)))
    index: dict[str, list[tuple[Pattern, Message]]] = defaultdict(list)
    for pattern, message in patterns:
        words = _whole_words(pattern)
        if words:
            rarest = min(words, key=lambda word: (often[word], -len(word), word))
            index[rarest].append((pattern, message))
    return dict(index)


def _whole_words(pattern: Pattern) -> list[str]:
    """Return the words that a placeholder beside them cannot make longer."""
    found = []
    for number, literal in enumerate(pattern.literals):
        for one in _WORD.finditer(literal):
            before = number > 0 and one.start() == 0
            after = number < len(pattern.names) and one.end() == len(literal)
            if not before and not after:
                found.append(one[0])
    return found
