"""What checks of several exercises share."""

import contextlib
import copy
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.checks import SINGLE, Case, Disagreement, Opaque, Rng, Tolerance, as_array, disagreement
from grader.errors import Crashed, Failed, SubmissionError

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
NOT_AN_ANSWER = "Its value has to follow from its arguments: write the function first."
UNRELATED = "gives numbers that have nothing to do with what is asked for"
# Fewer numbers than this go together by chance. Of the known mistakes of exercise 2, all but two
# have a correlation of 1 with what is right in some part; unrelated numbers come to 0.2.
FEWEST_NUMBERS, LEAST_CORRELATION = 24, 0.5
# What is raised whatever shape the arguments have; nothing, where the process or file is lost.
NOT_OF_SHAPES = (
    "", "NameError", "AttributeError", "ImportError", "ModuleNotFoundError", "EOFError",
    "NotImplementedError", "OSError", "FileNotFoundError", "RecursionError",
)  # fmt: skip
# But a few that are right, or all twice as large, say so.
A_FEW, NEARLY_THE_SAME = 6, 0.98


def must_raise(
    case: Case, exception: str, function: str, arguments: Sequence[Any], where: str
) -> None:
    """Call a function where it has no answer; raise `Failed` unless it raises that exception.

    `where` says what is wrong with the arguments, as the end of a sentence such as "for the line
    0".
    """
    try:
        came = getattr(case.student, function)(*arguments)
    except Crashed as crash:
        if crash.exception == exception:
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
    """Say what a single sample looks like, where a function is given one and cannot take it.

    The shapes are those of a sample and of a batch of one, such as ``(d_in,)`` and ``(1, d_in)``.
    """
    try:
        yield
    except (Crashed, Disagreement) as error:
        if getattr(error, "diagnoses", ()) or getattr(error, "exception", "Shape") in NOT_OF_SHAPES:
            raise
        told = copy.copy(error)  # what keeps a file from being loaded is raised again elsewhere
        told.hint = (
            f"A single sample has the shape {shape}, not {batch}: `np.atleast_2d` makes it a "
            "batch of one, and `[0]` takes the result out of the batch again."
        )
        raise told from None


def require_an_answer(case: Case, function: str, arguments: Sequence[Any], came: Any) -> None:
    """Raise `Failed` where a function gives the same whatever its first argument is, or gives it.

    Such a function answers nothing, and what is said of its answers would be said of nothing. A
    wrong answer is an answer: whether it is right is asked elsewhere. The first argument is an
    array, a list or a tuple of numbers.
    """
    if _is_complex(came):
        raise Failed(f"`{function}` gives complex numbers: real ones are asked for.")
    if (unread := _unread(came)) is not None:
        raise Failed(f"What `{function}` returned cannot be compared: {unread.reason}.")
    if any(same_value(came, argument) for argument in arguments) or _are_given(came, arguments):
        raise Failed(f"`{function}` gives back what it was given.", hint=NOT_AN_ANSWER)
    first = arguments[0]
    # 0.5 less each number: no symmetry of a known mistake makes this the same again.
    other = 0.5 - first if isinstance(first, np.ndarray) else type(first)(0.5 - n for n in first)
    try:
        second = getattr(case.student, function)(other, *arguments[1:])
    except SubmissionError:
        return
    if same_value(came, second):
        raise Failed(
            f"`{function}` returned the same result for two different inputs: does it use its "
            "arguments?",
            hint=NOT_AN_ANSWER,
        )


def _unread(value: Any) -> Opaque | None:
    """Return what is no plain data in a value, however it is nested."""
    if isinstance(value, list | tuple):
        return next(filter(None, map(_unread, value)), None)
    return value if isinstance(value, Opaque) else None


