"""Declaring a misconception: a well-known wrong version of what is to be written."""

from __future__ import annotations

__all__ = [
    "RIGHT",
    "Instead",
    "Misconception",
    "Wrong",
    "first_paragraph",
    "misconception",
    "misconceptions",
]

import functools
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Instead:
    """A function that an audit puts in the place of a right one, and makes from it.

    Attributes
    ----------
    name : str
        Which function of the file.
    make : callable
        Called with the right one.
    """

    name: str
    make: Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A well-known wrong version of the function `of`, or what recognises one.

    Attributes
    ----------
    of : str
        The function or constant. Where the mistake is recognised by other things than its value,
        their name stands behind a dot: ``create_data.values``.
    sentence : str
        What the student reads: what is wrong, and why.
    wrong : callable
        The wrong version. It takes what it needs, by name: parameters of the right function, the
        `right` answer, functions of the submission's file; `**others` are the other parameters.
        One that recognises a mistake by other things takes what the check has seen, by position.
    lecture : str
        Where the lecture has it right.
    example : object
        What shows the mistake where `wrong` is no version of `of` that the audit could hand in: the
        value of a constant, a function, or an `Instead`.
    takes : tuple of str, optional
        The parameters of the right function, in order; None where `of` is none.
    """

    name: str
    of: str
    sentence: str
    wrong: Callable[..., Any]
    lecture: str
    example: Any = None
    takes: tuple[str, ...] | None = None

    @property
    def asks_for_the_right_one(self) -> bool:
        """Whether the wrong version is made from the right answer."""
        return self.takes is not None and RIGHT in _wants(self.wrong).names

    def answer(
        self,
        arguments: Sequence[Any],
        right: Any = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Any:
        """Return what the wrong version gives.

        Parameters
        ----------
        arguments : sequence
            Those of the right function.
        right : object
            What is right for them.
        functions : mapping
            Functions of the submission's file, by their names.

        Raises
        ------
        LookupError
            Where it takes something that is not given here.
        TypeError
            Where there are more arguments than the right function has parameters.
        """
        functions = functions or {}
        if self.takes is None:
            return self.wrong(*arguments, *functions.values())
        if len(arguments) > len(self.takes):
            raise TypeError(f"`{self.of}` takes {len(self.takes)} arguments, not {len(arguments)}")
        wants = _wants(self.wrong)
        if wants.by_position or wants.names == self.takes:
            return self.wrong(*arguments)
        own = dict(zip(self.takes, arguments, strict=False))
        given = {**own, RIGHT: right, **functions}
        wanted = dict(own) if wants.others else {}
        for name in wants.names:
            if name in given or name not in wants.optional:
                wanted[name] = given[name]
        return self.wrong(**wanted)


@dataclass(frozen=True, slots=True)
class _Wants:
    """What a wrong version takes: names, those that it can do without, and whatever else there is.

    By position it takes just what the right function is called with.
    """

    names: tuple[str, ...]
    optional: frozenset[str]
    others: bool
    by_position: bool


@functools.lru_cache(maxsize=4096)
def _wants(function: Callable[..., Any]) -> _Wants:
    parameters = inspect.signature(function).parameters.values()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return _Wants(
        tuple(p.name for p in named),
        frozenset(p.name for p in named if p.default is not p.empty),
        others=any(p.kind is p.VAR_KEYWORD for p in parameters),
        by_position=any(p.kind is p.VAR_POSITIONAL for p in parameters),
    )


def misconception(
    *, of: str, lecture: str = "", example: Any = None
) -> Callable[[Callable[..., Any]], Misconception]:
    """Declare a well-known wrong version of a function.

    Parameters
    ----------
    of : str
        The function of the submission that it is a wrong version of.
    lecture : str
        Where the lecture has it right, such as ``"eq. 24"``.
    example : object, optional
        Where the decorated function is no version of `of`: a constant, a function or an `Instead`
        that shows the mistake, for the audit.
    """

    def declare(function: Callable[..., Any]) -> Misconception:
        sentence = first_paragraph(function)
        return Misconception(function.__name__, of, sentence, function, lecture, example)

    return declare


class Wrong(NamedTuple):
    """A wrong version and the sentence that the student reads; the others as in `misconception`."""

    version: Callable[..., Any]
    sentence: str
    lecture: str = ""
    example: Any = None


def misconceptions(of: str, lecture: str = "", /, **known: Wrong) -> tuple[Misconception, ...]:
    """Declare wrong versions of one function, where each is an expression.

    Parameters
    ----------
    of : str
        The function of the submission.
    lecture : str
        Where the lecture has it right, for those that say no other place.
    **known : Wrong
        Each under its name.

    Examples
    --------
    >>> OF_AREA = misconceptions("area", half=Wrong(lambda right: right / 2, "This is half of it."))
    """
    return tuple(
        Misconception(name, of, one.sentence, one.version, one.lecture or lecture, one.example)
        for name, one in known.items()
    )


def first_paragraph(function: Callable[..., Any]) -> str:
    """Return the beginning of a function's docstring on one line: what a student reads.

    Raises
    ------
    CourseError
        Where there is none.
    """
    text = inspect.getdoc(function) or ""
    if not text:
        raise CourseError(
            f"{function.__module__}.{function.__name__} has no docstring: say what it claims."
        )
    return " ".join(text.split("\n\n")[0].split())
