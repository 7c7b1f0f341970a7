"""Checks of `beyond/stochastic_gradient.py`.

The order in which a submission draws is its own, so that nobody knows which batches `train_sgd`
will take. With four samples in batches of two there are six possibilities: one of them is right.
"""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np

from grader.checks import Case, Disagreement, Rng, agree, as_array, as_parts, check, same_value
from grader.checks.common_claims import leave_their_arguments_alone
from grader.checks.descent_ways import ends_in_nan
from grader.checks.drawn_numbers import in_old_batches, in_old_order
from grader.checks.returned_forms import ReturnForm, as_meant
from grader.errors import Failed, SubmissionError
from grader.results import Diagnosis

from ..random_data import meant
from ..random_data.network import Problem, right_loss
from . import epochs, sgd

STOCHASTIC = "Stochastic gradient"
IN_ORDER = ReturnForm(
    "train_sgd", sgd.PARTS, lambda rng: (*meant.training(rng), 4, Rng(1)), meant.which_trained
)


@check(2, lecture=STOCHASTIC)
def batches_hold_each_sample_once(case: Case) -> None:
    """`minibatches` puts each sample into one batch, once; only the last batch may be smaller."""
    for n, size in [(12, 4), (10, 4), (7, 1), (5, 5), (3, 8)]:
        found = sgd.batches(case, n, size, case.fresh_rng())
        order = np.concatenate(found) if found else np.array([], dtype=int)
        if sorted(order.tolist()) != list(range(n)):
            raise Disagreement(
                f"The batches of minibatches({n}, {size}, rng) do not hold each sample once.",
                expected=f"the numbers 0 to {n - 1}, each once",
                got=", ".join(map(str, sorted(order.tolist())[:40])),
            )
        sizes = [len(batch) for batch in found]
        if any(s != size for s in sizes[:-1]) or sizes[-1] > size:
            raise Disagreement(
                f"The batches of minibatches({n}, {size}, rng) have the wrong sizes.",
                expected=f"{size} samples in each, and in the last what is left",
                got=", ".join(map(str, sizes)),
            )


@check(1, needs=(batches_hold_each_sample_once,), lecture=STOCHASTIC, false_fail=1e-15)
def batches_are_shuffled(case: Case) -> None:
    """`minibatches` draws the order anew at each call, from `rng` and from nothing else.

    False fail: below 1e-15. Two fair orders of 40 samples agree with a probability below 1e-47,
    20 of 39 samples follow a neighbour with one below 1e-15, and all five batches hold
    neighbours alone with one below 1e-23.
    """
    first, second = case.fresh_rng(), case.fresh_rng()
    drawn = [sgd.batches(case, 40, 8, rng) for rng in (first, second, first)]
    orders = [np.concatenate(found) for found in drawn]
    said = ""
    if in_old_order(orders[0]) and np.array_equal(orders[0], orders[1]):
        said = "The samples come in their old order, such as 0, 1, 2, …"
    elif in_old_batches(drawn[0]):
        said = "The same samples are together in every batch: 0 to 7, 8 to 15, and so on."
    elif in_old_order(orders[0]):
        said = "Most samples still follow the one that they have always followed."
    elif np.array_equal(orders[0], orders[1]):
        said = "Two generators gave the same order: `rng` is not used."
    elif not np.array_equal(orders[0], orders[2]):
        said = "The same generator gave two orders: something else than `rng` is drawn from."
    if said:
        raise Disagreement(
            said,
            hint="Draw a permutation of all samples first, and cut it into batches then.",
            diagnoses=case.recognises("minibatches.order", drawn),
        )


@check(2, lecture="eq. 26")
@as_meant(IN_ORDER)
def one_batch_of_all_is_a_full_step(case: Case) -> None:
    """With one batch that holds all samples, an epoch of `train_sgd` is a step of gradient descent:
    the gradient of a batch is the *sum* over its samples.
    """
    sgd.judge_apart(case, _full_step)


def _full_step(case: Case) -> None:
    x, y, w1, w2 = sgd.small(case.rng, 6)
    got = sgd.one_epoch(case, (x, y, w1, w2), batch_size=6)
    expected = sgd.expected_weights((x, y, w1, w2), [list(range(6))])
    arguments = (x, y, w1, w2, sgd.LEARNING_RATE, 1, 6, case.fresh_rng())
    with _told(epochs.way_of_its_steps, case):
        case.compare(
            "train_sgd", arguments, got, (*expected, []), parts=sgd.PARTS, only=("w1", "w2")
        )


