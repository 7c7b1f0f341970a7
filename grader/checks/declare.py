"""Declaring checks and misconceptions: decorators that make data, with no registry behind them."""

from __future__ import annotations

__all__ = ["Check", "Instead", "Misconception", "check", "misconception"]

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError
from grader.results import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        sentence = _first_paragraph(function)
        return Misconception(
            function.__name__, of, sentence, function, lecture, example, names or {}
        )

    return declare


def _first_paragraph(function: Callable[..., Any]) -> str:
    text = inspect.getdoc(function) or ""
    if not text:
        raise CourseError(
            f"{function.__module__}.{function.__name__} has no docstring: say what it claims."
        )
    return " ".join(text.split("\n\n")[0].split())
