"""Trainings that are left early: the verdict is the one of all of them, made to the last step."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks import many_starts, trainer
from grader.checks.chain import Chain
from grader.checks.recurring import KEPT, Recurring
from grader.checks.wide_network import SideBySide
from grader.course.check_modules import CHECKS_PACKAGE
from grader.wire import Rng
from tests.courses import the_course
from tests.sampling import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
WHOLE, SAMPLE = 1_000, 20
NOTHING_LEFT = 1e-19


@dataclass
class Drawing:
    """What a training asks of a case: random numbers, and a right `init_weights`."""

    rng: np.random.Generator
    student: Any = field(init=False)

    def __post_init__(self) -> None:
        """Be the student, too."""
        self.student = self

    def fresh_rng(self) -> Rng:
        """Draw a seed, as a case does."""
        return Rng(int(self.rng.integers(1 << 53)))

    def calls(self, name: str, *calls: Sequence[Any]) -> list[Any]:
        """Call one of the functions several times."""
        return [getattr(self, name)(*arguments) for arguments in calls]

    def once(self, name: str, *arguments: Any) -> Any:
        """Call one of the functions once."""
        return getattr(self, name)(*arguments)

    def init_weights(self, d_in: int, d_hidden: int, d_out: int, rng: Rng) -> tuple[Any, Any]:
        """Draw standard normal weights."""
        draw = rng.generator().standard_normal
        return draw((d_in, d_hidden)), draw((d_hidden, d_out))


def helper(name: str) -> Any:
    """Return a module of the course's checks, as the course has loaded it."""
    assert the_course()
    folder = str(ROOT / "solutions" / "checks")
    package = next(
        module
        for module, found in sys.modules.items()
        if module.startswith(CHECKS_PACKAGE) and folder in getattr(found, "__path__", [])
    )
    return importlib.import_module(f"{package}.{name}")


def without_memory(function: Any) -> Any:
    """Return a function that is remembered, such that it is computed each time."""
    return function.__wrapped__


