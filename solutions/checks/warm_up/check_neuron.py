"""Checks of `warm_up/neuron.py`."""

import numpy as np

from grader.checks import Case, Crashed, Tolerance, all_agree, apart, as_array, check
from grader.checks.common_claims import leave_their_arguments_alone, single_sample

from .own import RIGHT_LAYER, agrees_or_follows_own, far_from_zero, is_right, matrix, right_sigmoid

# Where the sigmoid is 0 or 1 to twelve digits, a relative error of it has no meaning.
TAILS = Tolerance(relative=0.0, absolute=1e-12)


@check(1.5, lecture='part 1, "Sigmoid function"')
def sigmoid_of_each_element(case: Case) -> None:
    """`sigmoid(z)` is 1 / (1 + exp(−z)) for each element of `z`, of any shape, or of a number."""
    arrays = [(case.rng.uniform(-6, 6, shape),) for shape in [(7,), (3, 4), (2, 3, 2)]]
    above, below = float(case.rng.uniform(0.5, 3)), float(case.rng.uniform(-3, -0.5))
    all_agree(case, "sigmoid", *arrays, (0.0,), (above,), (below,))


@check(1, visibility="hidden", lecture='part 1, "Sigmoid function"')
def sigmoid_far_from_zero(case: Case) -> None:
    """`sigmoid` reaches its limits 0 and 1 at `z` as far as −1000 and 1000, without any nan."""
    far = far_from_zero(case.rng)
    all_agree(case, "sigmoid", (far,), (1000.0,), (-1000.0,), tolerance=TAILS)


@check(1, lecture="eq. 1")
@apart(sigmoid=right_sigmoid)
def neuron_output(case: Case) -> None:
    """`neuron(x, w)` is the sigmoid of the sum over i of x_i w_i: one number."""

    def with_own_sigmoid(x: np.ndarray, w: np.ndarray) -> object:
        return case.student.sigmoid(float(x @ w))

    for d, sign in ((5, 1), (3, -1), (6, -1), (4, 1)):
        x, w = matrix(case.rng, d), 0.5 * matrix(case.rng, d)
        w = np.where(sign * (x @ w) > 0, w, -w)  # first a positive sum, where a relu is not 0
        agrees_or_follows_own(case, "neuron", (x, w), with_own_sigmoid)


@check(1, lecture='part 1, "Relu function"')
def relu_of_each_element(case: Case) -> None:
    """`relu(z)` keeps each positive element of `z` and puts 0 in the place of the others."""
    arrays = [3 * matrix(case.rng, *shape) for shape in [(8,), (4, 5), (2, 3, 4)]]
    for several in arrays:
        several.flat[:3] = 0.4, -1.5, 30.0  # no step, and no bound, gives these back
    all_agree(case, "relu", *((z,) for z in (*arrays, -2.5, 0.0, 1.5)))


@check(1, lecture="eq. 16")
def layer_input_of_a_batch(case: Case) -> None:
    """`layer_input(x, w)` is x w: a row for each sample, a column for each neuron on the right."""
    sizes = [(4, 4, 4), (6, 3, 2), (5, 1, 3)]
    drawn = [(matrix(case.rng, n, left), matrix(case.rng, left, right)) for n, left, right in sizes]
    all_agree(case, "layer_input", *drawn)


@check(0.5, visibility="hidden", lecture="eq. 13")
def layer_input_of_one_sample(case: Case) -> None:
    """`layer_input` takes one sample of shape (d_left,), too, and gives shape (d_right,) back."""
    sizes = [(4, 4), (3, 5), (6, 1)]
    drawn = [(matrix(case.rng, left), matrix(case.rng, left, right)) for left, right in sizes]
    with single_sample("(d_left,)", "(1, d_left)"):
        all_agree(case, "layer_input", *drawn)


@check(2, lecture='part 1, "Layers and forward propagation"')
@apart(**RIGHT_LAYER)
def forward_of_a_batch(case: Case) -> None:
    """`forward(x, w1, w2)` is relu(x w1) w2, with nothing applied after the last product."""
    sizes = (4, 4, 4, 4), (8, 4, 6, 3), (5, 3, 4, 1), (1, 3, 5, 2)
    follows_forward(case, *sizes)


@check(0.5, visibility="hidden", lecture='part 1, "Layers and forward propagation"')
def forward_of_one_sample(case: Case) -> None:
    """`forward` takes one sample of shape (d_in,), too, and gives the shape (d_out,) back."""
    sizes = (4, 4, 4), (4, 6, 3), (3, 5, 2)
    with single_sample("(d_in,)", "(1, d_in)"):
        case.apart_from(lambda judged: follows_forward(judged, *sizes), **RIGHT_LAYER)


@check(1.5, lecture="eq. 19")
def squared_error_is_a_sum(case: Case) -> None:
    """`squared_error(y_pred, y_true)` is one number: the sum, over all samples and outputs, of the
    squares of the differences.
    """
    shapes = [(6, 3), (5, 1), (4,)]
    drawn = [(matrix(case.rng, *shape), matrix(case.rng, *shape)) for shape in shapes]
    perfect = matrix(case.rng, 3, 2)
    all_agree(case, "squared_error", *drawn, (perfect, perfect))


@check(1, visibility="hidden")
def arguments_stay_as_they_are(case: Case) -> None:
    """No function in `neuron.py` changes the arrays that it is given."""
    x, w1, w2 = matrix(case.rng, 5, 3), matrix(case.rng, 3, 4), matrix(case.rng, 4, 2)
    leave_their_arguments_alone(
        case,
        ("relu", (matrix(case.rng, 6, 5),)),
        ("sigmoid", (far_from_zero(case.rng),)),
        ("neuron", (x[0], w1[:, 0])),
        ("layer_input", (x, w1)),
        ("forward", (x, w1, w2)),
        ("squared_error", (x, matrix(case.rng, 5, 3))),
    )


def follows_forward(case: Case, *sizes: tuple[int, ...]) -> None:
    """Compare `forward` with the reference's, or with one made of the student's own functions.

    The first sizes are all equal, so that no wrong `layer_input` can fail by a shape. A `forward`
    that crashes on the others for its `layer_input`'s sake has been judged on these.
    """
    student = case.student
    for *batch, d_in, d_hidden, d_out in sizes:
        x = matrix(case.rng, *batch, d_in)
        w1, w2 = matrix(case.rng, d_in, d_hidden), matrix(case.rng, d_hidden, d_out)
        try:
            agrees_or_follows_own(
                case,
                "forward",
                (x, w1, w2),
                lambda x, w1, w2: student.relu(x @ w1) @ w2,
                lambda x, w1, w2: student.layer_input(student.relu(student.layer_input(x, w1)), w2),
                lambda x, w1, w2: student.layer_input(positive(student.layer_input(x, w1)), w2),
            )
        except Crashed:
            if d_in == d_hidden or is_right(case, "layer_input", x, w1):
                raise


def positive(z: object) -> np.ndarray:
    """Return what came of a student's function, where it is positive, and 0 elsewhere."""
    values = as_array(z, "layer_input")
    return values * (values > 0)
