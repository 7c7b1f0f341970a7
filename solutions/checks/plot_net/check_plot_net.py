"""Checks of `neural_net/plot_net.py`: two functions of a weight, and a picture read as a graph."""

import copy
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Failed, Network, check
from grader.checks.numbers import short
from grader.util.wording import be, counted

from . import own
from .compare import require_colours, require_labels, require_links, require_widths
from .drawing import names_of
from .moments import LEARNING_RATE, moments
from .own import of_one_picture, of_the_picture, where_pygraphviz_is
from .pictures import show_beside, student_picture
from .recognise import colour_mistakes, counts_of, picture_mistakes, width_mistakes

# All sizes differ, also from one another's products, so that no layer passes for another.
SIZES = (3, 5, 2)
GRID = np.round(np.concatenate([np.arange(0.0, 1.0, 0.1), np.arange(1.0, 3.1, 0.5)]), 3)
FEWEST_WIDTHS = 4
FAR, FURTHER = 1e6, 1e9
STILL_GROWING = 1.01


@check(2, lecture="Observation of the network")
@where_pygraphviz_is()
def width_grows_with_the_weight(case: Case) -> None:
    """`edge_width` is 0 for a weight of 0, and grows with |weight|."""
    each = case.student.each("edge_width", *GRID)
    widths = np.array([own.number_of(width, f"`edge_width({w:g})`") for w, width in each])
    scale = float(np.max(np.abs(widths)))
    steps = np.diff(widths)
    if not abs(widths[0]) <= 1e-9:
        message, expected, got = "The edge of a weight of 0 is seen.", "0", short(widths[0].item())
    elif not (steps >= -1e-6 * scale).all():
        at = int(np.argmin(np.where(np.isnan(steps), -np.inf, steps)))
        message = "`edge_width` does not grow everywhere."
        expected = f"edge_width({GRID[at + 1]:g}) ≥ edge_width({GRID[at]:g}) = {widths[at]:.4g}"
        got = f"{widths[at + 1]:.4g}"
    elif len(np.unique(np.round(widths, 9))) < FEWEST_WIDTHS:
        message = "Large and small weights can hardly be told apart."
        expected = f"a width that grows from 0 to {GRID[-1]:g}"
        got = f"{len(np.unique(np.round(widths, 9)))} different widths in all"
    elif (
        own.number_of(case.student.edge_width(-1.5), "`edge_width`") == -1.5
        and widths[-1] == GRID[-1]
    ):
        message, expected = "`edge_width` gives back what it was given.", "a width that grows"
        got = "the weight itself, with its sign"
    else:
        return
    raise Disagreement(
        message, expected=expected, got=got, diagnoses=width_mistakes(case, GRID, widths)
    )


@check(1, lecture="Observation of the network")
@where_pygraphviz_is()
def width_is_symmetric(case: Case) -> None:
    """`edge_width` is the same for a weight and for its opposite, and never negative."""
    _require_that_it_depends(case)
    weights = case.rng.uniform(0.1, 3.0, 6)
    each = case.student.each("edge_width", *weights, *-weights)
    widths = [own.number_of(width, f"`edge_width({w:.4g})`") for w, width in each]
    pairs = np.reshape(widths, (2, -1))
    scale = float(np.max(np.abs(pairs)))
    wrong = ~(np.abs(pairs[0] - pairs[1]) <= 1e-6 * scale) | ~(pairs >= 0.0).all(axis=0)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise Disagreement(
            "A weight and its opposite are not drawn equally wide.",
            expected=f"edge_width({weights[at]:.4g}) = edge_width({-weights[at]:.4g}) ≥ 0",
            got=f"{pairs[0, at]:.4g} and {pairs[1, at]:.4g}",
            diagnoses=width_mistakes(
                case, np.concatenate([weights, -weights]), np.concatenate(pairs)
            ),
        )


@check(1, lecture="Exercise 4: Explosion")
@where_pygraphviz_is()
def width_is_bounded(case: Case) -> None:
    """`edge_width` is bounded: where training explodes, the picture is not covered by one edge."""
    _require_that_it_depends(case)
    far, further = (
        own.number_of(case.student.edge_width(weight), f"`edge_width({weight:g})`")
        for weight in (FAR, FURTHER)
    )
    if not (0.0 <= further <= STILL_GROWING * far and np.isfinite(far)):
        raise Disagreement(
            "`edge_width` keeps growing.",
            expected=f"edge_width({FURTHER:g}) no larger than edge_width({FAR:g}) = {far:.4g}",
            got=f"{further:.4g}",
            hint="`min(..., 5)` cuts off; np.tanh bends smoothly.",
            diagnoses=width_mistakes(case, np.array([FAR, FURTHER]), np.array([far, further])),
        )


