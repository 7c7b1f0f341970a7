"""Known mistakes in `forward`, `squared_error` and `test_error`."""

from collections.abc import Callable

import numpy as np

from grader.checks import Wrong, misconceptions

from .network import relu

Three = tuple[np.ndarray, np.ndarray, np.ndarray]


def _with(function: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Three]:
    """Return a `forward` that has another function in the place of the relu."""
    return lambda x, w1, w2: (x @ w1, function(x @ w1), function(x @ w1) @ w2)


OF_FORWARD = misconceptions(
    "forward",
    "Relu function",
    absolute_value_for_relu=Wrong(
        _with(np.abs),
        "Negative inputs of the hidden layer come out with their sign turned, which is |z|: relu "
        "makes them 0.",
    ),
    hidden_and_hidden_in_swapped=Wrong(
        lambda right: (right[1], right[0], right[2]),
        "The three values are right, but the first two are swapped: hidden_in is what the relu "
        "gets, hidden is what it gives. Return (hidden_in, hidden, y_pred).",
        "Layers and forward propagation",
    ),
    hidden_in_overwritten=Wrong(
        lambda x, w1, w2: (relu(x @ w1), relu(x @ w1), relu(x @ w1) @ w2),
        "What is returned as hidden_in is already its relu: the two are one array, and writing "
        "zeros into hidden changed hidden_in as well. Make a new one, as np.maximum(hidden_in, 0) "
        "does.",
        "Layers and forward propagation",
    ),
    leaky_relu=Wrong(
        _with(lambda z: np.where(z > 0, z, 0.01 * z)),
        "Negative inputs of the hidden layer come out as a hundredth of themselves: that is the "
        "*leaky* relu. The lecture's relu makes them 0.",
    ),
    no_relu=Wrong(
        lambda x, w1, w2: (x @ w1, x @ w1, x @ w1 @ w2),
        "The hidden layer puts out what it receives: the relu is missing. Without it the two "
        "matrices amount to a single one, w1 w2, and hidden neurons add nothing.",
    ),
    order_reversed=Wrong(
        lambda right: (right[2], right[1], right[0]),
        "The three values are right but come in the opposite order: return (hidden_in, hidden, "
        "y_pred), from the left of the network to its right.",
        "Layers and forward propagation",
    ),
    prediction_skips_the_relu=Wrong(
        lambda x, w1, w2: (x @ w1, relu(x @ w1), x @ w1 @ w2),
        "The relu is computed, but the prediction is made from what stood before it: it has to be "
        "hidden w2, not hidden_in w2.",
    ),
    relu_on_the_inputs=Wrong(
        lambda x, w1, w2: (relu(x) @ w1, relu(x) @ w1, relu(x) @ w1 @ w2),
        "The relu is applied to x, before w1: inputs are taken as they are, and it is the sums x "
        "w1 that go through it.",
    ),
    relu_on_the_output_too=Wrong(
        lambda x, w1, w2: (x @ w1, relu(x @ w1), relu(relu(x @ w1) @ w2)),
        "The prediction goes through a relu as well, and can never be negative, while the data "
        "are: the output layer is linear, only the hidden layer has the relu.",
        "Layers and forward propagation",
    ),
    relu_only_on_the_output=Wrong(
        lambda x, w1, w2: (x @ w1, x @ w1, relu(x @ w1 @ w2)),
        "The relu is applied to the output instead of the hidden layer: it belongs between the "
        "two matrices, since a network that is linear up to there cannot learn more than one "
        "matrix can.",
        "Layers and forward propagation",
    ),
    relu_slope_for_relu=Wrong(
        _with(lambda z: np.where(z > 0, 1.0, 0.0)),
        "The hidden layer puts out 1 where its input is positive: that is the derivative of relu. "
        "Relu itself lets a positive input through, as in hidden_in * (hidden_in > 0).",
    ),
    sigmoid_for_relu=Wrong(
        _with(lambda z: 1.0 / (1.0 + np.exp(-z))),
        "The hidden layer uses a sigmoid: all its outputs lie between 0 and 1. The lecture's "
        "network uses the relu, max(z, 0).",
        "We will use the ReLu non linearity",
    ),
    tanh_for_relu=Wrong(
        _with(np.tanh),
        "The hidden layer uses tanh: all its outputs lie between -1 and 1. The lecture's network "
        "uses the relu, max(z, 0).",
        "We will use the ReLu non linearity",
    ),
    wrong_side_of_relu=Wrong(
        _with(lambda z: np.minimum(z, 0.0)),
        "The hidden layer keeps the negative inputs and makes the positive ones 0, as min(z, 0) "
        "does: relu is max(z, 0).",
    ),
)


