"""The checks of exercise 5 are themselves checked: right pictures of all kinds, known mistakes."""

from __future__ import annotations

import inspect
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.checks import Failed
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Network, Outcome
from grader.submission import Returned, Session
from grader.wire import decode, encode
from solutions.checks.plot_net.own import colour_of
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.checks import Misconception
    from grader.results import CheckResult

ROOT = Path(__file__).parents[2]
COURSE = the_course().only(["plot_net"])
PART = COURSE.exercises[0].parts[0]
MISTAKES = {known.name: known for known in PART.misconceptions}
FILES: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("plot_net_sources.py")))
SOURCE, HEAD, HOSTILE, picture = (FILES[n] for n in ("SOURCE", "HEAD", "HOSTILE", "picture"))
RIGHT, RIGHT_WEIGHTS, SHOWN, COST = (FILES[n] for n in ("RIGHT", "RIGHT_WEIGHTS", "SHOWN", "COST"))
WIDTHS, PICTURE, SIGN, NODES = (FILES[n] for n in ("WIDTHS", "PICTURE", "SIGN", "NODES"))
DRAWN_COLOURS = FILES["DRAWN_COLOURS"]


def grade(
    source: str, salt: bytes = b"", session: type[Session] = Session
) -> dict[str, CheckResult]:
    """Grade a submission of this file; return its checks by their names."""
    files = {PART.file: source.encode()}
    judge = Judge(COURSE, launcher(), salt, session=session, small_examples=False)
    checks = judge.grade(Sealed("student", files)).exercises[0].checks
    return {check.id.rpartition(".")[2]: check for check in checks}


def lost(checks: dict[str, CheckResult]) -> list[str]:
    """Return the names of the checks that did not pass; an error of ours is never among them."""
    for check in checks.values():
        assert check.outcome is not Outcome.GRADER_ERROR, check.message
    return [name for name, check in checks.items() if check.outcome is not Outcome.PASSED]


def named(checks: dict[str, CheckResult]) -> set[str]:
    """Return the names of all mistakes that were diagnosed."""
    return {diagnosis.name for check in checks.values() for diagnosis in check.diagnoses}


# ---------------------------------------------------------------------------- what is right


@pytest.mark.sampled(2)
@pytest.mark.parametrize("salt", [b"", b"one", b"two", b"three"])
def test_the_reference_gets_every_point(salt: bytes) -> None:
    checks = grade(SOURCE, salt)
    assert lost(checks) == []
    assert sum(check.points for check in checks.values()) == 20


def test_the_stub_fails_every_check_and_is_told_that_it_is_not_written() -> None:
    for check in grade((ROOT / "assignments" / PART.file).read_text("utf-8")).values():
        assert check.outcome is Outcome.FAILED
        assert "not written yet" in check.message


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", RIGHT)
def test_other_right_pictures_get_every_point(kind: str) -> None:
    checks = grade(RIGHT[kind])
    assert lost(checks) == []
    shown = [n for check in checks.values() for n in check.evidence.networks if n.moments]
    assert [len(one.pictures) for one in shown] == [3]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", RIGHT_WEIGHTS)
def test_other_right_widths_and_colours_get_every_point(kind: str) -> None:
    assert lost(grade(f"{SOURCE}\n\n{RIGHT_WEIGHTS[kind]}\n".replace(":.3f}", "}"))) == []


# ---------------------------------------------------------------------------- known mistakes


def with_mistake(known: Misconception) -> type[Session]:
    """Return sessions in which one function is a known wrong version of it."""
    own = set(inspect.signature(getattr(PART.reference, known.of)).parameters)
    extra = {
        name: getattr(PART.reference, name)
        for name in inspect.signature(known.wrong).parameters
        if name not in {*own, "net"}
    }

    class Mistaken(Session):
        def call(
            self,
            file: str,
            name: str,
            arguments: Sequence[Any],
            *,
            seconds: float | None = None,
            want_arguments: bool = False,
            instead: Any = None,
        ) -> Returned:
            if name == "show_net" and known.of != name:
                own = {
                    name: known.wrong if known.of == name else getattr(PART.reference, name)
                    for name in ("edge_width", "edge_color")
                }
                turned = {**own, "edge_color": lambda w: own["edge_color"](-w)}  # twice: right
                drawn = MISTAKES["colours_turned_round"].answer(arguments, functions=turned)
                return Returned(decode(*encode(drawn)), list(arguments))
            if name != known.of:
                return super().call(
                    file,
                    name,
                    arguments,
                    seconds=seconds,
                    want_arguments=want_arguments,
                    instead=instead,
                )
            value = known.answer(arguments, functions=extra)
            return Returned(decode(*encode(value)), list(arguments))

        def each(self, file: str, name: str, calls: Sequence[Sequence[Any]]) -> Iterator[Any]:
            return (self.call(file, name, call).value for call in calls)

        def several(
            self,
            file: str,
            name: str,
            calls: Sequence[Sequence[Any]],
            *,
            instead: Mapping[str, Callable[..., Any]] | None = None,
        ) -> list[Any]:
            return [self.call(file, name, call, instead=instead).value for call in calls]

    return Mistaken


