"""The reference of exercise 5 and its statement, held against arithmetic and against Graphviz."""

from __future__ import annotations

import doctest
import itertools
import math
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks import graph_colours
from tests.sharing import module_at

pygraphviz = pytest.importorskip("pygraphviz", reason="graphviz: run scripts/setup_graphs")

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "solutions" / "neural_net"


plot_net = module_at(FOLDER / "plot_net.py")
network = module_at(FOLDER / "learn_random_data.py")
moments = module_at(ROOT / "solutions" / "checks" / "plot_net" / "moments.py")


def test_width_is_zero_at_zero_symmetric_growing_and_bounded() -> None:
    weights = np.linspace(0.0, 8.0, 200)
    widths = [plot_net.edge_width(w) for w in weights]
    assert widths[0] == 0
    assert widths == [plot_net.edge_width(-w) for w in weights]
    assert all(b > a for a, b in itertools.pairwise(widths))
    assert plot_net.edge_width(1e300) == plot_net.edge_width(-math.inf) == 6


def test_the_two_colours_can_be_told_apart_without_seeing_colours() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    above, below = plot_net.edge_color(0.0), plot_net.edge_color(-1e-300)
    assert above == plot_net.edge_color(7.0) != below == plot_net.edge_color(-7.0)
    for colour in (above, below):  # on white paper
        assert 1.05 / (luminance(colour) + 0.05) > 3


@pytest.fixture
def drawn() -> tuple[Any, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    w1, w2 = rng.standard_normal((3, 4)), rng.standard_normal((4, 2))
    return plot_net.show_net(w1, w2, 12, 3.25, 2e-4), w1, w2


def test_every_weight_is_an_edge_and_nothing_else_is(drawn: Any) -> None:
    graph, w1, w2 = drawn
    expected = {(f"i{i}", f"h{j}"): w for (i, j), w in np.ndenumerate(w1)}
    expected |= {(f"h{i}", f"o{j}"): w for (i, j), w in np.ndenumerate(w2)}
    assert set(graph.edges()) == set(expected)
    for edge in graph.edges():
        weight = expected[edge]
        assert float(edge.attr["penwidth"]) == pytest.approx(plot_net.edge_width(weight), abs=1e-3)
        assert edge.attr["color"] == plot_net.edge_color(weight)


def test_graphviz_puts_the_layers_from_left_to_right(drawn: Any) -> None:
    graph = drawn[0]
    graph.layout(prog="dot")
    across: dict[str, set[float]] = {letter: set() for letter in "iho"}
    for node in graph.nodes():
        if node[0] in across and node[1:].isdigit():
            across[node[0]].add(float(node.attr["pos"].split(",")[0]))
    assert max(across["i"]) < min(across["h"])
    assert max(across["h"]) < min(across["o"])
    picture = graph.draw(format="svg", prog="dot").decode()
    for text in ("step: 12", "loss: 3.25", "learning rate: 0.0002"):
        assert text in picture


def test_the_kept_moments_are_those_of_the_training() -> None:
    rng = np.random.default_rng(7)
    x, y = network.create_data(8, 3, 2, rng)
    w1, w2 = network.init_weights(3, 4, 2, rng)
    done = 0
    for step, loss, kept_w1, kept_w2 in moments.moments():
        w1, w2, losses = network.train(x, y, w1, w2, moments.LEARNING_RATE, step - done)
        done = step
        assert losses[-1] == pytest.approx(loss, rel=1e-2)
        np.testing.assert_allclose(w1, kept_w1, atol=2e-2)
        np.testing.assert_allclose(w2, kept_w2, atol=2e-2)
    assert done == 45_000


def test_snapshots_draws_each_look_with_the_weights_of_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "learn_random_data", network)
    rng = np.random.default_rng(7)
    x, y = network.create_data(8, 3, 2, rng)
    w1, w2 = network.init_weights(3, 4, 2, rng)
    pictures = plot_net.snapshots(x, y, w1, w2, 2e-4, looks=(0, 10, 30))
    assert len(pictures) == 3
    for look, picture in zip((0, 10, 30), pictures, strict=True):
        now1, _, losses = network.train(x, y, w1, w2, 2e-4, look)
        assert picture.get_node("box_step").attr["label"] == f"step: {look}"
        assert picture.get_node("box_loss").attr["label"] == f"loss: {losses[-1]:.4g}"
        width = float(picture.get_edge("i2", "h3").attr["penwidth"])
        assert width == pytest.approx(plot_net.edge_width(now1[2, 3]), abs=1e-3)


def test_examples_in_the_statement_give_what_they_show() -> None:
    text = (ROOT / "assignments" / "neural_net" / "plot_net.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(
        examples, vars(plot_net).copy(), "plot_net.md", None, None
    )
    assert len(test.examples) >= 5
    assert doctest.DocTestRunner().run(test).failed == 0


NAMES = ["red", "crimson", "navyblue", "gray37", "chartreuse3", "webgreen", "#12ab34"]


@pytest.mark.parametrize("name", NAMES)
def test_graphviz_knows_the_colours_that_we_know(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert graph_colours.rgb(name) is not None
    assert "not a known color" not in _complaint(name, capfd)


@pytest.mark.parametrize("name", ["bluish", "dark green", "C0", "rgb(1,2,3)"])
def test_what_graphviz_does_not_know_is_no_colour(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert graph_colours.rgb(name) is None
    assert "not a known color" in _complaint(name, capfd)


def _complaint(colour: str, capfd: pytest.CaptureFixture[str]) -> str:
    """Return what Graphviz says on stderr when it draws an edge of this colour."""
    capfd.readouterr()
    graph = pygraphviz.AGraph()
    graph.add_edge("a", "b", color=colour)
    graph.draw(format="ps", prog="dot")
    return capfd.readouterr().err


def test_colours_of_every_form_are_brought_to_digits() -> None:
    forms = {
        "Red": "#ff0000", "#F00": "#ff0000", "#ff0000ff": "#ff0000", "0 1 1": "#ff0000",
        "0.0,1.0,1.0": "#ff0000", "/svg/red": "#ff0000", "//red": "#ff0000", "grey100": "#ffffff",
        "red3": "#cd0000", "transparent": None, "none": None, "#ff000000": None, "": None,
        "gray101": None, "red:blue": None, "x" * 10_000: None,
    }  # fmt: skip
    assert {text: graph_colours.rgb(text) for text in forms} == forms