def numbers() -> range:
    """Return the choices that are tried: all of them, or every fiftieth."""
    return range(0, WHOLE, 1 if is_whole() else WHOLE // SAMPLE)


def around_the_edges(k: int) -> dict[str, Any]:
    """Return a choice near an edge: too high a rate, too few steps, or too few neurons."""
    rng = np.random.default_rng((14, k))
    hidden, rate, steps = 10, 4e-4, 900
    if k % 3 == 0:
        rate = float(10.0 ** rng.uniform(-3.0, -2.2))
        steps = int(rng.integers(200, 600))
    elif k % 3 == 1:
        steps = int(rng.integers(250, 1200))
    else:
        hidden, steps = int(rng.integers(3, 10)), 1500
    return {"d_hidden": hidden, "learning_rate": rate, "steps": steps}


@pytest.mark.sampled
def test_three_of_five_trainings_decide_as_all_five_do() -> None:
    memorising = helper("random_data.memorising")
    seen = set()
    for k in numbers():
        early, full = (
            memorising.learn(Drawing(np.random.default_rng(k)), **around_the_edges(k), every=every)
            for every in (False, True)
        )
        ratios, of_all = (memorising.ratios(one.training, one.size) for one in (early, full))
        assert (np.median(ratios) <= 1.0) == (np.median(of_all) <= 1.0), around_the_edges(k)
        assert np.array_equal(ratios <= 1.0, of_all[: len(ratios)] <= 1.0)
        left_out = len(ratios) < len(of_all)
        if left_out:  # and it is left as soon as all have learned their data, within 100 steps
            steps = early.training.losses.shape[1]
            assert np.array_equal(
                early.training.losses, full.training.losses[: len(ratios), :steps]
            )
            before = replace(full.training, losses=full.training.losses[:, : max(1, steps - 100)])
            soon = memorising.ratios(before, full.size)[: memorising.ENOUGH]
            assert steps <= 100 or not (soon <= 1.0).all()
        assert left_out == bool((of_all[: memorising.ENOUGH] <= 1.0).all())
        seen.add((left_out, bool(np.median(of_all) <= 1.0)))
    assert seen == {(True, True), (False, True), (False, False)}


def trainings() -> Iterator[tuple[Any, ...]]:
    """Yield small trainings: most are left early, some only just, and some not at all."""
    for k in numbers():
        rng = np.random.default_rng((15, k))
        runs, hidden = int(rng.choice([1, 3, 6])), int(rng.integers(1, 5))
        x, y = rng.standard_normal((runs, 5, 3)), rng.standard_normal((runs, 5, 2))
        w1, w2 = rng.standard_normal((runs, 3, hidden)), rng.standard_normal((runs, hidden, 2))
        if k % 4 == 0:
            w1 = -np.abs(w1)
            x = np.abs(x)  # asleep: no step moves anything
        # Around the rates at which a step is lost in rounding, learns, trembles and explodes.
        rate = float(10.0 ** rng.choice([rng.uniform(-18, -14), rng.uniform(-3, 0.5)]))
        yield x, y, w1, w2, rate, int(rng.choice([99, 100, 101, 400]))


@pytest.fixture
def never_left(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that calls another one, whose training goes on to its last step."""

    def called(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(trainer, "stays", lambda *_: False)
            patch.setattr(Recurring, "found", lambda _: False)
            patch.setattr(trainer, "_settled", lambda *_: False)
            return function(*given, **named)

    return called


@pytest.mark.sampled
def test_a_training_that_is_left_early_is_the_one_that_goes_on(
    never_left: Callable[..., Any],
) -> None:
    train = without_memory(trainer.train_together)
    left = []
    for given in trainings():
        made, right = train(*given), never_left(train, *given).losses
        finite = np.isfinite(right)
        # What explodes may be inf where it would be nan, and the other way round.
        assert np.array_equal(np.isfinite(made.losses), finite)
        counts = finite & (right > NOTHING_LEFT * right[:, :1])
        assert np.array_equal(made.losses[counts], right[counts])
        left.append(bool((made.losses[:, 1:] == made.losses[:, :1]).all()))
    assert 0 < sum(left) < len(left)


def test_a_descent_that_is_left_early_is_the_one_that_goes_on(
    never_left: Callable[..., Any],
) -> None:
    descend = without_memory(many_starts.descend)
    rng = np.random.default_rng(16)
    x, y = rng.normal(0, 5, (16, 6)), rng.normal(0, 9, (16, 2))
    for rate in (1e-300, 1e-20, 1e-18, 1e-17, 1e-16, 1e-4):
        w1, w2 = rng.standard_normal((5, 6, 3)), rng.standard_normal((5, 3, 2))
        given = x, y, w1, w2, rate, 400
        made, right = descend(*given, new=(x, y)), never_left(descend, *given, new=(x, y))
        assert np.array_equal(made.losses, right.losses)
        assert np.array_equal(made.new_losses, right.new_losses)
        assert (rate == 1e-300) == bool((made.losses == made.losses[:, :1]).all())


def converging() -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Yield descents that come to a minimum, or nearly, some of them with looks at new data."""
    for k in numbers():
        rng = np.random.default_rng((21, k))
        runs, hidden = int(rng.choice([1, 1, 2, 5])), int(rng.integers(1, 4))
        x = rng.normal(0, 5, (32, 4))
        y = x @ rng.integers(-4, 5, (4, 2)) + rng.normal(0, 0.05, (32, 2))
        w1, w2 = rng.standard_normal((runs, 4, hidden)), rng.standard_normal((runs, hidden, 2))
        rate, steps = float(10.0 ** rng.uniform(-4.6, -3.8)), int(rng.integers(500, 5_000))
        named: dict[str, Any] = {"new": (x[:3] + 1, y[:3])} if k % 2 else {}
        if k % 4 == 1:
            named["until"] = tuple(10.0 ** rng.uniform(0, 3, 2))
        yield (x, y, w1, w2, rate, steps), named


@pytest.mark.sampled
def test_a_descent_that_goes_round_is_the_one_that_is_made_to_the_end(
    never_left: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    descend, later = without_memory(many_starts.descend), Recurring.later
    asked: list[int] = []

    def noted(recurring: Recurring, step: int) -> np.ndarray:
        asked.append(step)
        return later(recurring, step)

    monkeypatch.setattr(Recurring, "later", noted)
    went_round = 0
    for given, named in converging():
        asked.clear()
        made = descend(*given, **named)
        went_round += bool(asked)
        right = never_left(descend, *given, **named)
        for part in ("w1", "w2", "losses", "new_losses", "steps"):
            assert np.array_equal(getattr(made, part), getattr(right, part)), (given[4:], part)
    assert 0.2 < went_round / len(numbers()) < 0.95


@pytest.mark.parametrize("lengths", [(1, 1), (2, 3), (1, 60), (7, KEPT - 1)])
def test_where_descents_go_round_is_found_and_all_that_follows_known(
    lengths: tuple[int, int],
) -> None:
    def weights(step: int) -> np.ndarray:
        """Two descents that converge until step 100, and go round then."""
        one, two = (min(step, 100) + max(step - 100, 0) % length for length in lengths)
        return np.array([one, -1.0, two, one / 3.0])

    recurring, owned = Recurring(90, 4, [np.array([0, 3]), np.array([2])]), []
    for step in range(90, 100 + 2 * KEPT):
        recurring.keep(weights(step))
        owned.append(recurring.found())
        if owned[-1]:
            for later in (step, step + 1, step + 500, 1_000_000):
                known = recurring.later(later)
                assert np.array_equal(known[[0, 2, 3]], weights(later)[[0, 2, 3]])
    assert owned.index(True) == 10 + max(lengths)
    assert all(owned[10 + max(lengths) :])


def test_what_goes_round_more_slowly_than_is_kept_is_not_found() -> None:
    recurring = Recurring(0, 1, [np.array([0])])
    for step in range(3 * KEPT):
        recurring.keep(np.array([step % KEPT]))
        assert not recurring.found()


@pytest.mark.sampled
def test_weights_are_clipped_only_where_one_bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    descend, begun = without_memory(many_starts.descend), SideBySide.__init__
    ends = []
    for k in numbers():
        rng = np.random.default_rng((22, k))
        runs = int(rng.choice([1, 3]))
        x, y = rng.normal(0, 3, (16, 4)), rng.standard_normal((16, 2))
        w1, w2 = rng.standard_normal((runs, 4, 3)), rng.standard_normal((runs, 3, 2))
        w1 *= 10.0 ** rng.choice([0.0, rng.uniform(0, 45)], (runs, 1, 1))
        given = x, y, w1, w2, float(10.0 ** rng.uniform(-4, 1)), 120
        made = descend(*given)

        def always(networks: SideBySide, *arguments: Any) -> None:
            begun(networks, *arguments)
            networks.clip()

        with monkeypatch.context() as patch:
            patch.setattr(SideBySide, "__init__", always)
            right = descend(*given)
        assert np.array_equal(made.losses, right.losses), k
        assert np.array_equal(made.w1, right.w1), k
        ends.append(int(np.isinf(made.last).sum()))
    assert {0, 1, 3} <= set(ends)


def experiments() -> Iterator[tuple[Any, Any]]:
    """Yield experiments of exercise 3 around the edges of rest, from starts at saddles, too."""
    minimum = helper("local_minimum.experiment")
    x, y = minimum.exercise_data()
    for k in numbers():
        rng = np.random.default_rng((20, k))
        hidden = int(rng.integers(1, 9))
        rate, steps = float(10.0 ** rng.uniform(-3.6, -2.3)), int(rng.integers(100, 1_000))
        w1, w2 = rng.standard_normal((10, hidden)), rng.standard_normal((hidden, 2))
        start = [
            (w1, w2),
            (1e-100 * w1, 1e-100 * w2),
            (np.repeat(w1[:, :1], hidden, axis=1), np.repeat(w2[:1], hidden, axis=0)),
            (np.zeros_like(w1), w2),
            (1e-3 * w1, 1e-3 * w2),
        ][max(k % 8 - 3, 0)]
        run = minimum.trained(minimum.Experiment(hidden, rate, steps, k), x, y, start)
        if run.finite:
            yield run, hidden


@pytest.mark.sampled
def test_side_by_side_an_end_is_at_rest_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = helper("local_minimum.rest")
    seen = set()
    for run, hidden in experiments():
        made = rest.rest_of(run)
        with monkeypatch.context() as patch:
            patch.setattr(rest, "MOST_SIDE_BY_SIDE", 0)
            right = rest.rest_of(run)
        assert (made.still_falling, made.unstable) == (right.still_falling, right.unstable), hidden
        for part in ("fall", "pushed_fall", "own_fall", "freed", "drift"):
            assert getattr(made, part) == pytest.approx(getattr(right, part), rel=1e-6, abs=1e-9)
        seen.add((made.still_falling, made.unstable))
    assert seen == {(True, False), (False, True), (False, False)}


@pytest.mark.parametrize("steps", [0, 1, 99, 100, 101])
def test_new_data_are_looked_at_to_the_end(steps: int) -> None:
    train = without_memory(trainer.train_together)
    rng = np.random.default_rng(17)
    x, y = rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 5, 1))
    w1, w2 = rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 4, 1))
    for rate in (1e-300, 1e-3):
        made = train(x, y, w1, w2, rate, steps, new=(x, y))
        assert np.allclose(made.new_losses, made.losses[:, made.looks], rtol=1e-12)


