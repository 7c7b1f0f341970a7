"""Whether `train_sgd` goes through every epoch, at one learning rate, and what its losses are.

The places are those of exercise 2, where a training that ends by itself does so.
"""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, SubmissionError, agree, as_array, as_parts
from grader.checks.descent_ways import Went, flat, went
from grader.checks.own_starts import where_it_begins
from grader.checks.trainer import slopes_of
from grader.results import Diagnosis

from ..random_data import rest
from ..random_data.network import Problem, right_loss, walk
from .sgd import LEARNING_RATE, PARTS, judge_apart, one_epoch, same_everywhere, small

# An epoch takes twice as long as a step of `train`, and few write a cap on them.
MOST_EPOCHS = 3_000
TELLING = 8
SIZE = 2


def require_a_loss_for_each_epoch(case: Case, came: Any, epochs: int, where: str) -> None:
    """Fail where other than one loss for each epoch came."""
    rest.require_as_many(case, "train_sgd", came, epochs, f"{epochs:,} epochs {where}")


def require_every_epoch(case: Case) -> None:
    """Fail where `train_sgd` returns other than one loss for each of many epochs at rest.

    Nor may it fill them up where it has ended before.
    """
    for where, problem, steps in rest.PLACES:
        judged, came, asked = _run(case, problem(), min(steps, MOST_EPOCHS))
        require_a_loss_for_each_epoch(case, came[2], asked, where)
        if _ends_before(judged, problem, came, asked):
            raise Disagreement(
                f"`train_sgd` was asked for {asked:,} epochs {where}. It returned a loss for each, "
                "but it ended before: its last losses are not those of the epochs that were asked "
                "for.",
                diagnoses=(case.known("ends_early"),),
            )


def _ends_before(
    case: Case, place: Callable[[], Problem], came: Sequence[Any], epochs: int
) -> bool:
    """Say whether a training has ended before its last epoch, unless its steps are wrong, too."""
    try:
        stays = place is rest.close_to_a_fit and rest.is_above_rounding(came)
        stops = place is rest.on_a_slope and way_of(case, came, epochs) is Went.STOPPED
        filled = not rest.last_loss_is_of(place(), came)
        return (stays or stops or filled) and steps_are_right(case)
    except (SubmissionError, TypeError, ValueError, IndexError):
        return False


def steps_are_right(case: Case) -> bool:
    """Say whether each epoch of one batch is a right step, away from any place of rest."""
    # Slowly, so that a training which ends where the loss has fallen a little does not end here.
    problem, epochs, rate = small(case.rng, 6), 3, LEARNING_RATE / 20
    got = one_epoch(case, problem, batch_size=6, epochs=epochs, rate=rate)
    right = walk(problem, rate, epochs, slopes_of, right_loss)
    return all(map(agree, got[:2], right[:2]))


def way_of(case: Case, came: Sequence[Any], epochs: int) -> Went:
    """Say how a training went that was asked for so many epochs on the slope."""
    start = rest.on_a_slope()

    def moved(asked: int) -> np.ndarray:
        parts = came if asked == epochs else _trained(case, start, asked)
        return np.asarray(as_array(parts[0], "`w1`").astype(float) - start[2]).ravel()

    return went(moved, epochs, [-rest.RATE * slopes_of(*start)[0].ravel()])


def require_the_same_rate(case: Case) -> None:
    """Fail where `train_sgd` makes its steps longer or shorter in later epochs."""
    try:
        came, asked = _on_the_slope(case)
        if way_of(case, came, asked) is not Went.OTHERWISE:
            return
        trained = [_trained(case, rest.on_a_slope(), asked) for asked in rest.LOOKS]
        moves, slope = rest.moves_between([one[0] for one in trained])
    except (SubmissionError, TypeError, ValueError, IndexError):
        return
    raise Disagreement(
        "The steps of later epochs are not as long as those of the first, where the gradient is "
        "the same.",
        hint="w ← w - α ∇, with the α that was passed in, in every epoch.",
        diagnoses=case.recognises("train_sgd.way", moves, slope),
    )


