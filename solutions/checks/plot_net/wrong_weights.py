"""Known mistakes in `edge_width` and `edge_color`.

Widths and colours are a matter of taste, so that the numbers of a wrong version are not those of a
submission with the same mistake: `recognise.py` tells by what they have in common.
"""

import math

from grader.checks import Wrong, misconception, misconceptions

PICTURES = "Observation of the network"


OF_EDGE_WIDTH = misconceptions(
    "edge_width",
    PICTURES,
    width_never_zero=Wrong(
        lambda weight: 1.0 + min(abs(float(weight)), 5.0),
        "Something is added to every width, so that a weight of 0, which carries nothing, has an "
        "edge that is seen: leave the constant out.",
    ),
    width_of_positive_weights_alone=Wrong(
        lambda weight: min(max(float(weight), 0.0), 5.0),
        "Negative weights have the width 0, as if a relu had been at work: a weight of -3 does as "
        "much as one of 3, and its edge is as wide.",
    ),
    width_shrinks=Wrong(
        lambda weight: 5.0 / (1.0 + abs(float(weight))),
        "The width falls where |weight| grows: the largest weights matter most, and are hardly "
        "seen. Do you divide by |weight|, or subtract it? It has to be the other way round.",
    ),
    width_the_same_for_all=Wrong(
        lambda weight: 2.0,  # noqa: ARG005  (whatever it is)
        "All edges are equally wide: the width has to be computed from |weight|.",
    ),
    width_with_a_sign=Wrong(
        lambda weight: min(max(float(weight), -5.0), 5.0),
        "A negative weight gets a negative width, and Graphviz draws no such line: take the "
        "absolute value. The sign is told by the colour.",
    ),
    width_without_bound=Wrong(
        lambda weight: 2.0 * abs(float(weight)),
        "The width grows without end: where training explodes, a single edge covers the picture. "
        "Cut it off, as by `min`, or bend it, as by `tanh`. A root or a logarithm has no bound "
        "either.",
        "Exercise 4: Explosion",
    ),
)


@misconception(of="edge_color", lecture=PICTURES)
def colours_by_size(weight: float) -> str:
    """The colour changes with the size of the weight: that is what the width tells. The colour
    tells the sign, and has just two values.
    """
    level = int(255 * math.tanh(abs(float(weight))))
    return f"#{level:02x}00ff" if weight >= 0 else f"#ff{level:02x}00"


@misconception(of="edge_color", lecture=PICTURES)
def one_colour_by_two_names(weight: float) -> str:
    """Both texts are names of the same colour: in the picture, the signs cannot be told apart."""
    return "red" if weight >= 0 else "#ff0000"


@misconception(of="edge_color", lecture=PICTURES)
def one_colour_for_all(weight: float) -> str:
    """All weights have the same colour: the sign is what the colour has to tell."""
    del weight
    return "blue"


@misconception(of="edge_color", lecture=PICTURES)
def zero_among_the_negative(weight: float) -> str:
    """A weight of exactly 0 has the colour of the negative ones: it belongs to those above, as in
    `weight >= 0`.
    """
    return "blue" if weight > 0 else "red"
