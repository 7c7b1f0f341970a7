"""Wrong submissions of exercise 2, each appended to the reference."""

from __future__ import annotations

# ---------------------------------------------------------------------------- known mistakes

DATA = "def create_data(n_samples, d_in, d_out, rng):\n    n = n_samples\n    "
WEIGHTS = "def init_weights(d_in, d_hidden, d_out, rng):\n    "
FORWARD = """def forward(x, w1, w2):
    b = x @ w1
    h = np.maximum(b, 0)
    """
ERROR = "def squared_error(y_pred, y_true):\n    e = y_pred - y_true\n    "
GRADIENTS = """def gradients(x, y, w1, w2):
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    n = len(x)
    b, h, y_pred = forward(x, w1, w2)
    e = 2 * (y_pred - y)
    g1, g2 = x.T @ ((e @ w2.T) * (b > 0)), h.T @ e
    """
TRAIN = """def train(x, y, w1, w2, learning_rate, steps):
    a, n, g, start = learning_rate, len(x), gradients, (w1, w2)
    loss = lambda: squared_error(forward(x, w1, w2)[2], y)
    losses = [loss()]
    for step in range({steps}):
        g1, g2 = gradients(x, y, w1, w2)
        {update}
        losses.append(loss())
    return {result}
"""
TEST = "def test_error(x, y, w1, w2):\n    e = forward(x, w1, w2)[2] - y\n    "
NORMAL = "rng.standard_normal"


def training(
    update: str = "w1, w2 = w1 - a * g1, w2 - a * g2",
    steps: str = "steps",
    result: str = "w1, w2, losses",
) -> str:
    return TRAIN.format(update=update, steps=steps, result=result)


G1 = {"gradient_of_w1", "gradients_of_other_sizes"}
G2 = {"gradient_of_w2", "gradients_of_other_sizes"}
DRAWN = {"data_are_standard_normal"}
TOGETHER = {"outputs_have_nothing_to_do_with_inputs"}
BATCH = {"forward_of_a_batch"}
SUM, ALONE = {"squared_error_is_the_sum_of_squares"}, {"squared_error_of_a_single_sample"}
STEP, STEPS = {"one_step_of_training"}, {"many_steps_of_training"}
FALLS, LOSSES = {"training_makes_the_loss_fall"}, {"losses_of_training"}
NONE = {"training_of_no_steps"}
ON_NEW = {"test_error_is_the_squared_error_of_other_data"}
UNITS = {"hidden_neurons_start_different"}

