"""Well-known wrong versions of the functions in `warm_up/neuron.py`."""

import numpy as np

from grader.checks import misconception

# From here on the slope of the sigmoid is 0 to nine digits.
FLAT = 20.0
SIGMOID = 'part 1, "Sigmoid function"'
RELU = 'part 1, "Relu function"'
FORWARD = 'part 1, "Layers and forward propagation"'


def _relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


@misconception(of="sigmoid", lecture=SIGMOID)
def sigmoid_falls(z: np.ndarray) -> np.ndarray:
    """This sigmoid falls from 1 to 0: the sign in the exponent is missing. It has to grow with z,
    so it is exp(−z) below the line.
    """
    return 1 / (1 + np.exp(z))


@misconception(of="sigmoid", lecture=SIGMOID)
def tanh_for_sigmoid(z: np.ndarray) -> np.ndarray:
    """This is tanh, which goes from −1 to 1. The sigmoid goes from 0 to 1 and is ½ at 0."""
    return np.tanh(z)


@misconception(of="sigmoid", lecture=SIGMOID)
def sigmoid_overflows(z: np.ndarray) -> np.ndarray:
    """`exp(z) / (1 + exp(z))` is right on paper, but for large z both exponentials overflow to inf,
    and inf / inf is nan. In 1 / (1 + exp(−z)) no two of them meet.
    """
    return np.exp(z) / (1 + np.exp(z))


@misconception(of="sigmoid", lecture=SIGMOID)
def sigmoid_overflows_below(z: np.ndarray) -> np.ndarray:
    """The factor exp(−z) overflows to inf for z far below 0, and 0 · inf or inf / inf is nan there.
    Write it so that exp(−|z|) is the only exponential.
    """
    return 1 - np.exp(-z) / (1 + np.exp(-z))


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


@misconception(of="neuron", lecture="eq. 1")
def neuron_without_sigmoid(x: np.ndarray, w: np.ndarray) -> float:
    """This is the sum Σ x_i w_i itself: the non-linear function σ is still to be applied to it."""
    return float(x @ w)


@misconception(of="neuron", lecture="eq. 1")
def sigmoid_before_the_sum(x: np.ndarray, w: np.ndarray) -> float:
    """The sigmoid was applied to each product x_i w_i and the results were summed. In σ(Σ x_i w_i)
    the sum comes first, so that the output stays below 1.
    """
    return float(np.sum(_sigmoid(x * w)))


