"""Random data are learned by heart: the judge trains, with the student's choices."""

from typing import Any

import numpy as np

from grader.checks import Case, fields_of, spread

from ..training import CAPS, Training, line, require_affordable, show_losses, train_together
from .draws import start_weights

RUNS = 5
N, D_IN, D_OUT = 64, 20, 1
TYPICAL: dict[str, Any] = {"d_hidden": 10, "learning_rate": 3e-4, "steps": 5000}


def choices(value: Any) -> dict[str, Any]:
    """Read HYPERPARAMETERS, or raise with a sentence that names what is wrong with it."""
    chosen = fields_of(value, "HYPERPARAMETERS", **CAPS)
    require_affordable("HYPERPARAMETERS", chosen["d_hidden"], chosen["steps"])
    return chosen


def learn(
    case: Case, d_hidden: int, learning_rate: float, steps: int, *, own_start: bool = True
) -> tuple[Training, np.ndarray, bool]:
    """Train on fresh random data, five times, each from its own start, and look at new random data.

    Beside the training come Σy² of each run's data, the error of a network that always predicts 0,
    and whether all starts are the submission's own; a standard normal one stands in for others.
    """
    x = case.rng.standard_normal((RUNS, N, D_IN))
    y = case.rng.standard_normal((RUNS, N, D_OUT))
    new = case.rng.standard_normal((RUNS, N, D_IN)), case.rng.standard_normal((RUNS, N, D_OUT))
    starts, own = [], own_start
    for _ in range(RUNS):
        seed = case.fresh_rng()
        start = start_weights(case, D_IN, d_hidden, D_OUT, seed) if own_start else None
        if start is None or not _can_learn(*start):
            own, rng = False, seed.generator()
            start = rng.standard_normal((D_IN, d_hidden)), rng.standard_normal((d_hidden, D_OUT))
        starts.append(start)
    w1, w2 = (np.stack(matrices) for matrices in zip(*starts, strict=True))
    training = train_together(x, y, w1, w2, learning_rate, steps, new=new)
    return training, np.sum(y**2, axis=(1, 2)), own


def _can_learn(w1: np.ndarray, w2: np.ndarray) -> bool:
    """Say whether no matrix is zero and units differ: that is paid for in `init_weights`."""
    equal = w1.shape[1] > 1 and (w1 == w1[:, :1]).all() and (w2 == w2[:1]).all()
    return bool(w1.any() and w2.any() and not equal)


def ratios(training: Training, size: np.ndarray) -> np.ndarray:
    """Return each run's final error over what it may be: 1 or less is learned.

    It may be 1 % of where it started or 10 % of Σy², whichever is more, and 50 % of Σy² at most.
    """
    may_be = np.minimum(np.maximum(0.01 * training.first, 0.1 * size), 0.5 * size)
    with np.errstate(all="ignore"):
        ratio = training.last / may_be
    return np.where(np.isnan(ratio), np.inf, ratio)


def passes(training: Training, size: np.ndarray) -> bool:
    """Say whether the median run has learned its data."""
    return bool(np.median(ratios(training, size)) <= 1.0)


def show_training(case: Case, training: Training, size: np.ndarray, title: str) -> None:
    """Draw the error on the training data beside the one on new data, of all runs."""
    show_losses(
        case,
        title,
        f"Of {RUNS} trainings, the squared error on the training data is {spread(training.first)} "
        f"at the start and {spread(training.last)} at the end; on new data of the same kind it "
        f"ends at {spread(training.new_losses[:, -1])}. Always predicting 0 would give about "
        f"{np.median(size):.3g} on either.",
        line("on the training data", training.losses, "student"),
        line("on new random data", training.new_losses, "other", training.looks),
    )
