"""Whether `train` makes all of its steps where they no longer change anything.

A training that ends by itself (since the loss is small or falls no more, the gradient has vanished,
or a cap of its own is reached) gives fewer losses than were asked for. Where that is depends on its
author, so that it is run from places where every such rule holds, for longer than anybody waits.
All numbers are whole, or powers of 2, so that what is 0 is exactly 0 in any precision and any order
of adding up.
"""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, SubmissionError, agree, as_array, as_parts
from grader.checks.descent_ways import OF_THE_WAY, Went, went
from grader.checks.trainer import slopes_of

from . import own
from .loops import require_weights
from .network import RIGHT, Loss, Problem, right_loss, walk

Place = Callable[[], Problem]
SLOPE = "the longest training on the slope"

# Longer than the usual caps of 1,000 and 2,000 steps, at rest where a step is cheapest. Longer than
# one of 10,000 is a hidden check alone: a kit's public checks are tried on a thousand submissions.
LONG, PATIENT, FALLING = 2_500, 2_400, 300
LONGEST = 10_500
FEW = 3
# With functions of the judge's, each call of which is a question and an answer; and where the text
# of `train` shows that it makes every step.
SHORT = 150
RATE, EXPLOSIVE = 2.0**-6, 1e3
STEPS_AT = 5  # which parameter says how many there are, in `train` and `train_sgd`
# A training that is right for so many steps follows its gradients at one rate.
TELLING = 8
# A loss that has fallen to this part of its start has fallen to the rounding of float32, squared.
NOTHING = 1e-10
LOOKS = (0, 10, 50, 200, 500, 1_000, 2_000, LONG)


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


def on_a_slope() -> Problem:
    """Return a network whose w1 moves by 2⁻²⁷ a step, and so little else that no step is shorter.

    The loss falls by 2⁻⁴⁸ of itself, not by 0. A right step is as long as 1,024 roundings of
    float32; where a training has stopped, it is 0.
    """
    one = np.ones((1, 1))
    return one * 2.0**-22, one, one * 2.0**-14, one


def _over_a_ridge() -> Problem:
    """Return a network whose loss rises by a fifth in its first step, and falls in all others."""
    one = np.ones((1, 1))
    return one, 0.0 * one, 8.25 * one, one


