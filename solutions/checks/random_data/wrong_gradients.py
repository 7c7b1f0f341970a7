"""Known mistakes in `gradients`: what people write for ∂L/∂w1 and ∂L/∂w2."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Wrong, listed, misconceptions, small_inputs, sum_of_products

from .network import Pass, passed, slopes

Two = tuple[np.ndarray, np.ndarray]


def _made_of(change: Callable[[Pass, Two], Two]) -> Callable[..., Two]:
    """Return `gradients` that are made of a pass through the network, and of the right ones."""

    def gradients(right: Two, **network: Any) -> Two:
        return change(passed(**network), right)

    return gradients


def _masked(
    output: Callable[[Pass], np.ndarray], hidden: Callable[[Pass], Any] = lambda _: 1.0
) -> Callable[..., Two]:
    """Return `gradients` with a mask on the slope at the output, and one on the hidden layer."""

    def gradients(**network: Any) -> Two:
        p = passed(**network)
        masked = p.slope * output(p)
        return p.x.T @ ((masked @ p.w2.T) * hidden(p)), p.hidden.T @ masked

    return gradients


def _by_hand(part: str, at: tuple[int, int], *network: np.ndarray) -> list[str]:
    p, (i, j) = passed(*network), at
    lines = [listed("2 (y_pred − y)", p.slope)]
    if part == "grad_w2":
        lines.insert(0, listed("hidden = relu(x w1)", p.hidden))
        formula, factors = (
            f"Σₙ hidden[n, {i}] · 2 (y_pred − y)[n, {j}]",
            [p.hidden[:, i], p.slope[:, j]],
        )
    else:
        lines += [listed("back = 2 (y_pred − y) w2ᵀ", p.back), listed("x w1", p.hidden_in)]
        formula = f"Σₙ x[n, {i}] · back[n, {j}] · 1((x w1)[n, {j}] > 0)"
        factors = [p.x[:, i], p.back[:, j], p.hidden_in[:, j] > 0]
    return [*lines, *sum_of_products(f"{part}[{i}, {j}]", formula, *factors)]


SMALL_GRADIENTS = small_inputs("gradients", by_hand=_by_hand)
OF_GRADIENTS = misconceptions(
    "gradients",
    "Backpropagation; Relu function",
    chain_rule_stops_at_the_output=Wrong(
        _made_of(lambda p, right: (p.x.T @ p.slope, right[1])),
        "The gradient of w1 is xᵀ 2 (y_pred - y), as if w1 led straight to the output: the errors "
        "have to go back through w2ᵀ and the relu's mask first.",
        "Backpropagation",
    ),
    equation_24_to_the_letter=Wrong(
        lambda right: (right[1], right[1]),
        "Eq. 24 is taken to the letter: the lecture heads it ∂L/∂w1, but hᵀ 2 (y_pred - y) is the "
        "derivative with respect to w2, as its shape says (d_hidden, d_out). For w1 the errors go "
        "back through w2ᵀ and the relu's mask, to xᵀ.",
        "eq. 24, see the erratum",
    ),
    factor_two_missing=Wrong(
        lambda right: (right[0] / 2, right[1] / 2),
        "This is exactly half of the right gradient: the factor 2 is missing. The derivative of "
        "e² is 2e, and with the lecture's loss (no ½ before it) the 2 stays.",
        "eq. 24",
    ),
    gradients_swapped=Wrong(
        lambda right: (right[1], right[0]),
        "The two gradients are right and come in the wrong order: return (grad_w1, grad_w2), each "
        "of the shape of its weights.",
        "Backpropagation",
    ),
    half_mean_gradient=Wrong(
        lambda x, right: tuple(part / len(np.atleast_2d(x)) / 2 for part in right),
        "The factor 2 is missing and the gradient is divided by the number of samples: this "
        "belongs to the loss (1/2n) Σ e², which other courses use. The lecture's loss is Σ e².",
        "eq. 19 and 24",
    ),
    hidden_in_for_hidden=Wrong(
        _made_of(lambda p, right: (right[0], p.hidden_in.T @ p.slope)),
        "The gradient of w2 is made with hidden_in: the prediction is hidden w2, so that its "
        'derivative is hidden, the output of the relu ("where h is the output of the relu").',
        "eq. 24",
    ),
    mask_for_hidden=Wrong(
        _made_of(lambda p, right: (right[0], (p.hidden_in > 0).T @ p.slope)),
        "The gradient of w2 is made with 1 where hidden is positive, as where hidden itself was "
        "set to 1 to get the mask: make the mask a new array, and keep hidden for grad_w2.",
        "eq. 24",
    ),
    mask_from_y_true=Wrong(
        _masked(lambda p: p.y > 0),
        "The relu's mask is taken from the sign of y: the data do not decide which hidden neurons "
        "are on. The mask is 1 where hidden_in = x w1 is positive.",
    ),
    mask_of_the_backward_product=Wrong(
        _made_of(lambda p, right: (p.x.T @ np.maximum(p.back, 0.0), right[1])),
        "The relu's mask is taken from the sign of 2 (y_pred - y) w2ᵀ: it has to come from "
        "hidden_in = x w1, from what the relu got on the way forward.",
    ),
    mask_on_the_output=Wrong(
        _masked(lambda p: p.hidden @ p.w2 > 0),
        "The relu's mask is put on the output, y_pred > 0, instead of on the hidden layer: the "
        "output is linear, and the relu stands between x w1 and w2.",
    ),
    mask_on_the_output_too=Wrong(
        _masked(lambda p: p.hidden @ p.w2 > 0, lambda p: p.hidden_in > 0),
        "The errors are multiplied by y_pred > 0 before they go backwards, as if the output had a "
        "relu: it has none. Only the hidden layer gets the mask.",
    ),
    mask_turned_round=Wrong(
        _made_of(lambda p, right: (p.x.T @ (p.back * (p.hidden_in < 0)), right[1])),
        "The mask is inverted: errors pass through the hidden neurons that are off and stop "
        "at those that are on. It has to be 1 where hidden_in > 0.",
    ),
    mean_over_all_numbers=Wrong(
        lambda y, right: tuple(part / np.size(y) for part in right),
        "The gradient is divided by the number of samples times that of outputs: that is the "
        "gradient of np.mean of the squares, and the lecture's loss is their sum.",
        "eq. 19 and 24",
    ),
    mean_over_samples=Wrong(
        lambda x, right: tuple(part / len(np.atleast_2d(x)) for part in right),
        "The gradient is divided by the number of samples: that is the gradient of the mean "
        "error, and the lecture's loss is the sum.",
        "eq. 19 and 24",
    ),
    only_the_last_sample=Wrong(
        lambda x, y, w1, w2: slopes(np.atleast_2d(x)[-1:], np.atleast_2d(y)[-1:], w1, w2),
        "This is the gradient of the last sample alone: in a loop over the samples, each one's "
        "gradient has to be added (`+=`), not put in the place of the one before.",
        "eq. 19 and 24",
    ),
    relu_mask_missing=Wrong(
        _made_of(lambda p, right: (p.x.T @ p.back, right[1])),
        "The derivative of the relu is missing: where a hidden neuron's input is negative, its "
        "weights change nothing, and 2 (y_pred - y) w2ᵀ has to be multiplied by 0 there.",
    ),
    relu_value_for_its_slope=Wrong(
        _made_of(lambda p, right: (p.x.T @ (p.back * p.hidden), right[1])),
        "The errors are multiplied by the relu's value, hidden, where its derivative belongs: 1 "
        "where hidden_in > 0, and 0 elsewhere.",
    ),
    sigmoid_slope_for_relu=Wrong(
        _made_of(lambda p, right: (p.x.T @ (p.back * p.hidden * (1 - p.hidden)), right[1])),
        "The errors are multiplied by h (1 - h): that is the derivative of the sigmoid. Relu's is "
        "1 where hidden_in > 0, and 0 elsewhere.",
    ),
    sign_turned=Wrong(
        lambda right: (-right[0], -right[1]),
        "The sign is wrong: the error is y_pred - y, and not y - y_pred. As it is, each "
        "step of the training would climb.",
        "eq. 24",
    ),
    transposed=Wrong(
        lambda right: (right[0].T, right[1].T),
        "This is the transpose of the right gradient: it has a number for each weight, and has to "
        "have the shape of the matrix of weights. In (A B)ᵀ = Bᵀ Aᵀ the order changes.",
        "eq. 24",
    ),
    transposed_and_reshaped=Wrong(
        lambda right: tuple(part.T.reshape(part.shape) for part in right),
        "These are the right numbers in the wrong places: the transpose of the gradient, put into "
        "the shape of the weights by `reshape`, which cuts its rows elsewhere. Turn the order of "
        "the product round, xᵀ times the errors, and the shape is right by itself.",
        "eq. 24",
    ),
    w2_left_out=Wrong(
        _made_of(
            lambda p, right: (p.x.T @ (p.slope.sum(1)[:, None] * (p.hidden_in > 0)), right[1])
        ),
        "w2 is missing from the gradient of w1: a hidden neuron answers for the error in "
        "proportion to its weight in the prediction, so that the errors go backwards through w2ᵀ.",
        "Backpropagation",
    ),
)