def _require_that_it_depends(case: Case) -> None:
    """Raise `Failed` where every edge is equally wide: that is symmetric and bounded, and empty."""
    widths = {
        own.number_of(case.student.edge_width(w), "`edge_width`") for w in (0.0, 0.4, -1.5, 3.0)
    }
    if len(widths) == 1:
        raise Failed(f"`edge_width` is {widths.pop():g} for every weight.")


@check(1.5, lecture="Observation of the network")
@where_pygraphviz_is()
def colour_shows_the_sign(case: Case) -> None:
    """`edge_color` is one colour for weights of 0 and above, and another one below."""
    sizes = 10.0 ** (np.arange(-4.0, 2.0) + case.rng.uniform(0.0, 1.0, 6))  # each power of ten
    weights = [0.0, *sizes.tolist(), *(-case.rng.permutation(sizes)).tolist()]
    each = case.student.each("edge_color", *weights)
    colours = [own.colour_of(c, f"`edge_color({w:.4g})`") for w, c in each]
    above = [c for w, c in zip(weights, colours, strict=True) if w >= 0]
    below = [c for w, c in zip(weights, colours, strict=True) if w < 0]
    one_each = all(own.same_colour(group[0], c) for group in (above, below) for c in group)
    if one_each and not own.same_colour(above[0], below[0]):
        return
    raise Disagreement(
        "The two signs do not have one colour each.",
        expected="one colour for 0, 0.5, 50, …, another for -0.5, -50, …",
        got=", ".join(f"{weights[k]:.3g}: {short(colours[k], 24)}" for k in (0, 1, len(above), -1)),
        diagnoses=colour_mistakes(case, above, below),
    )


@check(2, of="show_net", lecture="Initial network")
@of_one_picture
def a_node_for_each_neuron(case: Case) -> None:
    """The picture has the nodes `i0`, `i1`, … for the inputs, `h0`, … for the hidden neurons and
    `o0`, … for the outputs, as many as the weights say, and no others of these names.
    """
    shown = own.net(case.rng, *SIZES)
    drawing = own.draw(case, shown)
    show_beside(case, drawing, shown.arguments)
    names = {node.name for node in drawing.graph.nodes}
    wanted = {name for layer in names_of(SIZES) for name in layer}
    extra = sorted(set(drawing.neurons) - wanted)
    if drawing.as_asked and not extra:
        return
    missing = sorted(wanted - names)
    renamed = not drawing.as_asked and counts_of(drawing) == list(SIZES)
    raise Disagreement(
        "The neurons have other names." if renamed else _miscounted(len(missing), len(extra)),
        expected=", ".join(f"{layer[0]} … {layer[-1]}" for layer in names_of(SIZES)),
        got=short(", ".join(sorted(names)), 120) or "no node at all",
        diagnoses=picture_mistakes(case, drawing, shown, "nodes"),
    )


def _miscounted(missing: int, extra: int) -> str:
    """Say how many neurons are missing, and how many are too many."""
    said = [f"{counted(missing, 'neuron')} {be(missing)} missing"] if missing else []
    said += [f"{counted(extra, 'neuron')} {be(extra)} too many"] if extra else []
    return f"{' and '.join(said)}."


@check(3, of="show_net", lecture="Initial network")
@of_the_picture
def an_edge_for_each_weight(case: Case) -> None:
    """There is one edge for each weight, between its two neurons, and no other between neurons."""
    shown = own.net(case.rng, *SIZES)
    require_links(case, own.draw(case, shown), shown)


@check(2, of="show_net", lecture="Initial network")
@of_the_picture
def widths_are_those_of_the_weights(case: Case) -> None:
    """The `penwidth` of each edge is the `edge_width` of its weight."""
    shown = own.net(case.rng, *SIZES)
    require_widths(case, own.draw(case, shown), shown)


@check(2, of="show_net", lecture="Initial network")
@of_the_picture
def colours_are_those_of_the_weights(case: Case) -> None:
    """The `color` of each edge is the `edge_color` of its weight."""
    shown = own.net(case.rng, *SIZES)
    require_colours(case, own.draw(case, shown), shown)


