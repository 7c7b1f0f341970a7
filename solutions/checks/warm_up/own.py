"""Judging a function on the student's own other functions, where these are the wrong ones."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checks import Case, Failed, SubmissionError, as_array, disagreement, recorded

from ..shared import same_value

# A submission may call the right functions with anything; the checks ask for a few numbers.
MOST_NUMBERS = 1_000


@recorded
def right_sigmoid(z: Any) -> Any:
    """Return the sigmoid, for judging a function apart from the submission's own."""
    return (1.0 + np.tanh(0.5 * _numbers(z))) / 2.0


def _right_relu(z: Any) -> Any:
    return np.maximum(_numbers(z), 0.0)


def _right_layer_input(x: Any, w: Any) -> Any:
    return _numbers(x) @ _numbers(w)


RIGHT_LAYER: dict[str, Any] = {"relu": _right_relu, "layer_input": _right_layer_input}


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
        return varies and moved and made and disagreement(got, own, "own") is None
    except Exception:  # noqa: BLE001  (what a submission gave may have any type and size)
        return False
