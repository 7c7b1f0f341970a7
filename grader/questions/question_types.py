"""The kinds of questions, and how a course writes them down."""

from __future__ import annotations

__all__ = [
    "LEAST",
    "PERCENT",
    "Choice",
    "Form",
    "Number",
    "Observation",
    "Option",
    "Question",
    "WrongNumber",
    "choice",
    "forms_of",
    "number",
    "observations",
    "texts_of",
]

import ast
import re
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What a question asks for, where the form of a number hangs on it.
PERCENT, LEAST = "percent", "least"


@dataclass(frozen=True, slots=True)
class Option:
    """A statement that can be chosen.

    Attributes
    ----------
    name : str
        The mistake of whoever judges it wrongly, as an identifier.
    text : str
        What students choose.
    right : bool
    why : str
        What whoever judges it wrongly reads.
    """

    name: str
    text: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with statements A, B, C, …; the right ones, and no others, are to be chosen.

    Attributes
    ----------
    key : str
        The name of its answer in the file.
    several : bool
        Where this is false, exactly one statement is right, and students know it.
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

    Attributes
    ----------
    letters : str
        Those that there are to choose from; empty where a number is asked for.
    asks : str
        Of a number, what else its form hangs on, as in `Number`.
    """

    key: str
    letters: str
    several: bool
    asks: str = ""


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A number that a well-known mistake leads to."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A question that a number answers, right within `tolerance`.

    Attributes
    ----------
    tolerance : float
        Relative for answers beyond 1, and absolute below.
    asks : {"", "percent", "least"}
        Where this is ``"percent"``, 97 % is the number 97, and elsewhere 0.97. Where it is
        ``"least"``, at least 4 is the number 4.
    """

    key: str
    text: str
    answer: float
    wrong: tuple[WrongNumber, ...]
    tolerance: float = 1e-3
    lecture: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A question that a person grades.

    Attributes
    ----------
    key : str
        The id of the exercise that it is about.
    text : str
    model : str
        What a good answer speaks of.
    """

    key: str
    text: str
    model: str


Question = Choice | Number


def choice(key: str, lecture: str, text: str, *, several: bool = True) -> Choice:
    """Return a question from its text, with a bullet for each statement.

    A bullet is the name of the mistake, ``right`` or ``wrong``, the statement, and behind a ``>``
    what whoever judges it wrongly reads::

        Which of these are prime?
        - one_taken_for_prime, wrong: 1
          > 1 has one divisor, itself; a prime has two.
        - even_prime_not_seen, right: 2
          > 2 has the divisors 1 and 2, and no others.
    """
    options = (Option(name, said, kind == "right", why) for name, kind, said, why in _bullets(text))
    return Choice(
        key=key, text=_asked(text), options=tuple(options), several=several, lecture=lecture
    )


def number(key: str, answer: float, lecture: str, text: str, *, asks: str = "") -> Number:
    """Return a question from its text, with a bullet for each wrong number.

    A bullet is the name of the mistake, the number that it leads to, and what whoever makes it
    reads::

        How many edges has a cube?
        - faces_counted, 6: These are its faces. An edge is where two of them meet.
    """
    wrong = (
        WrongNumber(name, ast.literal_eval(value), why) for name, value, why, _ in _bullets(text)
    )
    return Number(
        key=key,
        text=_asked(text),
        answer=answer,
        wrong=tuple(wrong),
        lecture=lecture,
        asks=asks,
    )


def observations(text: str) -> tuple[Observation, ...]:
    """Return the questions that a person grades, a bullet for each.

    A bullet is the key, the question, and behind a ``>`` what a good answer speaks of.
    """
    return tuple(Observation(key, asked, model) for key, _, asked, model in _bullets(text))


def forms_of(questions: Iterable[Question]) -> list[tuple[str, str, bool, str]]:
    """Return what a `Form` is made of, for each question: its right answer stays here."""
    return [
        (question.key, question.letters, question.several, "")
        if isinstance(question, Choice)
        else (question.key, "", False, question.asks)
        for question in questions
    ]


def texts_of(asked: Iterable[Observation]) -> list[tuple[str, str]]:
    """Return the key and the text of each question that a person reads, without the model."""
    return [(one.key, one.text) for one in asked]


def _asked(text: str) -> str:
    return " ".join(re.split(r"^- ", dedent(text), flags=re.MULTILINE)[0].split())


def _bullets(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name of each bullet, what stands behind it, its words, and those behind the `>`."""
    for bullet in re.split(r"^- ", dedent(text), flags=re.MULTILINE)[1:]:
        said, why = (" ".join(part.split()) for part in (*bullet.split("\n  > "), "")[:2])
        head, _, words = said.partition(": ")
        name, _, value = head.partition(", ")
        yield name, value, words, why
