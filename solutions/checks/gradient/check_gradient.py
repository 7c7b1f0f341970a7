"""Checks of `gradient/gradient.py`: a function with one minimum."""

import numpy as np

from grader.checks import Case, Contours, Disagreement, Failed, as_array, check, contours, short
from grader.checks.common_claims import leave_their_arguments_alone

from .experiments import conclude, run
from .follow import follows, has_the_form, is_a_formula, is_right, overflows_in_silence
from .landscapes import ONE_MINIMUM, Point
from .rest import goes_on_at_rest, goes_on_for_long, keeps_its_rate, moves
from .verdicts import diverges, is_too_slow, reaches

MINIMUM = ONE_MINIMUM.minima["minimum"]
ROUNDING = 1e-6


def backgrounds() -> tuple[Contours, ...]:
    """Return the landscape of f, for the background of trajectories."""
    return (
        contours(
            ONE_MINIMUM.background,
            "f(x, y) = x⁴ + x³ − x + y⁴ + 4y² + 5",
            ONE_MINIMUM.height_of_arrays,
            x_range=(-2.5, 2.5),
            y_range=(-2.5, 2.5),
            levels=(4.75, 5, 5.5, 6, 7, 9, 12, 16, 22, 30, 42, 60),
        ),
    )


def points(rng: np.random.Generator, count: int = 6) -> list[Point]:
    """Return points where neither partial derivative is near 0, on all sides of the minimum."""
    x = np.where(
        rng.random(count) < 0.5, rng.uniform(0.8, 1.8, count), rng.uniform(-2, -1.3, count)
    )
    y = rng.choice([-1, 1], count) * rng.uniform(0.4, 2.0, count)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def start(rng: np.random.Generator) -> Point:
    """Return a point from which rates up to 0.04 lead down."""
    return float(rng.uniform(1.0, 1.5)), float(rng.choice([-1, 1]) * rng.uniform(0.6, 1.5))


def parabola(x: float) -> float:
    """Return f(x) of eq. 20; it overflows without an error."""
    return (x - 1) * (x - 1) + 3.5


def is_lowest(x: float, height: float) -> bool:
    """Say whether f is as high on one side of x as on the other, and this high there."""
    level = abs(parabola(x + 1) - parabola(x - 1)) <= 4 * ROUNDING
    return level and abs(height - parabola(x)) <= ROUNDING


@check(1, lecture="eq. 20")
def analytic_minimum(case: Case) -> None:
    """`ANALYTIC_MINIMUM` is (x, f(x)) at the minimum of f(x) = (x − 1)² + 3.5."""
    found = case.student.constant("ANALYTIC_MINIMUM")
    if found is None:
        raise Failed("`ANALYTIC_MINIMUM` is not written yet.")
    came = as_array(found, "`ANALYTIC_MINIMUM`").astype(float)
    if came.shape == (2,) and is_lowest(*map(float, came)):
        return
    raise Disagreement(
        "`ANALYTIC_MINIMUM` is not (x, f(x)) at the minimum.",
        expected="two numbers: f is higher on both sides of x, and is f(x) there",
        got=short(found),
        diagnoses=case.diagnose("ANALYTIC_MINIMUM", (), found, (np.nan, np.nan)),
    )


@check(2, lecture="eq. 22")
def gradient_is_right(case: Case) -> None:
    """`gradient(x, y)` is (∂f/∂x, ∂f/∂y), at any point."""
    is_right(case, points(case.rng))


@check(2, needs=(gradient_is_right,), lecture="eq. 22")
def gradient_is_a_formula(case: Case) -> None:
    """`gradient` is computed by formula, not by a difference of two values of f."""
    tiny = float(case.rng.choice([-1, 1]) * 10 ** case.rng.uniform(-20, -17))
    is_a_formula(case, points(case.rng), part=1, flat=(points(case.rng, 1)[0][0], tiny))


@check(1, lecture="eq. 23")
def descent_returns_every_point(case: Case) -> None:
    """`gradient_descent` returns `steps` + 1 points (x, y), one a row, and the first is the
    start.
    """
    here, rate = start(case.rng), float(case.rng.uniform(0.01, 0.03))
    for steps in (7, 1, 0):
        has_the_form(case, ONE_MINIMUM, start(case.rng), float(case.rng.uniform(0.01, 0.03)), steps)
    moves(case, ONE_MINIMUM, here, rate)
    goes_on_at_rest(case, ONE_MINIMUM, here, rate)


@check(3, lecture="eq. 23")
def descent_follows_the_gradient(case: Case) -> None:
    """Each step of `gradient_descent` is x ← x − α ∇f(x), with the α that it is given."""
    for steps, rate in [(25, case.rng.uniform(0.02, 0.04)), (10, case.rng.uniform(0.003, 0.01))]:
        follows(case, ONE_MINIMUM, start(case.rng), float(rate), steps, shown=steps == 25)
    keeps_its_rate(case, ONE_MINIMUM)


@check(1, visibility="hidden", lecture="eq. 23")
def descent_may_explode(case: Case) -> None:
    """Where a descent explodes, `gradient_descent` raises nothing and ends in inf or nan."""
    for rate in (0.5, 1.0):
        x, y = start(case.rng)
        overflows_in_silence(case, ONE_MINIMUM, (x + 1.0, y), rate, 40)
    goes_on_for_long(case, (x + 1.0, y), 1.0)


@check(0.5, visibility="hidden")
def start_in_any_form(case: Case) -> None:
    """`gradient_descent` takes its start as a tuple, a list or an array, and leaves it as it is."""
    here = start(case.rng)
    moves(case, ONE_MINIMUM, here, 0.02)

    def judge(judged: Case) -> None:
        for form in (here, list(here), np.array(here)):
            judged.student.gradient_descent(form, 0.02, 4)
            leave_their_arguments_alone(judged, ("gradient_descent", (form, 0.02, 4)))

    case.apart_from(judge, gradient=ONE_MINIMUM.gradient)


@check(1.5, lecture="eq. 23")
def experiment_converges(case: Case) -> None:
    """`EXPERIMENTS["converges"]` starts 1 or more from the minimum, ends within 0.001 of it."""
    done = run(case, ONE_MINIMUM, "converges")
    conclude(case, done, reaches(done, MINIMUM, 1e-3))


@check(1.5, lecture="eq. 23")
def experiment_too_slow(case: Case) -> None:
    """`EXPERIMENTS["too_slow"]` still descends at its end, with over half of the way left to go."""
    done = run(case, ONE_MINIMUM, "too_slow")
    conclude(case, done, is_too_slow(done, MINIMUM))


@check(1.5, lecture="eq. 23")
def experiment_diverges(case: Case) -> None:
    """`EXPERIMENTS["diverges"]` is thrown out beyond 1,000,000 within its steps."""
    done = run(case, ONE_MINIMUM, "diverges")
    conclude(case, done, diverges(done))
