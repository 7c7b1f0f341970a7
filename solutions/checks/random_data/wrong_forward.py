"""Known mistakes in `forward`, `squared_error` and `test_error`."""

import numpy as np

from grader.checks import misconception

from .network import relu

Three = tuple[np.ndarray, np.ndarray, np.ndarray]


# ---------------------------------------------------------------------------- forward


@misconception(of="forward", lecture="Relu function")
def absolute_value_for_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """Negative inputs of the hidden layer come out with their sign turned, which is |z|: relu makes
    them 0.
    """
    hidden = np.abs(x @ w1)
    return x @ w1, hidden, hidden @ w2


@misconception(of="forward", lecture="Layers and forward propagation")
def hidden_and_hidden_in_swapped(right: Three) -> Three:
    """The three values are right, but the first two are swapped: hidden_in is what the relu gets,
    hidden is what it gives. Return (hidden_in, hidden, y_pred).
    """
    return right[1], right[0], right[2]


@misconception(of="forward", lecture="Layers and forward propagation")
def hidden_in_overwritten(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """What is returned as hidden_in is already its relu: the two are one array, and writing zeros
    into hidden changed hidden_in as well. Make a new one, as np.maximum(hidden_in, 0) does.
    """
    hidden = relu(x @ w1)
    return hidden, hidden, hidden @ w2


@misconception(of="forward", lecture="Relu function")
def leaky_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """Negative inputs of the hidden layer come out as a hundredth of themselves: that is the
    *leaky* relu. The lecture's relu makes them 0.
    """
    hidden = np.where(x @ w1 > 0, x @ w1, 0.01 * (x @ w1))
    return x @ w1, hidden, hidden @ w2


@misconception(of="forward", lecture="Relu function")
def no_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The hidden layer puts out what it receives: the relu is missing. Without it the two matrices
    amount to a single one, w1 w2, and hidden neurons add nothing.
    """
    return x @ w1, x @ w1, x @ w1 @ w2


@misconception(of="forward", lecture="Layers and forward propagation")
def order_reversed(right: Three) -> Three:
    """The three values are right but come in the opposite order: return (hidden_in, hidden,
    y_pred), from the left of the network to its right.
    """
    return right[2], right[1], right[0]


@misconception(of="forward", lecture="Relu function")
def prediction_skips_the_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The relu is computed, but the prediction is made from what stood before it: it has to be
    hidden w2, not hidden_in w2.
    """
    return x @ w1, relu(x @ w1), x @ w1 @ w2


@misconception(of="forward", lecture="Relu function")
def relu_on_the_inputs(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The relu is applied to x, before w1: inputs are taken as they are, and it is the sums x w1
    that go through it.
    """
    return relu(x) @ w1, relu(x) @ w1, relu(x) @ w1 @ w2


@misconception(of="forward", lecture="Layers and forward propagation")
def relu_on_the_output_too(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The prediction goes through a relu as well, and can never be negative, while the data are:
    the output layer is linear, only the hidden layer has the relu.
    """
    return x @ w1, relu(x @ w1), relu(relu(x @ w1) @ w2)


@misconception(of="forward", lecture="Layers and forward propagation")
def relu_only_on_the_output(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The relu is applied to the output instead of the hidden layer: it belongs between the two
    matrices, since a network that is linear up to there cannot learn more than one matrix can.
    """
    return x @ w1, x @ w1, relu(x @ w1 @ w2)


@misconception(of="forward", lecture="Relu function")
def relu_slope_for_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The hidden layer puts out 1 where its input is positive: that is the derivative of relu. Relu
    itself lets a positive input through, as in hidden_in * (hidden_in > 0).
    """
    hidden = np.where(x @ w1 > 0, 1.0, 0.0)
    return x @ w1, hidden, hidden @ w2


@misconception(of="forward", lecture="We will use the ReLu non linearity")
def sigmoid_for_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The hidden layer uses a sigmoid: all its outputs lie between 0 and 1. The lecture's network
    uses the relu, max(z, 0).
    """
    hidden = 1.0 / (1.0 + np.exp(-(x @ w1)))
    return x @ w1, hidden, hidden @ w2


@misconception(of="forward", lecture="We will use the ReLu non linearity")
def tanh_for_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The hidden layer uses tanh: all its outputs lie between -1 and 1. The lecture's network uses
    the relu, max(z, 0).
    """
    hidden = np.tanh(x @ w1)
    return x @ w1, hidden, hidden @ w2


@misconception(of="forward", lecture="Relu function")
def wrong_side_of_relu(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Three:
    """The hidden layer keeps the negative inputs and makes the positive ones 0, as min(z, 0) does:
    relu is max(z, 0).
    """
    hidden = np.minimum(x @ w1, 0.0)
    return x @ w1, hidden, hidden @ w2


# ---------------------------------------------------------------------------- squared_error


@misconception(of="squared_error", lecture="eq. 19")
def absolute_error(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """The absolute values of the differences are summed: it is their squares that have to be, which
    is what makes the gradient proportional to the error.
    """
    return float(np.sum(np.abs(y_pred - y_true)))


@misconception(of="squared_error", lecture="eq. 19")
def half_of_the_error(right: float) -> float:
    """This is half of the squared error: some books put ½ before the sum, so that the 2 of its
    derivative goes away; the lecture does not.
    """
    return right / 2


@misconception(of="squared_error", lecture="eq. 19")
def mean_over_all_numbers_se(y_true: np.ndarray, right: float) -> float:
    """This is the mean of the squares; the lecture's SE is their sum. The factor between the two is
    in every gradient too, and makes another learning rate out of the same number.
    """
    return right / y_true.size


@misconception(of="squared_error", lecture="eq. 19")
def mean_over_samples_se(y_true: np.ndarray, right: float) -> float:
    """The sum is divided by the number of samples; the lecture's SE is the sum over the samples,
    not their mean.
    """
    return right / len(y_true)


@misconception(of="squared_error", lecture="eq. 19")
def not_squared(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """The differences are summed without their squares: errors of opposite signs cancel, and a bad
    prediction can have the error 0.
    """
    return float(np.sum(y_pred - y_true))


@misconception(of="squared_error", lecture="eq. 19")
def one_error_a_sample(y_pred: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """A number for each sample came: the sum goes over the samples as well, and the loss is one
    number for all of them.
    """
    return np.asarray(np.sum((y_pred - y_true) ** 2, axis=-1))


@misconception(of="squared_error", lecture="eq. 19")
def one_error_an_output(y_pred: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """A number for each output came, as Python's own `sum` and `axis=0` give: the loss is one
    number for all outputs of all samples (np.sum without an axis).
    """
    return np.asarray(np.sum((y_pred - y_true) ** 2, axis=0))


@misconception(of="squared_error", lecture="eq. 19")
def root_mean_squared_error(y_true: np.ndarray, right: float) -> float:
    """This is the root of the mean of the squares (RMSE): the lecture's SE is the sum of the
    squares, with neither root nor mean.
    """
    return float(np.sqrt(right / y_true.size))


@misconception(of="squared_error", lecture="eq. 19")
def root_of_the_error(right: float) -> float:
    """The square root of the sum was taken, as in a distance (np.linalg.norm): the SE is the square
    of it.
    """
    return float(np.sqrt(right))


@misconception(of="squared_error", lecture="eq. 19")
def square_of_the_sum(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """The differences are summed first and squared afterwards: errors of opposite signs cancel.
    Square each of them, then sum.
    """
    return float(np.sum(y_pred - y_true) ** 2)


# ---------------------------------------------------------------------------- test_error


@misconception(of="test_error", lecture="eq. 19")
def test_error_mean_over_all_numbers(y: np.ndarray, right: float) -> float:
    """This is the mean of the squares: the test error is the sum over all samples, as the training
    error is, or the two cannot be compared.
    """
    return right / np.size(y)


@misconception(of="test_error", lecture="eq. 19")
def test_error_mean_over_samples(x: np.ndarray, right: float) -> float:
    """The sum is divided by the number of samples: the test error is the sum over all of them, as
    in `squared_error`.
    """
    return right / len(x)


@misconception(of="test_error", lecture="eq. 19")
def test_error_root(right: float) -> float:
    """The square root of the sum was taken: the test error is the squared error on other data, with
    no root.
    """
    return float(np.sqrt(right))


@misconception(of="test_error", lecture="Relu function")
def test_error_without_relu(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> float:
    """The prediction on the new data is made without the relu: the test error measures the network
    that was trained. Call `forward`.
    """
    return float(np.sum((x @ w1 @ w2 - y) ** 2))
