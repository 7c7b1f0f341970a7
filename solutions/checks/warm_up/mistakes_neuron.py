"""Well-known wrong versions of the functions in `warm_up/neuron.py`."""

import numpy as np

from grader.checks import Wrong, misconception, misconceptions

# From here on the slope of the sigmoid is 0 to nine digits.
FLAT = 20.0
SIGMOID = 'part 1, "Sigmoid function"'
RELU = 'part 1, "Relu function"'
FORWARD = 'part 1, "Layers and forward propagation"'


def _relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


OF_SIGMOID = misconceptions(
    "sigmoid",
    SIGMOID,
    sigmoid_falls=Wrong(
        lambda z: 1 / (1 + np.exp(z)),
        "This sigmoid falls from 1 to 0: the sign in the exponent is missing. It has to grow with "
        "z, so exp(−z) is in the denominator.",
    ),
    tanh_for_sigmoid=Wrong(
        lambda z: np.tanh(z),  # noqa: PLW0108  (z is its name)
        "This is tanh, which goes from −1 to 1. The sigmoid goes from 0 to 1 and is ½ at 0.",
    ),
    sigmoid_overflows=Wrong(
        lambda z: np.exp(z) / (1 + np.exp(z)),
        "`exp(z) / (1 + exp(z))` is right on paper, but for large z both exponentials overflow to "
        "inf, and inf / inf is nan. 1 / (1 + exp(−z)) has only one of them.",
    ),
    sigmoid_overflows_below=Wrong(
        lambda z: 1 - np.exp(-z) / (1 + np.exp(-z)),
        "The factor exp(−z) overflows to inf for z far below 0, and 0 · inf or inf / inf is nan "
        "there. Write it so that exp(−|z|) is the only exponential.",
    ),
)


@misconception(of="sigmoid", lecture=SIGMOID)
def slope_of_the_sigmoid(z: np.ndarray) -> np.ndarray:
    """This is the derivative of the sigmoid, σ(z) (1 − σ(z)), which is ¼ at 0 and falls on both
    sides. The sigmoid itself is 1 / (1 + exp(−z)).
    """
    if np.min(np.abs(z)) > FLAT:
        raise ValueError("nothing but 0, which says nothing of where it comes from")
    return _sigmoid(z) * (1 - _sigmoid(z))


@misconception(of="sigmoid", lecture=SIGMOID)
def softmax_for_sigmoid(z: np.ndarray) -> np.ndarray:
    """Here the elements depend on each other: they were divided by the sum of all exponentials
    (softmax). The sigmoid treats each element by itself.
    """
    return np.exp(z) / np.sum(np.exp(z))


OF_NEURON = misconceptions(
    "neuron",
    "eq. 1",
    neuron_without_sigmoid=Wrong(
        lambda x, w: float(x @ w),
        "This is the sum Σ x_i w_i itself: the non-linear function σ is still to be applied to it.",
    ),
    sigmoid_before_the_sum=Wrong(
        lambda x, w: float(np.sum(_sigmoid(x * w))),
        "The sigmoid was applied to each product x_i w_i and the results were summed. In σ(Σ x_i "
        "w_i) the sum comes first, so that the output stays below 1.",
    ),
    neuron_without_sum=Wrong(
        lambda x, w: _sigmoid(x * w),
        "A neuron has one output, and yours has one for each input: the sum over the products x_i "
        "w_i is missing.",
    ),
    neuron_with_the_slope=Wrong(
        lambda x, w: float(_sigmoid(x @ w) * (1 - _sigmoid(x @ w))),
        "This is the derivative of the sigmoid at Σ x_i w_i: the output of the neuron is the "
        "sigmoid itself.",
    ),
    neuron_with_relu=Wrong(
        lambda x, w: float(_relu(x @ w)),
        "The non-linear function of this neuron is the sigmoid, and this one has relu.",
    ),
)


