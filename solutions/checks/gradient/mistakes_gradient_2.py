"""Well-known wrong versions of what is in `gradient/gradient_2.py`."""

from typing import Any

import numpy as np

from grader.checks import misconception

from .descent import Gradient, path_of

STEP = 1e-5


def _narrow(x: float, y: float) -> float:
    return float(100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5))


def _wide(x: float, y: float) -> float:
    return float(200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10))


def _f(x: float, y: float) -> float:
    return 0.5 * y + 0.1 * (x**2 + y**2) - _narrow(x, y) - _wide(x, y)


def _gradient(
    x: float,
    y: float,
    *,
    narrow: float = 2 / 5,
    wide: float = 2 / 10,
    slope: float = 0.2,
    tilt: float = 0.5,
) -> tuple[float, float]:
    """Return the gradient, the factors in it as given: those of the holes, and of the bowl."""
    deep, broad = narrow * _narrow(x, y), wide * _wide(x, y)
    return (
        slope * x + deep * (x - 11.5) + broad * (x + 9),
        tilt + slope * y + deep * (y - 8.2) + broad * (y + 11),
    )


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
    """This is a difference quotient with a step of 0.1, too long to be near the derivative. The
    exercise asks for the derivative by formula, which needs no step.
    """
    here = _f(x, y)
    return (_f(x + 0.1, y) - here) / 0.1, (_f(x, y + 0.1) - here) / 0.1


@misconception(of="gradient", lecture="eq. 22")
def gradient_of_opposite_sign(x: float, y: float) -> tuple[float, float]:
    """Both signs are the opposite ones: this points downhill. The gradient points uphill, and the
    descent subtracts it.
    """
    df_dx, df_dy = _gradient(x, y)
    return -df_dx, -df_dy


@misconception(of="gradient", lecture="eq. 22")
def partials_swapped(x: float, y: float) -> tuple[float, float]:
    """The two partial derivatives are swapped: ∂f/∂x comes first."""
    df_dx, df_dy = _gradient(x, y)
    return df_dy, df_dx


@misconception(of="gradient", lecture="eq. 22")
def inner_derivative_missing(x: float, y: float) -> tuple[float, float]:
    """The inner derivative is missing: the derivative of exp(u) is exp(u) · u′, and here u = −((x −
    11.5)² + …) / 5 depends on x and y (chain rule).
    """
    holes = _narrow(x, y) + _wide(x, y)
    return 0.2 * x - holes, 0.5 + 0.2 * y - holes


@misconception(of="gradient", lecture="eq. 22")
def minus_of_the_exponent_lost(x: float, y: float) -> tuple[float, float]:
    """The terms of the holes have the wrong sign: the minus before each hole and the minus in its
    exponent cancel, so that the slopes of the holes are added.
    """
    return _gradient(x, y, narrow=-2 / 5, wide=-2 / 10)


@misconception(of="gradient", lecture="eq. 22")
def divisors_forgotten(x: float, y: float) -> tuple[float, float]:
    """The divisors 5 and 10 of the exponents are missing: they belong to the inner derivatives, −2
    (x − 11.5) / 5 and −2 (x + 9) / 10.
    """
    return _gradient(x, y, narrow=2.0, wide=2.0)


@misconception(of="gradient", lecture="eq. 22")
def same_divisor_twice(x: float, y: float) -> tuple[float, float]:
    """The wide hole was divided by 5, as the narrow one is: its exponent is divided by 10."""
    return _gradient(x, y, wide=2 / 5)


@misconception(of="gradient", lecture="eq. 22")
def two_of_the_squares_forgotten(x: float, y: float) -> tuple[float, float]:
    """In the terms of the holes a factor 2 is missing: the inner derivative of (x − 11.5)² is 2 (x
    − 11.5).
    """
    return _gradient(x, y, narrow=1 / 5, wide=1 / 10)


@misconception(of="gradient", lecture="eq. 22")
def holes_forgotten(x: float, y: float) -> tuple[float, float]:
    """This is the gradient of the bowl alone: the derivatives of both exponentials are missing."""
    return _gradient(x, y, narrow=0.0, wide=0.0)


@misconception(of="gradient", lecture="eq. 22")
def narrow_hole_forgotten(x: float, y: float) -> tuple[float, float]:
    """The derivative of the narrow hole, the exponential with 11.5 and 8.2, is missing."""
    return _gradient(x, y, narrow=0.0)


@misconception(of="gradient", lecture="eq. 22")
def wide_hole_forgotten(x: float, y: float) -> tuple[float, float]:
    """The derivative of the wide hole, the exponential with +9 and +11, is missing."""
    return _gradient(x, y, wide=0.0)


@misconception(of="gradient", lecture="eq. 22")
def bowl_forgotten(x: float, y: float) -> tuple[float, float]:
    """The derivative of the bowl, 0.5 y + 0.1 (x² + y²), is missing: 0.2 x, and 0.5 + 0.2 y."""
    return _gradient(x, y, slope=0.0, tilt=0.0)


@misconception(of="gradient", lecture="eq. 22")
def tilt_forgotten(x: float, y: float) -> tuple[float, float]:
    """In ∂f/∂y the 0.5 is missing, the derivative of 0.5 y."""
    return _gradient(x, y, tilt=0.0)


@misconception(of="gradient", lecture="eq. 22")
def tilt_in_both(x: float, y: float) -> tuple[float, float]:
    """The 0.5 stands in ∂f/∂x too: 0.5 y does not depend on x, so that it is a constant there."""
    df_dx, df_dy = _gradient(x, y)
    return df_dx + 0.5, df_dy


@misconception(of="gradient", lecture="eq. 22")
def two_of_the_bowl_forgotten(x: float, y: float) -> tuple[float, float]:
    """The derivative of 0.1 x² is 0.2 x: the exponent 2 has to come down as a factor."""
    return _gradient(x, y, slope=0.1)


@misconception(of="gradient", lecture="eq. 22")
def other_middle_in_y(x: float, y: float) -> tuple[float, float]:
    """In ∂f/∂y, the inner derivatives are those for x: in y the middles of the holes are 8.2 and
    −11, not 11.5 and −9.
    """
    df_dx, _ = _gradient(x, y)
    holes = 2 / 5 * _narrow(x, y) * (x - 11.5) + 2 / 10 * _wide(x, y) * (x + 9)
    return df_dx, 0.5 + 0.2 * y + holes


# ∂f/∂y of the other file does not depend on x: there, the order makes no difference.
@misconception(of="gradient_descent", lecture="eq. 23")
def one_coordinate_after_the_other(
    learning_rate: float, gradient: Gradient, **run: Any
) -> np.ndarray:
    """y is updated with a gradient in which x has already moved. Both coordinates have to move from
    the same point: compute both partial derivatives first, then update.
    """

    def update(here: np.ndarray, slope: np.ndarray) -> np.ndarray:
        x = here[0] - learning_rate * slope[0]
        return np.array([x, here[1] - learning_rate * gradient(x, here[1])[1]])

    return path_of(gradient, update, **run)
