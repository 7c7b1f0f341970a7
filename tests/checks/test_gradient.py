"""The checks of exercise 1 are themselves checked, on whole submissions graded by the judge."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from tests.checks.gradient_sources import FORMS_OF_1, FORMS_OF_2, ONE_AFTER_THE_OTHER, SAME_ARRAY
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.results import CheckResult

ROOT = Path(__file__).parents[2]
COURSE = the_course().only(["gradient"])
ONE, TWO = COURSE.exercises[0].parts
FILES = {"gradient": "gradient/gradient.py", "gradient_2": "gradient/gradient_2.py"}
SOURCES = {stem: (ROOT / "solutions" / file).read_text("utf-8") for stem, file in FILES.items()}

RIGHT, FORMULA = "gradient_is_right", "gradient_is_a_formula"
FORM, FOLLOWS = "descent_returns_every_point", "descent_follows_the_gradient"
AT_ONCE, EXPLODES = "both_coordinates_move_at_once", "descent_may_explode"


def grade(sources: dict[str, str], salt: bytes = b"") -> dict[str, CheckResult]:
    """Grade a submission of these files; return its checks by ``stem.name``."""
    files = {FILES[stem]: source.encode() for stem, source in sources.items()}
    result = Judge(COURSE, launcher(), salt, small_examples=False).grade(Sealed("student", files))
    checks = {check.id.partition(".")[2]: check for check in result.exercises[0].checks}
    return {name: check for name, check in checks.items() if name.split(".")[0] in sources}


def changed(**overrides: str) -> dict[str, CheckResult]:
    """Grade the reference with definitions that take the place of its own."""
    return grade({stem: f"{SOURCES[stem]}\n\n{text}\n" for stem, text in overrides.items()})


def lost(checks: dict[str, CheckResult], stem: str = "gradient") -> set[str]:
    """Return the checks of a file that did not pass; an error of ours is never among them."""
    assert [c.message for c in checks.values() if c.outcome is Outcome.GRADER_ERROR] == []
    of_file = {n.split(".")[1]: c for n, c in checks.items() if n.split(".")[0] == stem}
    return {name for name, check in of_file.items() if check.outcome is not Outcome.PASSED}


def named(checks: dict[str, CheckResult], stem: str = "gradient") -> set[str]:
    """Return the names of all mistakes that were diagnosed in a file."""
    of_file = [check for name, check in checks.items() if name.split(".")[0] == stem]
    return {diagnosis.name for check in of_file for diagnosis in check.diagnoses}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("salt", [b"", b"one", b"two"])
def test_the_reference_gets_every_point(salt: bytes) -> None:
    checks = grade(SOURCES, salt)
    assert lost(checks) | lost(checks, "gradient_2") == set()
    assert sum(check.points for check in checks.values()) == 30


def test_the_stub_gets_nothing_and_is_told_that_it_is_not_written() -> None:
    stubs = {s: (ROOT / "assignments" / file).read_text("utf-8") for s, file in FILES.items()}
    for check in grade(stubs).values():
        assert check.points == 0
        if check.outcome is not Outcome.SKIPPED:
            assert check.outcome is Outcome.FAILED
            assert "not written yet" in check.message
            if ".descent_" in check.id:  # and not of `gradient`, which it would call
                assert check.message == "`gradient_descent` is not written yet."


# ---------------------------------------------------------------------------- gradient


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("one", "two"), list(zip_longest(FORMS_OF_1, FORMS_OF_2, fillvalue="")))
def test_a_formula_in_any_form_is_right(one: str, two: str) -> None:
    checks = changed(gradient=one, gradient_2=two)
    assert lost(checks) | lost(checks, "gradient_2") == set()


CENTRAL = """
def gradient(x, y, h={h}):
    f = function_to_minimize
    return (f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)
"""
FORWARD = """
def gradient(x, y, h={h}):
    f = function_to_minimize
    return (f(x + h, y) - f(x, y)) / h, (f(x, y + h) - f(x, y)) / h
"""
FIVE_POINTS = """
def gradient(x, y, h={h}):
    def slope(g): return (g(-2 * h) - 8 * g(-h) + 8 * g(h) - g(2 * h)) / (12 * h)
    f = function_to_minimize
    return slope(lambda t: f(x + t, y)), slope(lambda t: f(x, y + t))
"""
RELATIVE = """
def gradient(x, y):
    f = function_to_minimize
    h, k = 1e-6 * max(1, abs(x)), 1e-6 * max(1, abs(y))
    return (f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + k) - f(x, y - k)) / (2 * k)
