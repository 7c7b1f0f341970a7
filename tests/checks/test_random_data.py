"""Exercise 2: right solutions of every kind pass, each known mistake is named and costs its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import Course, load_course
from grader.judge import Judge
from grader.results import CheckResult, Outcome
from grader.sandbox.plain import PlainLauncher
from grader.sealed import Sealed

ROOT = Path(__file__).resolve().parents[2]
FILE = "neural_net/learn_random_data.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
TRAININGS = frozenset(["hyperparameters_learn_random_data", "says_whether_it_generalises"])


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT).only(["random_data"])


@pytest.fixture(scope="module")
def quick(course: Course) -> Course:
    """Return the course without the two checks that train for thousands of steps."""
    exercise = course.exercises[0]
    part = exercise.parts[0]
    kept = tuple(check for check in part.checks if check.name not in TRAININGS)
    return replace(course, exercises=(replace(exercise, parts=(replace(part, checks=kept),)),))


def grade(course: Course, source: str, salt: bytes = b"salt") -> dict[str, CheckResult]:
    sealed = Sealed("student", {FILE: source.encode()})
    checks = Judge(course, PlainLauncher(), salt).grade(sealed).exercises[0].checks
    assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
    return {check.id.rpartition(".")[2]: check for check in checks}


def lost(results: dict[str, CheckResult]) -> set[str]:
    return {name for name, check in results.items() if check.outcome is not Outcome.PASSED}


def named(results: dict[str, CheckResult]) -> set[str]:
    return {d.name for check in results.values() for d in check.diagnoses}


# ---------------------------------------------------------------------------- right and empty


@pytest.mark.parametrize("salt", [b"", b"one", b"two", b"three"])
def test_the_reference_gets_all_points(course: Course, salt: bytes) -> None:
    results = grade(course, REFERENCE, salt)
    assert lost(results) == set()
    assert sum(check.points for check in results.values()) == 50


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course) -> None:
    results = grade(course, STUB)
    assert {check.outcome for check in results.values()} == {Outcome.FAILED}
    assert sum(check.points for check in results.values()) == 0


LOOPS = """
def forward(x, w1, w2):
    if np.ndim(x) == 1:
        return tuple(part[0] for part in forward([x], w1, w2))
    hidden_in = [[sum(a * w1[k][j] for k, a in enumerate(line)) for j in range(len(w1[0]))]
                 for line in x]
    hidden = [[b if b > 0 else 0 for b in line] for line in hidden_in]
    y_pred = [[sum(h * w2[k][j] for k, h in enumerate(line)) for j in range(len(w2[0]))]
              for line in hidden]
    return hidden_in, hidden, y_pred

def squared_error(y_pred, y_true):
    return sum((p - t) ** 2 for p, t in zip(np.ravel(y_pred), np.ravel(y_true)))

def gradients(x, y, w1, w2):
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    g1, g2 = np.zeros(np.shape(w1)), np.zeros(np.shape(w2))
    for a, b in zip(x, y):
        hidden_in, hidden, y_pred = (np.array(part) for part in forward(a, w1, w2))
        slope = 2 * (y_pred - b)
        g2 += np.outer(hidden, slope)
        g1 += np.outer(a, (w2 @ slope) * (hidden_in >= 0))
    return g1.tolist(), g2.tolist()

def train(x, y, w1, w2, learning_rate, steps):
    w1, w2 = w1.copy(), w2.copy()
    losses = [squared_error(forward(x, w1, w2)[2], y)]
    for _ in range(steps):
        g1, g2 = gradients(x, y, w1, w2)
        w1 -= learning_rate * np.array(g1)
        w2 -= learning_rate * np.array(g2)
        losses.append(squared_error(forward(x, w1, w2)[2], y))
    return [w1, w2, losses]
"""
SINGLE = """
def create_data(n_samples, d_in, d_out, rng):
    y = rng.standard_normal((n_samples, d_out), dtype=np.float32)
    return rng.standard_normal((n_samples, d_in), dtype=np.float32), y

def forward(x, w1, w2):
    x, w1, w2 = (np.asarray(a, dtype=np.float32) for a in (x, w1, w2))
    hidden_in = x @ w1
    hidden = np.maximum(hidden_in, 0)
    return hidden_in, hidden, hidden @ w2

