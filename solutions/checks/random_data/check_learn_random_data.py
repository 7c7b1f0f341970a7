"""Exercise 2: learning random data.

No mistake is paid for twice: `own` says what counts as right where one function calls another.
"""

import numpy as np

from grader.checks import Case, Disagreement, apart, as_array, as_flag, as_lines, as_parts, check
from grader.checks.answering import require_an_answer, require_an_attempt
from grader.checks.common_claims import require_one_of, single_sample
from grader.checks.compare import agree
from grader.checks.returned_forms import as_meant
from grader.errors import Failed

from . import draws, own, rest
from .loops import PARTS, fitting, require_losses, require_weights, short_run
from .meant import FORWARDS, SLOPES, TRAINED
from .memorising import choices, good_example, learn, lines_of, ratios, show_training
from .network import RIGHT, Sizes, integers, problem

# No two of 1, n, d_in, d_hidden, d_out, their products and 2 are equal: the factors and the shapes
# of the known mistakes can be told apart.
SIZES = Sizes(n=7, d_in=4, d_hidden=5, d_out=3)
OTHER_SIZES = (Sizes(5, 1, 4, 2), Sizes(9, 6, 3, 1), Sizes(1, 8, 6, 3), Sizes(12, 3, 1, 4))


@check(1, lecture="exercise 2")
def create_data_has_a_line_for_each_sample(case: Case) -> None:
    """`create_data` returns x of shape (n_samples, d_in) and y of shape (n_samples, d_out)."""
    draws.shaped(case, "create_data", ("x", "y"), (13, 4, 3, 13, 4, 13, 3), (6, 20, 1, 6, 20, 6, 1))


@check(1, lecture="exercise 2", false_fail=1e-8)
def data_are_standard_normal(case: Case) -> None:
    """The numbers that `create_data` draws are standard normal.

    False fail: below 1e-8, by bounds that hold for every number of samples.
    """
    [(x, y)] = draws.samples(case, (4000, 5, 5))
    draws.require_standard_normal(case, x, "x")
    draws.require_standard_normal(case, y, "y")


@check(1, lecture="Since the data are random, and not correlated", false_fail=1e-6)
def outputs_have_nothing_to_do_with_inputs(case: Case) -> None:
    """In random data, y is drawn independently of x, and every sample independently of the others.

    False fail: below 1e-6, by a bound that holds for every size, over 57 correlations.
    """
    draws.require_independence(case, *draws.samples(case, (4000, 5, 5), (8, 500, 400)))


@check(1, lecture="exercise 2")
def data_come_from_the_generator(case: Case) -> None:
    """`create_data` draws from `rng` and from nothing else: same state, same data."""
    draws.require_draw_from_rng(case, "create_data", ("x", "y"), 6, 3, 2)


@check(1, lecture="Initial network")
def init_weights_has_a_line_for_each_input(case: Case) -> None:
    """`init_weights` returns w1 of shape (d_in, d_hidden) and w2 of shape (d_hidden, d_out)."""
    sizes = (4, 5, 3, 4, 5, 5, 3), (20, 10, 1, 20, 10, 10, 1)
    draws.shaped(case, "init_weights", ("w1", "w2"), *sizes)


@check(1, lecture="Initial network")
def hidden_neurons_start_different(case: Case) -> None:
    """No two hidden neurons start with the same weights, and neither matrix is zero."""
    w1, w2 = draws.pair(case, "init_weights", ("w1", "w2"), 6, 8, 2, case.fresh_rng())
    if w1.ndim != 2 or w1.shape[1] != 8 or w2.ndim != 2 or len(w2) != 8:
        if w1.size % 8 or w2.size % 8:
            raise Failed("`init_weights` does not give weights for 8 hidden neurons.")
        w1, w2 = w1.reshape(-1, 8), w2.reshape(8, -1)
    if not (np.isfinite(w1).all() and np.isfinite(w2).all()):
        raise Failed("`init_weights` gives numbers that are inf or nan.")
    draws.require_different_units(case, w1, w2)


@check(1, lecture="Initial network")
def weights_come_from_the_generator(case: Case) -> None:
    """`init_weights` draws from `rng` and from nothing else: same state, same weights."""
    draws.require_draw_from_rng(case, "init_weights", ("w1", "w2"), 4, 5, 3)


