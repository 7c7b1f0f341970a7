"""What is right, given the submission's own other functions: no mistake is paid for twice.

A function that may call another one of the file is right where it agrees with the reference, or
with what the right formula gives on the submission's own version of the other one. Those are the
candidates that are yielded here, the plainest first.

- `gradients`: the reference's; the right ones around what the submission's `forward` returns (with
  hidden_in > 0 or hidden > 0 as the mask); the derivative, by finite differences, of the squared
  error of the submission's `forward`. The last two are asked for only where that forward is wrong.
- `train`: the judge's loop on the submission's `gradients`; on the reference's.
- losses and `test_error`: the right one; by the submission's `forward` and `squared_error`.

A candidate that does not follow from the inputs, or is (nearly) nothing but zeros, does not count:
otherwise functions that always return the same would confirm each other.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.checks import SINGLE, Case, Disagreement, Tolerance, agree, as_array, as_parts
from grader.checks.answering import related, require_an_answer, require_an_attempt, telling
from grader.checks.differences import by_differences
from grader.checks.own_starts import TrainingStart, is_near, where_it_begins
from grader.checks.remembering import asked_once
from grader.checks.trainer import slopes_of
from grader.errors import Failed, SubmissionError

from .network import Gradients, Loss, Problem, batch, right_loss

Two = tuple[np.ndarray, np.ndarray]

FORWARD = ("hidden_in", "hidden", "y_pred")
GRADIENTS = ("grad_w1", "grad_w2")
# It leaves room for a forward in float32.
FINITE_DIFFERENCE = Tolerance(relative=1e-2)


def student_forward(case: Case, x: np.ndarray, *weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return what the submission's `forward` gives, as arrays; raise where it does not."""
    parts = as_parts(case.student.forward(x, *weights), FORWARD, "forward")
    return tuple(as_array(v, n).astype(float) for v, n in zip(parts, FORWARD, strict=True))


