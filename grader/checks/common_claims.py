"""Claims that can be made of many functions, whatever they compute."""

from __future__ import annotations

__all__ = [
    "all_agree",
    "leave_their_arguments_alone",
    "must_raise",
    "require_one_of",
    "single_sample",
]

import contextlib
import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.answering import (
    FEWEST_NUMBERS,
    UNRELATED,
    number_arrays,
    related,
    require_an_answer,
)
from grader.checks.compare import Disagreement, agree, same_value
from grader.checks.tolerances import SINGLE
from grader.errors import Crashed, Failed, SubmissionError
from grader.wire import Rng

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.checks.case import Case
    from grader.checks.tolerances import Tolerance

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
# Errors that do not depend on the arguments' shapes.
NOT_OF_SHAPES = (
    "", "NameError", "AttributeError", "ImportError", "ModuleNotFoundError", "EOFError",
    "NotImplementedError", "OSError", "FileNotFoundError", "RecursionError",
)  # fmt: skip


def all_agree(
    case: Case,
    function: str,
    *calls: Sequence[Any],
    parts: Sequence[str] = (),
    tolerance: Tolerance = SINGLE,
) -> None:
    """Claim for each list of arguments what `Case.agrees` claims; raise as it does.

    It is a loop over the calls, in less time: they are sent at once, and each is judged before the
    next answer is read.

    Parameters
    ----------
    case : Case
    function : str
    *calls : sequence
        The arguments of each call.
    parts, tolerance
        As for `Case.agrees`.
    """
    came = case.student.in_turn(function, *calls)
    for arguments, got in zip(calls, came, strict=True):
        case.judge_answer(function, arguments, got, parts=parts, tolerance=tolerance)


def require_one_of(
    case: Case, function: str, arguments: Sequence[Any], got: Any, candidates: Iterable[Any]
) -> None:
    """Fail where a value is none of the candidates, and compare it with the reference's then."""
    if not any(agree(got, candidate) for candidate in candidates):
        expected = getattr(case.reference, function)(*arguments)
        case.compare(function, arguments, got, expected)


def must_raise(
    case: Case, exception: str, function: str, arguments: Sequence[Any], where: str
) -> None:
    """Call a function with invalid arguments; raise `Failed` unless it raises that exception.

    Parameters
    ----------
    case : Case
    exception : str
        Its name, such as ``"ValueError"``.
    function : str
    arguments : sequence
    where : str
        What is wrong with the arguments, as the end of a sentence such as ``"for the line 0"``.
    """
    try:
        came = getattr(case.student, function)(*arguments)
    except Crashed as crash:
        if crash.is_a(exception):
            return
        if not crash.exception:
            raise
        raise Disagreement(
            f"`{function}` raised another exception {where}.",
            expected=exception,
            got=crash.exception,
            hint=f"`raise {exception}(...)` yourself, before anything else goes wrong.",
        ) from None
    raise Disagreement(
        f"`{function}` returned a value {where}.",
        expected=exception,
        got="a value",
        hint=f"Compare with the shape first, and `raise {exception}(...)` where it does not fit.",
        diagnoses=case.diagnose(function, arguments, came, np.nan),
    )


@contextlib.contextmanager
def single_sample(shape: str, batch: str) -> Iterator[None]:
    """While the context lasts, add the shape of a single sample to errors of calls with one.

    Parameters
    ----------
    shape, batch : str
        The shapes of a sample and of a batch of one, such as ``"(d_in,)"`` and ``"(1, d_in)"``.
    """
    try:
        yield
    except (Crashed, Disagreement) as error:
        if getattr(error, "diagnoses", ()) or getattr(error, "exception", "Shape") in NOT_OF_SHAPES:
            raise
        told = copy.copy(error)  # an error of loading is raised again elsewhere
        told.hint = (
            f"A single sample has the shape {shape}, not {batch}: `np.atleast_2d` makes it a "
            "batch of one, and `[0]` takes the result out of the batch again."
        )
        raise told from None


def leave_their_arguments_alone(case: Case, *calls: tuple[str, tuple[Any, ...]]) -> None:
    """Call each function; raise `Failed` if one changes an array among its arguments.

    A function that does not return at all, always the same, or numbers that have nothing to do with
    what is asked for, has lost its points elsewhere, and is left out; one of them has to answer.

    Parameters
    ----------
    case : Case
    *calls : tuple of (str, tuple)
        The name of each function, and what it is called with.
    """
    broken: list[SubmissionError] = []
    answering = 0
    for function, arguments in calls:
        before = copy.deepcopy(arguments)
        try:
            came, after = case.student.with_arguments(function, *arguments)
        except SubmissionError as error:
            broken.append(error)
            continue
        for place, (was, now) in enumerate(zip(before, after, strict=False)):
            if not isinstance(was, Rng) and not same_value(was, now):
                raise Failed(
                    f"`{function}` changed its {ORDINALS[place]} argument, which was passed in.",
                    hint="Assigning to elements, `+=` and the like write into the caller's array: "
                    "make a new one, such as by `np.maximum(z, 0)` or `a.copy()`.",
                )
        try:
            require_an_answer(case, function, before, came)
            answering += _answers(case, function, before, came)
        except Failed as error:
            broken.append(error)
    if len(broken) == len(calls) or (broken and not answering):
        raise broken[0]


def _answers(case: Case, function: str, arguments: Sequence[Any], came: Any) -> bool:
    """Return whether a function roughly does its task; raise if it does not at all.

    A few wrong numbers do not allow a verdict.
    """
    own = [a.generator() if isinstance(a, Rng) else copy.deepcopy(a) for a in arguments]
    right = getattr(case.reference, function)(*own)
    if case.diagnose(function, arguments, came, right):
        return True
    if not related(came, right):
        raise Failed(f"`{function}` {UNRELATED}.", hint="Write the function first.")
    return any(array.size >= FEWEST_NUMBERS for array in number_arrays(right)) or agree(came, right)
