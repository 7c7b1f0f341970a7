"""Checks of `gradient/gradient_2.py`: a function with three minima."""

import math

import numpy as np

from grader.checks import Case, Contours, SubmissionError, check, contours

from .experiments import conclude, run
from .follow import (
    follows,
    has_the_form,
    is_a_formula,
    is_right,
    overflows_in_silence,
    sets_out_at_once,
)
from .landscapes import THREE_MINIMA, Point
from .rest import goes_on_at_rest, goes_on_for_long, keeps_its_rate, leaves_its_start_alone, moves
from .verdicts import oscillates, reaches

GLOBAL, *LOCAL = THREE_MINIMA.minima.items()
NARROW, WIDE = (11.5, 8.2), (-9.0, -11.0)


def backgrounds() -> tuple[Contours, ...]:
    """Return the landscape of f, for the background of trajectories."""
    return (
        contours(
            THREE_MINIMA.background,
            "f(x, y): a bowl with a wide hole and a narrow one",
            THREE_MINIMA.height_of_arrays,
            x_range=(-16.0, 16.0),
            y_range=(-16.0, 14.0),
            levels=(-160, -120, -80, -40, -20, -8, 0, 3, 8, 14, 20, 28, 36, 46),
        ),
    )


def around(rng: np.random.Generator, middle: Point) -> Point:
    """Return a point on the slope of a hole, off its axes."""
    radius, angle = rng.uniform(1.2, 1.9), rng.uniform(0.6, 0.95) + rng.integers(4) * math.pi / 2
    return middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)


def in_the_bowl(rng: np.random.Generator) -> Point:
    """Return a point far from both holes, where only the bowl is felt."""
    return float(rng.uniform(4, 9)), float(-rng.uniform(11, 18))


def points(rng: np.random.Generator) -> list[Point]:
    """Return points on the slopes of both holes and in the bowl."""
    holes = [around(rng, middle) for middle in (WIDE, NARROW, WIDE, NARROW)]
    return [*holes, in_the_bowl(rng), in_the_bowl(rng)]


@check(2.5, lecture="eq. 22")
def gradient_is_right(case: Case) -> None:
    """`gradient(x, y)` is (∂f/∂x, ∂f/∂y), on the slopes of both holes and far from them."""
    is_right(case, points(case.rng))


@check(2.5, needs=(gradient_is_right,), lecture="eq. 22")
def gradient_is_a_formula(case: Case) -> None:
    """`gradient` is computed by formula, not by a difference of two values of f."""
    tiny = float(case.rng.choice([-1, 1]) * 10 ** case.rng.uniform(-20, -17))
    is_a_formula(case, points(case.rng), part=0, flat=(tiny, float(case.rng.uniform(40, 60))))


@check(0.5, lecture="eq. 23")
def descent_returns_every_point(case: Case) -> None:
    """`gradient_descent` returns `steps` + 1 points (x, y), one a row, and the first is the
    start, which stays as it is.
    """
    for steps in (6, 0):
        has_the_form(
            case, THREE_MINIMA, in_the_bowl(case.rng), float(case.rng.uniform(0.1, 0.5)), steps
        )
    here, rate = around(case.rng, WIDE), float(case.rng.uniform(0.008, 0.015))
    moves(case, THREE_MINIMA, here, rate)
    leaves_its_start_alone(case, THREE_MINIMA, here, rate)
    goes_on_at_rest(case, THREE_MINIMA, here, rate)


@check(1.5, lecture="eq. 23")
def descent_follows_the_gradient(case: Case) -> None:
    """Each step of `gradient_descent` is x ← x − α ∇f(x), with the α that it is given."""
    for steps, rate in [(25, case.rng.uniform(0.3, 0.6)), (10, case.rng.uniform(0.05, 0.2))]:
        follows(case, THREE_MINIMA, in_the_bowl(case.rng), float(rate), steps, shown=steps == 25)
    keeps_its_rate(case, THREE_MINIMA)


@check(1.5, lecture="eq. 23")
def both_coordinates_move_at_once(case: Case) -> None:
    """In `gradient_descent`, both coordinates move from the same point, not one after the other."""
    for middle in (WIDE, NARROW):
        rate = float(case.rng.uniform(0.008, 0.015))
        here = around(case.rng, middle)
        try:
            follows(case, THREE_MINIMA, here, rate, 20, shown=middle is WIDE)
        except SubmissionError:  # where the step is another one, that is paid for above
            if not sets_out_at_once(case, THREE_MINIMA, here, rate):
                raise


@check(0.5, visibility="hidden", lecture="eq. 23")
def descent_may_explode(case: Case) -> None:
    """Where a descent explodes, `gradient_descent` raises nothing and ends in inf or nan."""
    overflows_in_silence(
        case, THREE_MINIMA, in_the_bowl(case.rng), float(case.rng.uniform(80, 200)), 400
    )
    goes_on_for_long(case, in_the_bowl(case.rng), 200.0)


@check(2, lecture="part 2, Exercise 1")
def experiment_reaches_the_global_minimum(case: Case) -> None:
    """`EXPERIMENTS["global_minimum"]` starts 1 or more from the lowest minimum, ends within 0.1."""
    done = run(case, THREE_MINIMA, "global_minimum")
    conclude(case, done, reaches(done, GLOBAL[1], 0.1, "global minimum"))


@check(2, lecture="part 2, Exercise 1")
def experiment_reaches_a_local_minimum(case: Case) -> None:
    """`EXPERIMENTS["local_minimum"]` starts 1 or more from another minimum, ends within 0.1."""
    done = run(case, THREE_MINIMA, "local_minimum")
    _, goal = min(LOCAL, key=lambda item: done.way_left(item[1]))
    conclude(case, done, reaches(done, goal, 0.1, "nearest minimum that is not the global one"))


@check(2, lecture="part 2, Exercise 1")
def experiment_oscillates(case: Case) -> None:
    """`EXPERIMENTS["oscillates"]` still moves in each of 1,000 further steps, and stays."""
    done = run(case, THREE_MINIMA, "oscillates", more=1000)
    conclude(case, done, oscillates(done))