def test_weights_in_one_line_have_the_slopes_of_weights_apart() -> None:
    rng = np.random.default_rng(18)
    x, y = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    w1, w2 = rng.standard_normal((3, 4)), rng.standard_normal((4, 2))
    chain = Chain()
    nodes, line = chain.variables(w1, w2)
    trainer.network_error(chain, x, y, *nodes)
    chain.forward()
    chain.backward()
    right = trainer.slopes_of(x, y, w1, w2)
    for node, start, slope in zip(nodes, (w1, w2), right, strict=True):
        assert np.array_equal(node.value, start)
        assert np.array_equal(2.0 * node.slope, slope)
    np.subtract(line.value, line.slope, out=line.value)
    for node, start, slope in zip(nodes, (w1, w2), right, strict=True):
        assert np.array_equal(node.value, start - 0.5 * slope)


@pytest.mark.parametrize(
    "statement", ["README", "hyperparameters", "local_minimum", "structured_data"]
)
def test_a_statement_says_how_much_may_be_trained(statement: str) -> None:
    text = (ROOT / "assignments" / "neural_net" / f"{statement}.md").read_text(encoding="utf-8")
    said = re.findall(r"hidden neurons × steps at\s+most\s+([0-9,]+)", text)
    assert [int(number.replace(",", "")) for number in said] == [helper("training").MOST_WORK]