def gradients(x, y, w1, w2):
    x, y, w1, w2 = (np.atleast_2d(np.asarray(a, dtype=np.float32)) for a in (x, y, w1, w2))
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    slope = 2 * (y_pred - y)
    return x.T @ np.where(hidden_in > 0, slope @ w2.T, 0), hidden.T @ slope

def train(x, y, w1, w2, learning_rate, steps):
    w1, w2 = np.float32(w1), np.float32(w2)
    losses = []
    for step in range(steps + 1):
        losses.append(squared_error(forward(x, w1, w2)[2], y))
        if step < steps:
            g1, g2 = gradients(x, y, w1, w2)
            w1, w2 = w1 - np.float32(learning_rate) * g1, w2 - np.float32(learning_rate) * g2
    return w1, w2, np.array(losses, dtype=np.float32)
"""
EINSUM = """
def create_data(n_samples, d_in, d_out, rng):
    both = rng.normal(size=(n_samples, d_in + d_out))
    return both[:, :d_in], both[:, d_in:]

def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.uniform(-1, 1, (d_in, d_hidden)) * np.sqrt(6 / d_in)
    return w1, rng.normal(0, np.sqrt(1 / d_hidden), (d_hidden, d_out))

def forward(x, w1, w2):
    hidden_in = np.einsum("...i,ih->...h", x, w1)
    hidden = np.where(hidden_in > 0, hidden_in, 0.0)
    return np.array(hidden_in, order="F"), hidden, np.einsum("...h,ho->...o", hidden, w2)

def squared_error(y_pred, y_true):
    return np.array(np.linalg.norm(y_pred - y_true) ** 2)

def gradients(x, y, w1, w2):
    x, y = np.reshape(x, (-1, len(w1))), np.reshape(y, (-1, w2.shape[1]))
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    mask = np.heaviside(hidden_in, 1)
    g1 = np.einsum("ni,no,ho,nh->ih", x, y_pred - y, w2, mask)
    return np.asfortranarray(2 * g1), 2 * np.einsum("nh,no->ho", hidden, y_pred - y)
"""
MATRIX_CLASS = """
class Network:
    def __init__(self, w1, w2):
        self.w1, self.w2 = np.matrix(w1), np.matrix(w2)

    def backward(self, x, y):
        x, y = np.matrix(x), np.matrix(y)
        hidden_in = x * self.w1
        hidden = np.clip(hidden_in, 0, None)
        slope = 2 * (hidden * self.w2 - y)
        back = np.multiply(slope * self.w2.T, np.sign(hidden))
        return x.T * back, hidden.T * slope

def gradients(x, y, w1, w2):
    print("gradients")
    return Network(w1, w2).backward(x, y)

def train(x, y, w1, w2, learning_rate, steps):
    net, losses = Network(w1, w2), {}
    error = lambda: float(np.sum(np.square(np.maximum(x @ net.w1, 0) @ net.w2 - y)))
    for step in range(steps):
        losses[step] = error()
        g1, g2 = net.backward(x, y)
        net.w1, net.w2 = net.w1 - learning_rate * g1, net.w2 - learning_rate * g2
    losses[steps] = error()
    return net.w1, net.w2, list(losses.values())
