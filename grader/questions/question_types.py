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
    from collections.abc import Iterable, Iterator, Sequence

# Questions that decide how a number is read.
PERCENT, LEAST = "percent", "least"


@dataclass(frozen=True, slots=True)
class Option:
    """A statement to choose or not.

    Attributes
    ----------
    name : str
        The name of the mistake of judging it wrongly, as an identifier.
    text : str
        The statement.
    right : bool
    why : str
        The explanation for students who judge it wrongly.
    """

    name: str
    text: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with statements A, B, C, …; the answer is the letters of all right ones.

    Attributes
    ----------
    key : str
        The name of its answer in the file.
    several : bool
        If false, exactly one statement is right, and students know it.
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
    def texts(self) -> tuple[str, ...]:
        """The statements, in the order of their letters."""
        return tuple(option.text for option in self.options)

    @property
    def answer(self) -> str:
        """The letters of the right statements."""
        pairs = zip(self.letters, self.options, strict=True)
        return "".join(letter for letter, option in pairs if option.right)


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer: one letter, `several` letters, or a number.

    Attributes
    ----------
    letters : str
        The letters to choose from; empty for a question that asks for a number.
    asks : str
        How the number is read, as in `Number`.
    texts : sequence of str
        The statement that each letter stands for.
    """

    key: str
    letters: str
    several: bool
    asks: str = ""
    texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A number that results from a well-known mistake."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A question whose answer is a number, right within `tolerance`.

    Attributes
    ----------
    tolerance : float
        Relative for answers above 1, absolute below.
    asks : {"", "percent", "least"}
        For ``"percent"``, 97 % is read as 97, otherwise as 0.97. For ``"least"``, at least 4 is
        read as 4.
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
        The id of its exercise.
    text : str
    model : str
        The content of a good answer.
    """

    key: str
    text: str
    model: str


Question = Choice | Number


def choice(key: str, lecture: str, text: str, *, several: bool = True) -> Choice:
    """Parse a question from its text, with a bullet for each statement.

    A bullet is the name of the mistake, ``right`` or ``wrong``, the statement, and after a ``>``
    the explanation for students who judge it wrongly::

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
    """Parse a question from its text, with a bullet for each wrong number.

    A bullet is the name of the mistake, the number that it leads to, and the explanation for
    students who make it::

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
    """Parse the questions for hand grading, with a bullet for each.

    A bullet is the key, the question, and after a ``>`` the content of a good answer.
    """
    return tuple(Observation(key, asked, model) for key, _, asked, model in _bullets(text))


def forms_of(questions: Iterable[Question]) -> list[tuple[str, str, bool, str, tuple[str, ...]]]:
    """Return the fields of the `Form` of each question, without the right answer."""
    return [
        (question.key, question.letters, question.several, "", question.texts)
        if isinstance(question, Choice)
        else (question.key, "", False, question.asks, ())
        for question in questions
    ]


def texts_of(asked: Iterable[Observation]) -> list[tuple[str, str]]:
    """Return the key and the text of each question for hand grading, without the model answer."""
    return [(one.key, one.text) for one in asked]


def _asked(text: str) -> str:
    return " ".join(re.split(r"^- ", dedent(text), flags=re.MULTILINE)[0].split())


def _bullets(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield each bullet's name, its value, its words, and the words after the `>`."""
    for bullet in re.split(r"^- ", dedent(text), flags=re.MULTILINE)[1:]:
        said, why = (" ".join(part.split()) for part in (*bullet.split("\n  > "), "")[:2])
        head, _, words = said.partition(": ")
        name, _, value = head.partition(", ")
        yield name, value, words, why