def _is_complex(value: Any) -> bool:
    """Say whether there is a complex number in a value, however it is nested."""
    if isinstance(value, list | tuple):
        return any(map(_is_complex, value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return any(map(_is_complex, value.ravel()))
    return isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "") == "c"


def related(came: Any, right: Any) -> bool:
    """Say whether numbers have anything to do with the right ones; of few numbers, that they may.

    A part of what came goes together with a part of what is right, up to a factor, or to its
    transpose: a wrong version of a function does, and invented numbers do not.
    """
    wanted = [array for array in _arrays(right) if array.size >= A_FEW]
    if all(array.size < FEWEST_NUMBERS for array in wanted):
        return True
    return any(
        _goes_together(one, other)
        for one in _arrays(came)
        for part in wanted
        for other in (part, part.T)
    )


def _arrays(value: Any) -> list[np.ndarray]:
    """Return the parts of a value as arrays of floats, and all their numbers together."""
    parts = value if isinstance(value, list | tuple) else [value]
    found = []
    for part in (*parts, value):
        if _is_complex(part):
            continue  # its imaginary part would be dropped without a word
        try:
            found.append(as_array(part, "it").astype(float))
        except Failed:
            continue
    if len(found) > 1 and all(array.size for array in found):
        found.append(np.concatenate([array.ravel() for array in found[: len(parts)]]))
    return found


def _goes_together(one: np.ndarray, other: np.ndarray) -> bool:
    if one.size != other.size:
        return False
    with np.errstate(all="ignore"):
        a, b = one.ravel() - one.mean(), other.ravel() - other.mean()
        least = LEAST_CORRELATION if one.size >= FEWEST_NUMBERS else NEARLY_THE_SAME
        bound = least * np.linalg.norm(a) * np.linalg.norm(b)
        return bool(abs(a @ b) >= bound > 0)


def require_an_attempt(
    case: Case, function: str, arguments: Sequence[Any], came: Sequence[Any]
) -> None:
    """Raise `Failed` where several values that came have nothing to do with the right ones.

    What else is asked of such a function would be asked of invented numbers.
    """
    right = getattr(case.reference, function)(*copy.deepcopy(list(arguments)))
    if not (related(came, right) or case.is_a_known_mistake(function, arguments, came, right)):
        raise Failed(f"`{function}` {UNRELATED}.", hint="Write the function first.")


def _are_given(came: Any, arguments: Sequence[Any]) -> bool:
    """Say whether what came is a list or tuple of nothing but arrays that were arguments."""
    if not isinstance(came, list | tuple) or not came:
        return False
    arrays = [argument for argument in arguments if np.ndim(argument)]
    return all(any(same_value(part, argument) for argument in arrays) for part in came)


def leave_their_arguments_alone(case: Case, *calls: tuple[str, tuple[Any, ...]]) -> None:
    """Call each function; raise `Failed` where an array that it was given is another afterwards.

    A function that does not return at all, always the same, or numbers that have nothing to do with
    what is asked for, has lost its points elsewhere, and is left out; one of them has to answer.
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
    """Say whether a function does what it has to, more or less; raise where it does not at all.

    Of a few numbers that are wrong nothing can be said.
    """
    own = [a.generator() if isinstance(a, Rng) else copy.deepcopy(a) for a in arguments]
    right = getattr(case.reference, function)(*own)
    if case.diagnose(function, arguments, came, right):
        return True
    if not related(came, right):
        raise Failed(f"`{function}` {UNRELATED}.", hint="Write the function first.")
    return any(array.size >= FEWEST_NUMBERS for array in _arrays(right)) or agree(came, right)


def agree(got: Any, expected: Any, tolerance: Tolerance = SINGLE) -> bool:
    """Say whether a value that came is the expected one; never raises."""
    try:
        return disagreement(got, expected, "value", tolerance) is None
    except (Failed, ValueError):
        return False


def same_value(one: Any, two: Any) -> bool:
    """Say whether two values that came are equal in form and numbers, nan being equal to nan."""
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(map(same_value, one, two))
    try:
        a, b = np.asarray(one), np.asarray(two)
        with_nan = a.dtype.kind in "fc" and b.dtype.kind in "fc"
        return bool(np.array_equal(a, b, equal_nan=with_nan))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return False


def of_shape(value: Any, name: str, shape: tuple[int, ...], where: str = "") -> np.ndarray:
    """Return numbers as an array; fail where it has another shape, or where they are not finite."""
    array = as_array(value, name)
    if array.shape != shape:
        raise Disagreement(
            f"{name} has the wrong shape{where}.",
            expected=f"shape {shape}",
            got=f"shape {array.shape}",
        )
    if not np.isfinite(array.astype(float)).all():
        raise Failed(f"{name} holds numbers that are inf or nan.")
    return array.astype(float)


def tried(d_hidden: int, learning_rate: float, steps: int, **seed: int) -> dict[str, float]:
    """Return a choice of hyperparameters, as the answer to an exercise that asks for them."""
    return {"d_hidden": d_hidden, "learning_rate": learning_rate, "steps": steps, **seed}


def number(value: float) -> float | None:
    """Return a number for a figure: None where it is not finite."""
    return float(value) if np.isfinite(value) else None
