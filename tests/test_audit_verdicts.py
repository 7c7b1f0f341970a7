"""A sample of the audit of verdicts, which `make audit` does as a whole; and it finds things."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.authoring.audit.editions import LAYOUTS, notebook_of
from grader.authoring.audit.pairs import WAYS, pairs_of
from grader.checks import Case
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]


AUDIT = from_scripts("audit_verdicts")
WHOLE = AUDIT.jobs(1)


def done(kind: str, exercise: str, *about: Any) -> Any:
    return AUDIT.do(AUDIT.Job(kind, exercise, about))


# ---------------------------------------------------------------------------- early stoppers

LOOPS = AUDIT.stoppers().LOOPS
RULES = (
    "the loss changes by less than 1e-06",
    "the gradient is 0",
    "nothing better came in 1000 steps",
    "the loss is not finite",
    "2,000 steps are made",
)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("loop", range(4))
@pytest.mark.parametrize("rule", RULES)
def test_who_ends_early_is_caught_and_told(loop: int, rule: str) -> None:
    exercise = AUDIT.stoppers().LOOPS[loop].exercise
    assert done("stopper", exercise, loop, rule)


FILLED_UP = [
    (n, rule) for n in range(4, len(LOOPS)) for rule in LOOPS[n].rules[n % 3 :: 3]
]  # fmt: skip


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("loop", "rule"), FILLED_UP)
def test_who_ends_early_and_fills_up_the_rest_is_caught_and_told(loop: int, rule: str) -> None:
    assert done("stopper", AUDIT.stoppers().LOOPS[loop].exercise, loop, rule)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("loop", range(len(LOOPS)))
def test_who_goes_on_to_the_end_is_not(loop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    family = AUDIT.stoppers()
    monkeypatch.setitem(family.RULES, "never", lambda *_: False)
    assert not done("stopper", family.LOOPS[loop].exercise, loop, "never")


def test_the_family_is_large() -> None:
    assert sum(job.kind == "stopper" for job in WHOLE) >= 270


# ---------------------------------------------------------------------------- pairs


def _some_pairs() -> list[tuple[str, int]]:
    """Return for each function and each that calls it a mistake that is known, and a few others."""
    found = []
    for exercise in ("warm_up", "gradient", "random_data", "plot_net", "structured_data", "beyond"):
        pairs = pairs_of(AUDIT.exercise_of(exercise), AUDIT.reference(AUDIT.exercise_of(exercise)))
        chosen: dict[tuple[str, ...], int] = {}
        for number, pair in enumerate(pairs):
            if pair.way not in WAYS or pair.way in ("raises", "writes into the second array"):
                way = pair.way if pair.way in WAYS else "known"
                chosen.setdefault((pair.file, pair.wrong, pair.caller, way), number)
        found += [(exercise, number) for number in chosen.values()]
    return found


@pytest.mark.sampled(6)
@pytest.mark.parametrize(("exercise", "number"), _some_pairs())
def test_no_mistake_is_paid_for_twice(exercise: str, number: int) -> None:
    assert done("pair", exercise, number) == []


def test_what_is_paid_for_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_it_is(self: Case, judge: Callable[[Case], object], **_: Any) -> None:
        judge(self)

    monkeypatch.setattr(Case, "apart_from", as_it_is)
    pairs = pairs_of(AUDIT.exercise_of("beyond"), AUDIT.reference(AUDIT.exercise_of("beyond")))
    number = next(n for n, pair in enumerate(pairs) if pair.way == "raises")
    assert done("pair", "beyond", number)


# ---------------------------------------------------------------------------- right answers


@pytest.mark.sampled(2)
@pytest.mark.parametrize("job", [j for j in WHOLE if j.kind == "style"][::9], ids=str)
def test_a_right_answer_in_any_style_passes(job: Any) -> None:
    assert AUDIT.do(job) in ([], None)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("exercise", ["warm_up", "beyond"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_right_answer_in_a_notebook_passes(exercise: str, layout: str) -> None:
    assert done("notebook", exercise, "reference", layout, 1) == []


def test_there_are_enough_right_answers() -> None:
    assert sum(job.kind in ("variant", "notebook", "style") for job in WHOLE) >= 120


def test_a_notebook_has_all_of_a_file() -> None:
    source = "import math\n\n@staticmethod\ndef f(x):\n    return x\n\nA = (\n    1,\n    2,\n)\n"
    for layout in LAYOUTS:
        made = notebook_of(source, layout).decode()
        assert all(part in made for part in ("import math", "@staticmethod", "return x", "A = ("))


def test_false_fails_are_counted_and_chance_is_not_blamed_for_crashes() -> None:
    found = AUDIT.Found(10)
    job = AUDIT.Job("style", "random_data", ("lists", 10))
    stated = "random_data.learn_random_data.hyperparameters_learn_random_data"
    found.take(job, [(stated, "crashed", "It raised."), ("warm_up.neuron.relu", "failed", "No.")])
    found.take(AUDIT.Job("choice", "random_data", ("somebody", 10)), 3)
    found.take(AUDIT.Job("pair", "beyond", (0,)), [("train_sgd.one", "minibatches: raises", "No.")])
    assert len(found.unexplained()) == 2
    numbers = found.numbers()
    assert numbers["false_fails"] == 2
    assert numbers["paid_twice"] == numbers["pairs_tried"] == numbers["choices_near_the_edge"] == 1
