"""Well-known wrong versions of what is in `gradient/gradient_2.py`."""

from typing import Any

import numpy as np

from grader.checks import Wrong, difference_quotients, misconception, misconceptions, small_inputs

from .descent import Gradient, path_of
from .mistakes_gradient import central, one_sided
from .own_gradient import PARTS


def _narrow(x: float, y: float) -> float:
    return float(100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5))


def _wide(x: float, y: float) -> float:
    return float(200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10))


def _holes(x: float, y: float) -> float:
    return _narrow(x, y) + _wide(x, y)


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
        one_sided(_f, 0.1),
        "This is a difference quotient with a step of 0.1, too long to be near the derivative. "
        "The exercise asks for the derivative by formula, which needs no step.",
    ),
    gradient_of_opposite_sign=Wrong(
        lambda x, y: tuple(-slope for slope in _gradient(x, y)),
        "Both signs are the opposite ones: this points downhill. The gradient points uphill, and "
        "the descent subtracts it.",
    ),
    partials_swapped=Wrong(
        lambda x, y: _gradient(x, y)[::-1],
        "The two partial derivatives are swapped: ∂f/∂x comes first.",
    ),
    inner_derivative_missing=Wrong(
        lambda x, y: (0.2 * x - _holes(x, y), 0.5 + 0.2 * y - _holes(x, y)),
        "The inner derivative is missing: the derivative of exp(u) is exp(u) · u′, and here u = "
        "−((x − 11.5)² + …) / 5 depends on x and y (chain rule).",
    ),
    minus_of_the_exponent_lost=Wrong(
        lambda x, y: _gradient(x, y, narrow=-2 / 5, wide=-2 / 10),
        "The terms of the holes have the wrong sign: the minus before each hole and the minus in "
        "its exponent cancel, so that the slopes of the holes are added.",
    ),
    divisors_forgotten=Wrong(
        lambda x, y: _gradient(x, y, narrow=2.0, wide=2.0),
        "The divisors 5 and 10 of the exponents are missing: they belong to the inner "
        "derivatives, −2 (x − 11.5) / 5 and −2 (x + 9) / 10.",
    ),
    same_divisor_twice=Wrong(
        lambda x, y: _gradient(x, y, wide=2 / 5),
        "The wide hole was divided by 5, as the narrow one is: its exponent is divided by 10.",
    ),
    two_of_the_squares_forgotten=Wrong(
        lambda x, y: _gradient(x, y, narrow=1 / 5, wide=1 / 10),
        "In the terms of the holes a factor 2 is missing: the inner derivative of (x − 11.5)² is "
        "2 (x − 11.5).",
    ),
    holes_forgotten=Wrong(
        lambda x, y: _gradient(x, y, narrow=0.0, wide=0.0),
        "This is the gradient of the bowl alone: the derivatives of both exponentials are missing.",
    ),
    narrow_hole_forgotten=Wrong(
        lambda x, y: _gradient(x, y, narrow=0.0),
        "The derivative of the narrow hole, the exponential with 11.5 and 8.2, is missing.",
    ),
    wide_hole_forgotten=Wrong(
        lambda x, y: _gradient(x, y, wide=0.0),
        "The derivative of the wide hole, the exponential with +9 and +11, is missing.",
    ),
    bowl_forgotten=Wrong(
        lambda x, y: _gradient(x, y, slope=0.0, tilt=0.0),
        "The derivative of the bowl, 0.5 y + 0.1 (x² + y²), is missing: 0.2 x, and 0.5 + 0.2 y.",
    ),
    tilt_forgotten=Wrong(
        lambda x, y: _gradient(x, y, tilt=0.0),
        "In ∂f/∂y the 0.5 is missing, the derivative of 0.5 y.",
    ),
    tilt_in_both=Wrong(
        lambda x, y: (_gradient(x, y)[0] + 0.5, _gradient(x, y)[1]),
        "The 0.5 stands in ∂f/∂x too: 0.5 y does not depend on x, so that it is a constant there.",
    ),
    two_of_the_bowl_forgotten=Wrong(
        lambda x, y: _gradient(x, y, slope=0.1),
        "The derivative of 0.1 x² is 0.2 x: the exponent 2 has to come down as a factor.",
    ),
    other_middle_in_y=Wrong(
        lambda x, y: (
            _gradient(x, y)[0],
            0.5 + 0.2 * y + (2 / 5 * _narrow(x, y) * (x - 11.5) + 2 / 10 * _wide(x, y) * (x + 9)),
        ),
        "In ∂f/∂y, the inner derivatives are those for x: in y the middles of the holes are 8.2 "
        "and −11, not 11.5 and −9.",
    ),
)


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