"""


DIFFERENCES = [
    (CENTRAL.format(h=1e-2), CENTRAL.format(h=1e-9)),
    (CENTRAL.format(h=1e-3), FORWARD.format(h=1e-5)),
    (CENTRAL.format(h=1e-7), FIVE_POINTS.format(h=1e-3)),
    (FORWARD.format(h=1e-3), RELATIVE),
    (FORWARD.format(h=1e-8), CENTRAL.format(h=1e-5)),
    (FIVE_POINTS.format(h=0.03), FORWARD.format(h=1e-3)),
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("one", "two"), DIFFERENCES)
def test_a_finite_difference_is_named_and_gets_half(one: str, two: str) -> None:
    checks = changed(gradient=one, gradient_2=two)
    for stem in FILES:
        assert lost(checks, stem) == {FORMULA}
        assert named(checks, stem) == {"finite_difference"}
    assert sum(c.points for n, c in checks.items() if ".gradient_is_" in n) == 4.5


HOLES = """
def gradient(x, y):
    n = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    w = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    """
X2, Y2 = "4 * x**3 + 3 * x**2", "4 * y**3 + 8 * y"
OF_1 = {
    "coarse_difference": FORWARD.format(h=0.01),
    "gradient_of_opposite_sign": f"def gradient(x, y): return -({X2} - 1), -({Y2})",
    "partials_swapped": f"def gradient(x, y): return {Y2}, {X2} - 1",
    "linear_term_forgotten": f"def gradient(x, y): return {X2}, {Y2}",
    "linear_term_kept": f"def gradient(x, y): return {X2} - x, {Y2}",
    "linear_term_of_wrong_sign": f"def gradient(x, y): return {X2} + 1, {Y2}",
    "constant_kept": f"def gradient(x, y): return {X2} + 4, {Y2} + 5",
    "powers_not_lowered": "def gradient(x, y): return 4*x**4 + 3*x**3 - 1, 4*y**4 + 8*y**2",
    "exponents_not_multiplied": "def gradient(x, y): return x**3 + x**2 - 1, y**3 + 4*y",
    "factor_two_forgotten": f"def gradient(x, y): return {X2} - 1, 4 * y**3 + 4 * y",
    "factor_two_twice": f"def gradient(x, y): return {X2} - 1, 4 * y**3 + 2 * 8 * y",
    "square_lost_its_variable": f"def gradient(x, y): return {X2} - 1, 4 * y**3 + 8",
    "square_forgotten": f"def gradient(x, y): return {X2} - 1, 4 * y**3",
}
OF_2 = {
    "coarse_difference": FORWARD.format(h=0.1),
    "gradient_of_opposite_sign": HOLES + "return -.2*x - .4*n*(x-11.5) - .2*w*(x+9), "
    "-.5 - .2*y - .4*n*(y-8.2) - .2*w*(y+11)",
    "partials_swapped": HOLES + "return .5 + .2*y + .4*n*(y-8.2) + .2*w*(y+11), "
    ".2*x + .4*n*(x-11.5) + .2*w*(x+9)",
    "inner_derivative_missing": HOLES + "return .2*x - n - w, .5 + .2*y - n - w",
    "minus_of_the_exponent_lost": HOLES + "return .2*x - .4*n*(x-11.5) - .2*w*(x+9), "
    ".5 + .2*y - .4*n*(y-8.2) - .2*w*(y+11)",
    "divisors_forgotten": HOLES + "return .2*x + 2*n*(x-11.5) + 2*w*(x+9), "
    ".5 + .2*y + 2*n*(y-8.2) + 2*w*(y+11)",
    "same_divisor_twice": HOLES + "return .2*x + .4*n*(x-11.5) + .4*w*(x+9), "
    ".5 + .2*y + .4*n*(y-8.2) + .4*w*(y+11)",
    "two_of_the_squares_forgotten": HOLES + "return .2*x + .2*n*(x-11.5) + .1*w*(x+9), "
    ".5 + .2*y + .2*n*(y-8.2) + .1*w*(y+11)",
    "holes_forgotten": "def gradient(x, y): return .2 * x, .5 + .2 * y",
    "narrow_hole_forgotten": HOLES + "return .2*x + .2*w*(x+9), .5 + .2*y + .2*w*(y+11)",
    "wide_hole_forgotten": HOLES + "return .2*x + .4*n*(x-11.5), .5 + .2*y + .4*n*(y-8.2)",
    "bowl_forgotten": HOLES + "return .4*n*(x-11.5) + .2*w*(x+9), .4*n*(y-8.2) + .2*w*(y+11)",
    "tilt_forgotten": HOLES + "return .2*x + .4*n*(x-11.5) + .2*w*(x+9), "
    ".2*y + .4*n*(y-8.2) + .2*w*(y+11)",
    "tilt_in_both": HOLES + "return .5 + .2*x + .4*n*(x-11.5) + .2*w*(x+9), "
    ".5 + .2*y + .4*n*(y-8.2) + .2*w*(y+11)",
    "two_of_the_bowl_forgotten": HOLES + "return .1*x + .4*n*(x-11.5) + .2*w*(x+9), "
    ".5 + .1*y + .4*n*(y-8.2) + .2*w*(y+11)",
    "other_middle_in_y": HOLES + "return .2*x + .4*n*(x-11.5) + .2*w*(x+9), "
    ".5 + .2*y + .4*n*(x-11.5) + .2*w*(x+9)",
}
MINIMA = {
    "value_before_place": "ANALYTIC_MINIMUM = (3.5, 1)",
    "place_of_the_wrong_sign": "ANALYTIC_MINIMUM = [-1, 3.5]",
    "slope_for_value": "ANALYTIC_MINIMUM = np.array([1, 0])",
    "value_at_zero": "ANALYTIC_MINIMUM = 0, 4.5",
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("one", "two", "minimum"), list(zip_longest(OF_1, OF_2, MINIMA)))
def test_a_wrong_gradient_is_named_and_costs_nothing_else(
    one: str | None, two: str, minimum: str | None
) -> None:
    overrides = [OF_1.get(one or "", ""), MINIMA.get(minimum or "", "")]
    checks = changed(gradient="\n".join(overrides), gradient_2=OF_2[two])
    assert lost(checks, "gradient_2") == {RIGHT, FORMULA}
    assert two in named(checks, "gradient_2")
    wrong = ({RIGHT, FORMULA} if one else set()) | ({"analytic_minimum"} if minimum else set())
    assert lost(checks) == wrong
    assert set(filter(None, [one, minimum])) <= named(checks)


# ---------------------------------------------------------------------------- gradient_descent


def loop(update: str, result: str = "np.array(points)", more: str = "") -> str:
    return f"""
