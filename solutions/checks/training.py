"""The judge's own trainer: several networks at once, each on its own data, one matmul for all."""

from dataclasses import dataclass

import numpy as np

from grader.checks import (
    Case,
    Count,
    Curves,
    HyperparameterError,
    Real,
    Series,
    median_and_band,
    remembered,
)
from grader.checks.chain import Chain, Node

Pair = tuple[np.ndarray, np.ndarray]
# What a submission's numbers may make the judge compute: hidden neurons × steps, of one training.
# The largest honest choice that was seen asks for 500,000 (10 × 50,000); five trainings of 25
# neurons and 200,000 steps take 10 to 20 seconds, and without this bound 256 neurons took 292.
MOST_WORK = 5_000_000
LOOK_EVERY_STEPS = 100
# What a choice of hyperparameters may hold.
CAPS: dict[str, Count | Real] = {
    "d_hidden": Count(1, 256),
    "learning_rate": Real(1e-300, 1e300),
    "steps": Count(1, 200_000),
}
# A loss that has come down to this part of its start is rounding: it stays there.
NOTHING_LEFT = 1e-20
POINTS_OF_A_LINE = 240


def tried(d_hidden: int, learning_rate: float, steps: int, **seed: int) -> dict[str, float]:
    """Return a choice of hyperparameters, as the answer to an exercise that asks for them."""
    return {"d_hidden": d_hidden, "learning_rate": learning_rate, "steps": steps, **seed}


def affordable_steps(d_hidden: int, steps: int) -> int:
    """Return how many of the steps the judge can make: all of them, or fewer of a large network."""
    return min(steps, MOST_WORK // d_hidden)


def require_affordable(where: str, d_hidden: int, steps: int) -> None:
    """Raise `HyperparameterError` where a training would take the judge too long."""
    if affordable_steps(d_hidden, steps) < steps:
        raise HyperparameterError(
            f"`{where}` asks for {d_hidden:,} hidden neurons × {steps:,} steps: the product may be "
            f"at most {MOST_WORK:,}.",
            hint="Take fewer steps or fewer hidden neurons: a tenth of that is plenty here.",
        )


@dataclass(frozen=True)
class Trained:
    """What training several networks gave."""

    w1: np.ndarray  # (runs, d_in, d_hidden)
    w2: np.ndarray  # (runs, d_hidden, d_out)
    losses: np.ndarray  # a line for each run
    new_losses: np.ndarray  # (runs, looks), the squared error on new data; empty without any

    @property
    def first(self) -> np.ndarray:
        """The loss of each run before its first step, shape (runs,)."""
        return self.losses[:, 0]

    @property
    def last(self) -> np.ndarray:
        """The loss of each run after its last step, shape (runs,)."""
        return self.losses[:, -1]


@dataclass(frozen=True)
class Training(Trained):
    """One whose losses are before each update and after the last; they may be inf and nan."""

    looks: np.ndarray  # the steps at which the new data were looked at; empty where there are none


@remembered
def train_together(
    x: np.ndarray,
    y: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    learning_rate: float,
    steps: int,
    *,
    new: Pair | None = None,
) -> Training:
    """Follow the gradient of the squared error downhill, for each network of a stack (eq. 19, 24,
    26).

    Each run has its own samples (runs, n, d_in) and (runs, n, d_out) and its own weights to start
    from, (runs, d_in, d_hidden) and (runs, d_hidden, d_out), which are left alone; `new` data of
    the same form are looked at, now and then, and not learned. The stack is left early where all of
    its losses are non-finite, or have come down to rounding; the losses that are left out are the
    last one then.
    """
    chain = Chain()
    weights = chain.variable(w1), chain.variable(w2)
    error = network_error(chain, x, y, *weights)
    losses = np.empty((steps + 1, len(x)))
    looks = _looks(steps) if new is not None else np.empty(0, dtype=int)
    new_losses = np.full((len(looks), len(x)), np.nan)
    look, done = 0, steps
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            chain.forward()
            losses[step] = np.einsum("rno,rno->r", error.value, error.value)
            if new is not None and look < len(looks) and step == looks[look]:
                new_losses[look] = _error(*new, *(w.value for w in weights))
                look += 1
            if step == steps or _settled(losses, step):
                done = step
                break
            chain.backward(error)
            for matrix in weights:
                np.multiply(matrix.slope, learning_rate, out=matrix.slope)
                np.subtract(matrix.value, matrix.slope, out=matrix.value)
        if new is not None:
            new_losses[look:] = _error(*new, *(w.value for w in weights))
    losses[done:] = losses[done]
    return Training(weights[0].value, weights[1].value, losses.T, new_losses.T, looks)


def network_error(chain: Chain, x: np.ndarray, y: np.ndarray, w1: Node, w2: Node) -> Node:
    """Return what a network with one hidden layer of relu predicts, less what is right."""
    hidden = chain.positive(chain.product(chain.given(x), w1))
    return chain.minus(chain.product(hidden, w2), chain.given(y))


def slopes_of(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Pair:
    """Return the derivatives of the squared error with respect to both matrices."""
    chain = Chain()
    one, two = chain.variable(w1), chain.variable(w2)
    error = network_error(chain, x, y, one, two)
    chain.forward()
    chain.backward(error)
    assert one.slope is not None  # noqa: S101  (variables have one)
    assert two.slope is not None  # noqa: S101
    return one.slope, two.slope


def _looks(steps: int) -> np.ndarray:
    """Return up to 240 steps from the first to the last, closer to each other at the start."""
    even = np.linspace(0.0, 1.0, POINTS_OF_A_LINE)
    return np.unique(np.rint(steps * even**2).astype(int))


def _error(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    error = np.matmul(np.maximum(np.matmul(x, w1), 0.0), w2) - y
    return np.einsum("rno,rno->r", error, error)


def _settled(losses: np.ndarray, step: int) -> bool:
    if step % LOOK_EVERY_STEPS:
        return False
    now = losses[step]
    return not np.isfinite(now).any() or bool((now <= NOTHING_LEFT * losses[0]).all())


def show_losses(
    case: Case, title: str, summary: str, *lines: Series, y_label: str = "squared error"
) -> None:
    """Put loss curves into the report, over a logarithmic axis."""
    case.show(
        Curves(
            title=title, x_label="step", y_label=y_label, series=lines, summary=summary, log_y=True
        )
    )


def drawn_points(count: int) -> np.ndarray:
    """Return which of `count` points a line is drawn through: at most 240 of them."""
    return _looks(count - 1)


def line(name: str, losses: np.ndarray, role: str, steps: np.ndarray | None = None) -> Series:
    """Return a loss curve for a logarithmic plot, thinned where it has many points.

    The losses belong to the steps 0, 1, 2, …, or to those that are given. Those of several runs
    (runs, steps) are drawn as their median and a band.
    """
    values = np.array(losses, dtype=float)
    steps = np.arange(values.shape[-1]) if steps is None else steps
    kept = drawn_points(values.shape[-1])
    return median_and_band(name, values[..., kept], role, x=steps[kept])
