"""Exercise 4: a training that explodes, and a function that notices it.

The answers of `has_diverged` are judged all or nothing over each group of curves, and each check
asks for an explosion and for a training that holds: an answer that is always the same earns
nothing.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, check
from grader.checks.several_runs import loss_line
from grader.util.wording import counted

from ..local_minimum.experiment import Run, exercise_data, experiment_of, run
from ..training import affordable_steps, require_affordable, show_losses
from . import curves
from .answers import answers, each_answer, names_of, require_opinion, require_right, takes_lists

LIMIT = 1000
# Of each of 24 kinds: 288 curves in all.
EACH = 12
# Where a training explodes, what comes after this many times its start is of no interest.
DRAWN_UP_TO = 1e30
FORMS = {np.ndarray: "an array in single precision", list: "a list", tuple: "a tuple"}


@check(7, lecture="Exercise 4: Explosion")
def experiment_explodes(case: Case) -> None:
    """With `EXPERIMENT` the training explodes: the loss is inf or nan, or ends above 1,000 times
    its start and is still rising.
    """
    experiment = experiment_of(case.student.constant("EXPERIMENT"))
    # A large network explodes in a few steps, too: no more are made than the judge can afford.
    steps = affordable_steps(experiment.d_hidden, experiment.steps)
    trained = run(case, replace(experiment, steps=steps), *exercise_data())
    _show(case, trained)
    if not np.isfinite(trained.losses[0]):
        largest = max(float(np.abs(weights).max()) for weights in trained.start)
        raise Disagreement(
            "The loss is infinite before the first step: it is not the training that explodes.",
            expected="a finite loss at the start, and an explosion that follows from the steps",
            got=f"weights up to {largest:.3g} to begin with",
            diagnoses=case.recognises("EXPERIMENT", trained),
        )
    if not trained.finite:
        return
    is_rising = bool(trained.loss > trained.losses[-2])
    if not (trained.loss > LIMIT * trained.losses[0] and is_rising):
        require_affordable("EXPERIMENT", experiment.d_hidden, experiment.steps)
        raise Disagreement(
            "The training does not explode.",
            expected=f"inf, nan, or a loss above {LIMIT * trained.losses[0]:.4g} that is rising",
            got=f"{trained.loss:.4g} at the end, {'rising' if is_rising else 'not rising'}; "
            f"{trained.losses[0]:.4g} at the start",
            diagnoses=case.recognises("EXPERIMENT", trained),
        )


@check(4, lecture="Exercise 4: Explosion")
def losses_that_are_not_finite_are_an_explosion(case: Case) -> None:
    """`has_diverged` is True for losses that are inf or nan, wherever that happens."""
    require_right(case, curves.drawn(case.rng, curves.NON_FINITE, EACH, exploded=True))
    require_opinion(case)


@check(4, lecture="Exercise 4: Explosion")
def rising_beyond_the_limit_is_an_explosion(case: Case) -> None:
    """`has_diverged` is True for losses that are finite, end above 1,000 times the first, and are
    still rising.
    """
    require_right(case, curves.drawn(case.rng, curves.RISING, EACH, exploded=True))
    require_opinion(case)


@check(4, lecture="Exercise 4: Explosion")
def learning_and_resting_are_no_explosion(case: Case) -> None:
    """`has_diverged` is False for losses that fall, that go up and down while they fall, and that
    stay on a plateau.
    """
    require_right(
        case, curves.drawn(case.rng, curves.LEARNING | curves.PLATEAUS, EACH, exploded=False)
    )
    require_opinion(case)


@check(3, lecture="Exercise 4: Explosion")
def rising_for_a_while_is_no_explosion(case: Case) -> None:
    """`has_diverged` is False for losses that rise for a while, however high, and then fall."""
    require_right(case, curves.drawn(case.rng, curves.RISING_FOR_A_WHILE, EACH, exploded=False))
    require_opinion(case)


@check(1, lecture="Exercise 4: Explosion")
def one_loss_or_none_is_no_explosion(case: Case) -> None:
    """`has_diverged` is False for a single loss, and for none at all."""
    few: list[Any] = [np.array([7.5]), np.array([])]
    few += [[7.5], []] * takes_lists(case)  # who reads none has paid for it among the containers
    for losses in few:
        if answers(case, [losses])[0]:
            raise Disagreement(
                f"`has_diverged` sees an explosion in {counted(len(losses), 'loss', 'losses')}.",
                expected="False",
                got="True",
                diagnoses=names_of(case, [losses], [True]),
            )
    require_opinion(case)


@check(2, visibility="hidden", lecture="Exercise 4: Explosion")
def any_sequence_of_losses_will_do(case: Case) -> None:
    """`has_diverged` says True or False of a list, a tuple and an array in single precision as of
    the same losses in an array, and leaves them as they were.

    Of losses that have come to between 2 and 1,000 times the first and are rising, it may say
    either.
    """
    for losses in (*curves.PLAIN_EXPLOSIONS, *curves.PLAIN_LEARNING):
        forms = (losses.tolist(), tuple(losses.tolist()), losses.astype(np.float32))
        said = each_answer(case, (losses, *forms))
        of_array = next(said)
        for form, exploded in zip(forms, said, strict=True):
            if exploded is not of_array:
                raise Disagreement(
                    "`has_diverged` depends on what holds the losses.",
                    expected=f"{of_array}, as for an array in double precision",
                    got=f"{not of_array} for {FORMS[type(form)]}",
                    hint="`np.asarray(losses, dtype=float)` makes an array of any of them.",
                )
        _, after = case.student.with_arguments("has_diverged", losses.copy())
        if not np.array_equal(np.asarray(after[0], dtype=float), losses, equal_nan=True):
            raise Disagreement(
                "`has_diverged` changes the losses that it is given.",
                expected="the same losses afterwards",
                got="others",
                hint="Sorting and assigning to elements write into the caller's array.",
            )
    grey = curves.drawn(case.rng, curves.GREY, EACH, exploded=True)
    list(each_answer(case, [curve.losses for curve in grey]))
    require_opinion(case)


def _show(case: Case, trained: Run) -> None:
    losses = trained.losses
    with np.errstate(all="ignore"):
        beyond = np.flatnonzero(~(losses <= DRAWN_UP_TO * max(losses[0], 1.0)))
    last = int(beyond[0]) + 1 if beyond.size else len(losses)
    over = np.flatnonzero(~(losses <= LIMIT * losses[0]))
    told = (
        f"after {over[0]} of {len(losses) - 1} steps it is beyond {LIMIT:,} times that"
        if over.size
        else (f"it never comes beyond {LIMIT:,} times that, and ends at {trained.loss:.4g}")
    )
    summary = f"The loss begins at {losses[0]:.4g}; {told}."
    drawn = loss_line("your training", losses[:last], "student")
    show_losses(case, "The training with your experiment", summary, drawn)
