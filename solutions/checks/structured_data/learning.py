"""Structured data, and networks that learn them: the judge trains, with the student's choices.

The edge of stability
---------------------
A step of gradient descent is too long where the learning rate times the largest second derivative
of the loss is above 2. At the minimum of this exercise that product depends on the 64 samples. With
5e-5, the rate that most students settle on, it is above 2 for one set of samples in eight, and
every start ends far from the minimum there (50 of 400 sets). The judge therefore draws its samples
again until `sharpness`, the second derivative at the plainest minimum, is at most 1.6 / 5e-5, which
six sets in ten are.

How often a right choice fails on such samples is written in `check_learn_structured_data`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from grader.checks import Case, recorded
from grader.checks.many_starts import Descent, descend

from ..random_data.draws import start_weights
from .before import same_start

SAMPLES, NEW, NOISE, RUNS = 64, 32, 0.05, 5
D_IN, D_OUT = 6, 2
SPREAD = 5.0
# Per sample; and as a part of the mean of ||y||² of the new samples.
MAX_TRAINING_ERROR, MAX_TEST_PART = 0.1, 0.01
# Two linear outputs take two relu each: one for either sign.
ENOUGH_UNITS = 4
GOOD: dict[str, Any] = {"d_hidden": 6, "learning_rate": 3e-5, "steps": 4000}
SHARPEST = 1.6 / 5e-5
# Row k holds what the input k gives to each of the two outputs.
PARTS = np.array([[0, 7], [-1, 0], [0, -4], [1, 0], [2, 0], [0, 1]], dtype=float)


def outputs(x: np.ndarray) -> np.ndarray:
    """Return the two outputs of each sample, without noise."""
    return np.asarray(x, dtype=float) @ PARTS


def sharpness(x: np.ndarray) -> float:
    """Return the largest second derivative of the loss at the plainest minimum.

    There, two hidden neurons make the second output, one for either sign: the pattern of the
    output on the way in, and 1 on the way out, each with half of the (logarithmic) size.
    """
    pattern = PARTS[:, 1]
    size = float(np.linalg.norm(pattern))
    largest = 0.0
    for sign in (1.0, -1.0):
        on = x[sign * (x @ pattern) > 0]
        slopes = np.column_stack([on, on @ pattern / size])
        largest = max(largest, float(np.linalg.eigvalsh(slopes.T @ slopes)[-1]))
    return 2.0 * size * largest


@recorded
def draw_data(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw n structured samples with the noise of the exercise."""
    x = rng.normal(0.0, SPREAD, (n, D_IN))
    return x, outputs(x) + rng.normal(0.0, NOISE, (n, D_OUT))


@recorded
def training_data(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the samples to learn; again, where 5e-5 would be at the edge of stability."""
    while True:
        x, y = draw_data(rng, SAMPLES)
        if sharpness(x) <= SHARPEST:
            return x, y


@dataclass(frozen=True)
class Learned:
    """What five trainings gave, in errors per sample."""

    descent: Descent
    best: int  # the start that has learned, with the smallest training error at its end
    size: float  # the mean of ||y||² of the new samples: the error of always predicting 0
    own: bool  # whether the starts are the submission's own
    asked: int = 0  # for how many steps, where fewer were made

    @property
    def start(self) -> float:
        """The best run's training error per sample before its first step."""
        return float(self.descent.first[self.best]) / SAMPLES

    @property
    def training(self) -> float:
        """The best run's training error per sample at its end."""
        return float(self.descent.last[self.best]) / SAMPLES

    @property
    def test(self) -> float:
        """The best run's error per new sample at its end."""
        return float(self.descent.new_losses[self.best, -1]) / NEW

    @property
    def learned(self) -> bool:
        """Whether the training error is small enough."""
        return self.training < MAX_TRAINING_ERROR

    @property
    def carries_over(self) -> bool:
        """Whether the test error is small enough."""
        return self.test < MAX_TEST_PART * self.size


def standard_normal_start(d_hidden: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw w1, then w2."""
    return rng.standard_normal((D_IN, d_hidden)), rng.standard_normal((d_hidden, D_OUT))


def learn(case: Case, d_hidden: int, learning_rate: float, steps: int) -> Learned:
    """Train on fresh structured data from five starts of the submission's `init_weights`.

    Where there is none, or one that gives nothing that can be used, the starts are standard normal.
    So they are where the weights of exercise 2's `init_weights` cannot learn: that is paid for
    there.
    """
    x, y = training_data(case.rng)
    new = draw_data(case.rng, NEW)
    starts, own = [], True
    for _ in range(RUNS):
        seed = case.fresh_rng()
        start = start_weights(case, D_IN, d_hidden, D_OUT, seed)
        if start and not _can_learn(*start):
            start = None if same_start(case, (D_IN, d_hidden, D_OUT), seed, start) else start
        own = own and start is not None
        starts.append(start or standard_normal_start(d_hidden, seed.generator()))
    w1, w2 = (np.stack(matrices) for matrices in zip(*starts, strict=True))
    size = float(np.sum(new[1] ** 2)) / NEW
    until = SAMPLES * MAX_TRAINING_ERROR, NEW * MAX_TEST_PART * size
    descent = descend(x, y, w1, w2, learning_rate, steps, new=new, until=until)
    learned = (descent.last < until[0]) & (descent.new_losses[:, -1] < until[1])
    counts = np.where(learned, descent.last, np.inf) if learned.any() else descent.last
    return Learned(descent, int(np.argmin(counts)), size, own, asked=steps)


def _can_learn(w1: np.ndarray, w2: np.ndarray) -> bool:
    """Say whether no two hidden neurons are the same, and neither matrix is zero."""
    units = np.concatenate([w1, w2.T])
    return bool(w1.any() and w2.any()) and len({*map(tuple, units.T.tolist())}) == len(units.T)


@cache
def good_example() -> Learned:
    """Train once with good choices, the same for everybody, to show what learning looks like."""
    rng = np.random.default_rng(6)
    x, y = training_data(rng)
    new = draw_data(rng, NEW)
    w1, w2 = standard_normal_start(GOOD["d_hidden"], rng)
    descent = descend(x, y, w1[None], w2[None], GOOD["learning_rate"], GOOD["steps"], new=new)
    return Learned(descent, 0, float(np.sum(new[1] ** 2)) / NEW, own=False)