PLACES = (
    ("where the loss hardly falls", on_a_slope, LONG),
    ("where the loss is 0", _at_a_perfect_fit, FALLING),
    ("where the loss stays the same", _on_a_plateau, PATIENT),
    ("where the loss falls less and less", close_to_a_fit, FALLING),
    ("where the loss rises once", _over_a_ridge, FALLING),
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

    Nor may it fill them up where it has ended before.
    """
    for where, problem, steps in PLACES:
        judged, came, asked = _parts(case, problem(), steps)
        require_a_loss_for_each_step(case, came[2], asked, where)
        if _ends_before(judged, problem, came, asked) and not _others_are_to_blame(case, problem):
            _refuse_to_end(judged, asked, where)


def _others_are_to_blame(case: Case, place: Place) -> bool:
    """Say whether a few steps end before with the submission's own functions alone.

    A wrong function that `train` calls is paid for elsewhere.
    """

    def ends(judged: Case) -> bool:
        try:
            came = _trained(judged, (*place(), RATE, SHORT))
        except SubmissionError:
            return True
        return _ends_before(judged, place, came, SHORT)

    return ends(case) and not ends(case.instead(**RIGHT))


def _refuse_to_end(case: Case, steps: int, where: str) -> None:
    """Fail for losses that were filled up, unless a wrong update is to blame, which has cost."""
    if not _is_right_for(case, TELLING):
        return
    raise Disagreement(
        f"`train` was asked for {steps:,} steps {where}. It returned a loss for each, but it ended "
        "before: its last losses are not those of the steps that were asked for.",
        diagnoses=(case.known("stops_early"),),
    )


def _is_right_for(case: Case, steps: int) -> bool:
    """Say whether `train` follows its gradients for a few steps, away from any place of rest."""
    try:
        require_weights(case, steps)
    except SubmissionError:
        return False
    return True


def _ends_before(case: Case, place: Place, came: list[Any], steps: int) -> bool:
    """Say whether a training has ended before its last step, by what it returned."""
    try:
        if not last_loss_is_of(place(), came, own.student_loss(case)):
            return True
        if place is close_to_a_fit:
            return _stays_above(case, came)
        return place is on_a_slope and way_of(case, came, steps) is Went.STOPPED
    except (SubmissionError, TypeError, ValueError, IndexError):
        return False


def last_loss_is_of(problem: Problem, came: Sequence[Any], *others: Loss) -> bool:
    """Say whether the last loss is that of the weights that came, or neither is a number.

    The loss is the right one, or one of others; weights of other shapes are judged elsewhere.
    """
    last, *weights = _ends(came)
    loss = None
    for function in (right_loss, *others):
        with contextlib.suppress(SubmissionError, ValueError), np.errstate(all="ignore"):
            loss = function(*problem[:2], *weights)
            if agree(last, loss) or not (np.isfinite(last) or np.isfinite(loss)):
                return True
    return loss is None


def _ends(came: Sequence[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the last loss and the weights of a training."""
    one, two, losses = (as_array(part, "it").astype(float) for part in came)
    return losses.ravel()[-1], one, two


def _stays_above(case: Case, came: Sequence[Any]) -> bool:
    """Say whether the loss is still there where the submission's gradients lead to rounding."""
    gradients = own.student_gradients(case)
    return is_above_rounding(came) and not is_above_rounding(
        walk(close_to_a_fit(), RATE, SHORT, gradients, right_loss)
    )


def is_above_rounding(came: Sequence[Any]) -> bool:
    """Say whether weights that should have come to fit still miss by more than rounding."""
    x, y, *start = close_to_a_fit()
    return not right_loss(x, y, *_ends(came)[1:]) <= NOTHING * right_loss(x, y, *start)


def way_of(case: Case, came: Sequence[Any], steps: int) -> Went:
    """Say how a training went that was asked for so many steps on the slope.

    Where wrong gradients of the submission lead to is not known, and paid for elsewhere.
    """
    start = on_a_slope()

    def moved(asked: int) -> np.ndarray:
        parts = came if asked == steps else _trained(case, (*start, RATE, asked))
        return np.asarray(as_array(parts[0], "`w1`").astype(float) - start[2]).ravel()

    right = slopes_of(*start)[0]
    found = went(moved, steps, [-RATE * right.ravel()])
    if found is not Went.STEADILY:
        of_its_own = own.student_gradients(case)(*start)[0]
        if not np.allclose(of_its_own, right, rtol=OF_THE_WAY, atol=0):
            return Went.STEADILY
    return found


def require_the_same_rate(case: Case) -> None:
    """Fail where `train` makes its later steps longer or shorter than the first ones.

    One that ends early, or that does not train here at all, is judged by its losses.
    """
    try:
        came, asked = on_the_slope(case)
        if way_of(case, came, asked) is not Went.OTHERWISE:
            return
        if (start := own.begins(case, (*on_a_slope(), RATE))).own or start.told:
            return  # it begins elsewhere, which is paid for by its first step
        own_way, right_way = (
            way_of(judged, _trained(judged, (*on_a_slope(), RATE, SHORT)), SHORT)
            for judged in (case, case.instead(**RIGHT))
        )
        if own_way is not Went.STEADILY and right_way is Went.STEADILY:
            return  # a wrong function that it calls is to blame
        trained = [_trained(case, (*on_a_slope(), RATE, asked)) for asked in LOOKS]
        moves, slope = moves_between([one[0] for one in trained])
    except (SubmissionError, TypeError, ValueError, IndexError):
        return
    raise Disagreement(
        f"`train` was asked for {LONG:,} steps {PLACES[0][0]}. The later ones are not as long as "
        "the first, where the gradient is the same.",
        hint="w ← w - α ∇, with the α that was passed in, in every step.",
        diagnoses=case.recognises("train.way", moves, slope),
    )


def moves_between(places: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean step between `LOOKS` on the slope, over the learning rate, and the slope."""
    paths = np.array([as_array(w1, "`w1`").astype(float).ravel() for w1 in places])
    moves = -np.diff(paths, axis=0) / np.diff(LOOKS)[:, None] / RATE
    return moves, np.full_like(moves, slopes_of(*on_a_slope())[0].item())


def is_finite(problem: Problem, weights: Sequence[Any]) -> bool:
    """Say whether the loss of these weights is a number."""
    arrays = [as_array(w, "weights").astype(float) for w in weights]
    with np.errstate(all="ignore"):
        return bool(np.isfinite(right_loss(*problem[:2], *arrays)))


def explodes_to_the_end(came: Sequence[Any]) -> bool:
    """Say whether the last loss of a training is no number."""
    return not np.isfinite(_ends(came)[0])


def require_the_explosion_goes_on(
    case: Case, problem: Problem, steps: int, came: Sequence[Any]
) -> None:
    """Fail where a training ends with a number where its weights, or gradients, lead beyond all."""
    try:
        if not is_finite(problem, came[:2]):
            if explodes_to_the_end(came):
                return
        else:
            gradients = own.student_gradients(case)
            with np.errstate(all="ignore"):
                led = walk(problem, EXPLOSIVE, steps, gradients, lambda *_: 0.0)
            if is_finite(problem, led[:2]):
                return
    except (SubmissionError, TypeError, ValueError, IndexError):
        return
    if _is_right_for(case, TELLING):
        losses = as_array(came[2], "`losses`").astype(float).ravel()
        best = case.recognises("train.best", losses, right_loss(*problem[:2], *_ends(came)[1:]))
        raise Disagreement(
            "`train` was asked for steps that explode, and its last loss, or the loss of its "
            "weights, is a number: it ended before, or its numbers came back.",
            diagnoses=best or (case.known("stops_early"),),
        )


def require_the_longest_run(case: Case) -> None:
    """Fail where `train` has a cap of its own below 10,500 steps; one that raises is judged apart.

    It explodes at once, so that there is nothing to wait for: six weights, in plain Python too.
    """
    problem = close_to_a_fit()
    if long_of(case, LONGEST) < LONGEST:
        return
    try:
        came = _trained(case, (*problem, EXPLOSIVE, LONGEST))
        few = _trained(case, (*problem, EXPLOSIVE, SHORT))
    except SubmissionError:
        return
    if counts_otherwise(case) or count_of(came[2]) <= LONG:
        return  # a training that ends sooner is noticed, and paid for, by its losses
    require_a_loss_for_each_step(case, came[2], LONGEST, "that explode")
    with contextlib.suppress(SubmissionError, TypeError, ValueError, IndexError):
        if not explodes_to_the_end(few):
            return  # judged by an explosion of a few steps
    require_the_explosion_goes_on(case, problem, 0, came)


def long_of(case: Case, steps: int, function: str = "train") -> int:
    """Return how long a long run is: short where the text of the loop shows every step."""
    return min(steps, SHORT) if case.student.shows_each_step(function, STEPS_AT) else steps


def _parts(case: Case, problem: Problem, steps: int) -> tuple[Case, list[Any], int]:
    """Return whose functions were called, what came, and for how many steps.

    Where `train` does not return, it is asked again with the right functions instead of the
    submission's own: a wrong one of these may be to blame, and is paid for elsewhere.
    """
    try:
        if steps == LONG:
            return case, *on_the_slope(case)
        asked = long_of(case, steps)
        return case, _trained(case, (*problem, RATE, asked)), asked
    except SubmissionError as error:
        try:
            other = case.instead(**RIGHT)
            return other, _trained(other, (*problem, RATE, SHORT)), SHORT
        except SubmissionError:
            raise error from None


def on_the_slope(case: Case) -> tuple[list[Any], int]:
    """Return what the longest training on the slope gave, and its steps; two checks ask for it."""
    if SLOPE not in case.memory:
        asked = long_of(case, LONG)
        case.memory[SLOPE] = _trained(case, (*on_a_slope(), RATE, asked)), asked
    came, asked = case.memory[SLOPE]
    return list(came), asked


def _trained(case: Case, arguments: tuple[Any, ...]) -> list[Any]:
    return as_parts(case.student.train(*arguments), ("w1", "w2", "losses"), "train")
