"""Whether `train` makes all of its steps where they no longer change anything.

A training that ends by itself (since the loss is small or falls no more, the gradient has vanished,
or a cap of its own is reached) gives fewer losses than were asked for. Where that is depends on its
author, so that it is run from places where every such rule holds, for longer than anybody waits.
All numbers are whole, or powers of 2, so that what is 0 is exactly 0 in any precision and any order
of adding up.
"""

from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, SubmissionError, as_array, as_parts

from .loops import require_weights
from .network import RIGHT, Problem

# Longer than the usual caps of 1,000 and 2,000 steps, at rest where a step is cheapest. Longer than
# one of 10,000 is a hidden check alone: a kit's public checks are tried on a thousand submissions.
LONG, PATIENT, FALLING = 2_500, 1_500, 300
LONGEST = 10_500
FEW = 3
# With functions of the judge's, each call of which is a question and an answer.
SHORT = 150
RATE, EXPLOSIVE = 2.0**-6, 1e3


def _at_a_perfect_fit() -> Problem:
    """Return a network that has learned its one sample: the loss is 0, and so is the gradient."""
    x, w1, w2 = np.array([[1.0, 2.0]]), np.array([[1.0, -1.0], [1.0, -2.0]]), np.array([[2.0], [1]])
    return x, np.array([[6.0]]), w1, w2


def _on_a_plateau() -> Problem:
    """Return a network that is asleep: the loss stays where it is, and the gradient is 0."""
    x, w1, w2 = np.array([[1.0, 2.0]]), np.array([[-1.0, -1], [-1.0, -2]]), np.array([[2.0], [1]])
    return x, np.array([[6.0]]), w1, w2


def close_to_a_fit() -> Problem:
    """Return a network whose loss falls to rounding: to a millionth of its start, and on."""
    x, _, w1, w2 = _at_a_perfect_fit()
    return x, np.array([[7.0]]), w1, w2


def _on_a_slope() -> Problem:
    """Return a network whose w1 moves by 2⁻²⁷ a step, and so little else that no step is shorter.

    The loss falls by 2⁻⁴⁸ of itself, not by 0. A right step is as long as 1,024 roundings of
    float32; where a training has stopped, it is 0.
    """
    one = np.ones((1, 1))
    return one * 2.0**-22, one, one * 2.0**-14, one


PLACES = (
    ("where the loss hardly falls", _on_a_slope, LONG),
    ("where the loss is 0", _at_a_perfect_fit, FALLING),
    ("where the loss stays the same", _on_a_plateau, PATIENT),
    ("where the loss falls less and less", close_to_a_fit, FALLING),
)


def require_a_loss_for_each_step(case: Case, came: Any, steps: int, where: str) -> None:
    """Fail where other than steps + 1 losses came."""
    require_as_many(case, "train", came, steps, f"{steps:,} steps {where}", more=1)


def require_as_many(
    case: Case, function: str, losses: Any, asked: int, what: str, more: int = 0
) -> None:
    """Fail where other than as many losses came as were asked for, and so many more."""
    count, wanted = count_of(losses), asked + more
    if count != wanted:
        noun = "loss" if count == 1 else "losses"
        raise Disagreement(
            f"`{function}` was asked for {what}, and returned {count:,} {noun}.",
            expected=f"{wanted:,} losses",
            got=f"{count:,}",
            diagnoses=case.recognises(f"{function}.length", count, asked),
        )


def count_of(losses: Any) -> int:
    """Return how many losses came."""
    return len(np.atleast_1d(as_array(losses, "`losses`")))


def counts_otherwise(case: Case) -> bool:
    """Say whether `train` gives other than steps + 1 losses at every time: paid for elsewhere."""
    try:
        losses = _trained(case, (*close_to_a_fit(), RATE, FEW))[2]
        return count_of(losses) != FEW + 1
    except SubmissionError:
        return False


def require_every_loss(case: Case) -> None:
    """Fail where `train` returns other than steps + 1 losses at rest, or nearly so.

    Nor may it fill them up: on the slope, the weights tell how many steps it has made.
    """
    for where, problem, steps in PLACES:
        came, asked = _parts(case, problem(), steps)
        require_a_loss_for_each_step(case, came[2], asked, where)
        if problem is _on_a_slope and asked == steps:
            _require_every_step(case, came, steps, where)


def _require_every_step(case: Case, came: list[Any], steps: int, where: str) -> None:
    """Fail where the weights stand still on the slope; other updates are paid for elsewhere."""
    try:
        if np.ptp(as_array(came[2], "`losses`")[-2:]):
            return  # without another training: what fills its losses up has two that are the same
        before = _trained(case, (*_on_a_slope(), RATE, steps - 1))
        still = all(np.array_equal(a, b) for a, b in zip(came[:2], before[:2], strict=True))
        if not still or not np.any(case.student.gradients(*_on_a_slope())[0]):
            return
        require_weights(case, FEW)
    except (SubmissionError, TypeError, ValueError, IndexError):
        return
    raise Disagreement(
        f"`train` was asked for {steps:,} steps {where}. It returned a loss for each, but its "
        "weights stand still in the end.",
        diagnoses=(case.known("stops_early"),),
    )


def require_the_longest_run(case: Case) -> None:
    """Fail where `train` has a cap of its own below 10,500 steps; one that raises is judged apart.

    It explodes at once, so that there is nothing to wait for: six weights, in plain Python too.
    """
    try:
        losses = _trained(case, (*close_to_a_fit(), EXPLOSIVE, LONGEST))[2]
    except SubmissionError:
        return
    if counts_otherwise(case) or count_of(losses) <= LONG:
        return  # a training that ends sooner is noticed, and paid for, by its losses
    require_a_loss_for_each_step(case, losses, LONGEST, "that explode")


def _parts(case: Case, problem: Problem, steps: int) -> tuple[list[Any], int]:
    """Return the weights and losses that came, and for how many steps.

    Where `train` does not return, it is asked again with the right functions instead of the
    submission's own: a wrong one of these may be to blame, and is paid for elsewhere.
    """
    try:
        return _trained(case, (*problem, RATE, steps)), steps
    except SubmissionError as error:
        try:
            return _trained(case.instead(**RIGHT), (*problem, RATE, SHORT)), SHORT
        except SubmissionError:
            raise error from None


def _trained(case: Case, arguments: tuple[Any, ...]) -> list[Any]:
    return as_parts(case.student.train(*arguments), ("w1", "w2", "losses"), "train")