OF_SQUARED_ERROR = misconceptions(
    "squared_error",
    "eq. 19",
    absolute_error=Wrong(
        lambda y_pred, y_true: float(np.sum(np.abs(y_pred - y_true))),
        "The absolute values of the differences are summed: it is their squares that have to be, "
        "which is what makes the gradient proportional to the error.",
    ),
    half_of_the_error=Wrong(
        lambda right: right / 2,
        "This is half of the squared error: some books put ½ before the sum, so that the 2 of its "
        "derivative goes away; the lecture does not.",
    ),
    mean_over_all_numbers_se=Wrong(
        lambda y_true, right: right / y_true.size,
        "This is the mean of the squares; the lecture's SE is their sum. The factor between the "
        "two is in every gradient too, and makes another learning rate out of the same number.",
    ),
    mean_over_samples_se=Wrong(
        lambda y_true, right: right / len(y_true),
        "The sum is divided by the number of samples; the lecture's SE is the sum over the "
        "samples, not their mean.",
    ),
    not_squared=Wrong(
        lambda y_pred, y_true: float(np.sum(y_pred - y_true)),
        "The differences are summed without their squares: errors of opposite signs cancel, and a "
        "bad prediction can have the error 0.",
    ),
    one_error_a_sample=Wrong(
        lambda y_pred, y_true: np.asarray(np.sum((y_pred - y_true) ** 2, axis=-1)),
        "You returned a number for each sample: the sum goes over the samples as well, and the "
        "loss is one number for all of them.",
    ),
    one_error_an_output=Wrong(
        lambda y_pred, y_true: np.asarray(np.sum((y_pred - y_true) ** 2, axis=0)),
        "You returned a number for each output, as Python's own `sum` and `axis=0` give: the loss "
        "is one number for all outputs of all samples (np.sum without an axis).",
    ),
    root_mean_squared_error=Wrong(
        lambda y_true, right: float(np.sqrt(right / y_true.size)),
        "This is the root of the mean of the squares (RMSE): the lecture's SE is the sum of the "
        "squares, with neither root nor mean.",
    ),
    root_of_the_error=Wrong(
        lambda right: float(np.sqrt(right)),
        "The square root of the sum was taken, as in a distance (np.linalg.norm): the SE is the "
        "square of it.",
    ),
    square_of_the_sum=Wrong(
        lambda y_pred, y_true: float(np.sum(y_pred - y_true) ** 2),
        "The differences are summed first and squared afterwards: errors of opposite signs "
        "cancel. Square each of them, then sum.",
    ),
)


OF_TEST_ERROR = misconceptions(
    "test_error",
    "eq. 19",
    test_error_mean_over_all_numbers=Wrong(
        lambda y, right: right / np.size(y),
        "This is the mean of the squares: the test error is the sum over all samples, as the "
        "training error is, or the two cannot be compared.",
    ),
    test_error_mean_over_samples=Wrong(
        lambda x, right: right / len(x),
        "The sum is divided by the number of samples: the test error is the sum over all of them, "
        "as in `squared_error`.",
    ),
    test_error_root=Wrong(
        lambda right: float(np.sqrt(right)),
        "The square root of the sum was taken: the test error is the squared error on other data, "
        "with no root.",
    ),
    test_error_without_relu=Wrong(
        lambda x, y, w1, w2: float(np.sum((x @ w1 @ w2 - y) ** 2)),
        "The prediction on the new data is made without the relu: the test error measures the "
        "network that was trained. Call `forward`.",
        "Relu function",
    ),
)