@contextlib.contextmanager
def _told(name: Callable[[Case], tuple[Diagnosis, ...]], case: Case) -> Iterator[None]:
    """Name the mistake by a closer look, where a comparison has not named it."""
    try:
        yield
    except Disagreement as failure:
        failure.diagnoses = failure.diagnoses or name(case)
        raise


@check(2, of="train_sgd", needs=(one_batch_of_all_is_a_full_step,), lecture=STOCHASTIC)
@as_meant(IN_ORDER)
def each_batch_makes_a_step(case: Case) -> None:
    """Each batch makes a step of its own, with the gradient at the weights that it finds."""
    sgd.judge_apart(case, _step_of_each_batch)


def _step_of_each_batch(case: Case) -> None:
    problem = sgd.same_everywhere(case.rng, 6)
    got = sgd.one_epoch(case, problem, batch_size=2)
    expected = sgd.expected_weights(problem, [[0, 1], [2, 3], [4, 5]])
    arguments = (*problem, sgd.LEARNING_RATE, 1, 2, case.fresh_rng())
    with _told(epochs.way_of_its_steps, case):
        case.compare(
            "train_sgd", arguments, got, (*expected, []), parts=sgd.PARTS, only=("w1", "w2")
        )
    problem = sgd.small(case.rng, 4)
    if sgd.which(sgd.ends_of(problem), sgd.one_epoch(case, problem, batch_size=2)) is None:
        raise Failed(
            "No order of four samples in batches of two leads to these weights.",
            hint="Does each sample take part once an epoch, with its own y?",
        )


@check(1, needs=(each_batch_makes_a_step,), lecture=STOCHASTIC, false_fail=1e-7)
@as_meant(IN_ORDER)
def every_epoch_is_shuffled_anew(case: Case) -> None:
    """`train_sgd` draws new batches in every epoch, and makes its steps at the same learning rate.

    False fail: below 1e-7, the chance that nine fair pairs of epochs are all alike.
    """
    try:
        _require_new_batches(case)
    except SubmissionError:
        if _draws_its_batches(case):  # so that it is what it is given that is wrong
            raise
        sgd.judge_apart(case, _require_new_batches)
    epochs.require_the_same_rate(case)


def _require_new_batches(case: Case) -> None:
    pairs = []
    problem = sgd.small(case.rng, 4)
    ends, second_ends = sgd.ends_of(problem), sgd.second_ends_of(problem)
    for _ in range(9):
        rng = case.fresh_rng()
        runs = sgd.each_run(case, problem, 2, (rng, 1), (rng, 2))
        first = sgd.which(ends, next(runs))
        second = sgd.which(second_ends[first or 0], next(runs))
        if first is None or second is None:
            raise Disagreement(
                "After two epochs the weights are not where two epochs of batches lead.",
                diagnoses=epochs.way_of_its_steps(case),
            )
        pairs.append((first, second))
    said = ""
    if all(first == second for first, second in pairs):
        said = "Every epoch goes through the same batches in the same order."
    elif len({first for first, _ in pairs}) == 1:
        said = "Nine generators gave the same batches: `rng` is not used."
    if said:
        diagnoses = case.recognises("train_sgd.epochs", pairs)
        raise Disagreement(said, diagnoses=diagnoses)


def _draws_its_batches(case: Case) -> bool:
    """Say whether the submission's own `minibatches` draws all samples from `rng`."""
    first, second = case.fresh_rng(), case.fresh_rng()
    try:
        found = [sgd.batches(case, 12, 4, rng) for rng in (first, first, second)]
        drawn = [np.concatenate(made) for made in found]
    except (SubmissionError, ValueError):
        return False
    sizes = [len(batch) for batch in found[0]]
    whole = sorted(drawn[0].tolist()) == list(range(12)) and sizes == [4, 4, 4]
    return whole and np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])


