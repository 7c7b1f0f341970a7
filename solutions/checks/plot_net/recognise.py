"""Telling which of the known mistakes a picture, or a function of one weight, shows."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.checks import Case
from grader.checks.graph_colours import rgb
from grader.results import Diagnosis

from .drawing import Drawing, Place, places_of
from .labels import box_texts, quantities, says
from .own import Net, same_colour
from .pictures import width_of

Values = dict[Place, Any]


def width_mistakes(case: Case, weights: np.ndarray, widths: np.ndarray) -> tuple[Diagnosis, ...]:
    """Return what is wrong with an `edge_width` that gives these widths."""
    above, below = widths[weights > 0], widths[weights < 0]
    found: list[str] = []
    if not np.isfinite(widths).all():
        return ()
    if len(np.unique(widths)) == 1 and len(widths) > 2:
        found.append("width_the_same_for_all")
    elif 0.0 in weights and widths[weights == 0.0][0] > 0 and (np.diff(widths) >= 0).all():
        found.append("width_never_zero")
    elif not len(below) and len(widths) > 2 and (np.diff(widths) <= 0).all():
        found.append("width_shrinks")
    if len(below) and (below < 0).all() and (above > 0).all():
        found.append("width_with_a_sign")
    if len(below) and (below == 0).all() and (above > 0).all():
        found.append("width_of_positive_weights_alone")
    if weights.min() > 1000 and widths[-1] > widths[0]:
        found.append("width_without_bound")
    return tuple(map(case.known, found))


def colour_mistakes(
    case: Case, above: Sequence[str], below: Sequence[str]
) -> tuple[Diagnosis, ...]:
    """Return what is wrong with an `edge_color`; the first of `above` is that of 0."""
    every = [*above, *below]
    if len(set(every)) == 1:
        return (case.known("one_colour_for_all"),)
    known = {rgb(colour) for colour in every}
    if len(known) == 1 and None not in known:
        return (case.known("one_colour_by_two_names"),)
    two_sided = all(same_colour(above[1], c) for c in above[1:])
    two_sided = two_sided and all(same_colour(below[0], c) for c in below)
    if two_sided and same_colour(above[0], below[0]):
        return (case.known("zero_among_the_negative"),)
    if len(set(every)) > 3:
        return (case.known("colours_by_size"),)
    return ()


def picture_mistakes(
    case: Case, drawing: Drawing, shown: Net, side: str, wanted: Values | None = None
) -> tuple[Diagnosis, ...]:
    """Return what is wrong with one side of a picture, such as its ``links``."""
    tell: dict[str, Callable[[Drawing, Net, Values], Iterator[str]]] = {
        "nodes": _of_nodes,
        "links": _of_links,
        "widths": _of_widths,
        "colours": _of_colours,
        "direction": _of_direction,
        "labels": _of_labels,
    }
    return tuple(map(case.known, tell[side](drawing, shown, wanted or {})))


def counts_of(drawing: Drawing) -> list[int]:
    """Return how many neurons each layer has in the picture."""
    return [sum(layer == k for layer, _ in drawing.neurons.values()) for k in range(3)]


def _of_nodes(drawing: Drawing, _shown: Net, _wanted: Values) -> Iterator[str]:
    if one := one_exchanged(drawing):
        yield one
    elif _exchanged(drawing):
        yield "lines_and_columns_exchanged"
    elif counts_of(drawing) == [*drawing.sizes[:2], 0]:
        yield "output_layer_missing"
    elif drawing.neurons and not drawing.as_asked:
        named = [{f"{'iho'[k]}{at + n}" for k, at in drawing.neurons.values()} for n in (0, 1)]
        if set(drawing.neurons) != named[0]:  # else some of them are missing
            yield "counted_from_one" if set(drawing.neurons) == named[1] else "other_names"


def _exchanged(drawing: Drawing) -> bool:
    d_in, d_hidden, d_out = drawing.sizes
    turned = [d_hidden, max(d_in, d_out), d_hidden], [d_hidden, d_in, d_out]
    return counts_of(drawing) in turned


def one_exchanged(drawing: Drawing) -> str:
    """Return which of the two loops goes over the columns where it should go over the rows."""
    d_in, d_hidden, d_out = drawing.sizes
    counts = counts_of(drawing)
    if counts == [d_in, d_hidden, d_out]:
        return ""
    if counts == [d_hidden, max(d_hidden, d_in), d_out]:
        return "w1_drawn_transposed"
    if counts == [d_in, max(d_hidden, d_out), d_hidden]:
        return "w2_drawn_transposed"
    return ""


def _of_links(drawing: Drawing, shown: Net, _wanted: Values) -> Iterator[str]:
    missing = {p: w for p, w in places_of(shown.w1, shown.w2) if p not in drawing.links}
    there = {p: w for p, w in places_of(shown.w1, shown.w2) if p in drawing.links}
    ends = {
        tuple(sorted(drawing.neurons[name][0] for name in (edge.tail, edge.head)))
        for edge in drawing.stray
    }
    if one := one_exchanged(drawing):
        yield one
    elif _exchanged(drawing):
        yield "lines_and_columns_exchanged"
    elif missing and all(place[0] == 1 for place in missing) and len(there) == shown.w1.size:
        yield "output_layer_missing"
    elif missing and there and not drawing.stray:
        if max(map(abs, missing.values())) < min(map(abs, there.values())):
            yield "small_weights_left_out"
        elif max(missing.values()) < 0 <= min(there.values()):
            yield "negative_weights_left_out"
    if (0, 2) in ends:
        yield "inputs_joined_to_outputs"
    if any(one == two for one, two in ends):
        yield "neurons_of_a_layer_joined"


def _of_widths(drawing: Drawing, shown: Net, wanted: Values) -> Iterator[str]:
    weights = dict(places_of(shown.w1, shown.w2))
    links = {place: edges[0] for place, edges in drawing.links.items()}
    places = [place for place in links if place in wanted]
    came = np.array([width_of(links[place].attributes) for place in places])
    weight = np.array([weights[place] for place in places])
    if not any("penwidth" in edge.attributes for edge in links.values()):
        yield "width_not_set"
    elif np.isnan(came).any():
        yield "width_unreadable"
    elif np.ptp(came) < 1e-9 and _look_alike(links):
        yield "every_edge_like_the_last"
    elif np.allclose(came, weight, atol=0.006) or np.allclose(came, np.abs(weight), atol=0.006):
        yield "width_is_the_weight_itself"


def _of_colours(drawing: Drawing, _shown: Net, wanted: Values) -> Iterator[str]:
    links = {place: edges[0] for place, edges in drawing.links.items() if place in wanted}
    came = {place: edge.attributes.get("color", "") for place, edge in links.items()}
    other = {
        same_colour(came[p], wanted[q])
        for p in came
        for q in came
        if not same_colour(wanted[p], wanted[q])
    }
    if not any(came.values()):
        shadowed = ("fillcolor", "fontcolor", "pencolor", "colour")
        used = any(name in edge.attributes for edge in links.values() for name in shadowed)
        yield "colour_in_another_attribute" if used else "colour_not_set"
    elif len(set(came.values())) == 1 and _look_alike(links):
        yield "every_edge_like_the_last"
    elif other == {True}:
        yield "colours_turned_round"


def _look_alike(links: Values) -> bool:
    """Say whether all edges have one width and one colour."""
    looks = {tuple(map(edge.attributes.get, ("penwidth", "color"))) for edge in links.values()}
    return len(looks) == 1


def _of_direction(drawing: Drawing, _shown: Net, _wanted: Values) -> Iterator[str]:
    if drawing.graph.attributes.get("rankdir", "TB").upper() in ("TB", "BT"):
        yield "drawn_downwards"
    forward = [drawing.forward(edge) for links in drawing.links.values() for edge in links]
    if not all(forward):
        yield "edges_point_backwards"


def _of_labels(drawing: Drawing, shown: Net, _wanted: Values) -> Iterator[str]:
    texts = box_texts(drawing)
    step, loss, rate = quantities(float(shown.step), float(shown.loss), shown.learning_rate)
    missing = [number for number in (step, loss, rate) if not says(texts, number)]
    if any("{" in text and "}" in text for text in texts):
        yield "text_without_its_f"
    elif len(missing) > 1 and all(says(texts, number, anywhere=True) for number in missing):
        yield "numbers_under_the_wrong_words"
    elif missing == [rate] and any(_is_nothing(text) for text in texts):
        yield "learning_rate_rounded_away"
    elif missing == [step] and shown.step == 0:
        yield "step_zero_left_out"


def _is_nothing(text: str) -> bool:
    """Say whether a text holds a zero with decimals, such as 0.00."""
    words = text.replace("=", " ").replace(":", " ").split()
    return any(word.strip("0") == "." for word in words)