"""
CHOICES = """
HYPERPARAMETERS = {"d_hidden": np.int64(20), "learning_rate": np.float32(1e-4), "steps": 4e3}
GENERALISES = np.bool_(False)
"""


@pytest.mark.parametrize(
    "source", [LOOPS, SINGLE, EINSUM, MATRIX_CLASS], ids=["loops", "float32", "einsum", "matrix"]
)
def test_another_right_solution_gets_all_points(quick: Course, source: str) -> None:
    assert lost(grade(quick, REFERENCE + source)) == set()


def test_another_right_choice_gets_all_points(course: Course) -> None:
    assert lost(grade(course, REFERENCE + EINSUM + CHOICES)) == set()


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
        DRAWN | {"data_come_from_the_generator"},
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
    "gradients_swapped": (GRADIENTS + "return g2, g1", G1 | G2),
    "equation_24_to_the_letter": (GRADIENTS + "return g2, g2", G1),
    "chain_rule_stops_at_the_output": (GRADIENTS + "return x.T @ e, g2", G1),
    "hidden_in_for_hidden": (GRADIENTS + "return g1, b.T @ e", G2),
    "only_the_last_sample": (
        GRADIENTS + "return np.outer(x[-1], (e[-1] @ w2.T) * (b[-1] > 0)), np.outer(h[-1], e[-1])",
        G1 | G2,
    ),
    # train
    "w2_before_grad_w1": (
        training("w2 = w2 - a * g2; w1 = w1 - a * g(x, y, w1, w2)[0]"),
        STEP | STEPS,
    ),
    "w1_before_grad_w2": (
        training("w1 = w1 - a * g1; w2 = w2 - a * g(x, y, w1, w2)[1]"),
        STEP | STEPS,
    ),
    "climbing": (training("w1, w2 = w1 + a * g1, w2 + a * g2"), STEP | STEPS | FALLS),
    "learning_rate_left_out": (training("w1, w2 = w1 - g1, w2 - g2"), STEP | STEPS | FALLS),
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


@pytest.mark.parametrize("name", MISTAKES)
def test_a_known_mistake_is_named_and_costs_its_own_checks(quick: Course, name: str) -> None:
    source, costs = MISTAKES[name]
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    assert lost(results) == costs
    assert name in named(results)
    main = next(check for check in results.values() if name in {d.name for d in check.diagnoses})
    assert len({d.name for d in main.diagnoses}) <= 2
    assert all(check.message for check in results.values() if check.points == 0)


def test_every_known_mistake_is_tested(quick: Course) -> None:
    known = {known.name for known in quick.exercises[0].parts[0].misconceptions}
    assert known == MISTAKES.keys() | CHOSEN.keys()


@pytest.mark.parametrize("name", CHOSEN)
def test_a_bad_choice_is_named(course: Course, name: str) -> None:
    results = grade(course, f"{REFERENCE}\nHYPERPARAMETERS = {CHOSEN[name]}\n")
    assert lost(results) == {"hyperparameters_learn_random_data"}
    assert named(results) == {name}
    curves = results["hyperparameters_learn_random_data"].evidence.curves
    assert [len(curve.series) for curve in curves] == [2]


@pytest.mark.parametrize(
    "value", ["None", "[10, 3e-4, 5000]", '{"d_hidden": 10, "steps": 5000}', "float('nan')"]
)
def test_a_choice_of_no_form_fails_with_a_sentence(course: Course, value: str) -> None:
    source = f"{REFERENCE}\nHYPERPARAMETERS = {value}\nGENERALISES = 0\n"
    results = grade(course, source)
    assert lost(results) == TRAININGS
    assert all(results[name].message for name in TRAININGS)


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
        + "del forward\n",
        {f"forward_{what}" for what in ("of_a_batch", "of_a_single_sample", "of_integers")}
        | {"forward_changes_none_of_its_arguments"},
    ),
}


@pytest.mark.parametrize("name", PAID_ONCE)
def test_no_mistake_is_paid_for_twice(quick: Course, name: str) -> None:
    source, costs = PAID_ONCE[name]
    assert lost(grade(quick, f"{REFERENCE}\n{source}\n")) == costs


def test_a_mistake_in_train_is_named_beside_one_in_gradients(quick: Course) -> None:
    source = GRADIENTS + "return g1 / 3, g2 / 3\n" + DOUBLED_STEP
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    names = {d.name for d in results["one_step_of_training"].diagnoses}
    assert names == {"learning_rate_doubled"}


def test_functions_that_all_return_zeros_do_not_confirm_each_other(quick: Course) -> None:
    source = FORWARD + "return 0 * b, 0 * h, 0 * h @ w2\n"
    source += GRADIENTS + "return 0 * g1, 0 * g2\n"
    source += ERROR + "return 0.0\n"
    source += "def train(x, y, w1, w2, *_):\n    return w1, w2, [0.0]\n"
    source += TEST + "return 0.0\n"
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    assert lost(results) >= BATCH | SUM | G1 | G2 | STEP | STEPS | LOSSES | FALLS | ON_NEW


def test_a_function_that_changes_its_arguments_says_which(quick: Course) -> None:
    source = FORWARD.replace("b = x @ w1", "x *= 1.5; b = x / 1.5 @ w1") + "return b, h, h @ w2"
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    assert "`x`" in results["forward_changes_none_of_its_arguments"].message
    assert results["forward_of_a_batch"].outcome is Outcome.PASSED
