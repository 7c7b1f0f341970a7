"""Well-known wrong versions of what is in `gradient/gradient.py`."""

from collections.abc import Callable

from grader.checks import Wrong, difference_quotients, misconceptions, small_inputs

from .own_gradient import PARTS

Function = Callable[[float, float], float]
Slopes = Callable[[float, float], tuple[float, float]]
STEP = 1e-5


def central(f: Function) -> Slopes:
    """Return the slopes of f by differences over a step to either side."""
    return lambda x, y: (
        (f(x + STEP, y) - f(x - STEP, y)) / (2 * STEP),
        (f(x, y + STEP) - f(x, y - STEP)) / (2 * STEP),
    )


def one_sided(f: Function, step: float) -> Slopes:
    """Return the slopes of f by differences over one long step."""
    return lambda x, y: ((f(x + step, y) - f(x, y)) / step, (f(x, y + step) - f(x, y)) / step)


def _f(x: float, y: float) -> float:
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5


OF_ANALYTIC_MINIMUM = misconceptions(
    "ANALYTIC_MINIMUM",
    "eq. 20",
    value_before_place=Wrong(
        lambda: (3.5, 1.0),
        "The two numbers are swapped: first where the minimum is, then how low f is there.",
    ),
    place_of_the_wrong_sign=Wrong(
        lambda: (-1.0, 3.5),
        "(x − 1)² is 0 where x − 1 is 0, which is at x = +1. At −1 it is 4.",
    ),
    slope_for_value=Wrong(
        lambda: (1.0, 0.0),
        "The second number is the derivative, which is 0 at a minimum. The answer is f itself "
        "there.",
    ),
    value_at_zero=Wrong(
        lambda: (0.0, 4.5),
        "That is f at 0. The derivative 2 (x − 1) is not 0 there: set it to 0 and solve for x.",
    ),
)


SMALL_GRADIENT = small_inputs("gradient", by_hand=difference_quotients(_f, PARTS), parts=PARTS)
OF_GRADIENT = misconceptions(
    "gradient",
    "eq. 22",
    finite_difference=Wrong(
        central(_f),
        "This is a difference quotient: two values of f, divided by a small step. It is about "
        "right, but f is computed to 16 digits, and the difference loses most of them. The "
        "exercise asks for the derivative by formula.",
    ),
    coarse_difference=Wrong(
        one_sided(_f, 0.01),
        "This is a difference quotient with a step of 0.01, too long to be near the derivative. "
        "The exercise asks for the derivative by formula, which needs no step.",
    ),
    gradient_of_opposite_sign=Wrong(
        lambda x, y: (-(4 * x**3 + 3 * x**2 - 1), -(4 * y**3 + 8 * y)),
        "Both signs are the opposite ones: this points downhill. The gradient points uphill, and "
        "the descent subtracts it.",
    ),
    partials_swapped=Wrong(
        lambda x, y: (4 * y**3 + 8 * y, 4 * x**3 + 3 * x**2 - 1),
        "The two partial derivatives are swapped: ∂f/∂x comes first.",
    ),
    linear_term_forgotten=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2, 4 * y**3 + 8 * y),
        "The −1 is missing: the term −x of f has the derivative −1.",
    ),
    linear_term_kept=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 - x, 4 * y**3 + 8 * y),
        "The term −x was left as it is: its derivative is −1.",
    ),
    linear_term_of_wrong_sign=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 + 1, 4 * y**3 + 8 * y),
        "There is +1 instead of −1: the term of f is −x.",
    ),
    constant_kept=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 - 1 + 5, 4 * y**3 + 8 * y + 5),
        "The constant 5 of f is still there: the derivative of a constant is 0.",
    ),
    powers_not_lowered=Wrong(
        lambda x, y: (4 * x**4 + 3 * x**3 - 1, 4 * y**4 + 8 * y**2),
        "The exponents came down as factors, but the powers are still the old ones: the "
        "derivative of x⁴ is 4x³, not 4x⁴.",
    ),
    exponents_not_multiplied=Wrong(
        lambda x, y: (x**3 + x**2 - 1, y**3 + 4 * y),
        "The powers were lowered, but the exponents did not come down as factors: the derivative "
        "of x⁴ is 4x³, not x³.",
    ),
    factor_two_forgotten=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 4 * y),
        "In ∂f/∂y, the derivative of 4y² is 8y: the exponent 2 multiplies the 4.",
    ),
    factor_two_twice=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 16 * y),
        "In ∂f/∂y, the derivative of 4y² is 8y: the exponent 2 was multiplied in twice.",
    ),
    square_lost_its_variable=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 8),
        "In ∂f/∂y, the derivative of 4y² is 8y, which still depends on y; yours is 8.",
    ),
    square_forgotten=Wrong(
        lambda x, y: (4 * x**3 + 3 * x**2 - 1, 4 * y**3),
        "In ∂f/∂y, the derivative of the term 4y² is missing.",
    ),
)
