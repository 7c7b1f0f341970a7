"""Exercise 7: playing with hyperparameters. Nothing here depends on chance.

Of 100 standard normal starts each: with 2 hidden neurons at rates from 1e-5 to 5e-5, and with 1 or
3 at 2e-5, all pass both checks of the bad minimum (the error after the push is at least 0.62 of
what it was; 0.5 is asked for); with 4 at 2e-5, 2 of them do. From 9e-5 on, 2 neurons may jump to
and fro for ever between two places that are high and no minima, which the second check tells apart.
"""

import numpy as np

from grader.checks import Case, Disagreement, check

from ..structured_data.learning import SAMPLES
from .experiments import (
    EXPLOSION,
    HIGH,
    PROBE_STEPS,
    experiment,
    pushed_on,
    run,
    show,
    slopes_after,
)
from .mistakes_hyperparameters import FALLEN

BAD = "Exercise 7: Make it find a bad local minimum"


@check(8, lecture=BAD)
def bad_local_minimum_is_high_and_at_rest(case: Case) -> None:
    """BAD_LOCAL_MINIMUM ends above 10 per sample, and loses less than 1 % of its error in the last
    tenth of its steps.
    """
    what = run(case, experiment(case, "BAD_LOCAL_MINIMUM"), "BAD_LOCAL_MINIMUM")
    show(case, what, "A bad local minimum, beside a good one")
    if np.isfinite(what.last) and what.last > HIGH and what.falls_late < 0.01:
        return
    raise Disagreement(
        "The experiment does not stop in a bad place" + _start(what.own),
        expected="an error above 10 per sample, which falls by less than 1 % in the last tenth",
        got=f"{what.last:.4g} per sample, which falls by {what.falls_late:.2%}"
        if np.isfinite(what.last)
        else f"an explosion, at the learning rate {what.chosen['learning_rate']:g}",
        diagnoses=case.recognises("BAD_LOCAL_MINIMUM", what),
    )


@check(2, needs=(bad_local_minimum_is_high_and_at_rest,), lecture=BAD)
def bad_local_minimum_holds(case: Case) -> None:
    """BAD_LOCAL_MINIMUM ends at a minimum: below its start, and after a push of 0.01 on each weight
    2,000 more steps at the rate 2e-5 do not bring the error below half.

    Chance has no part in it: the middle one of five pushes counts, the same for everybody.
    """
    what = run(case, experiment(case, "BAD_LOCAL_MINIMUM"), "BAD_LOCAL_MINIMUM")
    after = float(np.median(pushed_on(case, what.descent).last)) / SAMPLES
    slope = max(float(np.abs(part).max()) for part in slopes_after(case, what.descent))
    if after >= FALLEN * what.last and what.last <= what.first:
        return
    raise Disagreement(
        "The end of the experiment is not a minimum.",
        expected=f"about {what.last:.4g} per sample, {PROBE_STEPS:,} steps after a small push",
        got=f"{after:.4g}" if what.last <= what.first else f"it began at {what.first:.4g}",
        diagnoses=case.recognises("BAD_LOCAL_MINIMUM", what, after, slope),
    )


@check(10, lecture="Exercise 7: make it explode")
def explosion_diverges(case: Case) -> None:
    """EXPLOSION diverges: its loss becomes inf or nan, or ends above 1,000 times its start and
    still rising.
    """
    what = run(case, experiment(case, EXPLOSION), EXPLOSION)
    show(case, what, "An explosion, beside a training that learns")
    if not np.isfinite(what.first):
        raise Disagreement(
            "The loss is infinite before the first step" + _start(what.own),
            expected="a finite loss at the start, and an explosion that follows from the steps",
            got="a loss beyond 10¹⁰⁰ to begin with",
            diagnoses=case.recognises("EXPLOSION", what),
        )
    if not what.diverged:
        raise Disagreement(
            "The experiment does not explode" + _start(what.own),
            expected=f"more than {1000 * what.first:.4g} per sample at the end, and rising",
            got=f"{what.last:.4g} per sample at the end, {what.first:.4g} at the start",
            diagnoses=case.recognises("EXPLOSION", what),
        )


def _start(own: bool) -> str:
    return " (from your `init_weights`)." if own else "."