@misconception(of="neuron", lecture="eq. 1")
def neuron_without_sum(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """A neuron has one output, and here came one for each input: the sum over the products x_i w_i
    is missing.
    """
    return _sigmoid(x * w)


@misconception(of="neuron", lecture="eq. 1")
def neuron_with_the_slope(x: np.ndarray, w: np.ndarray) -> float:
    """This is the derivative of the sigmoid at Σ x_i w_i: the output of the neuron is the sigmoid
    itself.
    """
    return float(_sigmoid(x @ w) * (1 - _sigmoid(x @ w)))


@misconception(of="neuron", lecture="eq. 1")
def neuron_with_relu(x: np.ndarray, w: np.ndarray) -> float:
    """The non-linear function of this neuron is the sigmoid, and this one has relu."""
    return float(_relu(x @ w))


@misconception(of="relu", lecture=RELU)
def relu_as_absolute_value(z: np.ndarray) -> np.ndarray:
    """This is |z|: negative elements came back as positive ones. relu puts 0 in their place."""
    return np.abs(z)


@misconception(of="relu", lecture=RELU)
def leaky_relu(z: np.ndarray) -> np.ndarray:
    """This is a leaky relu: a hundredth of each negative element leaks through. The lecture's relu
    is exactly 0 there.
    """
    return np.where(z > 0, z, 0.01 * z)


@misconception(of="relu", lecture=RELU)
def relu_upside_down(z: np.ndarray) -> np.ndarray:
    """This keeps the negative elements and drops the positive ones: it has to be the larger one of
    z and 0, not the smaller one.
    """
    return np.minimum(z, 0)


@misconception(of="relu", lecture=RELU)
def step_for_relu(z: np.ndarray) -> np.ndarray:
    """This is 1 or 0, which is the derivative of relu: `z > 0` only says where z is positive.
    relu has the value z itself there.
    """
    return np.where(z > 0, 1.0, 0.0)


@misconception(of="relu", lecture=RELU)
def relu_changes_nothing(z: np.ndarray) -> np.ndarray:
    """Here z came back unchanged: the negative elements have to become 0. Without that, a network
    of several layers is only one matrix product.
    """
    return z


@misconception(of="layer_input", lecture="eq. 10")
def weights_transposed(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The weights were used transposed, as in w x or x wᵀ: `w[k, j]` leads from k on the left to j
    on the right, so the sum runs down a column of w.
    """
    return x @ w.T


@misconception(of="layer_input", lecture="eq. 16")
def factors_of_layer_swapped(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """This is w x. Samples are lines here, so x stands on the left: b = x w."""
    return w @ x


@misconception(of="forward", lecture=FORWARD)
def forward_without_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """The relu of the hidden layer is missing: this is x w1 w2, which a single matrix could do."""
    return x @ w1 @ w2


@misconception(of="forward", lecture=FORWARD)
def relu_on_the_output(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """A relu was applied to the output as well, so that no prediction can be negative. Nothing
    comes after the last product.
    """
    return _relu(_relu(x @ w1) @ w2)


@misconception(of="forward", lecture=FORWARD)
def relu_on_the_output_alone(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """relu was applied after the second product instead of after the first: it belongs to the
    hidden layer, between w1 and w2.
    """
    return _relu(x @ w1 @ w2)


@misconception(of="forward", lecture=FORWARD)
def relu_on_the_inputs(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """relu was applied to the inputs x, before the first product. It belongs to the hidden layer:
    first x w1, then relu.
    """
    return _relu(x) @ w1 @ w2


@misconception(of="forward", lecture=FORWARD)
def forward_with_sigmoid(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """The hidden layer has the sigmoid here; this network uses relu."""
    return _sigmoid(x @ w1) @ w2


@misconception(of="squared_error", lecture="eq. 19")
def mean_for_sum(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """This is the mean of the squares. The lecture's squared error is their sum: no division by the
    number of elements.
    """
    return float(np.mean((y_pred - y_true) ** 2))


@misconception(of="squared_error", lecture="eq. 19")
def mean_over_samples(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """This was divided by the number of samples. The lecture's squared error is the sum over the
    samples, not a mean.
    """
    return float(np.sum((y_pred - y_true) ** 2) / len(y_pred))


@misconception(of="squared_error", lecture="eq. 19")
def root_of_the_sum(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """This is the square root of the squared error: ‖…‖² has its square still on, so no root is
    taken (`np.linalg.norm` takes one).
    """
    return float(np.linalg.norm(y_pred - y_true))


@misconception(of="squared_error", lecture="eq. 19")
def half_of_the_sum(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """This is half of the squared error. Some books put ½ in front so that the derivative looks
    simpler; the lecture does not.
    """
    return float(np.sum((y_pred - y_true) ** 2) / 2)


@misconception(of="squared_error", lecture="eq. 19")
def absolute_for_squared(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """This is the sum of the absolute differences: each difference has to be squared before the
    sum.
    """
    return float(np.sum(np.abs(y_pred - y_true)))


@misconception(of="squared_error", lecture="eq. 19")
def square_of_the_sum(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """The differences were summed first and squared afterwards, so that positive and negative ones
    cancel. Square each, then sum.
    """
    return float(np.sum(y_pred - y_true) ** 2)


@misconception(of="squared_error", lecture="eq. 19")
def one_error_for_each_sample(y_pred: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """This is one error for each sample. The squared error sums over all samples: one number."""
    return np.sum((y_pred - y_true) ** 2, axis=-1)


@misconception(of="squared_error", lecture="eq. 19")
def errors_not_summed(y_pred: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """The squares are right, their sum is missing: `(y_pred - y_true) ** 2` is still an array."""
    return (y_pred - y_true) ** 2