OF_RELU = misconceptions(
    "relu",
    RELU,
    relu_as_absolute_value=Wrong(
        lambda z: np.abs(z),  # noqa: PLW0108  (z is its name)
        "This is |z|: negative elements came back as positive ones. relu puts 0 in their place.",
    ),
    leaky_relu=Wrong(
        lambda z: np.where(z > 0, z, 0.01 * z),
        "This is a leaky relu: a hundredth of each negative element leaks through. The lecture's "
        "relu is exactly 0 there.",
    ),
    relu_upside_down=Wrong(
        lambda z: np.minimum(z, 0),
        "This keeps the negative elements and drops the positive ones: it has to be the larger "
        "one of z and 0, not the smaller one.",
    ),
    step_for_relu=Wrong(
        lambda z: np.where(z > 0, 1.0, 0.0),
        "This is 1 or 0, which is the derivative of relu: `z > 0` only says where z is positive. "
        "relu has the value z itself there.",
    ),
    relu_changes_nothing=Wrong(
        lambda z: z,
        "Here z came back unchanged: the negative elements have to become 0. Without that, a "
        "network of several layers is only one matrix product.",
    ),
)


@misconception(of="layer_input", lecture="eq. 10")
def weights_transposed(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The weights were used transposed, as in w x or x wᵀ: `w[k, j]` leads from k on the left to j
    on the right, so the sum runs down a column of w.
    """
    return x @ w.T


@misconception(of="layer_input", lecture="eq. 16")
def factors_of_layer_swapped(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """This is w x. Samples are rows here, so x stands on the left: b = x w."""
    return w @ x


OF_FORWARD = misconceptions(
    "forward",
    FORWARD,
    forward_without_relu=Wrong(
        lambda x, w1, w2: x @ w1 @ w2,
        "The relu of the hidden layer is missing: this is x w1 w2, which a single matrix could do.",
    ),
    relu_on_the_output=Wrong(
        lambda x, w1, w2: _relu(_relu(x @ w1) @ w2),
        "A relu was applied to the output as well, so that no prediction can be negative. Nothing "
        "comes after the last product.",
    ),
    relu_on_the_output_alone=Wrong(
        lambda x, w1, w2: _relu(x @ w1 @ w2),
        "relu was applied after the second product instead of after the first: it belongs to the "
        "hidden layer, between w1 and w2.",
    ),
    relu_on_the_inputs=Wrong(
        lambda x, w1, w2: _relu(x) @ w1 @ w2,
        "relu was applied to the inputs x, before the first product. It belongs to the hidden "
        "layer: first x w1, then relu.",
    ),
    forward_with_sigmoid=Wrong(
        lambda x, w1, w2: _sigmoid(x @ w1) @ w2,
        "The hidden layer has the sigmoid here; this network uses relu.",
    ),
)


OF_SQUARED_ERROR = misconceptions(
    "squared_error",
    "eq. 19",
    mean_for_sum=Wrong(
        lambda y_pred, y_true: float(np.mean((y_pred - y_true) ** 2)),
        "This is the mean of the squares. The lecture's squared error is their sum: no division "
        "by the number of elements.",
    ),
    mean_over_samples=Wrong(
        lambda y_pred, y_true: float(np.sum((y_pred - y_true) ** 2) / len(y_pred)),
        "This was divided by the number of samples. The lecture's squared error is the sum over "
        "the samples, not a mean.",
    ),
    root_of_the_sum=Wrong(
        lambda y_pred, y_true: float(np.linalg.norm(y_pred - y_true)),
        "This is the square root of the squared error: ‖…‖² has its square still on, so no root "
        "is taken (`np.linalg.norm` takes one).",
    ),
    half_of_the_sum=Wrong(
        lambda y_pred, y_true: float(np.sum((y_pred - y_true) ** 2) / 2),
        "This is half of the squared error. Some books put ½ in front so that the derivative "
        "looks simpler; the lecture does not.",
    ),
    absolute_for_squared=Wrong(
        lambda y_pred, y_true: float(np.sum(np.abs(y_pred - y_true))),
        "This is the sum of the absolute differences: each difference has to be squared before "
        "the sum.",
    ),
    square_of_the_sum=Wrong(
        lambda y_pred, y_true: float(np.sum(y_pred - y_true) ** 2),
        "The differences were summed first and squared afterwards, so that positive and negative "
        "ones cancel. Square each, then sum.",
    ),
    one_error_for_each_sample=Wrong(
        lambda y_pred, y_true: np.sum((y_pred - y_true) ** 2, axis=-1),
        "This is one error for each sample. The squared error sums over all samples: one number.",
    ),
    errors_not_summed=Wrong(
        lambda y_pred, y_true: (y_pred - y_true) ** 2,
        "The squares are right, their sum is missing: `(y_pred - y_true) ** 2` is still an array.",
    ),
)