def counts_otherwise(case: Case, problem: Problem, batch_size: int) -> bool:
    """Say whether `train_sgd` gives other than one loss an epoch at every time.

    That is judged, and paid for, by the losses of a training that does not explode.
    """
    arguments = (*problem, LEARNING_RATE / 100, rest.FEW, batch_size, case.fresh_rng())
    try:
        losses = as_parts(case.student.train_sgd(*arguments), PARTS, "train_sgd")[2]
        return rest.count_of(losses) != rest.FEW
    except SubmissionError:
        return False


def require_the_longest_run(case: Case) -> None:
    """Fail where `train_sgd` has a cap of its own below 10,500 epochs, in which it explodes."""
    if rest.long_of(case, rest.LONGEST, "train_sgd") < rest.LONGEST:
        return
    arguments = (*rest.close_to_a_fit(), rest.EXPLOSIVE, rest.LONGEST, 1, case.fresh_rng())
    try:
        came = as_parts(case.student.train_sgd(*arguments), PARTS, "train_sgd")
        count = rest.count_of(came[2])
    except SubmissionError:
        return
    if counts_otherwise(case, rest.close_to_a_fit(), 1) or count <= MOST_EPOCHS:
        return  # a training that ends sooner is noticed, and paid for, by its losses
    require_a_loss_for_each_epoch(case, came[2], rest.LONGEST, "that explode")
    require_the_explosion_goes_on(case, rest.close_to_a_fit(), came)


def require_the_explosion_goes_on(
    case: Case, problem: Problem, came: Sequence[Any], epochs: int = 0
) -> None:
    """Fail where a training ends with a number where its weights do not.

    Nor may it where the weights of so many epochs, of one batch each, are none.
    """
    try:
        if not rest.is_finite(problem, came[:2]):
            if rest.explodes_to_the_end(came):
                return
        else:
            with np.errstate(all="ignore"):
                led = walk(problem, rest.EXPLOSIVE, epochs, slopes_of, lambda *_: 0.0)
            if rest.is_finite(problem, led[:2]):
                return
        if not steps_are_right(case):
            return
    except (SubmissionError, TypeError, ValueError, IndexError):
        return
    raise Disagreement(
        "`train_sgd` was asked for epochs that explode, and its last loss, or the loss of its "
        "weights, is a number: it ended before, or its numbers came back.",
        diagnoses=(case.known("ends_early"),),
    )


def _run(case: Case, problem: Problem, epochs: int) -> tuple[Case, list[Any], int]:
    """Return what came, for how many epochs, and of whose `minibatches`."""
    try:
        if epochs == rest.LONG:
            return case, *_on_the_slope(case)
        asked = rest.long_of(case, epochs, "train_sgd")
        return case, _trained(case, problem, asked), asked
    except SubmissionError:
        found: list[tuple[Case, list[Any]]] = []
        judge_apart(
            case, lambda judged: found.append((judged, _trained(judged, problem, rest.SHORT)))
        )
        return (*found[-1], rest.SHORT)


def _on_the_slope(case: Case) -> tuple[list[Any], int]:
    """Return what the longest training on the slope gave, which two checks look at, its epochs."""
    if rest.SLOPE not in case.memory:
        asked = rest.long_of(case, rest.LONG, "train_sgd")
        case.memory[rest.SLOPE] = _trained(case, rest.on_a_slope(), asked), asked
    came, asked = case.memory[rest.SLOPE]
    return list(came), asked


def _trained(case: Case, problem: Problem, epochs: int) -> list[Any]:
    came = case.student.train_sgd(*problem, rest.RATE, epochs, 1, case.fresh_rng())
    return as_parts(came, PARTS, "train_sgd")


