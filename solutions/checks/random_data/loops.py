"""`train` of the submission against the judge's own loop."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Failed, SubmissionError, as_array, as_parts, recorded
from grader.checks.answering import require_an_answer, telling
from grader.checks.compare import agree
from grader.checks.descent_ways import ends_in_nan, flat, of_other_ways
from grader.checks.several_runs import loss_line
from grader.checks.trainer import slopes_of
from grader.results import Diagnosis

from ..training import show_losses
from . import own
from .network import (
    Gradients,
    Loss,
    Problem,
    Sizes,
    drawn_until,
    error,
    problem,
    right_loss,
    slopes,
    walk,
)
from .own import begins

Trained = tuple[np.ndarray, np.ndarray, np.ndarray]

PARTS = ("w1", "w2", "losses")
# Square matrices: wrong gradients of the wrong shape (transposed, swapped) go through the updates,
# so that `train` can be judged on them.
SQUARE = Sizes(n=6, d_in=4, d_hidden=4, d_out=4)
RATE = 2e-3
# Where one matrix moves first, the other's step has to differ by this part of its largest weight.
TELLING_ORDER = 2e-3
LONG = Sizes(n=24, d_in=6, d_hidden=6, d_out=6)
LONG_RATE, LONG_STEPS = 2e-4, 400
# Weights that come this near to a kink during the training are drawn again: an answer in float32
# could step to the other side of it.
KINK = 1e-3
# After so many steps it is told how a training goes its way.
TELLING_STEPS = 8
FEWEST_TO_END = 3


def short_run(case: Case, steps: int) -> tuple[Any, ...]:
    """Draw the arguments of a call of `train` with a few steps that stay away from the kinks."""
    return (*calm_problem(case.rng, steps), RATE, steps)


@recorded
def calm_problem(rng: np.random.Generator, steps: int) -> Problem:
    """Draw a problem that stays away from the kinks for as many steps, in which order tells."""

    def clear(start: Problem) -> bool:
        x, y, w1, w2 = start
        for step in range(steps):
            grad_w1, grad_w2 = slopes(x, y, w1, w2)
            new_w1, new_w2 = w1 - RATE * grad_w1, w2 - RATE * grad_w2
            late_w1 = RATE * np.max(np.abs(slopes(x, y, w1, new_w2)[0] - grad_w1))
            late_w2 = RATE * np.max(np.abs(slopes(x, y, new_w1, w2)[1] - grad_w2))
            order_tells = late_w1 > TELLING_ORDER * np.max(
                np.abs(w1)
            ) and late_w2 > TELLING_ORDER * np.max(np.abs(w2))
            if np.min(np.abs(x @ w1)) < KINK or (step == 0 and not order_tells):
                return False
            w1, w2 = new_w1, new_w2
        return bool(np.min(np.abs(x @ w1)) >= KINK)

    return drawn_until(rng, SQUARE, clear)


def long_run(case: Case) -> tuple[tuple[Any, ...], Trained]:
    """Draw the arguments of a call of `train` in which the loss has to fall to half, and train.

    They are drawn again until the reference brings the loss to a quarter: no draw is to blame.
    """
    while True:
        arguments = (*problem(case.rng, LONG), LONG_RATE, LONG_STEPS)
        right = case.reference.train(*arguments)
        if right[2][-1] <= right[2][0] / 4:
            return arguments, right


def _loops(case: Case, arguments: tuple[Any, ...]) -> Iterator[tuple[Gradients, Loss, Trained]]:
    """Yield the judge's loop: on the gradients of the reference, then on the submission's.

    The losses are those of the reference first and of the submission's own functions second. What
    gives the same as a loop before it is left out.
    """
    start, rate, steps = arguments[:4], arguments[4], arguments[5]
    right = case.reference.gradients(*start)
    found: list[Trained] = []
    for gradients in (case.reference.gradients, own.student_gradients(case)):
        for loss in own.loss_functions(case):
            try:
                if not all(map(telling, gradients(*start), right)):
                    continue
                trained = walk(start, rate, steps, gradients, loss)
            except (SubmissionError, ValueError):  # missing, or of shapes that do not fit
                continue
            if not any(all(map(agree, trained, other)) for other in found):
                found.append(trained)
                yield gradients, loss, trained


def require_weights(case: Case, steps: int) -> None:
    """Fail where `train` does not end at the weights of the judge's loop."""
    arguments = short_run(case, steps)
    got = as_parts(case.student.train(*arguments), PARTS, "train")
    for _, _, expected in _loops(case, arguments):
        if agree(got[0], expected[0]) and agree(got[1], expected[1]):
            return
    start = begins(case, arguments)
    if steps > 1 and start.told:
        way, here = own.student_gradients(case), (*arguments[:2], *start.weights)
        with contextlib.suppress(SubmissionError, ValueError):  # missing, or of other shapes
            led = walk(here, RATE, steps, way, right_loss)[:2]
            if all(map(telling, way(*here), slopes_of(*here))) and all(map(agree, got[:2], led)):
                return
    _refuse(case, arguments, got, ("w1", "w2"))


