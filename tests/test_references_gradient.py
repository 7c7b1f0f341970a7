"""The references of exercise 1, held against oracles that share no code with them.

Derivatives are differences of 60-digit decimal numbers, and the experiments run in a descent of
this file's own, by differences in extended precision.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.sharing import module_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
DESCENTS = ("gradient/gradient.py", "gradient/gradient_2.py")


def load(file: str) -> ModuleType:
    path = ROOT / "solutions" / file
    return module_at(path)


def decimal_f(file: str, x: Decimal, y: Decimal) -> Decimal:
    """Return the function that `file` minimises, as the statement writes it, in decimals."""
    if file.endswith("gradient.py"):
        return x**4 + x**3 - x + y**4 + 4 * y**2 + 5
    narrow = (-((x - Decimal("11.5")) ** 2 + (y - Decimal("8.2")) ** 2) / 5).exp()
    wide = (-((x + 9) ** 2 + (y + 11) ** 2) / 10).exp()
    return y / 2 + (x**2 + y**2) / 10 - 100 * narrow - 200 * wide


def decimal_slopes(file: str, x: float, y: float) -> tuple[float, float]:
    """Return both partial derivatives, as central differences with 60 digits."""
    with localcontext() as context:
        context.prec = 60
        h, a, b = Decimal("1e-18"), Decimal(x), Decimal(y)
        df_dx = (decimal_f(file, a + h, b) - decimal_f(file, a - h, b)) / (2 * h)
        df_dy = (decimal_f(file, a, b + h) - decimal_f(file, a, b - h)) / (2 * h)
        return float(df_dx), float(df_dy)


def descend(file: str, start: tuple[float, float], learning_rate: float, steps: int) -> Any:
    """Descend by differences of `function_to_minimize` in extended precision."""
    f: Callable[[Any, Any], Any] = load(file).function_to_minimize
    h = np.longdouble(1e-6)
    x, y = np.longdouble(start[0]), np.longdouble(start[1])
    points = [(x, y)]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            df_dx = (f(x + h, y) - f(x - h, y)) / (2 * h)
            df_dy = (f(x, y + h) - f(x, y - h)) / (2 * h)
            x, y = x - learning_rate * df_dx, y - learning_rate * df_dy
            points.append((x, y))
        return np.array(points).astype(float)


@pytest.mark.parametrize("file", DESCENTS)
def test_gradient_is_the_limit_of_differences(file: str) -> None:
    module = load(file)
    rng = np.random.default_rng(1)
    centres = rng.choice(np.array([[0, 0], [11.5, 8.2], [-9, -11]]), size=40)
    for x, y in centres + rng.normal(scale=2, size=(40, 2)):
        expected = decimal_slopes(file, x, y)
        np.testing.assert_allclose(module.gradient(x, y), expected, rtol=1e-11, atol=1e-11)
        value = float(decimal_f(file, Decimal(float(x)), Decimal(float(y))))
        assert module.function_to_minimize(x, y) == pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("file", DESCENTS)
def test_descent_calls_the_gradient_of_its_own_file(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = load(file)
    monkeypatch.setattr(module, "gradient", lambda x, y: (2 * x + y, 2 * y + x), raising=True)
    trajectory = module.gradient_descent((3.0, -1.0), 0.1, 20)
    step = np.eye(2) - 0.1 * np.array([[2, 1], [1, 2]])
    expected = [np.linalg.matrix_power(step, k) @ [3.0, -1.0] for k in range(21)]
    np.testing.assert_allclose(trajectory, expected, rtol=1e-12)
    assert module.gradient_descent([3, -1], 0.1, 0).tolist() == [[3.0, -1.0]]


@pytest.mark.parametrize("file", DESCENTS)
def test_descent_that_overflows_stays_quiet_and_never_comes_back(file: str) -> None:
    learning_rate = 0.5 if file.endswith("gradient.py") else 50.0
    trajectory = load(file).gradient_descent((2.0, -1.5), learning_rate, 1000)
    finite = np.isfinite(trajectory).all(axis=1)
    assert trajectory.shape == (1001, 2)
    assert not finite[-1]
    assert not finite[np.argmin(finite) :].any()


def test_analytic_minimum_is_below_everything_near_it() -> None:
    x, value = load("gradient/gradient.py").ANALYTIC_MINIMUM
    around = np.linspace(-5, 5, 2001)
    assert value == (x - 1) ** 2 + 3.5
    assert value <= ((around - 1) ** 2 + 3.5).min()


def test_experiments_of_the_first_function_do_what_they_are_called() -> None:
    file = "gradient/gradient.py"
    experiments = load(file).EXPERIMENTS
    f = load(file).function_to_minimize
    minimum = np.array([0.45541, 0.0])
    np.testing.assert_allclose(decimal_slopes(file, *minimum), 0, atol=1e-4)
    ends = {name: descend(file, **experiment) for name, experiment in experiments.items()}
    assert set(ends) == {"converges", "too_slow", "diverges"}
    assert np.linalg.norm(ends["converges"][0] - minimum) >= 1
    assert np.linalg.norm(ends["converges"][-1] - minimum) < 1e-3 / 10
    left = np.linalg.norm(ends["too_slow"][[0, -1]] - minimum, axis=1)
    assert left[1] > 0.75 * left[0]
    assert f(*ends["too_slow"][-1]) < f(*ends["too_slow"][-2])
    assert not np.abs(ends["diverges"]).max() <= 1e6
    assert all(experiment["steps"] <= 100_000 for experiment in experiments.values())


def test_experiments_of_the_second_function_do_what_they_are_called() -> None:
    file = "gradient/gradient_2.py"
    experiments = load(file).EXPERIMENTS
    f = load(file).function_to_minimize
    minima = {
        "global_minimum": (-8.955, -10.958, -185.376),
        "local_minimum": (11.443, 8.147, -76.074),
    }
    assert set(experiments) == {*minima, "oscillates"}
    for name, (x, y, value) in minima.items():
        way = descend(file, **experiments[name])
        assert np.linalg.norm(way[0] - (x, y)) >= 1
        assert np.linalg.norm(way[-1] - (x, y)) < 0.1 / 10
        assert f(*way[-1]) == pytest.approx(value, abs=1e-3)
    longer = {**experiments["oscillates"], "steps": experiments["oscillates"]["steps"] + 1000}
    way = descend(file, **longer)[-1001:]
    assert np.linalg.norm(way, axis=1).max() < 100 / 5
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).min() > 1e-3 * 100
    np.testing.assert_allclose(decimal_slopes(file, -0.0004, -2.5004), 0, atol=1e-4)
    assert f(-0.0004, -2.5004) == pytest.approx(-0.62504, abs=1e-5)
