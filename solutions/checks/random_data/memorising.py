"""Random data are learned by heart: the judge trains, with the student's choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from grader.checks import Case, Rng, fields_of, spread
from grader.checks.several_runs import loss_line
from grader.checks.trainer import Bars, Pair, Training, bars_of, joined, train_together

from ..training import CAPS, require_affordable, show_losses
from .draws import start_weights

# Of five trainings three decide: the median is theirs.
RUNS, ENOUGH = 5, 3
N, D_IN, D_OUT = 64, 20, 1
TYPICAL: dict[str, Any] = {"d_hidden": 10, "learning_rate": 3e-4, "steps": 5000}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The data and starts of several trainings, one for each element of the first axis."""

    x: np.ndarray
    y: np.ndarray
    new: Pair
    starts: list[Pair]

    def train(
        self, first: int, end: int, learning_rate: float, steps: int, *, leaves: bool = False
    ) -> Training:
        """Train some of them together, to the end, or until all of them have learned their data."""
        w1, w2 = (np.stack(matrices) for matrices in zip(*self.starts[first:end], strict=True))
        x, y, new_x, new_y = (part[first:end] for part in (self.x, self.y, *self.new))
        bars = bars_for(np.sum(y**2, axis=(1, 2))) if leaves else None
        return train_together(x, y, w1, w2, learning_rate, steps, new=(new_x, new_y), bars=bars)


@dataclass(frozen=True, slots=True)
class Learned:
    """Trainings that were made."""

    training: Training
    size: np.ndarray  # Σy² of each run's data: the error of a network that always predicts 0
    own: bool  # whether all starts are the submission's own
    asked: int = 0  # for how many steps, where fewer were made


def choices(value: Any) -> dict[str, Any]:
    """Read HYPERPARAMETERS, or raise with a sentence that names what is wrong with it."""
    chosen = fields_of(value, "HYPERPARAMETERS", **CAPS)
    require_affordable("HYPERPARAMETERS", chosen["d_hidden"], chosen["steps"])
    return chosen


def learn(
    case: Case, d_hidden: int, learning_rate: float, steps: int, *, every: bool = False
) -> Learned:
    """Train on fresh random data, each time from its own start, and look at new random data.

    Five trainings are drawn. Where the first three have learned their data, three of five have,
    whatever the others do, and however these go on: the rest is left out, unless `every` step of
    all is asked for.
    """
    x = case.rng.standard_normal((RUNS, N, D_IN))
    y = case.rng.standard_normal((RUNS, N, D_OUT))
    new = case.rng.standard_normal((RUNS, N, D_IN)), case.rng.standard_normal((RUNS, N, D_OUT))
    seeds = [case.fresh_rng() for _ in range(RUNS)]
    starts, own = _starts(case, d_hidden, seeds[:ENOUGH])
    drawn = Drawn(x, y, new, starts)
    first = drawn.train(0, ENOUGH, learning_rate, steps, leaves=not every)
    size = np.sum(y**2, axis=(1, 2))
    if not every and (ratios(first, size[:ENOUGH]) <= 1.0).all():
        return Learned(first, size[:ENOUGH], own, steps)
    others, all_own = _starts(case, d_hidden, seeds[ENOUGH:])
    drawn.starts.extend(others)
    rest = drawn.train(ENOUGH, RUNS, learning_rate, steps)
    training = joined(first, rest)
    if not np.isfinite(training.last).any():  # all of them are left at the same step, and soon
        training = drawn.train(0, RUNS, learning_rate, steps)
    return Learned(training, size, own and all_own)


@cache
def good_example() -> Learned:
    """Train once with the typical choice, the same for everybody, to show what is learned."""
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((1, N, D_IN)), rng.standard_normal((1, N, D_OUT))
    new = rng.standard_normal((1, N, D_IN)), rng.standard_normal((1, N, D_OUT))
    drawn = Drawn(x, y, new, [standard_normal_start(TYPICAL["d_hidden"], rng)])
    training = drawn.train(0, 1, TYPICAL["learning_rate"], TYPICAL["steps"])
    return Learned(training, np.sum(y**2, axis=(1, 2)), own=False)


def standard_normal_start(d_hidden: int, rng: np.random.Generator) -> Pair:
    """Draw w1, then w2."""
    return rng.standard_normal((D_IN, d_hidden)), rng.standard_normal((d_hidden, D_OUT))


def _starts(case: Case, d_hidden: int, seeds: Sequence[Rng]) -> tuple[list[Pair], bool]:
    """Return a start for each seed, and whether none of them is a standard normal stand-in."""
    starts, own = [], True
    for seed in seeds:
        start = start_weights(case, D_IN, d_hidden, D_OUT, seed)
        if start is None or not _can_learn(*start):
            own, start = False, standard_normal_start(d_hidden, seed.generator())
        starts.append(start)
    return starts, own


def _can_learn(w1: np.ndarray, w2: np.ndarray) -> bool:
    """Say whether no matrix is zero and units differ: that is paid for in `init_weights`."""
    equal = w1.shape[1] > 1 and (w1 == w1[:, :1]).all() and (w2 == w2[:1]).all()
    return bool(w1.any() and w2.any() and not equal)


def bars_for(size: np.ndarray) -> Bars:
    """Return what has been learned: 1 % of the first error or 10 % of Σy², and at most 50 %."""
    return 0.01, 0.1 * size, 0.5 * size


def ratios(training: Training, size: np.ndarray) -> np.ndarray:
    """Return each run's lowest error over what it has to come down to: 1 or less is learned."""
    with np.errstate(all="ignore"):
        ratio = training.lowest / bars_of(training.first, bars_for(size))
    return np.where(np.isnan(ratio), np.inf, ratio)


def show_training(case: Case, learned: Learned, title: str) -> None:
    """Draw the error on the training data beside the one on new data, of all runs."""
    training, size = learned.training, learned.size
    decide = f"Of the {ENOUGH} trainings that decide (the median of {RUNS} is one of them)"
    runs = {1: "In one training", ENOUGH: decide, RUNS: f"Of {RUNS} trainings"}
    made, left = training.losses.shape[1] - 1, ""
    if made < learned.asked:
        left = f" They are left after {made:,} of {learned.asked:,} steps, where all have learned."
    show_losses(
        case,
        title,
        f"{runs[len(size)]}, the squared error on the training data is {spread(training.first)} "
        f"at the start and {spread(training.last)} at the end; on new data of the same kind it "
        f"ends at {spread(training.new_losses[:, -1])}. Always predicting 0 would give about "
        f"{np.sort(size)[len(size) // 2]:.3g} on either.{left}",
        *lines_of(training),
    )


def lines_of(training: Training) -> tuple[Any, ...]:
    """Return the curves of the error on the training data and on new data, of all runs."""
    return (
        loss_line("on the training data", training.losses, "student"),
        loss_line("on new random data", training.new_losses, "other", training.looks),
    )
