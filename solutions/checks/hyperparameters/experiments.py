"""Running the experiments of exercise 7 in the judge, on the data that students have too."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Case, Rng, fields_of
from grader.checks.many_starts import Descent, descend
from grader.checks.several_runs import loss_line
from grader.checks.trainer import slopes_of

from ..random_data.draws import start_weights
from ..structured_data.learning import D_IN, D_OUT, GOOD, SAMPLES, standard_normal_start
from ..training import CAPS, SEED, affordable_steps, require_affordable, show_losses

EXPLOSION = "EXPLOSION"
# A minimum is bad where the error per sample is above this; always predicting 0 gives about 1,800.
HIGH = 10.0
# A minimum survives a push of this size on each weight, and steps at a rate that suits these data.
# The middle one of five pushes counts: one alone may land in another valley. They are the same for
# everybody: nothing here depends on chance.
PUSH, PUSHES, PUSH_SEED, PROBE_RATE, PROBE_STEPS = 0.01, 5, 20201115, 2e-5, 2000


@dataclass(frozen=True)
class Run:
    """An experiment that was run."""

    chosen: dict[str, Any]
    descent: Descent  # of one start
    own: bool  # whether the start is the submission's own `init_weights`
    flat: bool  # whether every derivative is exactly 0 at the end

    @property
    def first(self) -> float:
        """The error per sample before the first step."""
        return float(self.descent.first[0]) / SAMPLES

    @property
    def before_last(self) -> float:
        """The error per sample one step before the end."""
        return float(self.descent.before_last[0]) / SAMPLES

    @property
    def last(self) -> float:
        """The error per sample at the end."""
        return float(self.descent.last[0]) / SAMPLES

    @property
    def falls_late(self) -> float:
        """Which part of the error the last tenth of the steps took away."""
        return float(self.descent.falls_late[0])

    @property
    def diverged(self) -> bool:
        """Whether it has become inf, or ends above 1,000 times its start and rising."""
        if not np.isfinite(self.descent.losses).all():
            return True
        return self.last > 1000.0 * self.first and self.last > self.before_last


def experiment(case: Case, name: str) -> dict[str, Any]:
    """Read an experiment, or raise with a sentence that names what is wrong with it."""
    value = case.student.constant(name)
    return fields_of(value, name, **CAPS, seed=SEED)


def run(case: Case, chosen: dict[str, Any], name: str) -> Run:
    """Train as the experiment says, from the start that its seed gives.

    An explosion takes a few steps of a network however large: no more are made than the judge can
    afford, and where it has not exploded by then, it is refused.
    """
    if name != EXPLOSION:
        require_affordable(name, chosen["d_hidden"], chosen["steps"])
    steps = affordable_steps(chosen["d_hidden"], chosen["steps"])
    seed = Rng(chosen["seed"])
    start = start_weights(case, D_IN, chosen["d_hidden"], D_OUT, seed)
    own = start is not None
    if not own and case.student.has("init_weights"):
        case.note("Your `init_weights` gives no usable start: normal numbers were taken instead.")
    w1, w2 = start or standard_normal_start(chosen["d_hidden"], seed.generator())
    x, y = case.reference.exercise_data()
    descent = descend(x, y, w1[None], w2[None], chosen["learning_rate"], steps)
    slopes = slopes_after(case, descent)
    found = Run(chosen, descent, own, flat=not any(part.any() for part in slopes))
    if not found.diverged:
        require_affordable(name, chosen["d_hidden"], chosen["steps"])
    return found


def slopes_after(case: Case, descent: Descent) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients where the first training has come to."""
    x, y = case.reference.exercise_data()
    return slopes_of(x, y, descent.w1[0], descent.w2[0])


def pushed_on(case: Case, descent: Descent) -> Descent:
    """Give the trained weights small pushes, and go on at a rate that suits these data."""
    x, y = case.reference.exercise_data()
    rng = np.random.default_rng(PUSH_SEED)
    w1 = descent.w1 + PUSH * rng.standard_normal((PUSHES, *descent.w1.shape[1:]))
    w2 = descent.w2 + PUSH * rng.standard_normal((PUSHES, *descent.w2.shape[1:]))
    return descend(x, y, w1, w2, PROBE_RATE, PROBE_STEPS)


def shown_to_all(reference: Any) -> tuple[Any, ...]:
    """Return the loss of a good choice, beside which all others stand."""
    w1, w2 = standard_normal_start(GOOD["d_hidden"], np.random.default_rng(0))
    x, y = reference.exercise_data()
    good = descend(x, y, w1[None], w2[None], GOOD["learning_rate"], GOOD["steps"])
    return (loss_line("a good choice", good.losses[0] / SAMPLES, "reference", good.steps),)


def show(case: Case, what: Run, title: str) -> None:
    """Draw the loss beside that of a good choice on the same data."""
    (good,) = shown_to_all(case.reference)
    end = f"{what.last:.4g}" if np.isfinite(what.last) else "infinity"
    show_losses(
        case,
        title,
        f"Your experiment goes from {what.first:.4g} per sample to {end} in "
        f"{what.chosen['steps']:,} steps; with good choices the same data come down to "
        f"{good.y[-1]:.3g}.",
        loss_line("yours", what.descent.losses[0] / SAMPLES, "student", what.descent.steps),
        good,
        y_label="squared error per sample",
    )
