"""What is handed in as exercise 2, too, and was judged there: its mistakes cost nothing again.

It does not matter whether a function was imported or written down again: it is the one of exercise
2 where both give the same. One that has nothing to do with its task (that gives the same whatever
it is given, say) is no mistake, and earns nothing here either.
"""

import contextlib
from typing import Any

import numpy as np

from grader.checks import Case, Rng, SubmissionError, agree, as_array, as_parts, same_value

from ..random_data.draws import Pair
from ..random_data.loops import PARTS, short_run
from ..random_data.own import losses_of

FILE = "neural_net/learn_random_data.py"
FEW_STEPS = 3
# The cosine between where `train` goes and a gradient: of two random directions among the 32
# weights it is beyond this in one case in 300.
LEAST_COSINE = 0.5
DISTANCES = (1.0, 10.0, 100.0, 1000.0)


def same_train(case: Case) -> bool:
    """Say whether `train` is that of exercise 2, and trains, however wrong.

    It moves the weights along a gradient, up or down, or says the loss that it begins with.
    """
    arguments = short_run(case, FEW_STEPS)
    try:
        now, before = (
            as_parts(file.train(*arguments), PARTS, "train")
            for file in (case.student, case.other_file(FILE))
        )
        return same_value(now, before) and (
            _moves_along(case, arguments, now[:2]) or _says_the_loss(case, arguments, now[2])
        )
    except (SubmissionError, ValueError):
        return False


def _moves_along(case: Case, arguments: tuple[Any, ...], trained: list[Any]) -> bool:
    start = arguments[:4]
    moved = _flat(trained) - _flat(start[2:])
    slopes = [case.reference.gradients(*start)]
    with contextlib.suppress(SubmissionError):  # it may be missing, where `train` has its own
        slopes.append(case.other_file(FILE).gradients(*start))
    with np.errstate(all="ignore"):
        return any(
            float(np.abs(moved @ slope) / (np.linalg.norm(moved) * np.linalg.norm(slope)))
            >= LEAST_COSINE
            for slope in map(_flat, slopes)
            if slope.shape == moved.shape
        )


def _flat(matrices: Any) -> np.ndarray:
    return np.concatenate([as_array(m, "weights").astype(float).ravel() for m in matrices])


def _says_the_loss(case: Case, arguments: tuple[Any, ...], losses: Any) -> bool:
    said = as_array(losses, "losses").ravel()
    losses = losses_of(case, arguments[:4])
    return said.size > 0 and any(agree(said[0], loss) for loss in losses)


def same_test_error(case: Case, arguments: tuple[Any, ...], came: Any) -> bool:
    """Say whether `test_error` is that of exercise 2, and tells an error, however wrong.

    It is another one for other weights, and grows with the distance from what is predicted.
    """
    x, _, w1, w2 = arguments
    y_pred = case.reference.forward(x, w1, w2)[2]
    away = case.rng.standard_normal(y_pred.shape)
    before = case.other_file(FILE)
    try:
        if not same_value(came, before.test_error(*arguments)):
            return False
        errors = [
            _size(before.test_error(x, y_pred + distance * away, w1, w2)) for distance in DISTANCES
        ]
        other = _size(before.test_error(x, y_pred + away, w1, 3.0 * w2))
    except (SubmissionError, ValueError):
        return False
    return bool((np.diff(errors) > 0).all()) and other != errors[0]


def _size(error: Any) -> float:
    return float(np.sum(np.abs(as_array(error, "`test_error`").astype(float))))


def same_start(case: Case, sizes: tuple[int, int, int], rng: Rng, start: Pair) -> bool:
    """Say whether the weights that `init_weights` gave are those that exercise 2's gives."""
    try:
        came = case.other_file(FILE).init_weights(*sizes, rng)
        return same_value(start, tuple(as_parts(came, PARTS[:2], "init_weights")))
    except SubmissionError:
        return False