MISTAKES: dict[str, tuple[str, set[str]]] = {
    # create_data and init_weights
    "uniform_from_zero": (DATA + "return rng.random((n, d_in)), rng.random((n, d_out))", DRAWN),
    "uniform_around_zero": (
        DATA + "return rng.uniform(-2, 2, (n, d_in)), rng.standard_normal((n, d_out))",
        DRAWN,
    ),
    "wrong_spread": (
        DATA + "return rng.normal(0, 5, (n, d_in)), rng.normal(0, 1, (n, d_out))",
        DRAWN,
    ),
    "constant_numbers": (
        DATA + "return np.zeros((n, d_in)), np.zeros((n, d_out))",
        DRAWN | {"data_come_from_the_generator", "outputs_have_nothing_to_do_with_inputs"},
    ),
    "whole_numbers": (
        DATA + "return rng.standard_normal((n, d_in)), rng.integers(-2, 3, (n, d_out))",
        DRAWN,
    ),
    "y_is_x": (
        DATA
        + "x = rng.standard_normal((n, max(d_in, d_out)))\n    return x[:, :d_in], x[:, :d_out]",
        TOGETHER,
    ),
    "y_is_a_function_of_x": (
        DATA + "x = rng.standard_normal((n, d_in)); w = rng.standard_normal((d_in, d_out))\n"
        "    return x, x @ w / np.linalg.norm(w, axis=0)",
        TOGETHER,
    ),
    "same_line_in_every_sample": (
        DATA + "y = np.tile(rng.standard_normal(d_out), (n, 1))\n"
        "    return rng.standard_normal((n, d_in)), y",
        DRAWN | TOGETHER,
    ),
    "own_seed": (
        DATA + "rng = np.random.default_rng(42)\n"
        "    return rng.standard_normal((n, d_in)), rng.standard_normal((n, d_out))",
        {"data_come_from_the_generator"},
    ),
    "global_randomness": (
        WEIGHTS + "return rng.standard_normal((d_in, d_hidden)), np.random.randn(d_hidden, d_out)",
        {"weights_come_from_the_generator"},
    ),
    "starts_with_zeros": (
        WEIGHTS + "return np.zeros((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))",
        UNITS | {"weights_come_from_the_generator"},
    ),
    "all_units_start_equal": (
        WEIGHTS + "w = rng.standard_normal((d_in, 1)), rng.standard_normal((1, d_out))\n"
        "    return np.tile(w[0], (1, d_hidden)), np.tile(w[1], (d_hidden, 1))",
        UNITS,
    ),
    # forward
    "no_relu": (FORWARD + "return b, b, b @ w2", BATCH),
    "prediction_skips_the_relu": (FORWARD + "return b, h, b @ w2", BATCH),
    "relu_on_the_output_too": (FORWARD + "return b, h, np.maximum(h @ w2, 0)", BATCH),
    "relu_only_on_the_output": (FORWARD + "return b, b, np.maximum(b @ w2, 0)", BATCH),
    "relu_on_the_inputs": (
        FORWARD + "b = np.maximum(x, 0) @ w1\n    return b, b, b @ w2",
        BATCH,
    ),
    "sigmoid_for_relu": (FORWARD + "h = 1 / (1 + np.exp(-b))\n    return b, h, h @ w2", BATCH),
    "tanh_for_relu": (FORWARD + "h = np.tanh(b)\n    return b, h, h @ w2", BATCH),
    "absolute_value_for_relu": (FORWARD + "return b, abs(b), abs(b) @ w2", BATCH),
    "leaky_relu": (FORWARD + "h = np.where(b > 0, b, 0.01 * b)\n    return b, h, h @ w2", BATCH),
    "wrong_side_of_relu": (FORWARD + "h = np.minimum(b, 0)\n    return b, h, h @ w2", BATCH),
    "relu_slope_for_relu": (FORWARD + "h = 1.0 * (b > 0)\n    return b, h, h @ w2", BATCH),
    "hidden_in_overwritten": (FORWARD + "b[b < 0] = 0\n    return b, b, b @ w2", BATCH),
    "hidden_and_hidden_in_swapped": (
        FORWARD
        + "return h, b, h @ w2\n"
        + (GRADIENTS + "return g1, g2\n").replace("b, h, y_pred =", "h, b, y_pred ="),
        BATCH,
    ),
    "order_reversed": (
        FORWARD
        + "return h @ w2, h, b\n"
        + (GRADIENTS + "return g1, g2\n").replace("b, h, y_pred =", "y_pred, h, b =")
        + (TEST + "return np.sum(e**2)\n").replace("[2]", "[0]")
        + training().replace("[2]", "[0]"),
        BATCH,
    ),
    # squared_error and test_error
    "mean_over_all_numbers_se": (ERROR + "return np.mean(e**2)", SUM),
    "mean_over_samples_se": (ERROR + "return np.sum(e**2) / len(e)", SUM | ALONE),
    "half_of_the_error": (ERROR + "return np.sum(e**2) / 2", SUM),
    "root_of_the_error": (ERROR + "return np.linalg.norm(e)", SUM),
    "root_mean_squared_error": (ERROR + "return np.mean(e**2) ** 0.5", SUM),
    "absolute_error": (ERROR + "return np.abs(e).sum()", SUM),
    "not_squared": (ERROR + "return np.sum(e)", SUM),
    "square_of_the_sum": (ERROR + "return np.sum(e) ** 2", SUM),
    "one_error_a_sample": (
        ERROR + "return np.sum(e**2, axis=-1)\n" + training(),
        SUM,
    ),
    "one_error_an_output": (ERROR + "return sum(e**2)\n" + training(), SUM),
    "test_error_mean_over_all_numbers": (TEST + "return np.mean(e**2)", ON_NEW),
    "test_error_mean_over_samples": (TEST + "return np.sum(e**2) / len(x)", ON_NEW),
    "test_error_root": (TEST + "return np.sum(e**2) ** 0.5", ON_NEW),
    "test_error_without_relu": (TEST + "return np.sum((x @ w1 @ w2 - y) ** 2)", ON_NEW),
    # gradients
    "factor_two_missing": (GRADIENTS + "return g1 / 2, g2 / 2", G1 | G2),
    "mean_over_samples": (GRADIENTS + "return g1 / n, g2 / n", G1 | G2),
    "mean_over_all_numbers": (GRADIENTS + "return g1 / y.size, g2 / y.size", G1 | G2),
    "half_mean_gradient": (GRADIENTS + "return g1 / n / 2, g2 / n / 2", G1 | G2),
    "sign_turned": (GRADIENTS + "return -g1, -g2", G1 | G2),
    "transposed": (GRADIENTS + "return g1.T, g2.T", G1 | G2),
    "transposed_and_reshaped": (
        GRADIENTS + "return g1.T.reshape(w1.shape), g2.T.reshape(w2.shape)",
        G1 | G2,
    ),
    "relu_mask_missing": (GRADIENTS + "return x.T @ (e @ w2.T), g2", G1),
    "mask_of_the_backward_product": (GRADIENTS + "return x.T @ np.maximum(e @ w2.T, 0), g2", G1),
    "mask_on_the_output": (
        GRADIENTS + "e = e * (y_pred > 0)\n    return x.T @ (e @ w2.T), h.T @ e",
        G1 | G2,
    ),
    "mask_on_the_output_too": (
        GRADIENTS + "e = e * (y_pred > 0)\n    return x.T @ ((e @ w2.T) * (h > 0)), h.T @ e",
        G1 | G2,
    ),
    "mask_from_y_true": (
        GRADIENTS + "e = e * (y > 0)\n    return x.T @ (e @ w2.T), h.T @ e",
        G1 | G2,
    ),
    "mask_turned_round": (GRADIENTS + "return x.T @ ((e @ w2.T) * (b < 0)), g2", G1),
    "relu_value_for_its_slope": (GRADIENTS + "return x.T @ ((e @ w2.T) * h), g2", G1),
    "sigmoid_slope_for_relu": (GRADIENTS + "return x.T @ ((e @ w2.T) * h * (1 - h)), g2", G1),
    "w2_left_out": (GRADIENTS + "return x.T @ (e.sum(1)[:, None] * (b > 0)), g2", G1),
    "gradients_swapped": (GRADIENTS + "return g2, g1", {"gradient_of_w2"}),
    "equation_24_to_the_letter": (GRADIENTS + "return g2, g2", G1),
    "chain_rule_stops_at_the_output": (GRADIENTS + "return x.T @ e, g2", G1),
    "hidden_in_for_hidden": (GRADIENTS + "return g1, b.T @ e", G2),
    "mask_for_hidden": (GRADIENTS + "return g1, (b > 0).T @ e", G2),
    "only_the_last_sample": (
        GRADIENTS + "return np.outer(x[-1], (e[-1] @ w2.T) * (b[-1] > 0)), np.outer(h[-1], e[-1])",
        G1 | G2,
    ),
    # train
    "w2_before_grad_w1": (
        training("w2 = w2 - a * g2; w1 = w1 - a * g(x, y, w1, w2)[0]"),
        STEP | STEPS,
    ),
    "w2_before_the_error_goes_back": (
        training(
            "b, h, p = forward(x, w1, w2); e = 2 * (p - y); w2 = w2 - a * h.T @ e; "
            "w1 = w1 - a * x.T @ ((e @ w2.T) * (b > 0))"
        ),
        STEP | STEPS,
    ),
    "learning_rate_decays": (
        training("a = a * 0.9; w1, w2 = w1 - a / 0.9 * g1, w2 - a / 0.9 * g2"),
        STEPS,
    ),
    "learning_rate_grows": (
        training("a = a * 1.01; w1, w2 = w1 - a * g1, w2 - a * g2"),
        STEP | STEPS,
    ),
    "momentum": (
        training(
            "v = [0.5 * k + n for k, n in zip(v if step else (0, 0), (g1, g2))]; "
            "w1, w2 = w1 - a * v[0], w2 - a * v[1]"
        ),
        STEPS,
    ),
    "steps_of_a_largest_length": (
        training(
            "n = np.sqrt(np.sum(g1**2) + np.sum(g2**2)); w1, w2 = w1 - a / n * g1, w2 - a / n * g2"
        ),
        STEP | STEPS | FALLS,
    ),
    "losses_after_each_update": (
        training(result="(w1, w2, [*losses[1:], losses[-1]])"),
        LOSSES,
    ),
    "loss_before_the_last_update_twice": (
        training(result="(w1, w2, losses[:-1] + losses[-2:-1] if steps else losses)"),
        LOSSES,
    ),
    "w1_before_grad_w2": (
        training("w1 = w1 - a * g1; w2 = w2 - a * g(x, y, w1, w2)[1]"),
        STEP | STEPS,
    ),
    "climbing": (training("w1, w2 = w1 + a * g1, w2 + a * g2"), STEP | STEPS | FALLS),
    "learning_rate_left_out": (training("w1, w2 = w1 - g1, w2 - g2"), STEP | STEPS | FALLS),
    "another_learning_rate": (training("w1, w2 = w1 - a/3 * g1, w2 - a/3 * g2"), STEP | STEPS),
    "gradients_exchanged": (training("w1, w2 = w1 - a * g2, w2 - a * g1"), STEP | STEPS | FALLS),
    "best_weights_returned": (
        training(
            "seen = (seen if step else [start]) + [(w1 - a * g1, w2 - a * g2)]; w1, w2 = seen[-1]",
            result="(*(seen if steps else [start])[int(np.nanargmin(losses))], losses)",
        ),
        {"training_that_explodes_does_not_raise"},
    ),
    "learning_rate_doubled": (training("w1, w2 = w1 - 2*a * g1, w2 - 2*a * g2"), STEP | STEPS),
    "learning_rate_over_samples": (training("w1, w2 = w1 - a/n * g1, w2 - a/n * g2"), STEP | STEPS),
    "one_sample_at_a_time": (
        training(
            "for i in range(n):\n            g1, g2 = g(x[i], y[i], w1, w2)\n"
            "            w1, w2 = w1 - a * g1, w2 - a * g2"
        ),
        STEP | STEPS,
    ),
    "w1_stays": (training("w2 = w2 - a * g2"), STEP | STEPS),
    "w2_stays": (training("w1 = w1 - a * g1"), STEP | STEPS),
    "gradient_taken_once": (
        training("g1, g2 = g(x, y, *start); w1, w2 = w1 - a * g1, w2 - a * g2"),
        STEPS | FALLS,
    ),
    "one_step_too_few": (training(steps="steps - 1"), STEP | STEPS | LOSSES),
    "one_step_too_many": (training(steps="steps + 1"), STEP | STEPS | LOSSES | NONE),
    "start_weights_returned": (training(result="(*start, losses)"), STEP | STEPS | FALLS),
    "losses_without_the_last": (training(result="(w1, w2, losses[:-1])"), LOSSES),
    "losses_without_the_first": (training(result="(w1, w2, losses[1:])"), LOSSES),
    "losses_are_means": (training(result="(w1, w2, np.array(losses) / n)"), LOSSES),
    "losses_are_means_of_all_numbers": (
        training(result="(w1, w2, np.array(losses) / y.size)"),
        LOSSES,
    ),
    "one_loss_a_sample": (
        training(result="(w1, w2, losses)").replace(
            "squared_error(forward(x, w1, w2)[2], y)",
            "[squared_error(forward(a, w1, w2)[2], b) for a, b in zip(x, y)]",
        ),
        LOSSES,
    ),
    "stops_early": (
        training("w1, w2 = w1 - a * g1, w2 - a * g2").replace(
            "        losses.append(loss())",
            "        losses.append(loss())\n        if losses[-1] == losses[-2]: break",
        ),
        LOSSES,
    ),
    "only_the_last_loss": (training(result="(w1, w2, losses[-1])"), LOSSES),
    "in_place_update": (
        training("w1 -= a * g1; w2 -= a * g2"),
        {"training_leaves_its_arguments_alone"},
    ),
}
CHOSEN = {
    "learning_rate_too_large": '{"d_hidden": 10, "learning_rate": 0.1, "steps": 100}',
    "stopped_too_early": '{"d_hidden": 10, "learning_rate": 3e-4, "steps": 30}',
    "too_few_hidden_neurons": '{"d_hidden": 1, "learning_rate": 1e-4, "steps": 20000}',
}