def student_loss(case: Case) -> Loss:
    """Return the squared error of the submission's own `forward` and `squared_error`."""

    @asked_once
    def loss(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Any:
        y_pred = as_parts(case.student.forward(x, w1, w2), FORWARD, "forward")[2]
        came = case.student.squared_error(y_pred, y)
        require_an_answer(case, "squared_error", (as_array(y_pred, "y_pred"), y), came)
        error = as_array(came, "squared_error").astype(float)
        return error[0] if error.shape == (1,) else error

    return loss


def loss_functions(case: Case) -> tuple[Loss, Loss]:
    """Return both ways of computing a loss that are right."""
    return right_loss, student_loss(case)


def losses_of(case: Case, problem: Problem) -> Iterator[Any]:
    """Yield the loss of a network in each way that is right."""
    for loss in loss_functions(case):
        try:
            yield loss(*problem)
        except (SubmissionError, ValueError):
            continue


def require_gradient(case: Case, problem: Problem, only: tuple[str, ...] = GRADIENTS) -> None:
    """Fail where a part of the submission's `gradients` is none of the candidates."""
    got = as_parts(case.student.gradients(*problem), GRADIENTS, "gradients")
    places = [GRADIENTS.index(part) for part in only]
    expected = case.reference.gradients(*problem)
    wrong = [
        i
        for i in places
        if not agree(got[i], expected[i])
        and not any(
            agree(got[i], pair[i], tolerance)
            for pair, tolerance in _gradients_of_own_forward(case, *problem)
            if telling(pair[i], expected[i])
        )
    ]
    if wrong:
        only = tuple(GRADIENTS[i] for i in wrong)
        case.compare("gradients", problem, got, expected, parts=GRADIENTS, only=only)


def _gradients_of_own_forward(
    case: Case, x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> Iterator[tuple[Two, Tolerance]]:
    """Yield the gradients that a wrong `forward` makes right, and how close one has to come."""
    try:
        own = student_forward(case, x, w1, w2)
    except SubmissionError:
        return
    right = case.reference.forward(x, w1, w2)
    if all(map(agree, own, right)) or own[2].shape != np.shape(y) or not related(own, right):
        return  # it is right, or of no use, or it is no network at all
    if [part.shape for part in own] == [part.shape for part in right]:
        yield from ((pair, SINGLE) for pair in _of_these_parts(x, y, w1, w2, own))

    def loss(w1: np.ndarray, w2: np.ndarray) -> float:
        return float(np.sum((student_forward(case, x, w1, w2)[2] - y) ** 2))

    try:
        yield by_differences(loss, w1, w2), FINITE_DIFFERENCE
    except SubmissionError:
        return


def _of_these_parts(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, forward: tuple[np.ndarray, ...]
) -> Iterator[Two]:
    """Yield the gradients around what a `forward` gives; the mask is that of either hidden part.

    With the mask and the slope at the output held, the loss is linear in each weight: differences
    of it are exact.
    """
    x, y = batch(x, y)
    hidden_in, hidden, y_pred = map(np.atleast_2d, forward)
    slope = 2.0 * (y_pred - y)
    for mask in (hidden_in > 0, hidden > 0):
        left, _ = by_differences(
            lambda a, b, on=mask: float(np.sum(slope * ((x @ a * on) @ b))), w1, w2
        )
        _, right = by_differences(lambda _, b: float(np.sum(slope * (hidden @ b))), w1, w2)
        yield left, right


def student_gradients(case: Case) -> Gradients:
    """Return the submission's `gradients` as a function that gives two arrays, or raises."""

    @asked_once
    def of(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Two:
        parts = as_parts(case.student.gradients(x, y, w1, w2), GRADIENTS, "gradients")
        one, two = (as_array(v, n).astype(float) for v, n in zip(parts, GRADIENTS, strict=True))
        return one, two

    return of


def unchanged(case: Case, function: str, *others: Any, **arrays: np.ndarray) -> Any:
    """Call a function on arrays, by their names and in order, and then on what else it takes.

    Fail where one of the arrays is not what it was, and return the value. It has to be an answer: a
    function that gives the same for other inputs fails, too.
    """
    given = (*arrays.values(), *others)
    value, after = case.student.with_arguments(function, *given)
    for (name, before), left in zip(arrays.items(), after, strict=False):
        if not np.array_equal(before, left):
            raise Disagreement(
                f"`{function}` changed its argument `{name}`.",
                hint=f"Whoever called `{function}` still needs it: make a new array.",
                diagnoses=case.recognises(f"{function}.arguments", name, before, left),
            )
    require_an_answer(case, function, given, value)
    if function == "forward":
        require_an_attempt(case, function, given, value)
    elif function == "gradients":
        require_some_gradient(case, given, value)
    elif function == "train":
        require_training(case, given)
    return value


def require_some_gradient(case: Case, problem: tuple[Any, ...], value: Any) -> None:
    """Fail where what `gradients` gave has nothing to do with any gradient.

    It may be that of the submission's own `forward`, which may be a wrong one.
    """
    try:
        require_an_attempt(case, "gradients", problem, value)
    except Failed:
        x, _, w1, w2 = problem
        require_an_attempt(case, "forward", (x, w1, w2), case.student.forward(x, w1, w2))
        if not any(related(value, pair) for pair, _ in _gradients_of_own_forward(case, *problem)):
            raise


def begins(case: Case, arguments: tuple[Any, ...]) -> TrainingStart:
    """Return where the submission's `train` begins, which is called with these arguments."""
    x, y, w1, w2, rate = arguments[:5]

    def train(weights: Any, steps: int) -> Two:
        return _trained(case, (x, y, *weights, rate), steps)[0]

    def moved(weights: Any) -> Any:
        own, right = student_gradients(case)(x, y, *weights), slopes_of(x, y, *weights)
        if not all(map(telling, own, right)):
            return weights
        return weights[0] - rate * own[0], weights[1] - rate * own[1]

    return where_it_begins(train, (w1, w2), moved)


def _trained(case: Case, arguments: tuple[Any, ...], steps: int) -> tuple[Two, Any]:
    came = as_parts(case.student.train(*arguments, steps), ("w1", "w2", "losses"), "train")
    one, two = (as_array(value, "weights").astype(float) for value in came[:2])
    return (one, two), came[2]


def require_training(case: Case, arguments: tuple[Any, ...]) -> None:
    """Fail where a training of no steps ends far from its start, which may be its own: there its
    losses fall, and the last is that of what it returns.
    """
    if all(map(is_near, _trained(case, arguments[:5], 0)[0], arguments[2:4])):
        return
    if (start := begins(case, arguments)).own:
        weights, losses = _trained(case, arguments[:5], 5)
        numbers = as_array(losses, "`losses`").astype(float).ravel()
        right = right_loss(arguments[0], arguments[1], *weights)
        if agree(numbers[-1], right) and numbers[-1] < numbers[0]:
            return
    if not start.told or start.own:
        raise Failed("`train` returns weights that are not near those it was given.")
