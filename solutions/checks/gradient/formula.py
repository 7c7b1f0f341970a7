"""Judging `gradient`: right, and by formula rather than by a difference of two values of f."""

from collections.abc import Iterable

from grader.checks import Case, Disagreement, Tolerance, as_array, as_parts, disagreement

from .landscapes import Point

PARTS = ("∂f/∂x", "∂f/∂y")
# A one-sided difference with a step of 0.001 misses by 0.2 % at the points that are drawn; the
# mildest wrong formula, a forgotten −1, by 2 %.
ABOUT = Tolerance(relative=5e-3)
# Of a partial derivative as small as 1e-18: a formula in float32 misses it by 1e-7 of itself, and
# every difference of values of f, which carry 16 digits of a number near 5, by all of itself.
TINY = Tolerance(relative=1e-3)


def is_right(case: Case, points: Iterable[Point]) -> None:
    """Raise `Failed` where a partial derivative is not about the right one."""
    for x, y in points:
        case.agrees("gradient", x, y, parts=PARTS, tolerance=ABOUT)


def is_a_formula(case: Case, points: Iterable[Point], part: int, flat: Point) -> None:
    """Raise `Failed` where the partial derivatives are right but are only approximated.

    At `flat`, all terms of the partial derivative number `part` are tiny, each by itself, so that
    nothing cancels in it; f is symmetric there up to rounding, so that a difference of values is 0
    or as large as its step. Then the gradient is compared at the points.
    """
    wanted = case.reference.gradient(*flat)[part]
    came = as_parts(case.student.gradient(*flat), PARTS, "gradient")[part]
    missed = disagreement(as_array(came, f"`{PARTS[part]}`"), wanted, PARTS[part], TINY)
    if missed is not None:
        raise Disagreement(
            f"`{PARTS[part]}` is about right where it is large, and not where it is tiny, at "
            f"({flat[0]:.6g}, {flat[1]:.6g}): it is not computed by a formula.",
            expected=missed.expected,
            got=missed.got,
            hint="Derive f with pencil and paper, term by term, and write the two sums down.",
            diagnoses=(case.known("finite_difference"),),
        )
    for x, y in points:
        case.agrees("gradient", x, y, parts=PARTS)