def gradient_descent(start, learning_rate, steps):
    points = [np.array(start, dtype=float)]
    first = np.array(gradient(*points[0]))
    for _ in range(steps{more}):
        here = points[-1]
        slope = np.array(gradient(*here))
        points.append({update})
    return {result}
"""


USUAL = "here - learning_rate * slope"
STILL = {FOLLOWS, EXPLODES}  # each line alone says nothing of the way
TAME = {FOLLOWS, EXPLODES}  # wrong, and so that nothing can explode
# Every other one is tested in the one file, the rest in the other.
DESCENTS = {
    "one_coordinate_after_the_other": (
        ONE_AFTER_THE_OTHER,
        {AT_ONCE},
    ),
    "ascent": (loop("here + learning_rate * slope"), {FOLLOWS}),
    "gradient_of_the_start": (loop("here - learning_rate * first"), TAME),
    "learning_rate_ignored": (loop("here - slope"), {FOLLOWS}),
    "steps_of_one_length": (
        loop("here - learning_rate * slope / np.linalg.norm(slope)"),
        {FOLLOWS},
    ),
    "partials_swapped_in_the_update": (loop("here - learning_rate * slope[::-1]"), {FOLLOWS}),
    "one_coordinate_stays": (loop("here - [learning_rate * slope[0], 0]"), {FOLLOWS, AT_ONCE}),
    "learning_rate_decays": (loop("here - learning_rate * 0.95 ** len(points) * slope"), {FOLLOWS}),
    "learning_rate_grows": (
        loop("here - learning_rate * (1 + len(points) / 50) * slope"),
        {FOLLOWS},
    ),
    "another_learning_rate": (loop("here - learning_rate**2 * slope"), {FOLLOWS}),
    "momentum": (
        loop("here - learning_rate * slope + (here - points[-2] if points[1:] else 0) / 4"),
        {FOLLOWS},
    ),
    "start_left_out": (loop(USUAL, "points[1:]"), {FORM}),
    "stops_early": (
        loop(USUAL).replace(
            "points.append(", "if np.allclose(slope, 0, atol=1e-9): break\n        points.append("
        ),
        {FORM},
    ),
    "last_point_alone": (loop(USUAL, "points[-1]"), {FORM, *STILL}),
    "one_step_too_few": (loop(USUAL, more=" - 1"), {FORM}),
    "one_step_too_many": (loop(USUAL, more=" + 1"), {FORM}),
    "coordinates_not_paired": (loop(USUAL, "np.array(points).T"), {FORM}),
    "every_line_the_same_array": (
        SAME_ARRAY,
        {FORM, *STILL},
    ),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("two", "one"), list(zip_longest(*[iter(DESCENTS)] * 2)))
def test_a_wrong_descent_is_named_and_costs_its_own_checks(two: str, one: str | None) -> None:
    in_one, costs_in_one = DESCENTS.get(one or "", ("", set()))
    in_two, costs_in_two = DESCENTS[two]
    checks = changed(gradient=in_one, gradient_2=in_two)
    assert lost(checks) == costs_in_one - {AT_ONCE}
    assert lost(checks, "gradient_2") == costs_in_two
    assert two in named(checks, "gradient_2")
    assert one is None or one in named(checks)


def test_every_known_mistake_is_tested() -> None:
    both = {*DESCENTS, "finite_difference"}
    of_one = both - {"one_coordinate_after_the_other"}  # the same as right in this file
    assert {m.name for m in ONE.misconceptions} == {*OF_1, *MINIMA, *of_one}
    assert {m.name for m in TWO.misconceptions} == {*OF_2, *both}


RIGHT_DESCENTS = [
    """
