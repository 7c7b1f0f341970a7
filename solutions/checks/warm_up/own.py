"""What the checks of exercise 0 share: inputs, and judging on the student's own wrong functions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checks import Case, Failed, SubmissionError, as_array, recorded
from grader.checks.compare import differs, same_value

# A submission may call the right functions with anything; the checks ask for a few numbers.
MOST_NUMBERS = 1_000
# The matrix of the lecture, part 1: A12 = 4, A31 = 0, A33 = 1.
LECTURE_A = np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1]])


def matrix(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return standard normal numbers, none so small that it makes no difference."""
    values = rng.standard_normal(shape)
    return values + 0.2 * np.sign(values)


def far_from_zero(rng: np.random.Generator) -> np.ndarray:
    """Return numbers at which a sigmoid is at its limits to 1e-12, both ends in the same array."""
    tails = rng.uniform(30.0, 45.0, 4)
    far = rng.uniform(700.0, 1000.0, 4)
    z = np.concatenate([tails, -tails, far, -far, [1000.0, -1000.0]])
    return rng.permutation(z)


@recorded
def right_sigmoid(z: Any) -> Any:
    """Return the sigmoid, for judging a function apart from the submission's own."""
    return (1.0 + np.tanh(0.5 * _numbers(z))) / 2.0


RIGHT_LAYER: dict[str, Callable[..., Any]] = {
    "relu": lambda z: np.maximum(_numbers(z), 0.0),
    "layer_input": lambda x, w: _numbers(x) @ _numbers(w),
}


def _numbers(value: Any) -> np.ndarray:
    array = np.asarray(value, dtype=float)
    if array.size > MOST_NUMBERS:
        raise Failed(f"An argument has more than {MOST_NUMBERS:,} numbers.")
    return array


def agrees_or_follows_own(
    case: Case, function: str, arguments: Sequence[Any], *compositions: Callable[..., Any]
) -> None:
    """Compare with the reference; accept, too, what the student's own functions give.

    A wrong `relu` costs `relu` and not `forward`, which calls it. Each composition puts the
    function together from others, some of them the student's own.
    """
    got = getattr(case.student, function)(*arguments)
    try:
        case.compare(function, arguments, got, getattr(case.reference, function)(*arguments))
    except SubmissionError:
        if not any(_is_followed(got, composed, arguments) for composed in compositions):
            raise


def is_right(case: Case, function: str, *arguments: Any) -> bool:
    """Say whether a function of the student's gives what the reference's gives."""
    try:
        case.agrees(function, *arguments)
    except SubmissionError:
        return False
    return True


def _is_followed(got: Any, composed: Callable[..., Any], arguments: Sequence[Any]) -> bool:
    """Say whether this is what came.

    A constant, or an argument itself, is no evidence of anything having been called.
    """
    try:
        own = as_array(composed(*arguments), "own")
        other = composed(*(0.5 - argument for argument in arguments))
        varies = np.isfinite(own).all() and not same_value(own, other)
        moved = not np.isin(own, (0, 0.5, 1)).all() and (own.ndim == 0 or len(np.unique(own)) > 1)
        made = not any(same_value(own, argument) for argument in arguments)
        wrong = differs(got, own, "own")
        return bool(varies and moved and made) and not wrong
    except Exception:  # noqa: BLE001  (what a submission gave may have any type and size)
        return False
