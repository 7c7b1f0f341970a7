"""Finds out whether a training has come to rest, and stays there after a push.

A tenth of a tiny learning rate moves nothing, whether there is a minimum or not. So the judge goes
on twice: once as the statement says, and once at a rate of its own, for a time (learning rate ×
steps) in which a network of this size leaves a slope, or a saddle, for good.
"""

from dataclasses import dataclass

import numpy as np

from grader.checks.curvature import Curvature, curvature_at
from grader.checks.many_starts import Ends, ends_of_descents
from grader.checks.trainer import train_together

from .experiment import Run

# So many hidden neurons are trained side by side; more of them are faster one after the other.
MOST_SIDE_BY_SIDE = 24
# What the statement says.
MOST_FALL = 0.05
SLOWER = 0.1
PUSH = 0.01
# The middle one of them counts: one push alone may land in another valley. They are the same for
# everybody, and for everybody each time: a verdict that depends on chance cannot be explained.
PUSHES, PUSH_SEED = 5, 20201115
# The judge's own continuation.
OWN_RATE = 1e-3
OWN_TIME = 1.0
MOST_OWN_STEPS = 4_000
# Below this time the tenth of it says nothing, and the own continuation is asked instead.
SHORT_TIME = 0.5
MOST_OWN_FALL = 0.2
FREED = 0.9


@dataclass(frozen=True, slots=True)
class Rest:
    """How much further the loss falls, as parts of the loss at the end of the training."""

    fall: float  # in as many steps again, at a tenth of the rate
    pushed_fall: float  # the same after a push (the middle one of five)
    own_fall: float  # at the judge's own rate
    freed: float  # at the judge's own rate: the loss with a push over the loss without
    # How far the weights move in a time of 1, at the judge's own rate: the gradient, less what only
    # goes to and fro. At a minimum on a kink of the relu the gradient itself is not small.
    drift: float
    short: bool  # whether learning rate × steps is too small for a tenth of it to say anything
    curvature: Curvature

    @property
    def still_falling(self) -> bool:
        """Whether the training ended on a slope."""
        if not self.fall < MOST_FALL:
            return True
        return self.short and not self.own_fall < MOST_OWN_FALL

    @property
    def unstable(self) -> bool:
        """Whether it ended at rest, and a push is enough to leave."""
        if self.still_falling:
            return False
        return not self.pushed_fall - self.fall < MOST_FALL or not self.freed >= FREED


def rest_of(run: Run, seed: int = PUSH_SEED) -> Rest:
    """Go on from where a training ended, without a push and with pushes drawn from a seed."""
    rng = np.random.default_rng(seed)
    shapes = ((PUSHES, *run.w1.shape), (PUSHES, *run.w2.shape))
    p1, p2 = (PUSH * rng.standard_normal(shape) for shape in shapes)
    w1 = np.concatenate([run.w1[None], run.w1 + p1])
    w2 = np.concatenate([run.w2[None], run.w2 + p2])
    curvature = curvature_at(run.x, run.y, run.w1, run.w2)
    rate, steps = run.experiment.learning_rate * SLOWER, run.experiment.steps
    slow = _go_on(run, w1, w2, rate, steps).last
    own_rate = min(OWN_RATE, 0.5 / max(curvature.largest, np.finfo(float).tiny))
    own_steps = min(round(OWN_TIME / own_rate), MOST_OWN_STEPS)
    later = _go_on(run, w1, w2, own_rate, own_steps)
    own = later.last
    one, two = (np.linalg.norm(a[0] - b) for a, b in ((later.w1, run.w1), (later.w2, run.w2)))
    with np.errstate(all="ignore"):
        return Rest(
            fall=float(1.0 - slow[0] / run.loss),
            pushed_fall=float(np.median(1.0 - slow[1:] / run.loss)),
            own_fall=float(1.0 - own[0] / run.loss),
            freed=float(np.median(own[1:] / own[0])),
            drift=float(np.hypot(one, two) / (own_rate * own_steps)),
            short=run.experiment.time < SHORT_TIME,
            curvature=curvature,
        )


def _go_on(run: Run, w1: np.ndarray, w2: np.ndarray, rate: float, steps: int) -> Ends:
    """Go on for so many steps; the loss is nan where a training explodes."""
    if run.experiment.d_hidden <= MOST_SIDE_BY_SIDE:
        ends = ends_of_descents(run.x, run.y, w1, w2, rate, steps)
    else:
        x, y = (np.broadcast_to(a, (len(w1), *a.shape)) for a in (run.x, run.y))
        made = train_together(x, y, w1, w2, rate, steps)
        ends = Ends(made.w1, made.w2, made.last)
    return Ends(ends.w1, ends.w2, np.where(np.isfinite(ends.last), ends.last, np.nan))