@check(4, lecture="Layers and forward propagation; eq. 17")
def forward_of_a_batch(case: Case) -> None:
    """`forward` returns x w1, its relu, and the relu times w2, for a batch of samples."""
    x, _, w1, w2 = problem(case.rng, SIZES)
    case.agrees("forward", x, w1, w2, parts=own.FORWARD)


@check(1, visibility="hidden", lecture="Layers and forward propagation")
@as_meant(FORWARDS)
def forward_of_a_single_sample(case: Case) -> None:
    """`forward` takes a single sample, and gives what it gives in a batch of one."""
    x, _, w1, w2 = problem(case.rng, SIZES)
    expected = case.reference.forward(x[0], w1, w2)
    with single_sample("(d_in,)", "(1, d_in)"):
        got = as_parts(case.student.forward(x[0], w1, w2), own.FORWARD, "forward")
        if all(map(agree, got, expected)):
            return
        alone = as_parts(case.student.forward(x[:1], w1, w2), own.FORWARD, "forward")
        of_one = [as_lines(part, "`forward`", 1)[0] for part in alone]
        if not all(map(agree, got, of_one)):
            case.compare("forward", (x[0], w1, w2), got, expected, parts=own.FORWARD)
    whole = case.student.forward(x, w1, w2)
    require_an_answer(case, "forward", (x, w1, w2), whole)
    require_an_attempt(case, "forward", (x, w1, w2), whole)


@check(1, visibility="hidden", lecture="Layers and forward propagation")
@as_meant(FORWARDS)
def forward_of_integers(case: Case) -> None:
    """`forward` of whole numbers is the same as of the same numbers with a decimal point."""
    x, _, w1, w2 = integers(case.rng, SIZES)
    got = as_parts(case.student.forward(x, w1, w2), own.FORWARD, "forward")
    expected = case.reference.forward(x, w1, w2)
    if all(map(agree, got, expected)):
        return
    floats = as_parts(case.student.forward(*(v + 0.0 for v in (x, w1, w2))), own.FORWARD, "forward")
    if not all(map(agree, got, floats)):
        case.compare("forward", (x, w1, w2), got, expected, parts=own.FORWARD)
    require_an_answer(case, "forward", (x, w1, w2), got)
    require_an_attempt(case, "forward", (x, w1, w2), got)


@check(1, visibility="hidden", lecture="Layers and forward propagation")
@as_meant(FORWARDS)
def forward_changes_none_of_its_arguments(case: Case) -> None:
    """`forward` leaves x, w1 and w2 as they were."""
    x, _, w1, w2 = problem(case.rng, SIZES)
    as_parts(own.unchanged(case, "forward", x=x, w1=w1, w2=w2), own.FORWARD, "forward")


@check(2, lecture="eq. 19")
def squared_error_is_the_sum_of_squares(case: Case) -> None:
    """`squared_error` is one number: the sum of the squares of all differences, not their mean."""
    y_pred, y_true = case.rng.standard_normal((2, 7, 3))
    case.agrees("squared_error", y_pred, y_true)
    case.agrees("squared_error", y_true, y_true)


@check(1, visibility="hidden", lecture="eq. 19")
def squared_error_of_a_single_sample(case: Case) -> None:
    """`squared_error` takes a single sample, and leaves its arguments as they were."""
    y_pred, y_true = case.rng.standard_normal((2, 3))
    with single_sample("(d_out,)", "(1, d_out)"):
        got = own.unchanged(case, "squared_error", y_pred=y_pred, y_true=y_true)
    alone = [case.student.squared_error(y_pred[None], y_true[None])]
    require_one_of(case, "squared_error", (y_pred, y_true), got, alone)
    perfect = as_array(case.student.squared_error(y_true, y_true), "`squared_error`")
    if not (np.abs(perfect) <= 1e-3 * np.max(np.abs(as_array(got, "`squared_error`")))).all():
        raise Failed("`squared_error` is not 0 where the prediction is perfect.")


