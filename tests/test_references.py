"""The references of exercises 0 and 2, held against oracles that share no code with them.

Products and derivatives are computed with exact rational numbers, the sigmoid with 50 digits, and
matrix powers by numpy.
"""

from __future__ import annotations

import doctest
import tomllib
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.sharing import module_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
SEEDS = range(5)


def load(file: str) -> ModuleType:
    path = ROOT / "solutions" / file
    return module_at(path)


matrices = load("warm_up/matrices.py")
neuron = load("warm_up/neuron.py")
network = load("neural_net/learn_random_data.py")


def exact(array: Any) -> Any:
    """Return the array's very numbers as fractions (an object array)."""
    return np.vectorize(Fraction, otypes=[object])(np.asarray(array, dtype=float))


def draw(seed: int, *shapes: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


# ---------------------------------------------------------------------------- matrices


def test_entry_counts_from_one_and_refuses_what_is_not_there() -> None:
    a = np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1], [7, 8, 9]])
    assert [
        matrices.entry(a, i + 1, j + 1) for i in range(4) for j in range(3)
    ] == a.ravel().tolist()
    for i, j in [(0, 1), (1, 0), (-1, 1), (1, -1), (5, 1), (1, 4)]:
        with pytest.raises(IndexError):
            matrices.entry(a, i, j)


@pytest.mark.parametrize("seed", SEEDS)
def test_matrix_product_agrees_with_exact_arithmetic(seed: int) -> None:
    n, p, q = np.random.default_rng(seed).integers(1, 6, size=3)
    a, b = draw(seed, (n, p), (p, q))
    expected = exact(a).dot(exact(b)).astype(float)
    np.testing.assert_allclose(matrices.matrix_product(a, b), expected, rtol=1e-12, atol=1e-14)
    with pytest.raises(ValueError, match="do not meet"):
        matrices.matrix_product(a, np.ones((p + 1, q)))


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("n", [1, 2, 7, 20])
def test_small_power_of_the_ones_is_that_of_numpy(size: int, n: int) -> None:
    expected = np.linalg.matrix_power(np.ones((size, size), dtype=np.int64), n)
    assert matrices.ones_power(size, n) == expected.tolist()


def test_large_power_of_the_ones_follows_the_recurrence_exactly() -> None:
    before, after = matrices.ones_power(3, 400), matrices.ones_power(3, 401)
    assert after == np.array(before, dtype=object).dot(np.ones((3, 3), dtype=object)).tolist()
    assert {type(element) for line in after for element in line} == {int}


@pytest.mark.parametrize("seed", SEEDS)
def test_inner_product_agrees_with_exact_arithmetic(seed: int) -> None:
    x, w = draw(seed, (7,), (7,))
    expected = float(sum(a * b for a, b in zip(exact(x), exact(w), strict=True)))
    assert matrices.inner_product(x, w) == pytest.approx(expected, rel=1e-12)


# ---------------------------------------------------------------------------- neuron


def test_sigmoid_is_that_of_fifty_digits_from_end_to_end() -> None:
    z = np.concatenate([np.linspace(-40, 40, 161), [-1000, -745, 745, 1000]])
    with localcontext() as context:
        context.prec = 50
        expected = [float(1 / (1 + (-Decimal(float(value))).exp())) for value in z]
    np.testing.assert_allclose(neuron.sigmoid(z), expected, rtol=1e-14, atol=1e-300)
    assert neuron.sigmoid(0) == 0.5
    assert neuron.sigmoid(z.reshape(5, 33)).shape == (5, 33)


@pytest.mark.parametrize("seed", SEEDS)
def test_neuron_is_the_logistic_of_the_weighted_sum(seed: int) -> None:
    x, w = draw(seed, (6,), (6,))
    y = float(neuron.neuron(x, w))
    total = float(sum(exact(x) * exact(w)))
    assert np.log(y / (1 - y)) == pytest.approx(total, abs=1e-12)