@pytest.mark.sampled
def test_five_starts_are_left_where_one_has_learned_the_structure() -> None:
    learning = helper("structured_data.learning")
    descend = without_memory(many_starts.descend)
    seen = set()
    for k in numbers():
        rng = np.random.default_rng((19, k))
        x, y = learning.training_data(rng)
        new = learning.draw_data(rng, learning.NEW)
        starts = [learning.standard_normal_start(4, rng) for _ in range(learning.RUNS)]
        w1, w2 = (np.stack(matrices) for matrices in zip(*starts, strict=True))
        # So near to the edge that half of the choices do not come there.
        until = float(10.0 ** rng.uniform(2, 4)), float(10.0 ** rng.uniform(2, 4))
        given = x, y, w1, w2, float(10.0 ** rng.uniform(-5, -3.8)), int(rng.integers(1, 300))
        early, full = (descend(*given, new=new, until=bars) for bars in (until, None))
        learned = (full.losses < until[0]) & (full.new_losses < until[1])
        steps = len(early.steps)
        assert np.array_equal(early.losses, full.losses[:, :steps])
        assert np.array_equal(early.new_losses, full.new_losses[:, :steps])
        assert np.array_equal(early.steps, full.steps[:steps])
        assert learned[:, :steps].any() == learned.any()
        assert not learned[:, : steps - 1].any()
        assert steps == learned.shape[1] or learned[:, steps - 1].any()
        seen.add((steps < learned.shape[1], bool(learned.any())))
    assert seen >= {(True, True), (False, False)}


@pytest.mark.parametrize("fill", [0.0, np.nan], ids=["zeros", "nan"])
def test_a_path_that_is_filled_up_after_its_end_has_ended(fill: float) -> None:
    right = np.array([[4.0, 2.0], [2.0, 1.0], [1.0, 0.5], [0.5, 0.25], [0.25, 0.125]])
    ends_on = helper("gradient.follow")._ends_on
    for last in (2, 3):
        filled = right.copy()
        filled[last:] = fill
        assert ends_on(filled, right)
        filled[last - 1] += 1.0
        assert not ends_on(filled, right)
    exploded = np.array([[1.0, 1.0], [1e200, 1e200], *[[np.nan, np.nan]] * 3])
    assert not ends_on(exploded, exploded)
