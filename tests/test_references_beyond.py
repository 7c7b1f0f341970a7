"""The references of exercise 9, held against independent oracles."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.sharing import module_at

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]


def load(name: str) -> ModuleType:
    return module_at(ROOT / "solutions" / "beyond" / f"{name}.py")


sgd = load("stochastic_gradient")
entropy = load("cross_entropy")


@pytest.mark.parametrize(("n", "size"), [(12, 4), (10, 4), (1, 3), (5, 1)])
def test_an_epoch_holds_every_sample_once(n: int, size: int) -> None:
    batches = list(sgd.minibatches(n, size, np.random.default_rng(1)))
    assert sorted(np.concatenate(batches).tolist()) == list(range(n))
    assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)


def test_batches_of_one_follow_exact_arithmetic() -> None:
    """One hidden neuron that is awake: the steps in fractions, sample by sample."""
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0], [1.0]])
    w1, w2, losses = sgd.train_sgd(
        x, y, np.array([[0.5]]), np.array([[0.5]]), 0.125, 1, 1, np.random.default_rng(3)
    )
    order = [int(b[0]) for b in sgd.minibatches(2, 1, np.random.default_rng(3))]
    a = b = Fraction(1, 2)
    for sample in order:
        inputs = Fraction(sample + 1)
        slope = 2 * (inputs * a * b - 1)
        a, b = a - slope * b * inputs / 8, b - slope * a * inputs / 8
    assert (w1.item(), w2.item()) == (float(a), float(b))
    assert losses == [float((a * b - 1) ** 2 + (2 * a * b - 1) ** 2)]


def test_training_falls_and_an_explosion_does_not_raise() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((32, 5)), rng.standard_normal((32, 1))
    start = rng.standard_normal((5, 8)), rng.standard_normal((8, 1))
    *_, losses = sgd.train_sgd(x, y, *start, 1e-3, 50, 4, rng)
    assert len(losses) == 50
    assert losses[-1] < losses[0] / 2
    *_, losses = sgd.train_sgd(x, y, *start, 1e3, 20, 4, rng)
    assert not np.isfinite(losses[-1])


def test_softmax_against_exact_sums() -> None:
    z = [0.3, -1.2, 2.0]
    total = math.fsum(map(math.exp, z))
    np.testing.assert_allclose(entropy.softmax(np.array(z)), [math.exp(v) / total for v in z])
    np.testing.assert_array_equal(entropy.softmax(np.array([1000.0, -1000.0])), [1.0, 0.0])


def test_gradient_against_differences_of_the_cost() -> None:
    rng = np.random.default_rng(2)
    z, labels = rng.standard_normal((4, 3)).astype(np.longdouble), rng.integers(0, 3, 4)
    gradient = entropy.gradient(z.astype(float), labels)
    for at in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[at] = 1e-5

        def cost(scores: np.ndarray) -> np.longdouble:
            power = np.exp(scores)
            p = power / power.sum(axis=1, keepdims=True)
            return np.longdouble(-np.mean(np.log(p[np.arange(4), labels])))

        difference = (cost(z + step) - cost(z - step)) / np.longdouble(2e-5)
        assert float(difference) == pytest.approx(gradient[at], abs=1e-9)


def test_the_cost_is_finite_where_the_probability_is_zero() -> None:
    assert 100 < entropy.cross_entropy(np.array([[1.0, 0.0]]), np.array([1])) < math.inf


@pytest.mark.parametrize("z", [-30.0, -2.0, 0.0, 1.5, 30.0])
def test_slowdown_against_differences(z: float) -> None:
    def sigma(at: float) -> float:
        return 1 / (1 + math.exp(-at))

    step = 1e-5
    squared = (sigma(z + step) ** 2 - sigma(z - step) ** 2) / (2 * step)
    assert entropy.slowdown(z)[0] == pytest.approx(squared, rel=1e-4, abs=1e-10)
    assert entropy.slowdown(z)[1] == pytest.approx(sigma(z), rel=1e-12)