@check(5, lecture="Backpropagation; eq. 24 corrected")
@as_meant(SLOPES)
@apart(forward=RIGHT["forward"])
def gradient_of_w1(case: Case) -> None:
    """`gradients` gives ∂L/∂w1 = xᵀ [(2 (y_pred - y) w2ᵀ) ∘ 1(x w1 > 0)]."""
    own.require_gradient(case, problem(case.rng, SIZES), ("grad_w1",))


@check(4, lecture="eq. 24 corrected")
@apart(forward=RIGHT["forward"])
def gradient_of_w2(case: Case) -> None:
    """`gradients` gives ∂L/∂w2 = hᵀ 2 (y_pred - y), with h the output of the relu."""
    own.require_gradient(case, problem(case.rng, SIZES), ("grad_w2",))


@check(1, visibility="hidden", lecture="Backpropagation")
@as_meant(SLOPES)
@apart(forward=RIGHT["forward"])
def gradients_of_other_sizes(case: Case) -> None:
    """`gradients` is right for networks and batches of any size, down to one of each."""
    for sizes in OTHER_SIZES:
        own.require_gradient(case, problem(case.rng, sizes))


@check(2, visibility="hidden", lecture="Backpropagation")
@as_meant(SLOPES)
@apart(forward=RIGHT["forward"])
def gradients_of_a_single_sample(case: Case) -> None:
    """`gradients` of a single sample have the shapes of w1 and w2, as those of a batch of one."""
    x, y, w1, w2 = problem(case.rng, SIZES)
    with single_sample("(d_in,)", "(1, d_in)"):
        got = as_parts(case.student.gradients(x[0], y[0], w1, w2), own.GRADIENTS, "gradients")
    alone = as_parts(case.student.gradients(x[:1], y[:1], w1, w2), own.GRADIENTS, "gradients")
    if not all(map(agree, got, alone)):
        own.require_gradient(case, (x[0], y[0], w1, w2))
    # Of the batch: a wrong mask may leave nothing but zeros of a single sample.
    whole = case.student.gradients(x, y, w1, w2)
    require_an_answer(case, "gradients", (x, y, w1, w2), whole)
    own.require_some_gradient(case, (x, y, w1, w2), whole)


@check(1, visibility="hidden", lecture="Backpropagation")
@as_meant(SLOPES)
@apart(forward=RIGHT["forward"])
def gradients_change_none_of_their_arguments(case: Case) -> None:
    """`gradients` leaves x, y, w1 and w2 as they were."""
    x, y, w1, w2 = problem(case.rng, SIZES)
    as_parts(own.unchanged(case, "gradients", x=x, y=y, w1=w1, w2=w2), own.GRADIENTS, "gradients")


@check(3, lecture="eq. 26")
@as_meant(TRAINED, but=[(1, 0, 2)])
@apart(**RIGHT)
def one_step_of_training(case: Case) -> None:
    """One step of `train` takes both gradients at the same weights, and moves both matrices."""
    require_weights(case, steps=1)


@check(2, lecture="eq. 26")
@as_meant(TRAINED)
def many_steps_of_training(case: Case) -> None:
    """After eight steps of `train`, the weights are where your own `gradients` lead, and the
    learning rate stays the same in every later step.
    """
    case.apart_from(lambda judged: require_weights(judged, steps=8), **RIGHT)
    rest.require_the_same_rate(case)


@check(2, lecture="eq. 19")
def losses_of_training(case: Case) -> None:
    """`train` returns steps + 1 losses: one before each update, and one after the last, however
    little the loss still changes.
    """
    case.apart_from(lambda judged: require_losses(judged, steps=5), **RIGHT)
    rest.require_every_loss(case)


@check(1, lecture="eq. 26")
@as_meant(TRAINED)
@apart(**RIGHT)
def training_makes_the_loss_fall(case: Case) -> None:
    """Over 400 steps of `train` the squared error falls to less than half (wrong `gradients` are
    not held against it).
    """
    fitting(case)


@check(1, lecture="eq. 26")
@as_meant(TRAINED)
@apart(**RIGHT)
def training_leaves_its_arguments_alone(case: Case) -> None:
    """`train` returns new weights, and the ones that it was given keep their values."""
    arguments = short_run(case, 5)
    names = ("x", "y", "w1", "w2")
    own.unchanged(case, "train", *arguments[4:], **dict(zip(names, arguments, strict=False)))