@check(1, of="show_net", lecture="Initial network")
@of_the_picture
def drawn_from_left_to_right(case: Case) -> None:
    """The picture goes from left to right: `rankdir` is LR, and edges go from i to h to o."""
    shown = own.net(case.rng, *SIZES)
    drawing = own.draw(case, shown)
    edges = [edge for links in drawing.links.values() for edge in links]
    if not edges:
        raise Failed("There is no edge between neurons, and so no direction.")
    forward = [drawing.forward(edge) for edge in edges]
    rankdir = drawing.graph.attributes.get("rankdir", "TB").upper()
    # Without arrows, the picture is the same where both are turned round.
    turned = rankdir == "RL" and not drawing.graph.directed and not any(forward)
    if turned or (rankdir == "LR" and all(forward)):
        return
    raise Disagreement(
        "The layers do not come from left to right.",
        expected="rankdir LR, edges from i to h and from h to o",
        got=f"rankdir {short(rankdir, 12)}, {sum(forward)} of {len(edges)} edges that way",
        diagnoses=picture_mistakes(case, drawing, shown, "direction"),
    )


@check(2, of="show_net", lecture="Initial network")
@of_the_picture
def boxes_say_step_loss_and_rate(case: Case) -> None:
    """Boxes with labels say the step, the loss and the learning rate."""
    shown = own.net(case.rng, *SIZES)
    require_labels(case, own.draw(case, shown), shown)


@check(0.5, visibility="hidden", of="show_net", lecture="Initial network")
@of_the_picture
def boxes_say_small_numbers(case: Case) -> None:
    """At step 0 and with a learning rate of a few ten-thousandths, the boxes still say so."""
    drawn = own.net(case.rng, *SIZES)
    rate = round(float(case.rng.uniform(2e-4, 9e-4)), 5)
    shown = replace(drawn, step=0, learning_rate=rate)
    require_labels(case, own.draw(case, shown), shown)


@check(1, visibility="hidden", of="show_net", lecture="You might need to use a smaller network")
@of_the_picture
def pictures_of_other_sizes(case: Case) -> None:
    """`show_net` draws networks of any size, weights of 0 among them, and numbers of numpy's."""
    for sizes in [(1, 2, 3), (12, 4, 1)]:
        drawn = own.net(case.rng, *sizes)
        w1 = drawn.w1.copy()
        w1[0, 1] = 0.0
        step: Any = np.int64(drawn.step)
        shown = replace(drawn, w1=w1, loss=np.float64(drawn.loss), step=step)
        try:
            require_links(case, own.draw(case, shown), shown)
        except Disagreement as wrong:
            if own.keeps_what_was_drawn(case, shown):
                wrong.diagnoses = (case.known("drawn_over_the_last_picture"),)
            raise


@check(1, of="show_net", lecture="After 25000 steps; after 45000 steps")
@of_the_picture
def each_picture_is_drawn_anew(case: Case) -> None:
    """Before, during and after training, each picture shows the network as it is then, with nothing
    of the pictures before or after it, and the weights are left as they were.
    """
    shown = [own.Net(w1, w2, step, loss, LEARNING_RATE) for step, loss, w1, w2 in moments()]
    drawings = own.draw_all(case, shown)
    case.show(
        Network(
            title="The network before, during and after training",
            moments=True,
            pictures=tuple(
                student_picture(drawing, f"after {one.step:,} steps")
                for drawing, one in zip(drawings, shown, strict=True)
            ),
            summary="Your pictures of one training, that the judge made: the squared error falls "
            f"from {shown[0].loss:.3g} to {shown[1].loss:.2f} and to {shown[2].loss:.2f}. Weights "
            "that help grow, others change their sign or fade away.",
        )
    )
    first = shown[0]
    again, after = case.student.with_arguments("show_net", *copy.deepcopy(first.arguments))
    if not all(np.array_equal(a, b) for a, b in zip(after[:2], first.arguments, strict=False)):
        raise Failed("`show_net` changes the weights that it is given.")
    if drawings[0].graph == drawings[2].graph == again:
        raise Failed("The pictures before and after training are the same.")
    if again != drawings[0].graph:
        raise Disagreement(
            "Your pictures share one graph: create a new graph in every call of `show_net`.",
            expected="the same picture when the same network is shown again",
            got="the last network in the pictures of all three"
            if drawings[0].graph == drawings[1].graph == drawings[2].graph
            else f"{len(drawings[0].graph.edges)} edges at first, and "
            f"{len(getattr(again, 'edges', ()))} when shown again two pictures later",
            diagnoses=(case.known("drawn_over_the_last_picture"),),
        )
