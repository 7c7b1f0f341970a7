"""Comparing a drawing with the weights that it shows, and naming the mistake where it is known."""

import math
from collections.abc import Iterable

from grader.checks import Case, Disagreement, Failed, GraphEdge, Table
from grader.checks.numbers import short
from grader.results import Evidence

from .drawing import LETTERS, Drawing, Place, places_of
from .labels import box_texts, quantities, says
from .own import Net, own_colours, own_widths, same_colour
from .pictures import width_of
from .recognise import Values, one_exchanged, picture_mistakes

# Widths may be written with two decimals, and wide ones with one.
HALF_OF_TWO_DECIMALS, HALF_OF_ONE_DECIMAL = 0.0051, 0.051
WIDE = 2.0
PART_OF_THE_WIDEST = 0.01
MOST_ROWS = 6


def named(place: Place) -> str:
    """Return a weight's place as its two neurons."""
    matrix, i, j = place
    return f"{LETTERS[matrix]}{i} to {LETTERS[matrix + 1]}{j}"


def _links(drawing: Drawing, places: Iterable[Place]) -> dict[Place, GraphEdge]:
    """Return one edge for each weight that has any; raise where more than half have none."""
    places = list(places)
    found = {place: drawing.links[place][0] for place in places if place in drawing.links}
    if 2 * len(found) < len(places):
        raise Failed(
            f"Only {len(found)} of the {len(places)} weights have an edge that can be recognised: "
            "too few to be looked at.",
            hint="Name the neurons i0, h0, o0, …, and join the layers first.",
        )
    return found


def _as_drawn(drawing: Drawing, wanted: Values) -> Values:
    """Return what is wanted where a matrix is drawn transposed, which nodes and edges pay for."""
    matrix = {"w1_drawn_transposed": 0, "w2_drawn_transposed": 1}.get(one_exchanged(drawing))
    turned = {(k, i, j): wanted.get((k, j, i)) for k, i, j in wanted if k == matrix}
    return wanted | {place: look for place, look in turned.items() if look is not None}


def _table(title: str, rows: Iterable[tuple[str, str, str, str]]) -> Evidence:
    columns = ("edge", "weight", "expected", "got")
    return Evidence(tables=(Table(title=title, columns=columns, rows=tuple(rows)[:MOST_ROWS]),))


def require_links(case: Case, drawing: Drawing, shown: Net) -> None:
    """Fail where a weight has no edge or several, or where other edges join neurons."""
    places = dict(places_of(shown.w1, shown.w2))
    missing = [place for place in places if place not in drawing.links]
    twice = [place for place, links in drawing.links.items() if len(links) > 1]
    if not (missing or twice or drawing.stray):
        return
    said = [
        f"{len(missing)} of the {len(places)} weights have no edge, such as {named(missing[0])}."
        if missing
        else "",
        f"{len(twice)} weights have several edges, such as {named(twice[0])}." if twice else "",
        f"{len(drawing.stray)} edges stand for no weight, such as the one from "
        f"{short(drawing.stray[0].tail, 20)} to {short(drawing.stray[0].head, 20)}."
        if drawing.stray
        else "",
    ]
    raise Disagreement(
        " ".join(filter(None, said)),
        expected=f"{len(places)} edges between neurons",
        got=str(sum(map(len, drawing.links.values())) + len(drawing.stray)),
        diagnoses=picture_mistakes(case, drawing, shown, "links"),
    )


def require_widths(case: Case, drawing: Drawing, shown: Net) -> None:
    """Fail where the width of an edge is not what the submission's `edge_width` gives."""
    weights = dict(places_of(shown.w1, shown.w2))
    wanted = _as_drawn(drawing, own_widths(case, shown))
    came = {p: width_of(edge.attributes) for p, edge in _links(drawing, wanted).items()}
    widest = max(abs(width) for width in wanted.values())
    allowed = PART_OF_THE_WIDEST * widest + (
        HALF_OF_ONE_DECIMAL if widest >= WIDE else HALF_OF_TWO_DECIMALS
    )
    wrong = [
        p
        for p in came
        if not abs(came[p] - wanted[p]) <= allowed
        # What is no number is paid for in the checks of `edge_width` itself.
        and not (math.isnan(came[p]) and math.isnan(wanted[p]))
    ]
    if not wrong:
        return
    rows = (
        (named(p), f"{weights[p]:.4g}", f"{wanted[p]:.4g}", f"{came[p]:.4g}")
        for p in sorted(wrong, key=lambda p: -abs(came[p] - wanted[p]))
    )
    raise Disagreement(
        f"{len(wrong)} of {len(came)} edges have another width than `edge_width` of their weight.",
        expected=f"{named(wrong[0])}: penwidth {wanted[wrong[0]]:.4g}",
        got=f"{came[wrong[0]]:.4g}",
        diagnoses=picture_mistakes(case, drawing, shown, "widths", wanted),
        evidence=_table("Edges of another width", rows),
    )


def require_colours(case: Case, drawing: Drawing, shown: Net) -> None:
    """Fail where the colour of an edge is not what the submission's `edge_color` gives."""
    weights = dict(places_of(shown.w1, shown.w2))
    wanted = _as_drawn(drawing, own_colours(case, shown))
    links = _links(drawing, wanted)
    came = {p: edge.attributes.get("color", "black") for p, edge in links.items()}
    wrong = [p for p in came if not same_colour(came[p], wanted[p])]
    if not wrong:
        return
    rows = (
        (named(p), f"{weights[p]:.4g}", short(wanted[p], 30), short(came[p], 30)) for p in wrong
    )
    raise Disagreement(
        f"{len(wrong)} of {len(came)} edges have another colour than `edge_color` of their weight.",
        expected=f"{named(wrong[0])}: color {short(wanted[wrong[0]], 30)}",
        got=short(came[wrong[0]], 30),
        diagnoses=picture_mistakes(case, drawing, shown, "colours", wanted),
        evidence=_table("Edges of another colour", rows),
    )


def require_labels(case: Case, drawing: Drawing, shown: Net) -> None:
    """Fail where no box says the step, the loss or the learning rate."""
    texts = box_texts(drawing)
    numbers = quantities(float(shown.step), float(shown.loss), shown.learning_rate)
    missing = [number for number in numbers if not says(texts, number)]
    if missing:
        raise Disagreement(
            f"No box says the {' or the '.join(number.name for number in missing)}.",
            expected=", ".join(f"{number.name} {number.value:.6g}" for number in missing),
            got=short("; ".join(texts), 200) if texts else "no box at all",
            diagnoses=picture_mistakes(case, drawing, shown, "labels"),
        )
