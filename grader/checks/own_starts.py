"""Where a training begins: at the weights that it is given, at rounded ones, or at its own."""

from __future__ import annotations

__all__ = ["NEAR", "TrainingStart", "is_near", "where_it_begins"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.checks.compare import agree
from grader.checks.value_relations import lost_decimals
from grader.errors import SubmissionError
from grader.results import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Weights = Sequence[np.ndarray]

# Weights that are no further from others than this part of the length of these are near them.
NEAR = 0.5
OWN_START = Diagnosis(
    name="start_of_its_own",
    sentence="The training does not begin at the weights that it is given: with 0 steps it returns "
    "others. Use the `w1` and `w2` that are passed in; drawing them is the work of `init_weights`.",
)


@dataclass(frozen=True)
class TrainingStart:
    """Where a training begins.

    Attributes
    ----------
    weights : sequence of ndarray
        Where its steps can be followed from; the given weights if nothing better is known.
    told : tuple of Diagnosis
        The mistake, if it begins elsewhere.
    own : bool
        Whether it begins at weights of its own, which have nothing to do with the given ones.
    """

    weights: Weights
    told: tuple[Diagnosis, ...] = ()
    own: bool = False


def where_it_begins(
    train: Callable[[Weights, int], Weights], given: Weights, moved: Callable[[Weights], Weights]
) -> TrainingStart:
    """Return where a training begins, by what it gives after 0 steps, and after one.

    Parameters
    ----------
    train : callable
        Takes weights and a number of steps, and returns the submission's weights after them, as
        arrays of float. May raise `SubmissionError`.
    given : sequence of ndarray
    moved : callable
        Takes weights, and returns them after one right step, or as they are where it cannot tell;
        may raise `SubmissionError`. Only what such a step follows is the start of a training.
    """
    try:
        begun = train(given, 0)
        fit = all(b.shape == g.shape for b, g in zip(begun, given, strict=True))
        if not fit or not all(np.isfinite(b).all() for b in begun):
            return TrainingStart(given)
        cut = [lost_decimals(b, g) for b, g in zip(begun, given, strict=True)]
        if all(told or agree(b, g) for told, b, g in zip(cut, begun, given, strict=True)):
            return TrainingStart(begun, next(filter(None, cut), ()))
        if all(map(is_near, begun, given)):
            return TrainingStart(given)
        if not _same(train(given, 0), begun):
            return TrainingStart(given, (OWN_START,), own=True)  # drawn anew each time
        one = train(given, 1)
        follows = not _same(one, begun) and all(map(agree, one, moved(begun)))
        if follows and _same(train(given, 0), begun):  # and so nothing is kept between calls
            return TrainingStart(begun, (OWN_START,), own=True)
    except (SubmissionError, ValueError):
        return TrainingStart(given)
    return TrainingStart(given, own=True)


def is_near(weights: np.ndarray, given: np.ndarray) -> bool:
    """Say whether weights are near others with as many numbers, in any shape."""
    if weights.size != given.size:
        return False
    distance = np.linalg.norm(weights.ravel() - np.ravel(given))
    return bool(distance <= NEAR * np.linalg.norm(given))


def _same(some: Weights, others: Weights) -> bool:
    return all(map(np.array_equal, some, others))
