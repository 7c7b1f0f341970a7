"""Exercise 3: a minimum that is not global, judged by what happens and not by its name."""

from grader.checks import Case, Disagreement, check

from ..training import require_affordable
from .experiment import Run, cause_of_saddle, experiment_of, run
from .figures import curvature_table, loss_curve, rest_table, way_to_lower
from .rest import MOST_FALL, MOST_OWN_FALL, rest_of
from .starts import NOTHING, ends_of

LOWER = 0.9


@check(3, lecture="Exercise 3: local minimum")
def experiment_can_be_trained(case: Case) -> None:
    """`EXPERIMENT` holds four numbers within their limits, and training with them stays finite."""
    trained = _trained(case)
    if not trained.finite:
        raise Disagreement(
            "The training explodes: the loss is not finite any more.",
            expected="a finite loss after every step",
            got=f"{trained.losses[0]:.4g} at the start, and {trained.loss:g} at the end",
            diagnoses=case.recognises("EXPERIMENT", trained, None),
        )


@check(11, needs=(experiment_can_be_trained,), lecture="If x is a local extremum, f′(x) = 0")
def training_comes_to_rest(case: Case) -> None:
    """The training has really stopped: as many steps again, at a tenth of the rate, lower the loss
    by less than 5 %, even after a small nudge to the weights.

    Chance has no part in it: the pushes are random once, and the same for everybody, so that a
    student sees before the deadline what is said afterwards.
    """
    trained = _trained(case)
    if _nothing_left(trained):
        return
    rest = rest_of(trained)
    case.show(rest_table(rest), curvature_table(rest))
    diagnoses = case.recognises("EXPERIMENT", trained, rest)
    if not rest.fall < MOST_FALL:
        raise Disagreement(
            "The loss is still falling where the training ends.",
            expected=f"less than {MOST_FALL:.0%} lower after as many steps at a tenth of the rate",
            got=f"{rest.fall:.1%} lower",
            diagnoses=diagnoses,
        )
    if rest.still_falling:
        raise Disagreement(
            f"Learning rate × steps is {trained.experiment.time:.2g}: too little for a tenth of "
            "it to show anything, and at a rate of the judge's own the loss goes on falling.",
            expected=f"less than {MOST_OWN_FALL:.0%} lower in a time (rate × steps) of 1",
            got=f"{rest.own_fall:.1%} lower",
            diagnoses=diagnoses,
        )
    if rest.unstable:
        raise Disagreement(
            "The training stopped at a saddle, not at a minimum: after a nudge of 0.01 the loss "
            "went on falling.",
            expected=f"after a push, less than {MOST_FALL:.0%} lower than without it",
            got=f"{rest.pushed_fall - rest.fall:.1%} lower after a push at a tenth of your rate; "
            f"at the judge's rate {rest.freed:.2f} × the loss without a push",
            diagnoses=(case.known(cause_of_saddle(trained)),),
        )


@check(11, needs=(training_comes_to_rest,), lecture="Exercise 3: local minimum")
def other_starts_end_lower(case: Case) -> None:
    """The minimum is not the global one: the best of twenty other starts with as many hidden
    neurons ends below 0.9 × its loss.
    """
    trained = _trained(case)
    ends = ends_of(trained.x, trained.y, trained.experiment.d_hidden)
    others = ends.losses
    case.show(loss_curve(trained, others, LOWER))
    bound = LOWER * trained.loss
    if ends.best is not None and others[0] < bound:
        case.show(way_to_lower(trained, ends.best))
    if _nothing_left(trained) or not others[0] < bound:
        raise Disagreement(
            f"No other start ends clearly below {trained.loss:.4g}.",
            expected=f"a start of the judge's that ends below {bound:.4g}",
            got=f"{others[0]:.4g} is the lowest of {len(others)}",
            hint="Another seed leads to another minimum: look for one that is higher.",
            diagnoses=case.recognises("EXPERIMENT", trained, others),
        )


def _trained(case: Case) -> Run:
    experiment = experiment_of(case.student.constant("EXPERIMENT"))
    require_affordable("EXPERIMENT", experiment.d_hidden, experiment.steps)
    return run(case, experiment, *case.reference.exercise_data())


def _nothing_left(trained: Run) -> bool:
    """Say whether the loss is 0 as far as anybody can tell: such a minimum is at rest."""
    return trained.loss <= NOTHING * trained.size
