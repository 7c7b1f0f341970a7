"""Declaring a check: a decorator that returns data; there is no registry."""

from __future__ import annotations

__all__ = ["Check", "apart", "check"]

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.checks.misconception import first_paragraph
from grader.errors import CourseError
from grader.results import Visibility

if TYPE_CHECKING:
    from grader.checks.case import Case

Judge = Callable[["Case"], None]
# A check that fails right answers more often than this is refused.
MOST_FALSE_FAILS = 1e-3


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
        Takes a `Case`; raises `Failed` if the claim does not hold.
    needs : tuple of str
        Names of checks of the same file: this one is skipped unless all of them passed.
    false_fail : float
        An upper bound on the probability that a right answer fails; 0 if chance plays no role.
    of : str
        The function that is judged, if the claim does not name it first.
    confidential : str
        If the inputs are the same for everybody: what a student reads who did not pass.
    """

    name: str
    claim: str
    run: Callable[[Case], None]
    points: float
    visibility: Visibility
    needs: tuple[str, ...]
    lecture: str
    false_fail: float = 0.0
    confidential: str = ""
    of: str = ""

    @property
    def subject(self) -> str:
        """The function that is judged: `of`, or else the first one that the claim names."""
        named = re.search(r"`(\w+)[`(]", self.claim)
        return self.of or (named[1] if named else "")


def _refuse(
    function: Callable[[Case], None], points: float, false_fail: float, *, known: bool
) -> None:
    """Refuse an impossible declaration; `known`: the check is confidential but not hidden."""
    where = f"{function.__module__}.{function.__name__}"
    if not 0.0 <= points < math.inf:
        raise CourseError(f"{where} has {points!r} points: it has to be a number from 0 on.")
    if not 0.0 <= false_fail < MOST_FALSE_FAILS:
        raise CourseError(
            f"{where} has false_fail={false_fail!r}: it has to be a probability below "
            f"{MOST_FALSE_FAILS:g}. Ask for more samples or runs."
        )
    if known:
        raise CourseError(
            f"{where} is confidential and public: what runs on a student's machine is known there. "
            'Say visibility="hidden".'
        )


def check(
    points: float,
    *,
    visibility: Visibility | str = Visibility.PUBLIC,
    needs: tuple[Check, ...] = (),
    lecture: str = "",
    false_fail: float = 0.0,
    confidential: str = "",
    of: str = "",
) -> Callable[[Callable[[Case], None]], Check]:
    """Declare a check.

    Parameters
    ----------
    points : float
        What it is worth; the checks of an exercise add up to the exercise's points.
    visibility : {"public", "hidden"}
        Whether it also runs on the student's own machine.
    needs : tuple of Check
        Checks declared above it in the file; without them this one means nothing.
    lecture : str
        The place in the lecture, such as ``"eq. 24"``.
    false_fail : float
        For a check whose verdict depends on chance (it tests a distribution, or judges a
        training): an upper bound, below 1e-3, on the probability that a right answer fails. The
        audit accepts no more failures of right answers than the bound explains. The check's
        docstring says where the bound comes from.
    confidential : str
        For a check with secret inputs that are the same for everybody, such as test digits: a
        function could print them, or raise them. The student sees the outcome, the points and, if
        it did not pass, this sentence, in which ``{percent}`` is replaced by the whole percentage
        from `Case.measured`. The later checks of the exercise are confidential, too.
    of : str
        The function that is judged, if it is not the first one that the claim names. The audit
        tests whether a mistake in a function that it calls costs points here, too.

    Raises
    ------
    CourseError
        If a number or `needs` cannot be what it is; if a confidential check is not hidden.
    """
    seen = Visibility(visibility)

    def declare(function: Callable[[Case], None]) -> Check:
        known = bool(confidential) and seen is not Visibility.HIDDEN
        _refuse(function, points, false_fail, known=known)
        return Check(
            name=function.__name__,
            claim=first_paragraph(function),
            run=function,
            points=float(points),  # as it is read back from a file
            visibility=seen,
            needs=_names_of(needs, function),
            lecture=lecture,
            false_fail=false_fail,
            confidential=confidential,
            of=of,
        )

    return declare


def apart(**right: Callable[..., Any]) -> Callable[[Judge], Judge]:
    """Make a check judge by `Case.apart_from`, with right versions of the functions called.

    Parameters
    ----------
    **right : callable
        Each under the name of the submission's own function.
    """

    def decorated(judge: Judge) -> Judge:
        @functools.wraps(judge)
        def judge_apart(case: Case) -> None:
            case.apart_from(judge, **right)

        return judge_apart

    return decorated


def _names_of(needs: object, function: Callable[[Case], None]) -> tuple[str, ...]:
    """Return the names of the checks that one needs; `needs` has the checks themselves."""
    given = needs if isinstance(needs, tuple | list) else (needs,)
    for need in given:
        if not isinstance(need, Check):
            named = isinstance(need, str) and need.isidentifier()
            said = (
                f"give the check itself, needs=({need},), which stands above"
                if named
                else "give a tuple of checks that stand above, such as needs=(that_check,)"
            )
            raise CourseError(
                f"{function.__module__}.{function.__name__} has needs={needs!r}: {said}."
            )
    return tuple(need.name for need in given)
