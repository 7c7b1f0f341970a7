"""Declaring checks and misconceptions: decorators that make data, with no registry behind them."""

from __future__ import annotations

__all__ = ["Check", "Misconception", "check", "misconception"]

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError
from grader.results import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checks.case import Case


@dataclass(frozen=True, slots=True)
class Check:
    """One claim about a file of a submission.

    Attributes
    ----------
    name : str
        Name of the function, unique in its file.
    claim : str
        Its docstring's first paragraph, on one line: the sentence that students read.
    run : callable
        Takes a `Case`; raises `Failed` where the claim does not hold.
    needs : tuple of str
        Names of checks of the same file: this one is skipped unless they all passed.
    """

    name: str
    claim: str
    run: Callable[[Case], None]
    points: float
    visibility: Visibility
    needs: tuple[str, ...]
    lecture: str


@dataclass(frozen=True, slots=True)
class Misconception:
    """A well-known wrong version of the function `of`, with the same parameters.

    Attributes
    ----------
    sentence : str
        What the student reads: what is wrong, and why.
    wrong : callable
        The wrong version.
    lecture : str
        Where the lecture has it right.
    example : object
        For a constant: a value of it that shows the mistake, so that the audit can hand it in.
    """

    name: str
    of: str
    sentence: str
    wrong: Callable[..., Any]
    lecture: str
    example: Any = None


def check(
    points: float,
    *,
    visibility: Visibility | str = Visibility.PUBLIC,
    needs: tuple[str, ...] = (),
    lecture: str = "",
) -> Callable[[Callable[[Case], None]], Check]:
    """Declare a check.

    Parameters
    ----------
    points : float
        What it is worth; all checks of an exercise add up to the exercise's points.
    visibility : {"public", "hidden"}
        Whether it runs on the student's own machine too.
    needs : tuple of str
        Names of checks of the same file without which this one says nothing.
    lecture : str
        Where the lecture treats it, such as ``"eq. 24"``.
    """

    def declare(function: Callable[[Case], None]) -> Check:
        return Check(
            name=function.__name__,
            claim=_first_paragraph(function),
            run=function,
            points=points,
            visibility=Visibility(visibility),
            needs=needs,
            lecture=lecture,
        )

    return declare


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
        Where `of` is a constant that the judge computes with: a value that shows the mistake.
    """

    def declare(function: Callable[..., Any]) -> Misconception:
        sentence = _first_paragraph(function)
        return Misconception(function.__name__, of, sentence, function, lecture, example)

    return declare


def _first_paragraph(function: Callable[..., Any]) -> str:
    text = inspect.getdoc(function) or ""
    if not text:
        raise CourseError(
            f"{function.__module__}.{function.__name__} has no docstring: say what it claims."
        )
    return " ".join(text.split("\n\n")[0].split())