# ---------------------------------------------------------------------------- paid for once

SIGMOID = FORWARD + "h = 1 / (1 + np.exp(-b))\n    return b, h, h @ w2\n"
SIGMOID_SLOPE = GRADIENTS + "return x.T @ ((e @ w2.T) * h * (1 - h)), g2\n"
DOUBLED_STEP = training("w1, w2 = w1 - 2*a * g1, w2 - 2*a * g2")
PAID_ONCE = {
    "the derivative of one's own forward": (SIGMOID + SIGMOID_SLOPE, BATCH),
    "the right gradients of a wrong forward": (
        FORWARD
        + "return b, h, b @ w2\n"
        + GRADIENTS.replace("forward(", "good(")
        + "return g1, g2\n"
        + FORWARD.replace("forward", "good")
        + "return b, h, h @ w2\n",
        BATCH,
    ),
    "a wrong train on wrong gradients": (
        GRADIENTS + "return -g1 / 2, -g2 / 2\n" + DOUBLED_STEP,
        G1 | G2 | STEP | STEPS,
    ),
    "a mean in squared_error": (ERROR + "return np.mean(e**2)\n" + training(), SUM),
    "a forward that is missing": (
        GRADIENTS.replace("forward(", "good(")
        + "return g1, g2\n"
        + FORWARD.replace("forward", "good")
        + "return b, h, h @ w2\n"
        + training().replace("forward(", "good(")
        + (TEST + "return np.sum(e**2)\n").replace("forward(", "good(")
        + 'globals().pop("forward")\n',
        {f"forward_{what}" for what in ("of_a_batch", "of_a_single_sample", "of_integers")}
        | {"forward_changes_none_of_its_arguments"},
    ),
}