def way_of_its_steps(case: Case) -> tuple[Diagnosis, ...]:
    """Name a learning rate that changes from step to step, or a velocity that is kept.

    The steps are epochs of one batch, and then those of one epoch: of the same sample, so often
    that each step can be looked at, in batches of one.
    """
    problem, one = small(case.rng, 6), same_everywhere(case.rng, TELLING)

    def after(weights: Any, epochs: int) -> Any:
        came = one_epoch(case, (*problem[:2], *weights), 6, epochs=epochs)
        return [as_array(w, "weights").astype(float) for w in came[:2]]

    def moved(weights: Any) -> Any:
        return walk((*problem[:2], *weights), LEARNING_RATE, 1, slopes_of, right_loss)[:2]

    try:
        if told := where_it_begins(after, problem[2:], moved).told:
            return told
        epochs = [one_epoch(case, problem, 6, epochs=k) for k in range(1, TELLING + 1)]
        apart = case.recognises("train_sgd.samples", _takes_other_labels(problem, epochs[0]))
        of_epochs = apart or _recognised(case, problem, epochs)
        if of_epochs:
            return of_epochs
        first = one[0][:1], one[1][:1], *one[2:]
        copies = [(one[0][:k], one[1][:k], *one[2:]) for k in range(1, TELLING + 1)]
        return _recognised(case, first, [one_epoch(case, given, 1) for given in copies])
    except (SubmissionError, ValueError):
        return ()


def _takes_other_labels(problem: Problem, trained: Sequence[Any]) -> bool:
    """Say whether one step with the labels in another order leads to these weights."""
    (x, y, *start), others = problem, permutations(range(len(problem[1])))
    next(others)  # the right order
    for order in map(list, others):
        ends = [
            w - LEARNING_RATE * s
            for w, s in zip(start, slopes_of(x, y[order], *start), strict=True)
        ]
        if all(map(agree, trained[:2], ends)):
            return True
    return False


def _recognised(
    case: Case, problem: Problem, trained: Sequence[Sequence[Any]]
) -> tuple[Diagnosis, ...]:
    x, y, *start = problem
    path = [start, *([as_array(w, "weights").astype(float) for w in one[:2]] for one in trained)]
    slopes = np.array([flat(slopes_of(x, y, *at)) for at in path[:-1]])
    moves = -np.diff([flat(at) for at in path], axis=0) / LEARNING_RATE
    return case.recognises("train_sgd.way", moves, slopes)


def what_its_losses_are(case: Case) -> tuple[Diagnosis, ...]:
    """Name other losses than those of all samples after each epoch, where the way is known.

    It is with one batch an epoch, and where all samples are the same.
    """
    whole, alike = small(case.rng, 6), same_everywhere(case.rng, 6)
    try:
        one = _losses_of(case, whole, 3, 6)
        several = _losses_of(case, alike, 2, SIZE)
    except (SubmissionError, ValueError):
        return ()
    right = walk(whole, LEARNING_RATE, 3, slopes_of, right_loss)[2]
    small_steps = walk(alike, LEARNING_RATE * SIZE / 6, 6, slopes_of, right_loss)[2]
    numbers = whole[1].size, len(whole[1])
    return case.recognises("train_sgd.losses", one, right, several, small_steps, *numbers) or _kept(
        case, whole
    )


def _kept(case: Case, problem: Problem) -> tuple[Diagnosis, ...]:
    arguments = (*problem, LEARNING_RATE, 2, 6, case.fresh_rng())
    try:
        return case.called_again("train_sgd", arguments, case.student.train_sgd(*arguments))
    except SubmissionError:
        return ()


def _losses_of(case: Case, problem: Problem, epochs: int, size: int) -> np.ndarray:
    losses = one_epoch(case, problem, size, epochs=epochs)[2]
    return np.atleast_1d(as_array(losses, "`losses`").astype(float)).ravel()