def gradient_descent(start, learning_rate, steps):
    points = [tuple(start)]
    for _ in range(steps):
        (x, y), (a, b) = points[-1], gradient(*map(np.float64, points[-1]))
        points.append((x - learning_rate * a, y - learning_rate * b))
    return points
""",
    """
def gradient_descent(start, learning_rate, steps):
    path = np.zeros((steps + 1, 2), dtype="f4")
    path[0] = start
    for k in range(steps):
        path[k + 1] = path[k] - learning_rate * np.array(gradient(*path[k]), dtype="f4")
    return path
""",
    """
def gradient_descent(start, learning_rate, steps):
    point = np.array(start, dtype=float)
    path = np.full((steps + 1, 2), np.nan)
    for k in range(steps + 1):
        path[k] = point
        if not np.isfinite(point).all(): break
        point -= np.multiply(learning_rate, gradient(*point))
    return np.asfortranarray(path)
""",
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("override", RIGHT_DESCENTS)
def test_another_right_descent_gets_every_point(override: str) -> None:
    checks = changed(gradient=override, gradient_2=override)
    assert lost(checks) | lost(checks, "gradient_2") == set()


def test_an_overflow_error_costs_the_explosion_alone_and_is_explained() -> None:
    override = """
def gradient(x, y):
    return {formulas}
def gradient_descent(start, learning_rate, steps):
    x, y = float(start[0]), float(start[1])
    points = [(x, y)]
    for _ in range(steps):
        a, b = gradient(x, y)
        x, y = x - learning_rate * a, y - learning_rate * b
        points.append((x, y))
    return points
"""
    checks = changed(gradient=override.format(formulas=f"{X2} - 1, {Y2}"))
    assert lost(checks) == {EXPLODES}
    assert "numpy" in checks[f"gradient.{EXPLODES}"].hint


def test_a_number_for_a_trajectory_is_wrong_and_no_error_of_ours() -> None:
    checks = changed(gradient="def gradient_descent(start, learning_rate, steps): return 0")
    assert {FORM, FOLLOWS} <= lost(checks)


def test_a_descent_that_needs_no_gradient_is_judged_without_it() -> None:
    right = f"(lambda x, y: ({X2} - 1, {Y2}))(*"
    inlined = loop(USUAL).replace("gradient(*", right)
    broken = changed(gradient=f"def gradient(x, y): return None\n{inlined}")
    assert lost(broken) == {RIGHT, FORMULA}
    unused = changed(gradient=f"def gradient(x, y): return y, x\n{inlined}")
    assert lost(unused) == {RIGHT, FORMULA}


def test_a_gradient_that_raises_is_paid_for_once() -> None:
    checks = changed(gradient="def gradient(x, y): return x.nonsense")
    assert lost(checks) == {RIGHT, FORMULA}


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("parameters", "gives", "called"),
    [
        ("point", "x, y = point\n    return 4*x**3 + 3*x**2 - 1, 4*y**3 + 8*y", "gradient(here)"),
        ("x, y", "return {1: 4*x**3 + 3*x**2 - 1, 2: 4*y**3 + 8*y}", "[*gradient(*here).values()]"),
    ],
)
def test_a_gradient_that_is_called_in_a_way_of_its_own_is_paid_for_once(
    parameters: str, gives: str, called: str
) -> None:
    checks = changed(
        gradient=f"""
def gradient({parameters}):
    {gives}

def gradient_descent(start, learning_rate, steps):
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        here = points[-1]
        points.append(here - learning_rate * np.array({called}))
    return np.array(points)
"""
    )
    assert lost(checks) == {"gradient_is_right", "gradient_is_a_formula"}


def test_an_import_that_nothing_uses_costs_nothing() -> None:
    assert lost(changed(gradient="import nonsense")) == set()


def test_a_start_that_is_changed_costs_its_own_check() -> None:
    override = """
def gradient_descent(start, learning_rate, steps):
    points = [list(start)]
    point = start if isinstance(start, np.ndarray) else np.array(start, dtype=float)
    for _ in range(steps):
        point -= learning_rate * np.array(gradient(*point))
        points.append(list(point))
    return points
"""
    assert lost(changed(gradient=override)) == {"start_in_any_form"}
