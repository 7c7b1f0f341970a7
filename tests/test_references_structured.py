"""Exercises 6 and 7: references, statements and the judge's trainer against independent oracles."""

from __future__ import annotations

import doctest
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.stubs import stubs_of
from grader.checks import many_starts
from grader.course.check_modules import load_checks
from grader.course.references import load_reference

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "neural_net"
FIRST_INPUTS = [0.696640763402714, -3.621159703856054, -9.477311718876065]
FILES = ("create_structured_data", "learn_structured_data", "hyperparameters")


def load(name: str) -> ModuleType:
    """Load a reference; the files beside it can be imported, and are forgotten afterwards."""
    path = ROOT / "solutions" / FOLDER / f"{name}.py"
    return load_reference(path)


create, learn, play = (load(name) for name in FILES)
descent: Any = many_starts
learning: Any = load_checks(ROOT, "structured_data", "learning")


def starts(d_hidden: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw weights to start from, stacked."""
    drawn = [
        learning.standard_normal_start(d_hidden, np.random.default_rng(s)) for s in range(count)
    ]
    return np.stack([w1 for w1, _ in drawn]), np.stack([w2 for _, w2 in drawn])


# ---------------------------------------------------------------------------- references


@pytest.mark.parametrize("seed", range(3))
def test_the_rule_agrees_with_exact_arithmetic(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(0, 5, (7, 6)), rng.normal(0, 1, (7, 2))
    for line, own, got in zip(x, noise, create.input_output_function(x, noise), strict=True):
        a, b, c, d, e, f = (Fraction(v) for v in line)
        p, q = (Fraction(v) for v in own)
        assert got[0] == pytest.approx(float(d - b + 2 * e + p), rel=1e-13)
        assert got[1] == pytest.approx(float(7 * a - 4 * c + f + q), rel=1e-13)
        np.testing.assert_array_equal(create.input_output_function(line, own), got)


def test_data_are_drawn_from_the_generator_with_the_spreads_of_the_statement() -> None:
    x, y = create.create_data(20_000, 0.05, np.random.default_rng(1))
    again = create.create_data(20_000, 0.05, np.random.default_rng(1))
    assert (x == again[0]).all()
    assert (y == again[1]).all()
    noise = y - create.input_output_function(x, 0 * y)
    assert np.abs(x.mean(axis=0)).max() < 5 * 5 / 20_000**0.5
    assert np.abs(x.std(axis=0) / 5 - 1).max() < 5 / 40_000**0.5
    assert np.abs(noise.std(axis=0) / 0.05 - 1).max() < 5 / 40_000**0.5
    assert abs(np.corrcoef(noise.T)[0, 1]) < 5 / 20_000**0.5
    assert np.mean(np.sum(y**2, axis=1)) == pytest.approx(1800, rel=0.05)


def test_reference_learns_and_what_it_learns_carries_over() -> None:
    rng = np.random.default_rng(3)
    x, y = create.create_data(64, 0.05, rng)
    new_x, new_y = create.create_data(32, 0.05, rng)
    errors = []
    for _ in range(2):
        w1, w2 = learn.init_weights(6, learn.HYPERPARAMETERS["d_hidden"], 2, rng)
        w1, w2, losses = learn.train(x, y, w1, w2, 2e-5, 6000)
        errors.append((losses[-1] / 64, learn.test_error(new_x, new_y, w1, w2) / 32))
    assert min(errors)[0] < 0.1
    assert min(errors)[1] < 0.01 * np.sum(new_y**2) / 32
    assert learn.GENERALISES is True


def test_data_of_exercise_7_are_the_published_ones() -> None:
    x, y = play.exercise_data()
    assert (x.shape, y.shape) == ((64, 6), (64, 2))
    np.testing.assert_allclose(x[0, :3], FIRST_INPUTS, atol=1e-12)
    assert np.sum(y**2) / 64 == pytest.approx(1711.6148093953489, rel=1e-12)
    noise = y - create.input_output_function(x, 0 * y)
    assert 0.03 < noise.std() < 0.07


def test_stubs_are_what_the_generator_makes_of_the_solutions() -> None:
    names = [f"{FOLDER}/{name}.py" for name in FILES]
    for file, stub in stubs_of(ROOT / "solutions", names).items():
        assert (ROOT / "assignments" / file).read_text(encoding="utf-8") == stub
        assert "def exercise_data" not in stub or "rng.normal(0, 5, (64, 6))" in stub


# ---------------------------------------------------------------------------- statements


@pytest.mark.parametrize("name", ["structured_data", "hyperparameters"])
def test_examples_in_the_statements_are_true(name: str) -> None:
    text = (ROOT / "assignments" / FOLDER / f"{name}.md").read_text(encoding="utf-8")
    text = "\n".join("" if line.startswith("```") else line for line in text.split("\n"))
    names = {"np": np, **vars(create)}
    examples = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
    result = doctest.DocTestRunner().run(examples)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(("d_hidden", "best"), [(1, 867), (2, 182), (3, 48), (4, 0.004)])
def test_errors_by_the_number_of_hidden_neurons_are_those_of_the_statement(
    d_hidden: int, best: float
) -> None:
    x, y = play.exercise_data()
    ends = descent.descend(x, y, *starts(d_hidden, 12), 3e-5, 4000).last / 64
    assert ends.min() == pytest.approx(best, rel=0.05)


def test_two_pairs_of_hidden_neurons_are_the_rule_itself() -> None:
    first, second = learning.PARTS.T
    w1 = np.stack([first, -first, second, -second], axis=1)
    w2 = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    x = np.random.default_rng(0).normal(0, 5, (50, 6))
    np.testing.assert_allclose(
        np.maximum(x @ w1, 0) @ w2, create.input_output_function(x, np.zeros((50, 2))), rtol=1e-12
    )


def test_the_limit_of_the_learning_rate_is_that_of_the_statement() -> None:
    x, y = play.exercise_data()
    assert 2 / learning.sharpness(x) == pytest.approx(7e-5, rel=0.02)
    below, above = (
        descent.descend(x, y, *starts(6, 6), rate, 3000).last / 64 for rate in (5.5e-5, 9e-5)
    )
    assert np.sort(below)[0] < 0.1
    assert np.sort(above)[0] > 1


# ---------------------------------------------------------------------------- the judge's trainer


@pytest.mark.parametrize("d_hidden", [1, 4, 9])
def test_training_side_by_side_is_training_one_by_one(d_hidden: int) -> None:
    x, y = play.exercise_data()
    w1, w2 = starts(d_hidden, 3)
    together = descent.descend(x, y, w1, w2, 2e-5, 30)
    for run in range(3):
        end1, end2, losses = learn.train(x, y, w1[run], w2[run], 2e-5, 30)
        np.testing.assert_allclose(together.w1[run], end1, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(together.w2[run], end2, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(together.losses[run], losses[together.steps], rtol=1e-9)


def test_a_run_that_explodes_leaves_its_neighbours_alone() -> None:
    x, y = play.exercise_data()
    w1, w2 = starts(4, 2)
    w1[0] *= 1e4
    together = descent.descend(x, y, w1, w2, 2e-5, 500)
    alone = descent.descend(x, y, w1[1:], w2[1:], 2e-5, 500)
    assert np.isinf(together.last[0])
    assert together.last[1] == pytest.approx(alone.last[0], rel=1e-9)


def test_all_runs_that_explode_end_at_infinity_whatever_the_rate() -> None:
    x, y = play.exercise_data()
    for rate in (1e-2, 1.0, 1e300):
        assert np.isinf(descent.descend(x, y, *starts(5, 3), rate, 1000).last).all()


def test_looks_hold_the_first_the_last_and_nine_tenths() -> None:
    for steps in (1, 2, 7, 10, 999, 10_000):
        looks = descent.looks_of(steps).tolist()
        assert looks == sorted(set(looks))
        assert {0, 9 * steps // 10, steps - 1, steps} <= set(looks)
        assert len(looks) <= 244


def test_sharpness_is_the_largest_second_derivative_at_the_plain_minimum() -> None:
    x, _ = play.exercise_data()
    pattern = learning.PARTS[:, 1]
    size = np.linalg.norm(pattern)
    v = pattern / size
    weights = np.concatenate([size**0.5 * v, -(size**0.5) * v, [size**0.5, -(size**0.5)]])

    def loss(w: np.ndarray) -> float:
        hidden = np.maximum(x @ w[:12].reshape(2, 6).T, 0)
        return float(np.sum((hidden @ w[12:] - x @ pattern) ** 2))

    h, count = 1e-4, len(weights)
    steps = h * np.eye(count)
    hessian = np.array(
        [
            [
                loss(weights + a + b) - loss(weights + a - b) - loss(weights - a + b)
                + loss(weights - a - b)
                for b in steps
            ]
            for a in steps
        ]
    ) / (4 * h**2)  # fmt: skip
    assert learning.sharpness(x) == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-3)