def test_every_known_mistake_has_its_cost_here() -> None:
    assert set(COST) == set(MISTAKES)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_known_mistake_is_named_alone_and_costs_what_it_concerns(name: str) -> None:
    checks = grade(SOURCE, name.encode(), with_mistake(MISTAKES[name]))
    assert lost(checks) == COST[name]
    assert named(checks) == {name}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("case", SHOWN)
def test_a_wrong_file_costs_what_it_concerns(case: str) -> None:
    source, mistakes, cost = SHOWN[case]
    checks = grade(source)
    if cost is not None:
        assert lost(checks) == cost
    assert mistakes <= named(checks)
    assert named(checks) == mistakes or cost is None


# ---------------------------------------------------------------------------- whose fault it is


def test_without_the_library_points_are_withheld_and_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = SOURCE.replace(
        "from pygraphviz import AGraph\n", "raise ModuleNotFoundError('pygraphviz')\n"
    )
    assert not [c for c in grade(source).values() if c.outcome is Outcome.GRADER_ERROR]
    modules = inspect.getmodule(PART.checks[0].run.__wrapped__)  # type: ignore[attr-defined]
    own = inspect.getmodule(modules.where_pygraphviz_is.__wrapped__)  # type: ignore[union-attr]
    monkeypatch.setattr(own, "find_spec", lambda _: None)
    checks = grade(source)
    for name in PICTURE:
        assert checks[name].outcome is Outcome.GRADER_ERROR
        assert "lacks pygraphviz" in checks[name].message
    for name in [*WIDTHS, SIGN]:
        assert checks[name].outcome is Outcome.PASSED


def test_what_a_picture_shows_of_hostile_attributes_is_plain() -> None:
    checks = grade(HEAD + HOSTILE)
    assert DRAWN_COLOURS in lost(checks)
    shown = [n for check in checks.values() for n in check.evidence.networks]
    assert shown
    for network in shown:
        assert isinstance(network, Network)
        for link in network.pictures[0].links:
            assert (link.width, link.color) == (None, "")
        assert all(len(text) <= 60 for text in network.pictures[0].boxes)


def test_a_graph_beyond_all_bounds_is_refused_in_a_sentence() -> None:
    checks = grade(picture(after="[G.add_node(f'x{k}') for k in range(3000)]"))
    assert "at most 2,000 and 20,000 can be looked at" in checks[NODES].message


@pytest.mark.parametrize(
    ("colour", "said"),
    [
        ("#0000ff00", "it is invisible"),
        (" #00F0", "it is invisible"),
        ("#0000fg00", "draws no such colour"),
        ("#12345678901", "draws no such colour"),
        ("nored", "draws no such colour"),
    ],
)
def test_an_invisible_colour_is_told_to_be_one(colour: str, said: str) -> None:
    with pytest.raises(Failed, match=said):
        colour_of(colour, "`edge_color(1)`")


SHAPE_READ_BACKWARDS = """
def show_net(w1, w2, step, loss, learning_rate):
    from pygraphviz import AGraph
    g = AGraph(directed=True, rankdir="LR")
    n_hidden, n_in = w1.shape
    n_out = w2.shape[1]
    for name, count in (("i", n_in), ("h", n_hidden), ("o", n_out)):
        for k in range(count):
            g.add_node(f"{name}{k}")
    for i in range(n_in):
        for j in range(n_hidden):
            w = w1[j, i]
            g.add_edge(f"i{i}", f"h{j}", penwidth=edge_width(w), color=edge_color(w))
    g.add_node("info", shape="box", label=f"step {step} loss {loss} rate {learning_rate}")
    return g
"""


def test_a_shape_read_backwards_is_told_and_no_other_name() -> None:
    checks = grade(f"{SOURCE}\n{SHAPE_READ_BACKWARDS}")
    assert checks[NODES].message == "2 neurons are missing and 2 neurons are too many."
    assert [known.name for known in checks[NODES].diagnoses] == ["lines_and_columns_exchanged"]