def test_relu_keeps_the_positive_part_only() -> None:
    assert neuron.relu(np.array([[-2.5, 0.0], [3.0, -0.0]])).tolist() == [[0, 0], [3, 0]]
    assert neuron.relu(-3.0) == 0


def exact_forward(x: Any, w1: Any, w2: Any) -> tuple[Any, Any, Any]:
    """Return hidden input, hidden output and prediction, in fractions."""
    hidden_in = x.dot(w1)
    hidden = np.vectorize(lambda value: max(value, Fraction(0)), otypes=[object])(hidden_in)
    return hidden_in, hidden, hidden.dot(w2)


def exact_loss(x: Any, y: Any, w1: Any, w2: Any) -> Fraction:
    """Return the sum of the squared errors, as a fraction."""
    total: Fraction = ((exact_forward(x, w1, w2)[2] - y) ** 2).sum()
    return total


@pytest.mark.parametrize("seed", SEEDS)
def test_both_forward_functions_agree_with_exact_arithmetic(seed: int) -> None:
    x, w1, w2 = draw(seed, (4, 3), (3, 5), (5, 2))
    expected = exact_forward(exact(x), exact(w1), exact(w2))
    np.testing.assert_allclose(
        neuron.forward(x, w1, w2), expected[2].astype(float), rtol=1e-12, atol=1e-13
    )
    np.testing.assert_allclose(
        neuron.layer_input(x, w1), expected[0].astype(float), rtol=1e-12, atol=1e-13
    )
    for got, right in zip(network.forward(x, w1, w2), expected, strict=True):
        np.testing.assert_allclose(got, right.astype(float), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("module", [neuron, network])
def test_squared_error_is_a_sum_and_a_float(module: ModuleType) -> None:
    (y_pred, y_true) = draw(3, (4, 2), (4, 2))
    expected = float(((exact(y_pred) - exact(y_true)) ** 2).sum())
    assert type(module.squared_error(y_pred, y_true)) is float
    assert module.squared_error(y_pred, y_true) == pytest.approx(expected, rel=1e-12)


# ---------------------------------------------------------------------------- learning


def derivatives(x: Any, y: Any, weights: list[Any], which: int) -> Any:
    """Return the derivatives of the loss with respect to one matrix, as floats.

    While no relu switches, the loss is a parabola in any single weight: the central difference in
    exact numbers is then the derivative itself.
    """
    x, y, weights = exact(x), exact(y), [exact(w) for w in weights]
    h = Fraction(1, 10**12)
    slopes = np.empty(weights[which].shape)
    for index in np.ndindex(slopes.shape):
        above, below = weights[which].copy(), weights[which].copy()
        above[index] += h
        below[index] -= h
        sides = [[*weights[:which], side, *weights[which + 1 :]] for side in (above, below)]
        slopes[index] = float((exact_loss(x, y, *sides[0]) - exact_loss(x, y, *sides[1])) / (2 * h))
    return slopes


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("batch", [(), (1,), (4,)])
def test_gradients_are_the_derivatives_of_the_loss(seed: int, batch: tuple[int, ...]) -> None:
    x, y, w1, w2 = draw(seed, (*batch, 3), (*batch, 2), (3, 4), (4, 2))
    for which, got in enumerate(network.gradients(x, y, w1, w2)):
        expected = derivatives(x, y, [w1, w2], which)
        assert got.shape == expected.shape
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-11)


