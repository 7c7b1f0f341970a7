"""What each kind of experiment has to show: a `Failed` that says what is missing, or None."""

import math
from itertools import pairwise

from grader.checks import Failed

from .descent import distance
from .experiments import Run
from .landscapes import Point

FARTHEST = 100.0
SHORTEST = 1e-3
NEARLY_THERE = 0.1
STILL_FALLS = "f still falls at the end: take more steps, a larger learning rate, or another start."
AT_REST = (
    "f does not fall any more at the end: where did it stop, or does it jump about? The "
    "picture shows it. Try another start, or a smaller learning rate."
)


def reaches(run: Run, goal: Point, near: float, name: str = "minimum") -> Failed | None:
    """Judge a descent that has to start at least 1 away from a minimum and to end near it."""
    if run.exploded:
        return Failed(
            f"“{run.key}” does not reach the {name}: it explodes.",
            hint="Each step overshoots by more than the one before it: take a smaller learning "
            "rate.",
        )
    if not run.way_left(goal) <= near:
        return Failed(
            f"“{run.key}” ends {run.way_left(goal):.3g} away from the {name}, not within {near:g}.",
            hint=STILL_FALLS if run.falls_at_the_end() else AT_REST,
        )
    if not distance(run.start, goal) >= 1.0:
        return Failed(
            f"“{run.key}” starts only {distance(run.start, goal):.3g} away from the {name}.",
            hint="Start at least 1 away, so that there is a way to go.",
        )
    return None


def is_too_slow(run: Run, goal: Point) -> Failed | None:
    """Judge a descent that has to be on its way still, with over half of the way before it."""
    if run.exploded:
        return Failed(
            "“too_slow” explodes.", hint="That is the opposite: take a far smaller learning rate."
        )
    share = run.way_left(goal) / max(distance(run.start, goal), 1e-12)
    if not share > 0.5:
        return Failed(_too_near(share), hint="Take a smaller learning rate, or fewer steps.")
    if not run.falls_at_the_end():
        return Failed(
            "“too_slow” does not descend any more at its end.",
            hint="f has to fall still in the last step: a learning rate of 0, one that is lost in "
            "rounding, or one so large that it jumps about is not slow.",
        )
    return None


def diverges(run: Run) -> Failed | None:
    """Judge a descent that has to be thrown out."""
    if run.exploded:
        return None
    return Failed(
        f"“diverges” stays within a million of the origin: it ends at ({run.end[0]:.4g}, "
        f"{run.end[1]:.4g}).",
        hint="Take a larger learning rate, so that each step overshoots by more than the one "
        "before it, and enough steps to get out.",
    )


def oscillates(run: Run) -> Failed | None:
    """Judge a descent that has to go on moving, without leaving, for 1,000 steps more."""
    after = run.points[run.steps :]
    if run.exploded or any(not distance(p, (0.0, 0.0)) <= FARTHEST for p in after):
        return Failed(
            "“oscillates” leaves: it does not stay within 100 of the origin.",
            hint="Take a smaller learning rate: between the rates that converge and those that "
            "explode, there are some that jump back and forth.",
        )
    shortest = min(distance(a, b) for a, b in pairwise(after))
    if not shortest > SHORTEST:
        return Failed(
            "“oscillates” stops moving: within 1,000 more steps, one step has length "
            f"{shortest:.2g}.",
            hint="Take a larger learning rate, so that a step leads across the minimum to the "
            "other side; a narrow hole makes this easier than a wide one.",
        )
    return None


def _too_near(share: float) -> str:
    """Say how much of the way is left, rounded down: 49.97 % is not half."""
    if share < NEARLY_THERE:
        return (
            "“too_slow” has nearly arrived: it should still have more than half of the way to go."
        )
    left = math.floor(1000 * share) / 10
    return f"“too_slow” comes too far: {left:g} % of its way is left, and it has to be over half."
