"""Declaring a misconception: a well-known wrong version of what is to be written."""

from __future__ import annotations

__all__ = ["Instead", "Misconception", "first_paragraph", "misconception"]

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
    """A well-known wrong version of the function `of`, with the same parameters.

    Attributes
    ----------
    of : str
        The function or constant. Where the mistake is recognised by other things than its value,
        their name stands behind a dot: ``create_data.values``.
    sentence : str
        What the student reads: what is wrong, and why.
    wrong : callable
        The wrong version.
    lecture : str
        Where the lecture has it right.
    example : object
        What shows the mistake where `wrong` is no version of `of` that the audit could hand in: the
        value of a constant, a function, or an `Instead`.
    names : mapping
        Where a parameter beyond those of the right function is not called as what it stands for in
        the file: what that is called.
    """

    name: str
    of: str
    sentence: str
    wrong: Callable[..., Any]
    lecture: str
    example: Any = None
    names: Mapping[str, str] = field(default_factory=dict)


def misconception(
    *, of: str, lecture: str = "", example: Any = None, names: Mapping[str, str] | None = None
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
    names : mapping, optional
        Names in the submission's file of further parameters, where theirs are others.
    """

    def declare(function: Callable[..., Any]) -> Misconception:
        sentence = first_paragraph(function)
        return Misconception(
            function.__name__, of, sentence, function, lecture, example, names or {}
        )

    return declare


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
