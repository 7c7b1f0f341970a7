"""The kinds of questions, and how they are written down."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Option:
    """A statement that can be chosen."""

    name: str  # the mistake of whoever judges it wrongly, as an identifier
    text: str  # what students choose
    right: bool
    why: str  # what whoever judges it wrongly reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with statements A, B, C, …; the right ones, and no others, are to be chosen.

    Where `several` is false, exactly one of them is right, and students know it.
    """

    key: str
    text: str
    options: tuple[Option, ...]
    several: bool = True
    lecture: str = ""

    @property
    def letters(self) -> str:
        """The letters of all statements."""
        return "ABCDEFGH"[: len(self.options)]

    @property
    def answer(self) -> str:
        """The letters of the right ones."""
        pairs = zip(self.letters, self.options, strict=True)
        return "".join(letter for letter, option in pairs if option.right)


@dataclass(frozen=True, slots=True)
class Form:
    """How a question is answered: by letters, one or `several`, or by a number.

    Of a number, `asks` says what else its form hangs on, as in `Number`.
    """

    key: str
    letters: str
    several: bool
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number that a well-known mistake leads to."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A question that a number answers, right within `tolerance`.

    Where it `asks` for ``"percent"``, 97 % is the number 97, and elsewhere 0.97. Where it asks for
    the ``"least"`` number, at least 4 is the number 4.
    """

    key: str
    text: str
    answer: float
    wrong: tuple[Wrong, ...]
    tolerance: float = 1e-3
    lecture: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A question that a person grades, and what a good answer speaks of.

    `key` is the id of the exercise.
    """

    key: str
    text: str
    model: str


Question = Choice | Number


def choice(key: str, lecture: str, text: str, *, several: bool = True) -> Choice:
    """Return a question from its text, with a bullet for each statement."""
    options = (Option(name, said, kind == "right", why) for name, kind, said, why in bullets(text))
    return Choice(
        key=key, text=_asked(text), options=tuple(options), several=several, lecture=lecture
    )


def number(key: str, answer: float, lecture: str, text: str, *, asks: str = "") -> Number:
    """Return a question from its text, with a bullet for each wrong number."""
    wrong = (Wrong(name, ast.literal_eval(value), why) for name, value, why, _ in bullets(text))
    return Number(
        key=key,
        text=_asked(text),
        answer=answer,
        wrong=tuple(wrong),
        lecture=lecture,
        asks=asks,
    )


def _asked(text: str) -> str:
    return " ".join(re.split(r"^- ", dedent(text), flags=re.MULTILINE)[0].split())


def bullets(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name of each bullet, what stands behind it, its words, and those behind the `>`."""
    for bullet in re.split(r"^- ", dedent(text), flags=re.MULTILINE)[1:]:
        said, why = (" ".join(part.split()) for part in (*bullet.split("\n  > "), "")[:2])
        head, _, words = said.partition(": ")
        name, _, value = head.partition(", ")
        yield name, value, words, why
