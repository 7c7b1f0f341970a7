"""An `EXPERIMENT`, read with care, and run in the judge's own trainer."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from grader.checks import Case, Count, Disagreement, Real, Rng, as_array, as_parts, fields_of
from grader.errors import Failed

from ..training import train_together

MAX_HIDDEN = 256
MAX_STEPS = 200_000
MAX_SEED = 2**53 - 1  # the largest that travels as a plain number
# Three checks ask for the same training: it is run once. A class is graded one by one.
KEPT_RUNS = 2


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
    start: tuple[np.ndarray, np.ndarray]  # w1 and w2 before the first step
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


def experiment_of(value: Any, where: str = "EXPERIMENT") -> Experiment:
    """Read an ``EXPERIMENT``, or raise with a sentence that names what is wrong with it."""
    fields = fields_of(
        value,
        where,
        d_hidden=Count(1, MAX_HIDDEN),
        learning_rate=Real(1e-300, 1e300),
        steps=Count(1, MAX_STEPS),
        seed=Count(0, MAX_SEED),
    )
    return Experiment(**fields)


def run(case: Case, experiment: Experiment, x: np.ndarray, y: np.ndarray) -> Run:
    """Train with the submission's experiment and, where it has one, its `init_weights`."""
    w1, w2 = _start(case, experiment, x.shape[1], y.shape[1])
    arrays = tuple(np.ascontiguousarray(a, dtype=float) for a in (x, y, w1, w2))
    shapes = tuple(a.shape for a in arrays)
    return _trained(experiment, shapes, tuple(a.tobytes() for a in arrays))


@lru_cache(maxsize=KEPT_RUNS)
def _trained(
    experiment: Experiment, shapes: tuple[tuple[int, ...], ...], contents: tuple[bytes, ...]
) -> Run:
    x, y, w1, w2 = (
        np.frombuffer(content).reshape(shape)
        for content, shape in zip(contents, shapes, strict=True)
    )
    training = train_together(
        x[None], y[None], w1[None], w2[None], experiment.learning_rate, experiment.steps
    )
    return Run(
        experiment, x, y, (w1, w2), training.w1[0], training.w2[0], np.array(training.losses[0])
    )


def _start(
    case: Case, experiment: Experiment, d_in: int, d_out: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the submission's start: ``init_weights`` called once, with ``default_rng(seed)``."""
    sizes = (d_in, experiment.d_hidden, d_out)
    seed = Rng(experiment.seed)
    if not _has_init_weights(case):
        rng = seed.generator()
        return rng.standard_normal(sizes[:2]), rng.standard_normal(sizes[1:])
    got = as_parts(case.student.init_weights(*sizes, seed), ("w1", "w2"), "init_weights")
    matrices = []
    for name, value, shape in zip(("w1", "w2"), got, (sizes[:2], sizes[1:]), strict=True):
        array = as_array(value, f"`{name}` of `init_weights`").astype(float)
        if array.shape != shape:
            raise Disagreement(
                f"`{name}` of `init_weights` has the wrong shape.",
                expected=f"shape {shape}",
                got=f"shape {array.shape}",
            )
        if not np.isfinite(array).all():
            raise Failed(f"`{name}` of `init_weights` holds numbers that are inf or nan.")
        matrices.append(array)
    return matrices[0], matrices[1]


def _has_init_weights(case: Case) -> bool:
    """Say whether the file has its own `init_weights`: leaving it out is allowed."""
    try:
        return case.student.constant("init_weights") is not None
    except Failed:
        return False


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
