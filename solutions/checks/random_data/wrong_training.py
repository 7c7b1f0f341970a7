"""Known mistakes in `train`.

Each uses the gradients and the loss (`test_error`) of the submission itself, so that a mistake in
`train` is named beside one in `gradients`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.checks import Wrong, misconception, misconceptions
from grader.checks.changed_steps import changed_steps
from grader.checks.descent_ways import is_cut

from .network import Gradients, Loss, relu, walk

Two = tuple[np.ndarray, np.ndarray]
Trained = tuple[np.ndarray, np.ndarray, Any]
Move = Callable[..., Two]
RATE = "eq. 26: α is the learning rate"
WAY = "train.way"
# The usual tolerance of whoever lets a training end by itself.
SMALL_CHANGE = 1e-6


def _walk(
    gradients: Gradients, loss: Loss, run: dict[str, Any], move: Move | None = None
) -> Trained:
    """Train as `train` was asked to, but for what is another one."""
    start = tuple(run[name] for name in ("x", "y", "w1", "w2"))
    return walk(start, run["learning_rate"], run["steps"], gradients, loss, move=move)


def _with(name: str, change: Callable[[dict[str, Any]], float]) -> Callable[..., Trained]:
    """Return a `train` with another learning rate, or with other steps, made of its arguments."""
    return lambda gradients, test_error, **run: _walk(
        gradients, test_error, run | {name: change(run)}
    )


def _on(change: Callable[[Gradients], Gradients]) -> Callable[..., Trained]:
    """Return a `train` on other gradients, made of the right ones."""
    return lambda gradients, test_error, **run: _walk(change(gradients), test_error, run)


def _by(move: Move) -> Callable[..., Trained]:
    """Return a `train` that moves by another rule, of gradients, learning rate and where it is."""
    return lambda gradients, test_error, **run: _walk(
        gradients, test_error, run, lambda *at: move(gradients, run["learning_rate"], *at)
    )


def _step(gradients: Gradients, rate: float, x: Any, y: Any, w1: Any, w2: Any) -> Two:
    grad_w1, grad_w2 = gradients(x, y, w1, w2)
    return w1 - rate * grad_w1, w2 - rate * grad_w2


def _step_in_place(gradients: Gradients, rate: float, x: Any, y: Any, w1: Any, w2: Any) -> Two:
    grad_w1, grad_w2 = gradients(x, y, w1, w2)
    w1 -= rate * grad_w1
    w2 -= rate * grad_w2
    return w1, w2


def _each_sample(gradients: Gradients, rate: float, x: Any, y: Any, w1: Any, w2: Any) -> Two:
    for i in range(len(x)):
        w1, w2 = _step(gradients, rate, x[i : i + 1], y[i : i + 1], w1, w2)
    return w1, w2


def w1_first(gradients: Gradients, rate: float, x: Any, y: Any, w1: Any, w2: Any) -> Two:
    """Move w1, and take the gradient of w2 there."""
    w1 = w1 - rate * gradients(x, y, w1, w2)[0]
    return w1, w2 - rate * gradients(x, y, w1, w2)[1]


def w2_first(gradients: Gradients, rate: float, x: Any, y: Any, w1: Any, w2: Any) -> Two:
    """Move w2, and take the gradient of w1 there."""
    w2 = w2 - rate * gradients(x, y, w1, w2)[1]
    return w1 - rate * gradients(x, y, w1, w2)[0], w2


def back_through_new_w2(gradients: Gradients, rate: float, x: Any, y: Any, *weights: Any) -> Two:
    """Carry the errors, which are those of the old w2, back through the new one."""
    w1, w2 = weights
    new_w2 = w2 - rate * gradients(x, y, w1, w2)[1]
    hidden = relu(x @ w1)
    # With this y, the new w2 makes the error that the old one makes with the right y.
    shifted = y + hidden @ new_w2 - hidden @ w2
    return w1 - rate * gradients(x, shifted, w1, new_w2)[0], new_w2


def _first_gradient(gradients: Gradients, test_error: Loss, **run: Any) -> Trained:
    first = gradients(run["x"], run["y"], run["w1"], run["w2"])
    return _walk(lambda *_: first, test_error, run)


def _loss_of_each(gradients: Gradients, test_error: Loss, **run: Any) -> Trained:
    def each(x: Any, y: Any, w1: Any, w2: Any) -> Any:
        return [test_error(x[i : i + 1], y[i : i + 1], w1, w2) for i in range(len(x))]

    return _walk(gradients, each, run)


OF_TRAIN = misconceptions(
    "train",
    "eq. 26",
    climbing=Wrong(
        _with("learning_rate", lambda run: -run["learning_rate"]),
        "The gradient is added to the weights: it points to where the loss grows, and has to be "
        "subtracted, w ← w - α ∇.",
    ),
    gradients_exchanged=Wrong(
        _on(lambda gradients: lambda *at: gradients(*at)[::-1]),
        "w1 moves by the gradient of w2, and w2 by that of w1: `gradients` returns (grad_w1, "
        "grad_w2), in this order.",
    ),
    gradient_taken_once=Wrong(
        _first_gradient,
        "The gradient is computed once, before the loop, and used at every step: it changes with "
        "the weights, and has to be computed again at each new place.",
    ),
    learning_rate_doubled=Wrong(
        _with("learning_rate", lambda run: 2 * run["learning_rate"]),
        "Each step is twice as long as it should be: is there a factor 2 beside the learning "
        "rate, which `gradients` has already, or is the update made twice?",
        RATE,
    ),
    learning_rate_left_out=Wrong(
        _with("learning_rate", lambda _: 1.0),
        "The gradient is subtracted without the learning rate: w ← w - α ∇, with a small "
        "α, or the step jumps over the valley.",
        RATE,
    ),
    learning_rate_over_samples=Wrong(
        _with("learning_rate", lambda run: run["learning_rate"] / len(run["x"])),
        "Each step is divided by the number of samples: the loss is the sum over the samples, and "
        "its gradient is used as it is, w ← w - α ∇.",
        "eq. 19 and 26",
    ),
    losses_are_means=Wrong(
        lambda x, right: (*right[:2], right[2] / len(x)),
        "The losses are divided by the number of samples: they have to be the squared error, "
        "which is the sum over the samples.",
        "eq. 19",
    ),
    losses_are_means_of_all_numbers=Wrong(
        lambda y, right: (*right[:2], right[2] / np.size(y)),
        "The losses are means of the squares: the squared error is their sum.",
        "eq. 19",
    ),
    losses_after_each_update=Wrong(
        lambda right: (*right[:2], [*right[2][1:], right[2][-1]]),
        "Each loss is the one after its update, and the last comes twice: record the loss before "
        "the update, in each turn of the loop, and once more behind the loop.",
        "exercise 2",
    ),
    losses_without_the_first=Wrong(
        lambda right: (*right[:2], right[2][1:]),
        "The loss before the first update is missing: the curve has to begin where the training "
        "begins, and has steps + 1 points.",
        "exercise 2",
    ),
    losses_without_the_last=Wrong(
        lambda right: (*right[:2], right[2][:-1]),
        "The loss after the last update is missing: inside the loop there is one before each "
        "update, and one more has to be added after it, steps + 1 in all.",
        "exercise 2",
    ),
    loss_before_the_last_update_twice=Wrong(
        lambda right: (*right[:2], [*right[2][:-1], *right[2][-2:-1]]),
        "The loss before the last update comes twice, and the one after it is missing: compute it "
        "anew behind the loop, with the weights that are returned.",
        "exercise 2",
    ),
    one_loss_a_sample=Wrong(
        _loss_of_each,
        "There is a loss for each sample at each step: sum them, to one number a step.",
        "eq. 19",
    ),
    one_sample_at_a_time=Wrong(
        _by(_each_sample),
        "The weights move after each sample: that is the stochastic gradient of part 4. Here one "
        "step uses all samples together.",
    ),
    one_step_too_few=Wrong(
        _with("steps", lambda run: max(run["steps"] - 1, 0)),
        "One update is missing: `steps` counts the updates, so that the loop is range(steps), and "
        "the losses are one more than that.",
    ),
    one_step_too_many=Wrong(
        _with("steps", lambda run: run["steps"] + 1),
        "One update too many is made: there are steps + 1 losses, but only `steps` updates "
        "between them. After the last loss the weights stay.",
    ),
    only_the_last_loss=Wrong(
        lambda right: (*right[:2], right[2][-1]),
        "Only the loss at the end came back: collect one before each update and one after the "
        "last, to see how the training went.",
        "exercise 2",
    ),
    start_weights_returned=Wrong(
        lambda w1, w2, right: (w1, w2, right[2]),
        "The weights come back as they went in: either they are never updated, or the updated "
        "ones are not what is returned.",
    ),
    w1_before_grad_w2=Wrong(
        _by(w1_first),
        "w1 has already moved when the gradient of w2 is computed: both have to be taken at the "
        "same weights, before either of them moves, or the step does not follow the gradient.",
    ),
    w1_stays=Wrong(
        _on(lambda gradients: lambda *at: (np.zeros_like(at[2]), gradients(*at)[1])),
        "Only w2 is trained: w1 comes back as it went in. Both matrices follow their gradients.",
    ),
    w2_before_grad_w1=Wrong(
        _by(w2_first),
        "w2 has already moved when the gradient of w1 is computed: both have to be taken at the "
        "same weights, before either of them moves, or the step does not follow the gradient.",
    ),
    w2_before_the_error_goes_back=Wrong(
        _by(back_through_new_w2),
        "w2 has already moved when the errors are carried back through it: 2 (y_pred - y) belongs "
        "to the old w2, and is multiplied by the new w2ᵀ. Compute both gradients first, then move "
        "both matrices.",
        "Backpropagation; eq. 26",
    ),
    w2_stays=Wrong(
        _on(lambda gradients: lambda *at: (gradients(*at)[0], np.zeros_like(at[3]))),
        "Only w1 is trained: w2 comes back as it went in. Both matrices follow their gradients.",
    ),
)


def _at_a_pace(pace: Callable[[np.ndarray], Any]) -> Callable[..., Trained]:
    """Return a `train` whose learning rate depends on the number of the step."""

    def train(*run: Any, gradients: Gradients, test_error: Loss) -> Trained:
        *start, rate, steps = run
        paces = iter(rate * pace(np.arange(steps)))
        return walk(
            tuple(start), rate, steps, gradients, test_error,
            move=lambda *at: _step(gradients, next(paces), *at),
        )  # fmt: skip

    return train


def _normalised(*run: Any, gradients: Gradients, test_error: Loss) -> Trained:
    def by_length(*at: Any) -> Two:
        one, two = gradients(*at)
        length = np.hypot(np.linalg.norm(one), np.linalg.norm(two))
        return one / length, two / length

    *start, rate, steps = run
    return walk(tuple(start), rate, steps, by_length, test_error)


def _with_momentum(*run: Any, gradients: Gradients, test_error: Loss) -> Trained:
    *start, rate, steps = run
    kept: list[Any] = [0.0, 0.0]

    def move(*at: Any) -> Two:
        kept[:] = (
            0.9 * old + new
            for old, new in zip(kept, gradients(*at), strict=True)
        )  # fmt: skip
        return at[2] - rate * kept[0], at[3] - rate * kept[1]

    return walk(tuple(start), rate, steps, gradients, test_error, move=move)


def _stops_early(*run: Any, gradients: Gradients, test_error: Loss) -> Trained:
    *start, rate, steps = run
    losses = walk(tuple(start), rate, steps, gradients, test_error)[2]
    small = np.flatnonzero(np.abs(np.diff(losses)) < SMALL_CHANGE)
    return walk(tuple(start), rate, int(next(iter(small), steps - 1)) + 1, gradients, test_error)


def _in_place(*run: Any, gradients: Gradients, test_error: Loss) -> Trained:
    *start, rate, steps = run
    move = partial(_step_in_place, gradients, rate)
    return walk(tuple(start), rate, steps, gradients, test_error, move=move)


WAYS = changed_steps(
    WAY,
    "eq. 26",
    "the gradient at the present weights alone, w ← w - α ∇",
    shrinking=_at_a_pace(lambda k: 1 / (1 + 0.1 * k)),
    growing=_at_a_pace(lambda k: 1 + 0.02 * k),
    velocity=_with_momentum,
    steady=_at_a_pace(lambda k: 0.3 + 0 * k),
)


@misconception(of=WAY, lecture="eq. 26", example=_normalised)
def steps_of_a_largest_length(moves: np.ndarray, slopes: np.ndarray) -> bool:
    """The steps follow the gradient, but not its length: it is divided by its norm, or cut to a
    largest one. In w ← w - α ∇ steep places give long steps.
    """
    return is_cut(moves, slopes)


def _best(*run: Any, gradients: Gradients, test_error: Loss) -> Trained:
    *start, rate, steps = run
    losses = walk(tuple(start), rate, steps, gradients, test_error)[2]
    best = walk(tuple(start), rate, int(np.nanargmin(losses)), gradients, test_error)
    return *best[:2], losses


@misconception(of="train.best", lecture="exercise 2", example=_best)
def best_weights_returned(losses: np.ndarray, loss: float) -> bool:
    """The weights are those with the smallest loss on the way: return the last ones, after all
    steps, wherever they have led.
    """
    finite = losses[np.isfinite(losses)]
    return 1 < finite.size < losses.size and bool(np.isclose(loss, finite.min(), rtol=1e-3))


@misconception(of="train.length", lecture="exercise 2", example=_stops_early)
def stops_early(count: int, steps: int) -> bool:
    """The training ends before all steps are made, as where the loss hardly falls any more or is
    nan: make `steps` updates, whatever the loss does, so that there are steps + 1 losses.
    """
    return count < steps + 1


@misconception(of="train.arguments", lecture="exercise 2", example=_in_place)
def in_place_update(name: str, before: np.ndarray, after: np.ndarray) -> bool:
    """The weights that were passed in have changed: `w1 -= …` writes into the caller's own array.
    Write `w1 = w1 - …`, which makes a new one; whoever trains twice from the same start needs it.
    """
    weights = name in ("w1", "w2") and before.shape == after.shape
    return weights and not np.array_equal(before, after)
