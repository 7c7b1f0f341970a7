"""What the checks of exercise 5 ask a submission for, and what they draw."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from grader.checks import Case, Crashed, Failed, Graph, apart
from grader.checks.graph_colours import rgb
from grader.checks.numbers import short
from grader.checks.returned_forms import held_alone
from grader.errors import GraderError

from .drawing import Drawing, Place, places_of, read_drawing

MOST_CHARACTERS = 40
LARGER = (14, 6, 4)  # than any that a check shows
LACKING = (
    "This machine lacks pygraphviz, which exercise 5 draws with: run `scripts/setup_graphs`, or "
    "install it beside the grader by `pip install pygraphviz`, and grade again."
)
NO_LIBRARY = ("ModuleNotFoundError", "ImportError")


@contextmanager
def where_pygraphviz_is() -> Iterator[None]:
    """Make an error of ours of an import that fails since this machine lacks the library."""
    try:
        yield
    except Crashed as crash:
        if crash.exception in NO_LIBRARY and find_spec("pygraphviz") is None:
            raise GraderError(LACKING) from crash
        raise


@dataclass(frozen=True)
class Net:
    """A network at a moment of its training: the arguments of `show_net`."""

    w1: np.ndarray
    w2: np.ndarray
    step: int
    loss: float
    learning_rate: float

    @property
    def arguments(self) -> tuple[Any, ...]:
        """In the order of the function's parameters."""
        return self.w1, self.w2, self.step, self.loss, self.learning_rate


def net(rng: np.random.Generator, d_in: int, d_hidden: int, d_out: int) -> Net:
    """Draw a network in which no two weights are (nearly) the same, and signs are mixed.

    The numbers for the boxes keep two digits in every usual format, and differ from each other.
    """
    count = d_in * d_hidden + d_hidden * d_out
    sizes = rng.permutation(np.linspace(0.1, 2.5, count) + rng.uniform(0.0, 0.3 / count, count))
    signs = rng.permutation(np.where(np.arange(count) % 2, -1.0, 1.0))
    w1, w2 = np.split(sizes * signs, [d_in * d_hidden])
    return Net(
        w1.reshape(d_in, d_hidden),
        w2.reshape(d_hidden, d_out),
        int(rng.integers(1100, 45_000)),
        float(rng.uniform(20.0, 900.0)),
        round(float(rng.uniform(0.011, 0.095)), 3),
    )


def draw(case: Case, shown: Net) -> Drawing:
    """Return the submission's drawing of a network, or raise what is wrong with it."""
    return read_drawing(case.student.show_net(*shown.arguments), shown.w1, shown.w2)


def draw_all(case: Case, shown: Sequence[Net]) -> list[Drawing]:
    """Return the submission's drawings of several networks, as they are after the last."""
    graphs = case.student.several("show_net", *(one.arguments for one in shown))
    return [read_drawing(g, one.w1, one.w2) for g, one in zip(graphs, shown, strict=True)]


def keeps_what_was_drawn(case: Case, shown: Net) -> bool:
    """Say whether a picture has more edges after a larger network than before it."""
    first = draw(case, shown)
    draw(case, net(case.rng, *LARGER))
    return len(draw(case, shown).graph.edges) > len(first.graph.edges)


def right_width(weight: Any) -> float:
    """Return a width that is 0 at 0, symmetric, growing and bounded: one of many."""
    return float(4.0 * np.tanh(abs(float(weight))))


def right_colour(weight: Any) -> str:
    """Return one of two colours, by the sign."""
    return "steelblue" if float(weight) >= 0 else "firebrick"


def of_the_picture(judge: Callable[[Case], None]) -> Callable[[Case], None]:
    """Judge a picture by itself, where `show_net` returns it beside something else, too."""
    return of_one_picture(held_alone("show_net", Graph)(judge))


def of_one_picture(judge: Callable[[Case], None]) -> Callable[[Case], None]:
    """Judge a picture with the submission's widths and colours, or else with right ones."""
    return where_pygraphviz_is()(apart(edge_width=right_width, edge_color=right_colour)(judge))


def number_of(value: Any, name: str) -> float:
    """Return what `edge_width` gave as a number; a number written as text is one."""
    if isinstance(value, str) and len(value) <= MOST_CHARACTERS:
        try:
            return float(value)
        except ValueError:
            pass
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.ravel()[0]
    if isinstance(value, np.floating | np.integer):
        value = value.item()
    if type(value) not in (int, float) or (type(value) is int and value.bit_length() > 1000):
        hint = "Is a `return` missing?" if value is None else ""
        raise Failed(f"{name} is {short(value)}, not a number.", hint=hint)
    return float(value)


def colour_of(value: Any, name: str) -> str:
    """Return what `edge_color` gave as the text of a colour that Graphviz draws."""
    if not isinstance(value, str):
        hint = "Is a `return` missing?" if value is None else 'A colour is a text, such as "red".'
        raise Failed(f"{name} is {short(value)}, not the text of a colour.", hint=hint)
    if rgb(value) is None and not _of_another_scheme(value):
        text = value.strip()
        unseen = len(text) in (5, 9) and rgb(text[: len(text) * 4 // 5])
        raise Failed(
            f"{name} is {short(value)}: "
            + ("it is invisible (alpha 0)." if unseen else "Graphviz draws no such colour."),
            hint='Take a name, such as "red" or "steelblue", or "#rrggbb".',
        )
    return value


def _of_another_scheme(text: str) -> bool:
    """Say whether a text is ``/scheme/colour``, which is right where Graphviz has the scheme."""
    parts = text.split("/")
    return len(text) <= MOST_CHARACTERS and len(parts) == 3 and parts[2].isalnum()


def same_colour(one: str, two: str) -> bool:
    """Say whether two texts are the same colour."""
    known = rgb(one)
    return one.strip().lower() == two.strip().lower() or (known is not None and known == rgb(two))


def own_widths(case: Case, shown: Net) -> dict[Place, float]:
    """Return the width of each weight, by the submission's own `edge_width`."""
    places = dict(places_of(shown.w1, shown.w2))
    each = case.student.each("edge_width", *places.values())
    widths = [number_of(width, f"`edge_width({weight:.4g})`") for weight, width in each]
    return dict(zip(places, widths, strict=True))


def own_colours(case: Case, shown: Net) -> dict[Place, str]:
    """Return the colour of each weight, by the submission's own `edge_color`."""
    places = dict(places_of(shown.w1, shown.w2))
    each = case.student.each("edge_color", *places.values())
    colours = [colour_of(colour, f"`edge_color({weight:.4g})`") for weight, colour in each]
    return dict(zip(places, colours, strict=True))
