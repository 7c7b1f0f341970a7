"""Exercise 6 beside a wrong exercise 2: what was paid for there costs nothing again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.authoring.audit.in_process import CheckRun, Subject, run_exercise
from grader.authoring.audit.jobs import files_of
from grader.authoring.audit.mistakes import handed_in
from grader.course import check_id
from grader.results import Outcome
from tests.courses import the_course

if TYPE_CHECKING:
    from grader.checks import Misconception

ROOT = Path(__file__).resolve().parents[2]
COURSE = the_course()
EXERCISES = {exercise.id: exercise for exercise in COURSE.exercises}
BEFORE, STRUCTURED = EXERCISES["random_data"].parts[0], EXERCISES["structured_data"]
LEARN = STRUCTURED.parts[1]
FILES = files_of(ROOT / "solutions", STRUCTURED)
TRAINED = "hyperparameters_learn_the_structure"
TRAIN, ERROR = "own_network_learns", "own_test_error_on_new_samples"
# With these, a function of the reference's exercise 2 raises: there is nothing that could be used.
RAISE = {"one_error_a_sample": {TRAIN}, "one_error_an_output": {TRAIN}, "order_reversed": {ERROR}}


def judged(checks: set[str], **patches: Any) -> list[CheckRun]:
    """Return what some checks say where functions of exercise 2 are others, and imported."""
    subject = Subject(files=FILES, patches={BEFORE.file: patches})
    only = {check_id(STRUCTURED, LEARN, c) for c in LEARN.checks if c.name in checks}
    return run_exercise(COURSE, STRUCTURED, subject, 1, only=only)


def lost(checks: set[str], **patches: Any) -> set[str]:
    ran = judged(checks, **patches)
    assert not [r for r in ran if r.result.outcome is Outcome.GRADER_ERROR]
    return {r.name for r in ran if r.result.outcome is not Outcome.PASSED}


@pytest.mark.parametrize("known", BEFORE.misconceptions, ids=lambda known: known.name)
def test_no_known_mistake_of_exercise_2_is_paid_for_again(known: Misconception) -> None:
    name, patch = handed_in(BEFORE, known)
    checks = {TRAINED, TRAIN, ERROR} if name == "init_weights" else {TRAIN, ERROR}
    assert lost(checks, **{name: patch}) == RAISE.get(known.name, set())


def larger(x: Any, y: Any, w1: Any, w2: Any, learning_rate: Any, steps: Any) -> Any:
    return 1.1 * w1, 1.1 * w2, [0.0 * learning_rate + x.mean() + y.mean()] * (steps + 1)


def as_they_were(x: Any, y: Any, w1: Any, w2: Any, learning_rate: Any, steps: Any) -> Any:
    return w1, w2, [x.sum() + y.sum() + learning_rate] * (steps + 1)


@pytest.mark.parametrize("train", [larger, as_they_were])
def test_a_train_that_does_not_train_earns_nothing(train: Any) -> None:
    assert lost({TRAIN}, train=train) == {TRAIN}


@pytest.mark.parametrize(
    "test_error",
    [
        lambda *_: 1.0,
        lambda *arrays: float(arrays[0].sum()),
        lambda *arrays: float(abs(arrays[1]).sum()),
        lambda *arrays: float(abs(arrays[2]).sum() + abs(arrays[3]).sum()),
    ],
)
def test_a_test_error_that_tells_no_error_earns_nothing(test_error: Any) -> None:
    assert lost({ERROR}, test_error=test_error) == {ERROR}


@pytest.mark.parametrize("power", [0.5, 1.5])
def test_a_mistake_that_nobody_knows_costs_nothing_again(power: float) -> None:
    def test_error(x: Any, y: Any, w1: Any, w2: Any) -> float:
        return float(BEFORE.reference.test_error(x, y, w1, w2) ** power)

    assert lost({ERROR}, test_error=test_error) == set()


def test_a_mistake_of_exercise_6_is_paid_for() -> None:
    own = Subject(files=FILES, patches={LEARN.file: {"test_error": lambda *a: a[1].sum() ** 2}})
    only = {check_id(STRUCTURED, LEARN, c) for c in LEARN.checks if c.name == ERROR}
    [ran] = run_exercise(COURSE, STRUCTURED, own, 1, only=only)
    assert ran.fails


def test_weights_made_small_are_no_training() -> None:
    def train(x: Any, y: Any, w1: Any, w2: Any, learning_rate: Any, steps: Any) -> Any:
        return 0.01 * w1, 0.01 * w2, [x.sum() + y.sum() + learning_rate] * (steps + 1)

    assert lost({TRAIN}, train=train) == {TRAIN}