def test_gradients_in_32_bits_are_right_to_32_bits() -> None:
    arguments = draw(2, (8, 3), (8, 2), (3, 4), (4, 2))
    narrow = network.gradients(*(a.astype(np.float32) for a in arguments))
    for got, expected in zip(narrow, network.gradients(*arguments), strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


def test_train_moves_both_matrices_by_gradients_of_the_same_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y, w1, w2 = draw(5, (6, 3), (6, 2), (3, 4), (4, 2))
    points = []

    def gradients(_x: Any, _y: Any, w1: Any, w2: Any) -> tuple[Any, Any]:
        points.append((w1.copy(), w2.copy()))
        return np.ones_like(w1), -2 * np.ones_like(w2)

    monkeypatch.setattr(network, "gradients", gradients)
    end1, end2, losses = network.train(x, y, w1, w2, 0.1, 4)
    path = [(w1 - 0.1 * k, w2 + 0.2 * k) for k in range(5)]
    for got, expected in zip([*points, (end1, end2)], path, strict=True):
        np.testing.assert_allclose(got[0], expected[0], rtol=1e-12)
        np.testing.assert_allclose(got[1], expected[1], rtol=1e-12)
    errors = [float(exact_loss(exact(x), exact(y), exact(a), exact(b))) for a, b in path]
    np.testing.assert_allclose(losses, errors, rtol=1e-12)
    assert network.test_error(x, y, *path[2]) == pytest.approx(errors[2], rel=1e-12)


def test_small_step_lowers_the_loss_by_the_squared_length_of_the_gradient() -> None:
    x, y, w1, w2 = draw(7, (20, 4), (20, 2), (4, 6), (6, 2))
    squared_length = sum(float((g**2).sum()) for g in network.gradients(x, y, w1, w2))
    losses = network.train(x, y, w1, w2, 1e-9, 1)[2]
    assert (losses[0] - losses[1]) / 1e-9 == pytest.approx(squared_length, rel=1e-4)


def test_train_that_explodes_stays_quiet() -> None:
    x, y, w1, w2 = draw(8, (20, 4), (20, 2), (4, 6), (6, 2))
    losses = network.train(x, y, w1, w2, 1.0, 50)[2]
    assert losses.shape == (51,)
    assert not np.isfinite(losses[-1])


def global_state() -> str:
    return str(np.random.get_state(legacy=False))  # noqa: NPY002  what must not be touched


def test_random_numbers_come_from_the_generator_and_are_standard_normal() -> None:
    for make, sizes in [
        (network.create_data, (500, 20, 10)),
        (network.init_weights, (200, 50, 20)),
    ]:
        state = global_state()
        first, again = (make(*sizes, np.random.default_rng(4)) for _ in range(2))
        assert global_state() == state
        for a, b in zip(first, again, strict=True):
            assert (a == b).all()
            assert abs(a.mean()) < 5 / np.sqrt(a.size)
            assert abs(a.std() - 1) < 5 / np.sqrt(2 * a.size)
        assert abs(np.corrcoef(first[0].ravel()[:900], first[1].ravel()[:900])[0, 1]) < 5 / 30
    x, y = network.create_data(5, 3, 2, np.random.default_rng(0))
    w1, w2 = network.init_weights(3, 4, 2, np.random.default_rng(0))
    assert [a.shape for a in (x, y, w1, w2)] == [(5, 3), (5, 2), (3, 4), (4, 2)]


@pytest.mark.parametrize("data_seed", [2024, 2025, 2026])
def test_hyperparameters_learn_random_data_and_nothing_carries_over(data_seed: int) -> None:
    chosen = network.HYPERPARAMETERS
    assert chosen["d_hidden"] <= 256
    assert chosen["steps"] <= 200_000
    x, y, new_x, new_y = draw(data_seed, (64, 20), (64, 1), (64, 20), (64, 1))
    starts, ends, new_errors = [], [], []
    for seed in SEEDS:
        weights = network.init_weights(20, chosen["d_hidden"], 1, np.random.default_rng(seed))
        w1, w2, losses = network.train(x, y, *weights, chosen["learning_rate"], chosen["steps"])
        starts.append(losses[0])
        ends.append(losses[-1])
        new_errors.append(network.test_error(new_x, new_y, w1, w2))
    total = float((y**2).sum())
    limit = min(max(0.01 * float(np.median(starts)), 0.1 * total), 0.5 * total)
    assert np.median(ends) <= limit / 2
    assert network.GENERALISES is False
    assert np.median(new_errors) > float((new_y**2).sum())


# ---------------------------------------------------------------------------- conventions

CALLS: dict[str, tuple[Callable[..., Any], list[tuple[int, ...]], tuple[Any, ...]]] = {
    "entry": (matrices.entry, [(3, 3)], (1, 2)),
    "matrix_product": (matrices.matrix_product, [(3, 2), (2, 4)], ()),
    "inner_product": (matrices.inner_product, [(3,), (3,)], ()),
    "sigmoid": (neuron.sigmoid, [(3, 2)], ()),
    "neuron": (neuron.neuron, [(3,), (3,)], ()),
    "relu": (neuron.relu, [(3, 2)], ()),
    "layer_input": (neuron.layer_input, [(3, 2), (2, 4)], ()),
    "warm_up forward": (neuron.forward, [(3, 2), (2, 4), (4, 1)], ()),
    "warm_up squared_error": (neuron.squared_error, [(3, 2), (3, 2)], ()),
    "forward": (network.forward, [(3, 2), (2, 4), (4, 1)], ()),
    "squared_error": (network.squared_error, [(3, 2), (3, 2)], ()),
    "gradients": (network.gradients, [(3, 2), (3, 1), (2, 4), (4, 1)], ()),
    "train": (network.train, [(3, 2), (3, 1), (2, 4), (4, 1)], (0.01, 5)),
    "test_error": (network.test_error, [(3, 2), (3, 1), (2, 4), (4, 1)], ()),
}


@pytest.mark.parametrize("name", CALLS)
def test_no_function_changes_its_arguments(name: str) -> None:
    function, shapes, others = CALLS[name]
    arrays = draw(11, *shapes)
    copies = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    function(*arrays, *others)
    assert all((a == b).all() for a, b in zip(arrays, copies, strict=True))


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (neuron.layer_input, [(3, 4)]),
        (neuron.forward, [(3, 4), (4, 2)]),
        (network.forward, [(3, 4), (4, 2)]),
    ],
)
def test_a_single_sample_gives_the_line_of_the_batch(
    function: Callable[..., Any], shapes: list[tuple[int, ...]]
) -> None:
    x, *weights = draw(12, (5, 3), *shapes)
    batch, single = function(x, *weights), function(x[2], *weights)
    if not isinstance(batch, tuple):
        batch, single = (batch,), (single,)
    for many, one in zip(batch, single, strict=True):
        assert one.shape == many.shape[1:]
        np.testing.assert_allclose(one, many[2], rtol=1e-12)


