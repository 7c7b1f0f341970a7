"""The kinds of questions."""

from dataclasses import dataclass


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
    """How a question is answered: by letters, one or `several`, or by a number without any."""

    key: str
    letters: str
    several: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number that a well-known mistake leads to."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A question that a number answers, right within `tolerance`."""

    key: str
    text: str
    answer: float
    wrong: tuple[Wrong, ...]
    tolerance: float = 1e-3
    lecture: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A question that a person grades, and what a good answer speaks of.

    `key` is the id of the exercise.
    """

    key: str
    text: str
    model: str


Question = Choice | Number
