"""An `EXPERIMENT`, read with care, and run in the judge's own trainer."""

import runpy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks import Case, Rng, as_parts, fields_of, of_shape, recorded
from grader.checks.drawn_claims import drawn_once
from grader.checks.trainer import Pair, train_together

from ..training import CAPS, SEED

REFERENCE = Path(__file__).parents[2] / "neural_net" / "local_minimum.py"


@dataclass(frozen=True, slots=True)
class Experiment:
    """The four numbers of an ``EXPERIMENT``, within their caps."""

    d_hidden: int
    learning_rate: float
    steps: int
    seed: int

    @property
    def time(self) -> float:
        """How far along the gradient it goes: learning rate × steps."""
        return self.learning_rate * self.steps


@dataclass(frozen=True)
class Run:
    """A training, and the data that it was on."""

    experiment: Experiment
    x: np.ndarray  # (n, d_in)
    y: np.ndarray  # (n, d_out)
    start: Pair  # w1 and w2 before the first step
    w1: np.ndarray  # (d_in, d_hidden), after the last step
    w2: np.ndarray  # (d_hidden, d_out)
    losses: np.ndarray  # (steps + 1,)

    @property
    def loss(self) -> float:
        """The loss at the end."""
        return float(self.losses[-1])

    @property
    def size(self) -> float:
        """Σy²: the loss of a network that always predicts 0."""
        return float(np.sum(self.y**2))

    @property
    def finite(self) -> bool:
        """Whether nothing has overflowed."""
        return bool(np.isfinite(self.losses).all())


@recorded
@lru_cache(maxsize=1)
def exercise_data() -> Pair:
    """Return what the reference's `exercise_data` returns, for good."""
    x, y = runpy.run_path(str(REFERENCE))["exercise_data"]()
    for array in (x, y):
        array.setflags(write=False)
    return x, y


def experiment_of(value: Any, where: str = "EXPERIMENT") -> Experiment:
    """Read an ``EXPERIMENT``, or raise with a sentence that names what is wrong with it."""
    return Experiment(**fields_of(value, where, **CAPS, seed=SEED))


def run(case: Case, experiment: Experiment, x: np.ndarray, y: np.ndarray) -> Run:
    """Train with the submission's experiment and, where it has one, its `init_weights`."""
    return trained(experiment, x, y, _start(case, experiment, x.shape[1], y.shape[1]))


def trained(experiment: Experiment, x: np.ndarray, y: np.ndarray, start: Pair) -> Run:
    """Train with an experiment from these weights."""
    w1, w2 = start
    rate, steps = experiment.learning_rate, experiment.steps
    made = train_together(x[None], y[None], w1[None], w2[None], rate, steps)
    return Run(experiment, x, y, start, made.w1[0], made.w2[0], made.losses[0])


def _start(case: Case, experiment: Experiment, d_in: int, d_out: int) -> Pair:
    """Return the submission's start: ``init_weights`` called once, with ``default_rng(seed)``."""
    sizes = (d_in, experiment.d_hidden, d_out)
    seed = Rng(experiment.seed)
    if not case.student.has("init_weights"):  # leaving it out is allowed
        rng = seed.generator()
        return rng.standard_normal(sizes[:2]), rng.standard_normal(sizes[1:])
    got = as_parts(drawn_once(case, "init_weights", *sizes, seed), ("w1", "w2"), "init_weights")
    w1 = of_shape(got[0], "`w1` of `init_weights`", sizes[:2])
    return w1, of_shape(got[1], "`w2` of `init_weights`", sizes[1:])


def cause_of_saddle(run: Run) -> str:
    """Return the name of the known mistake by which a training rests where a push sets it free."""
    if not run.w1.any() and not run.w2.any():
        return "all_weights_zero"
    if not (run.x @ run.w1 > 0).any():
        return "all_neurons_asleep"
    w1, w2 = run.start
    if w1.shape[1] > 1 and (w1 == w1[:, :1]).all() and (w2 == w2[:1]).all():
        return "neurons_start_equal"
    return "starts_next_to_zero"
