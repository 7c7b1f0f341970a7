"""Known mistakes in `gradients`: what people write for ∂L/∂w1 and ∂L/∂w2."""

from typing import Any

import numpy as np

from grader.checks import misconception

from .network import parts_of_backward

Two = tuple[np.ndarray, np.ndarray]


def _right(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Two:
    x, hidden_in, hidden, slope = parts_of_backward(x, y, w1, w2)
    return x.T @ ((slope @ w2.T) * (hidden_in > 0)), hidden.T @ slope


@misconception(of="gradients", lecture="Backpropagation")
def chain_rule_stops_at_the_output(right: Two, **network: Any) -> Two:
    """The gradient of w1 is xᵀ 2 (y_pred - y), as if w1 led straight to the output: the errors have
    to go back through w2ᵀ and the relu's mask first.
    """
    x, _, _, slope = parts_of_backward(**network)
    return x.T @ slope, right[1]


@misconception(of="gradients", lecture="eq. 24, see the erratum")
def equation_24_to_the_letter(right: Two) -> Two:
    """Eq. 24 is taken to the letter: the lecture heads it ∂L/∂w1, but hᵀ 2 (y_pred - y) is the
    derivative with respect to w2, as its shape says (d_hidden, d_out). For w1 the errors go back
    through w2ᵀ and the relu's mask, to xᵀ.
    """
    return right[1], right[1]


@misconception(of="gradients", lecture="eq. 24")
def factor_two_missing(right: Two) -> Two:
    """This is exactly half of the right gradient: the factor 2 is missing. The derivative of e² is
    2e, and with the lecture's loss (no ½ before it) the 2 stays.
    """
    return right[0] / 2, right[1] / 2


@misconception(of="gradients", lecture="Backpropagation")
def gradients_swapped(right: Two) -> Two:
    """The two gradients are right and come in the wrong order: return (grad_w1, grad_w2), each of
    the shape of its weights.
    """
    return right[1], right[0]


@misconception(of="gradients", lecture="eq. 19 and 24")
def half_mean_gradient(x: np.ndarray, right: Two) -> Two:
    """The factor 2 is missing and the gradient is divided by the number of samples: this belongs to
    the loss (1/2n) Σ e², which other courses use. The lecture's loss is Σ e².
    """
    return right[0] / len(np.atleast_2d(x)) / 2, right[1] / len(np.atleast_2d(x)) / 2


@misconception(of="gradients", lecture="eq. 24")
def hidden_in_for_hidden(right: Two, **network: Any) -> Two:
    """The gradient of w2 is made with hidden_in: the prediction is hidden w2, so that its
    derivative is hidden, the output of the relu ("where h is the output of the relu").
    """
    _, hidden_in, _, slope = parts_of_backward(**network)
    return right[0], hidden_in.T @ slope


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def mask_from_y_true(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Two:
    """The relu's mask is taken from the sign of y: the data do not decide which hidden neurons are
    on. The mask is 1 where hidden_in = x w1 is positive.
    """
    x, _, hidden, slope = parts_of_backward(x, y, w1, w2)
    masked = slope * (np.atleast_2d(y) > 0)
    return x.T @ (masked @ w2.T), hidden.T @ masked


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def mask_of_the_backward_product(right: Two, **network: Any) -> Two:
    """The relu's mask is taken from the sign of 2 (y_pred - y) w2ᵀ: it has to come from hidden_in =
    x w1, from what the relu got on the way forward.
    """
    x, _, _, slope = parts_of_backward(**network)
    return x.T @ np.maximum(slope @ network["w2"].T, 0.0), right[1]


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def mask_on_the_output(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Two:
    """The relu's mask is put on the output, y_pred > 0, instead of on the hidden layer: the output
    is linear, and the relu stands between x w1 and w2.
    """
    x, _, hidden, slope = parts_of_backward(x, y, w1, w2)
    masked = slope * (hidden @ w2 > 0)
    return x.T @ (masked @ w2.T), hidden.T @ masked


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def mask_on_the_output_too(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Two:
    """The errors are multiplied by y_pred > 0 before they go backwards, as if the output had a
    relu: it has none. Only the hidden layer gets the mask.
    """
    x, hidden_in, hidden, slope = parts_of_backward(x, y, w1, w2)
    masked = slope * (hidden @ w2 > 0)
    return x.T @ ((masked @ w2.T) * (hidden_in > 0)), hidden.T @ masked


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def mask_turned_round(right: Two, **network: Any) -> Two:
    """The mask is turned round: errors pass through the hidden neurons that are off and stop at
    those that are on. It has to be 1 where hidden_in > 0.
    """
    x, hidden_in, _, slope = parts_of_backward(**network)
    return x.T @ ((slope @ network["w2"].T) * (hidden_in < 0)), right[1]


@misconception(of="gradients", lecture="eq. 19 and 24")
def mean_over_all_numbers(y: np.ndarray, right: Two) -> Two:
    """The gradient is divided by the number of samples times that of outputs: that is the gradient
    of np.mean of the squares, and the lecture's loss is their sum.
    """
    return right[0] / np.size(y), right[1] / np.size(y)


@misconception(of="gradients", lecture="eq. 19 and 24")
def mean_over_samples(x: np.ndarray, right: Two) -> Two:
    """The gradient is divided by the number of samples: that is the gradient of the mean error, and
    the lecture's loss is the sum.
    """
    return right[0] / len(np.atleast_2d(x)), right[1] / len(np.atleast_2d(x))


@misconception(of="gradients", lecture="eq. 19 and 24")
def only_the_last_sample(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Two:
    """This is the gradient of the last sample alone: in a loop over the samples, each one's
    gradient has to be added (`+=`), not put in the place of the one before.
    """
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    return _right(x[-1:], y[-1:], w1, w2)


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def relu_mask_missing(right: Two, **network: Any) -> Two:
    """The derivative of the relu is missing: where a hidden neuron's input is negative, its weights
    change nothing, and 2 (y_pred - y) w2ᵀ has to be multiplied by 0 there.
    """
    x, _, _, slope = parts_of_backward(**network)
    return x.T @ (slope @ network["w2"].T), right[1]


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def relu_value_for_its_slope(right: Two, **network: Any) -> Two:
    """The errors are multiplied by the relu's value, hidden, where its derivative belongs: 1 where
    hidden_in > 0, and 0 elsewhere.
    """
    x, _, hidden, slope = parts_of_backward(**network)
    return x.T @ ((slope @ network["w2"].T) * hidden), right[1]


@misconception(of="gradients", lecture="Backpropagation; Relu function")
def sigmoid_slope_for_relu(right: Two, **network: Any) -> Two:
    """The errors are multiplied by h (1 - h): that is the derivative of the sigmoid. Relu's is 1
    where hidden_in > 0, and 0 elsewhere.
    """
    x, _, hidden, slope = parts_of_backward(**network)
    return x.T @ ((slope @ network["w2"].T) * hidden * (1 - hidden)), right[1]


@misconception(of="gradients", lecture="eq. 24")
def sign_turned(right: Two) -> Two:
    """The sign is turned round: the error is y_pred - y, and not y - y_pred. As it is, each step of
    the training would climb.
    """
    return -right[0], -right[1]


@misconception(of="gradients", lecture="eq. 24")
def transposed(right: Two) -> Two:
    """This is the transpose of the right gradient: it has a number for each weight, and has to have
    the shape of the matrix of weights. In (A B)ᵀ = Bᵀ Aᵀ the order changes.
    """
    return right[0].T, right[1].T


@misconception(of="gradients", lecture="eq. 24")
def transposed_and_reshaped(right: Two) -> Two:
    """These are the right numbers in the wrong places: the transpose of the gradient, put into the
    shape of the weights by `reshape`, which cuts its lines elsewhere. Turn the order of the product
    round, xᵀ times the errors, and the shape is right by itself.
    """
    grad_w1, grad_w2 = right
    return grad_w1.T.reshape(grad_w1.shape), grad_w2.T.reshape(grad_w2.shape)


@misconception(of="gradients", lecture="Backpropagation")
def w2_left_out(right: Two, **network: Any) -> Two:
    """w2 is missing from the gradient of w1: a hidden neuron answers for the error in proportion to
    its weight in the prediction, so that the errors go backwards through w2ᵀ.
    """
    x, hidden_in, _, slope = parts_of_backward(**network)
    return x.T @ (slope.sum(axis=1, keepdims=True) * (hidden_in > 0)), right[1]