def require_losses(case: Case, steps: int) -> None:
    """Fail where the losses are not those of the weights that the training went through.

    The weights that count are those that `train` itself gives after 1, 2, … steps, or those of
    the judge's loop: a wrong update costs nothing here.
    """
    arguments = short_run(case, steps)
    got = as_parts(case.student.train(*arguments), PARTS, "train")
    losses = as_array(got[2], "`losses`")
    if losses.ndim > 1 and losses.size == len(losses):  # a column: a number for each step, too
        got[2] = losses.ravel()
    usual = False
    for _, _, expected in _loops(case, arguments):
        if agree(got[2], expected[2]):
            return
        usual |= all(map(agree, got[:2], expected[:2]))
    shorter = [_trained(case, arguments, done) for done in range(1, steps + 1)]
    path = [begins(case, arguments).weights, *(_weights(one) for one in shorter)]
    for loss in own.loss_functions(case):
        try:
            right = [loss(*arguments[:2], *weights) for weights in path]
        except (SubmissionError, ValueError):
            continue
        if agree(got[2], right):
            return
        if not usual and of_other_ways([one[2] for one in shorter], right):
            return
    _refuse(case, arguments, got, ("losses",))


def _refuse(case: Case, arguments: tuple[Any, ...], got: list[Any], only: tuple[str, ...]) -> None:
    """Compare with the judge's loop, naming the mistake by the submission's own gradients."""
    failures: list[Disagreement] = []
    for gradients, loss, expected in _loops(case, arguments):
        try:
            own = {"gradients": gradients, "test_error": loss}
            case.compare("train", arguments, got, expected, parts=PARTS, only=only, functions=own)
        except Disagreement as failure:
            failures.append(failure)
    told = next((failure for failure in failures if failure.diagnoses), failures[0])
    if not told.diagnoses:
        begun = begins(case, arguments).told
        again = begun or case.called_again("train", arguments, got)
        told.diagnoses = again or _of_an_end(case, arguments, got) or _of_the_way(case, arguments)
    raise told


def _of_an_end(case: Case, arguments: tuple[Any, ...], got: list[Any]) -> tuple[Diagnosis, ...]:
    """Name a training that ends early: a step more was asked for, and it came no further."""
    steps = arguments[5]
    if steps < FEWEST_TO_END:
        return ()
    try:
        if ends_in_nan(*(as_array(got[k], PARTS[k]).astype(float).ravel() for k in (2, 0, 1))):
            return (case.known("stops_early"),)
        ways = [_weights(_trained(case, arguments, asked)) for asked in (1, steps - 1, steps)]
        moved = [not np.array_equal(flat(one), flat(arguments[2:4])) for one in ways]
    except (SubmissionError, ValueError):
        return ()
    one, last_but_one, last = map(flat, ways)  # what is the same from the first step on, is fixed
    goes = all(moved) and not np.array_equal(one, last_but_one)
    ended = goes and np.array_equal(last_but_one, last)
    return (case.known("stops_early"),) if ended else ()


def _trained(case: Case, arguments: tuple[Any, ...], steps: int) -> list[Any]:
    """Return what `train` gives for so many steps."""
    return as_parts(case.student.train(*arguments[:5], steps), PARTS, "train")


def _weights(trained: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    return as_array(trained[0], "`w1`"), as_array(trained[1], "`w2`")


def _of_the_way(case: Case, arguments: tuple[Any, ...]) -> tuple[Diagnosis, ...]:
    """Name a learning rate that changes on the way, or a velocity that is kept.

    The slopes are the submission's own: the reference's at such places would be in no kit.
    """
    data, rate = arguments[:2], arguments[4]
    try:
        path = [arguments[2:4]]
        path += [_weights(_trained(case, arguments, done)) for done in range(1, TELLING_STEPS + 1)]
        gradients = own.student_gradients(case)
        slopes = np.array([flat(gradients(*data, *at)) for at in path[:-1]])
        places = np.array([flat(at) for at in path])
        moves = (places[:-1] - places[1:]) / rate
        return case.recognises("train.way", moves, slopes)
    except (SubmissionError, ValueError):  # missing, or of shapes that do not fit
        return ()


def fitting(case: Case) -> None:
    """Fail where the loss does not fall, unless wrong gradients lead `train` there."""
    arguments, right = long_run(case)
    x, y, w1, w2 = arguments[:4]
    got = as_parts(case.student.train(*arguments), PARTS, "train")
    start, target = right[2][0], right[2][-1]
    try:
        left = error(x, y, as_array(got[0], "`w1`"), as_array(got[1], "`w2`"))
    except ValueError:
        raise Failed("`train` returned weights of other shapes than it was given.") from None
    loss = float(np.sum(left**2))
    _show(case, got[2], right[2], start, loss)
    if loss <= start / 2:
        require_an_answer(case, "train", arguments, got)
        own.require_training(case, arguments)
        return
    gradients = own.student_gradients(case)
    if all(map(telling, gradients(x, y, w1, w2), case.reference.gradients(x, y, w1, w2))):
        path = walk((x, y, w1, w2), arguments[4], arguments[5], gradients, lambda *_: 0.0)
        if agree(got[0], path[0]) and agree(got[1], path[1]):
            return
    raise Failed(
        f"After {LONG_STEPS} steps the squared error is {loss:.4g}; it was {start:.4g} at the "
        f"start, and the reference brings it down to {target:.4g}."
    )


def _show(case: Case, losses: Any, right: np.ndarray, start: float, end: float) -> None:
    lines = [loss_line("reference", right, "reference")]
    try:
        came = as_array(losses, "`losses`").astype(float).ravel()
    except Failed:
        came = np.empty(0)
    if came.size > 1:
        lines.insert(0, loss_line("your train", came, "student"))
    show_losses(
        case,
        "The loss while `train` runs",
        f"From the same weights, with your `train` the squared error goes from "
        f"{start:.4g} to {end:.4g} in {LONG_STEPS} steps; with the reference to "
        f"{right[-1]:.4g}.",
        *lines,
    )