# ---------------------------------------------------------------------------- statements


@pytest.mark.parametrize("folder", ["warm_up", "gradient", "neural_net", "beyond"])
def test_numbers_in_the_statement_are_true(folder: str) -> None:
    files = {
        "warm_up": ["warm_up/matrices.py", "warm_up/neuron.py"],
        "gradient": ["gradient/gradient.py"],
        "neural_net": ["neural_net/learn_random_data.py"],
        "beyond": ["beyond/stochastic_gradient.py", "beyond/cross_entropy.py"],
    }[folder]
    names = {"np": np} | {k: v for file in files for k, v in vars(load(file)).items()}
    text = (ROOT / "assignments" / folder / "README.md").read_text(encoding="utf-8")
    text = "\n".join("" if line.startswith("```") else line for line in text.split("\n"))
    examples = doctest.DocTestParser().get_doctest(text, names, folder, None, 0)
    result = doctest.DocTestRunner().run(examples)
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_in_the_docstrings_are_true() -> None:
    for module in (matrices, neuron, network):
        assert doctest.testmod(module).failed == 0


def test_statements_and_manifest_give_the_same_points() -> None:
    course = tomllib.loads((ROOT / "assignments" / "course.toml").read_text(encoding="utf-8"))
    overview = (ROOT / "assignments" / "README.md").read_text(encoding="utf-8")
    for exercise in course["exercises"]:
        statement = (ROOT / "assignments" / exercise["folder"] / "README.md").read_text("utf-8")
        assert f"*{exercise['points']} points." in statement
        assert f"| {exercise['number']} | {exercise['title']} | " in overview
        assert f"| {exercise['points']} |" in overview
        for file in exercise["files"]:
            assert f"`{Path(file).name}`" in statement
            assert (ROOT / "solutions" / file).is_file()