@check(1, lecture="eq. 19")
def one_loss_an_epoch(case: Case) -> None:
    """`train_sgd` returns one loss for each epoch: the squared error on all samples, after it,
    however little it still changes.
    """
    with _told(epochs.what_its_losses_are, case):
        sgd.judge_apart(case, _losses)
    epochs.require_every_epoch(case)


def _losses(case: Case) -> None:
    problem = sgd.small(case.rng, 6)
    while not _stays_calm(case, problem):
        problem = sgd.small(case.rng, 6)
    came = case.student.train_sgd(*problem, sgd.LEARNING_RATE, 3, 2, case.fresh_rng())
    got = as_parts(came, sgd.PARTS, "train_sgd")
    losses = as_array(got[2], "`losses`").ravel()
    if len(losses) != 3:
        raise Disagreement(
            "There is not one loss for each epoch.", expected="3 losses", got=f"{len(losses)}"
        )
    weights = [as_array(w, name).astype(float) for w, name in zip(got, sgd.PARTS[:2], strict=False)]
    if not all(np.isfinite(w).all() for w in weights):
        raise Failed("The weights are inf or nan after three epochs.")
    if [w.shape for w in weights] != [w.shape for w in problem[2:]]:
        raise Failed("`train_sgd` returned weights of other shapes than it was given.")
    if ends_in_nan(losses.astype(float), *weights):
        raise Disagreement(
            "The last of 3 losses is inf or nan, and the weights are not.",
            diagnoses=(case.known("ends_early"),),
        )
    case.compare("losses", (), losses[-1], _error_of(problem, weights))
    _require_earlier_losses(case, problem)


def _require_earlier_losses(case: Case, problem: Problem) -> None:
    """Fail where the losses of epochs before the last are not those of the weights after them.

    Nothing is known of these where the same generator does not give the same training, or the
    number of epochs has something to do with the way.
    """
    rng = case.fresh_rng()
    runs = list(sgd.each_run(case, problem, 2, *((rng, count) for count in (3, 3, 1, 2))))
    if not all(same_value(*pair) for pair in zip(runs[0], runs[1], strict=True)):
        return
    losses = as_array(runs[0][2], "`losses`").astype(float).ravel()
    for done, shorter in enumerate(runs[2:], 1):
        weights = [as_array(w, "weights").astype(float) for w in shorter[:2]]
        right, own = _error_of(problem, weights), as_array(shorter[2], "`losses`").ravel()
        other_way = agree(own[-1], right) and not agree(own, losses[:done])
        if other_way and not epochs.steps_are_right(case):
            return
        case.compare("losses", (), losses[done - 1], right)


def _error_of(problem: Problem, weights: list[np.ndarray]) -> float:
    try:
        return right_loss(*problem[:2], *weights)
    except ValueError:
        message = "`train_sgd` returned weights of other shapes than it was given."
        raise Failed(message) from None


def _stays_calm(case: Case, problem: Problem) -> bool:
    """Say whether the loss does not rise: one in 1,000 draws would explode, beyond float32."""
    arguments = (*problem, sgd.LEARNING_RATE, 3, 2, np.random.default_rng(0))
    losses = case.reference.train_sgd(*arguments)[2]
    start = right_loss(*problem)
    return bool(np.max(losses) < start)


@check(1, visibility="hidden", lecture="eq. 26")
def training_leaves_its_arguments_alone(case: Case) -> None:
    """`train_sgd` leaves x, y, w1 and w2 as they were, and goes on to the end if it explodes."""
    sgd.judge_apart(case, _leave_arguments_alone)
    epochs.require_the_longest_run(case)


def _leave_arguments_alone(case: Case) -> None:
    problem = sgd.small(case.rng, 6)
    # So slowly that a wrong step does not lead far away.
    leave_their_arguments_alone(
        case, ("train_sgd", (*problem, sgd.LEARNING_RATE / 100, 2, 3, Rng(1)))
    )
    for batch_size in (2, len(problem[0])):
        came = case.student.train_sgd(*problem, 1e3, 12, batch_size, case.fresh_rng())
        parts = as_parts(came, sgd.PARTS, "train_sgd")
        if not epochs.counts_otherwise(case, problem, batch_size):
            epochs.require_a_loss_for_each_epoch(case, parts[2], 12, "that explode")
            known = 12 if batch_size == len(problem[0]) else 0
            epochs.require_the_explosion_goes_on(case, problem, parts, known)