@check(1, visibility="hidden", lecture="eq. 26")
@as_meant(TRAINED)
@apart(**RIGHT)
def training_of_no_steps(case: Case) -> None:
    """`train` with 0 steps returns the weights that it was given."""
    arguments = short_run(case, 0)
    got = as_parts(case.student.train(*arguments), PARTS, "train")
    start = own.begins(case, arguments)
    expected = (*(arguments[2:4] if start.own else start.weights), [])
    case.compare("train", arguments, got, expected, parts=PARTS, only=("w1", "w2"))


@check(1, visibility="hidden", lecture="Exercise 4: Explosion")
@as_meant(TRAINED)
def training_that_explodes_does_not_raise(case: Case) -> None:
    """`train` goes on to its last step where the training explodes: inf and nan among the losses,
    but no error.
    """
    case.apart_from(_explode, **RIGHT)
    rest.require_the_longest_run(case)


def _explode(case: Case) -> None:
    arguments = short_run(case, 0)
    own.require_training(case, arguments)
    came = as_parts(case.student.train(*arguments[:4], rest.EXPLOSIVE, 30), PARTS, "train")
    losses = as_array(came[2], "`losses`").astype(float)
    if not rest.counts_otherwise(case):
        rest.require_a_loss_for_each_step(case, losses, 30, "that explode")
    if not losses.size:
        raise Failed("`train` returned no losses.")
    if np.isfinite(losses).all() and np.ptp(losses) == 0:
        raise Failed("The losses are all the same: nothing explodes, and nothing moves.")
    rest.require_the_explosion_goes_on(case, arguments[:4], 30, came)


@check(2, lecture="How does the test error behave?")
@apart(**RIGHT)
def test_error_is_the_squared_error_of_other_data(case: Case) -> None:
    """`test_error` is the squared error of the trained network on data that it has not seen."""
    arguments = problem(case.rng, SIZES)
    got = case.student.test_error(*arguments)
    require_one_of(case, "test_error", arguments, got, own.losses_of(case, arguments))


@check(6, lecture="You will need to tune the hyperparameters", false_fail=1e-6)
def hyperparameters_learn_random_data(case: Case) -> None:
    """With your HYPERPARAMETERS, at least three of five trainings memorise 64 random samples: the
    squared error comes down to 1 % of its start or 10 % of Σy², and below half of Σy².

    False fail with the typical choice: below 1e-6, see `docs/tolerances.md`.
    """
    chosen = choices(case.student.constant("HYPERPARAMETERS"))
    learned = learn(case, **chosen)
    training, size = learned.training, learned.size
    ratio = ratios(training, size)
    middle = int(np.argsort(ratio)[len(ratio) // 2])
    show_training(case, learned, "Training with your hyperparameters")
    if not ratio[middle] <= 1.0:  # of an odd number of trainings
        raise Disagreement(
            f"{np.count_nonzero(ratio <= 1)} of {len(ratio)} trainings got far enough"
            + (
                "."
                if learned.own
                else " (from standard normal weights: `init_weights` gave none that can learn)."
            ),
            expected=f"a squared error of {training.lowest[middle] / ratio[middle]:.3g} or less",
            got=f"{training.lowest[middle]:.4g} in the median training, "
            f"{training.first[middle]:.4g} at its start, where Σy² is {size[middle]:.3g}",
            diagnoses=case.recognises("HYPERPARAMETERS.training", training),
        )


def shown_to_all(_reference: object) -> tuple[object, ...]:
    """Return the errors of the training that everybody is shown."""
    return lines_of(good_example().training)


@check(1, lecture="Can we generalize what we learned?")
def says_whether_it_generalises(case: Case) -> None:
    """GENERALISES says whether what was learned on random data carries over to new random data."""
    says_so = as_flag(case.student.constant("GENERALISES"), "`GENERALISES`")
    example = good_example()
    show_training(case, example, "What was learned, and what carries over")
    if says_so:
        raise Disagreement(
            f"On new data the error is {example.training.new_losses[0, -1]:.3g}, more "
            f"than the {example.size[0]:.3g} of always predicting 0: nothing carries over.",
            expected="False: y has nothing to do with x, and the samples were learned by heart",
            got="True",
        )
