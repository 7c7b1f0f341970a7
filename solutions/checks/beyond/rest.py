"""Whether `train_sgd` goes through all of its epochs where they no longer change anything."""

from typing import Any

from grader.checks import Case, SubmissionError, as_parts

from ..random_data import rest
from ..random_data.network import Problem
from .batches import PARTS, judge_apart

# An epoch takes twice as long as a step of `train`, and few write a cap on them.
MOST_EPOCHS = 3_000


def require_a_loss_for_each_epoch(case: Case, came: Any, epochs: int, where: str) -> None:
    """Fail where other than one loss for each epoch came."""
    rest.require_as_many(case, "train_sgd", came, epochs, f"{epochs:,} epochs {where}")


def require_every_epoch(case: Case) -> None:
    """Fail where `train_sgd` returns other than one loss for each of many epochs at rest."""
    for where, problem, steps in rest.PLACES:
        losses, asked = _losses(case, problem(), min(steps, MOST_EPOCHS))
        require_a_loss_for_each_epoch(case, losses, asked, where)


def counts_otherwise(case: Case) -> bool:
    """Say whether `train_sgd` gives other than one loss an epoch at every time.

    That is judged, and paid for, by the losses of a training that does not explode.
    """
    try:
        losses = _trained(case, rest.PLACES[0][1](), rest.FEW)
        return rest.count_of(losses) != rest.FEW
    except SubmissionError:
        return False


def require_the_longest_run(case: Case) -> None:
    """Fail where `train_sgd` has a cap of its own below 10,500 epochs, in which it explodes."""
    arguments = (*rest.explosive(), rest.EXPLOSIVE, rest.LONGEST, 1, case.fresh_rng())
    try:
        losses = as_parts(case.student.train_sgd(*arguments), PARTS, "train_sgd")[2]
        count = rest.count_of(losses)
    except SubmissionError:
        return
    if counts_otherwise(case) or count <= MOST_EPOCHS:
        return  # a training that ends sooner is noticed, and paid for, by its losses
    require_a_loss_for_each_epoch(case, losses, rest.LONGEST, "that explode")


def _losses(case: Case, problem: Problem, epochs: int) -> tuple[Any, int]:
    """Return the losses that came, and for how many epochs."""
    try:
        return _trained(case, problem, epochs), epochs
    except SubmissionError:
        found: list[Any] = []
        judge_apart(case, lambda judged: found.append(_trained(judged, problem, rest.SHORT)))
        return found[0], rest.SHORT


def _trained(case: Case, problem: Problem, epochs: int) -> Any:
    came = case.student.train_sgd(*problem, rest.RATE, epochs, 1, case.fresh_rng())
    return as_parts(came, PARTS, "train_sgd")[2]
