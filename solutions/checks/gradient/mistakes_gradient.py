"""Well-known wrong versions of what is in `gradient/gradient.py`."""

from grader.checks import misconception

STEP = 1e-5


def _f(x: float, y: float) -> float:
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5


@misconception(of="ANALYTIC_MINIMUM", lecture="eq. 20")
def value_before_place() -> tuple[float, float]:
    """The two numbers are swapped: first where the minimum is, then how low f is there."""
    return 3.5, 1.0


@misconception(of="ANALYTIC_MINIMUM", lecture="eq. 20")
def place_of_the_wrong_sign() -> tuple[float, float]:
    """(x − 1)² is 0 where x − 1 is 0, which is at x = +1. At −1 it is 4."""
    return -1.0, 3.5


@misconception(of="ANALYTIC_MINIMUM", lecture="eq. 20")
def slope_for_value() -> tuple[float, float]:
    """The second number is the derivative, which is 0 at a minimum. Asked for is f itself there."""
    return 1.0, 0.0


@misconception(of="ANALYTIC_MINIMUM", lecture="eq. 20")
def value_at_zero() -> tuple[float, float]:
    """That is f at 0. The derivative 2 (x − 1) is not 0 there: set it to 0 and solve for x."""
    return 0.0, 4.5


@misconception(of="gradient", lecture="eq. 22")
def finite_difference(x: float, y: float) -> tuple[float, float]:
    """This is a difference quotient: two values of f, divided by a small step. It is about right,
    but f is computed to 16 digits, and the difference loses most of them. The exercise asks for the
    derivative by formula.
    """
    df_dx = (_f(x + STEP, y) - _f(x - STEP, y)) / (2 * STEP)
    return df_dx, (_f(x, y + STEP) - _f(x, y - STEP)) / (2 * STEP)


@misconception(of="gradient", lecture="eq. 22")
def coarse_difference(x: float, y: float) -> tuple[float, float]:
    """This is a difference quotient with a step of 0.01, too long to be near the derivative. The
    exercise asks for the derivative by formula, which needs no step.
    """
    here = _f(x, y)
    return (_f(x + 0.01, y) - here) / 0.01, (_f(x, y + 0.01) - here) / 0.01


@misconception(of="gradient", lecture="eq. 22")
def gradient_of_opposite_sign(x: float, y: float) -> tuple[float, float]:
    """Both signs are the opposite ones: this points downhill. The gradient points uphill, and the
    descent subtracts it.
    """
    return -(4 * x**3 + 3 * x**2 - 1), -(4 * y**3 + 8 * y)


@misconception(of="gradient", lecture="eq. 22")
def partials_swapped(x: float, y: float) -> tuple[float, float]:
    """The two partial derivatives are swapped: ∂f/∂x comes first."""
    return 4 * y**3 + 8 * y, 4 * x**3 + 3 * x**2 - 1


@misconception(of="gradient", lecture="eq. 22")
def linear_term_forgotten(x: float, y: float) -> tuple[float, float]:
    """The −1 is missing: the term −x of f has the derivative −1."""
    return 4 * x**3 + 3 * x**2, 4 * y**3 + 8 * y


@misconception(of="gradient", lecture="eq. 22")
def linear_term_kept(x: float, y: float) -> tuple[float, float]:
    """The term −x was left as it is: its derivative is −1."""
    return 4 * x**3 + 3 * x**2 - x, 4 * y**3 + 8 * y


@misconception(of="gradient", lecture="eq. 22")
def linear_term_of_wrong_sign(x: float, y: float) -> tuple[float, float]:
    """There is +1 instead of −1: the term of f is −x."""
    return 4 * x**3 + 3 * x**2 + 1, 4 * y**3 + 8 * y


@misconception(of="gradient", lecture="eq. 22")
def constant_kept(x: float, y: float) -> tuple[float, float]:
    """The constant 5 of f is still there: the derivative of a constant is 0."""
    return 4 * x**3 + 3 * x**2 - 1 + 5, 4 * y**3 + 8 * y + 5


@misconception(of="gradient", lecture="eq. 22")
def powers_not_lowered(x: float, y: float) -> tuple[float, float]:
    """The exponents came down as factors, but the powers are still the old ones: the derivative of
    x⁴ is 4x³, not 4x⁴.
    """
    return 4 * x**4 + 3 * x**3 - 1, 4 * y**4 + 8 * y**2


@misconception(of="gradient", lecture="eq. 22")
def exponents_not_multiplied(x: float, y: float) -> tuple[float, float]:
    """The powers were lowered, but the exponents did not come down as factors: the derivative of x⁴
    is 4x³, not x³.
    """
    return x**3 + x**2 - 1, y**3 + 4 * y


@misconception(of="gradient", lecture="eq. 22")
def factor_two_forgotten(x: float, y: float) -> tuple[float, float]:
    """In ∂f/∂y, the derivative of 4y² is 8y: the exponent 2 multiplies the 4."""
    return 4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 4 * y


@misconception(of="gradient", lecture="eq. 22")
def factor_two_twice(x: float, y: float) -> tuple[float, float]:
    """In ∂f/∂y, the derivative of 4y² is 8y: the exponent 2 was multiplied in twice."""
    return 4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 16 * y


@misconception(of="gradient", lecture="eq. 22")
def square_lost_its_variable(x: float, y: float) -> tuple[float, float]:
    """In ∂f/∂y, the derivative of 4y² is 8y, which still depends on y; here came 8."""
    return 4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 8


@misconception(of="gradient", lecture="eq. 22")
def square_forgotten(x: float, y: float) -> tuple[float, float]:
    """In ∂f/∂y, the derivative of the term 4y² is missing."""
    return 4 * x**3 + 3 * x**2 - 1, 4 * y**3
