"""Exercise 7: experiments that go wrong as they should pass; others are told what they do."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.course.check_modules import load_checks
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
FILE, BEFORE = "neural_net/hyperparameters.py", "neural_net/learn_random_data.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
HIGH, HOLDS = "bad_local_minimum_is_high_and_at_rest", "bad_local_minimum_holds"
EXPLODES = "explosion_diverges"


@pytest.fixture(scope="module")
def course() -> Course:
    return the_course().only(["hyperparameters"])


def grade(course: Course, source: str) -> dict[str, CheckResult]:
    before = (ROOT / "solutions" / BEFORE).read_bytes()
    sealed = Sealed("student", {FILE: source.encode(), BEFORE: before})
    checks = (
        Judge(course, launcher(), b"salt", small_examples=False).grade(sealed).exercises[0].checks
    )
    assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
    return {check.id.rpartition(".")[2]: check for check in checks}


def lost(results: dict[str, CheckResult]) -> set[str]:
    return {name for name, check in results.items() if check.outcome is not Outcome.PASSED}


def named(results: dict[str, CheckResult]) -> list[str]:
    return [d.name for check in results.values() for d in check.diagnoses]


def test_the_reference_gets_all_points(course: Course) -> None:
    results = grade(course, REFERENCE)
    assert lost(results) == set()
    assert sum(check.points for check in results.values()) == 20
    for name in (HIGH, EXPLODES):
        (curves,) = results[name].evidence.curves
        assert [series.role for series in curves.series] == ["student", "reference"]


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course) -> None:
    results = grade(course, STUB)
    assert sum(check.points for check in results.values()) == 0
    assert "is not written yet" in results[HIGH].message
    assert "is not written yet" in results[EXPLODES].message


def test_exercise_2_is_not_needed(course: Course) -> None:
    sealed = Sealed("student", {FILE: REFERENCE.encode()})
    checks = Judge(course, launcher(), b"").grade(sealed).exercises[0].checks
    assert sum(check.points for check in checks) == 20


OWN_START = """
def init_weights(d_in, d_hidden, d_out, rng):
    return rng.normal(0, 0.1, (d_in, d_hidden)), rng.normal(0, 0.1, (d_hidden, d_out))
"""
RIGHT = {
    "one_neuron": 'BAD_LOCAL_MINIMUM = {"d_hidden": 1, "learning_rate": 2e-5, "steps": 4000, '
    '"seed": 5}',
    "three_neurons": 'BAD_LOCAL_MINIMUM = {"d_hidden": 3, "learning_rate": 2e-5, "steps": 8000, '
    '"seed": 1}',
    "own_start": OWN_START + 'BAD_LOCAL_MINIMUM = {"d_hidden": np.int64(2), "learning_rate": '
    '3e-5, "steps": 5e3, "seed": 20201115}',
    "huge_rate": 'EXPLOSION = {"d_hidden": 1, "learning_rate": 1e200, "steps": 3, "seed": 0}',
    "large_network": 'EXPLOSION = {"d_hidden": 256, "learning_rate": 1e-4, "steps": 200000, '
    '"seed": 7}',
    "not_yet_inf": 'EXPLOSION = {"d_hidden": 6, "learning_rate": 1e-3, "steps": 3, "seed": 0}',
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_experiment_gets_all_points(course: Course, name: str) -> None:
    assert lost(grade(course, f"{REFERENCE}\n{RIGHT[name]}\n")) == set()


ZERO_START = """
def init_weights(d_in, d_hidden, d_out, rng):
    return np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out))
"""
BAD: dict[str, tuple[str, set[str]]] = {
    "learned_for_a_minimum": (
        '{"d_hidden": 6, "learning_rate": 3e-5, "steps": 4000, "seed": 1}',
        {HIGH, HOLDS},
    ),
    "exploded_for_a_minimum": (
        '{"d_hidden": 2, "learning_rate": 1e-2, "steps": 100, "seed": 0}',
        {HIGH, HOLDS},
    ),
    "still_falling_for_a_minimum": (
        '{"d_hidden": 2, "learning_rate": 1e-6, "steps": 500, "seed": 0}',
        {HIGH, HOLDS},
    ),
    "slow_for_a_minimum": (
        '{"d_hidden": 2, "learning_rate": 1e-12, "steps": 100, "seed": 0}',
        {HOLDS},
    ),
    "restless_for_a_minimum": (
        '{"d_hidden": 2, "learning_rate": 9e-5, "steps": 1000, "seed": 0}',
        {HOLDS},
    ),
    "saddle_for_a_minimum": (
        '{"d_hidden": 2, "learning_rate": 3e-5, "steps": 100, "seed": 0}' + ZERO_START,
        {HOLDS, EXPLODES},
    ),
}
EXPLOSIONS = {
    "not_steep_enough": '{"d_hidden": 6, "learning_rate": 3e-5, "steps": 500, "seed": 0}',
    "not_exploded_yet": '{"d_hidden": 6, "learning_rate": 1e-3, "steps": 1, "seed": 0}',
    "nothing_moves": '{"d_hidden": 6, "learning_rate": 1e-3, "steps": 100, "seed": 0}'
    "\n"
    "def init_weights(d_in, d_hidden, d_out, rng):\n"
    "    return np.zeros((d_in, d_hidden)), rng.normal(size=(d_hidden, d_out))\n",
    "infinite_from_the_start": '{"d_hidden": 6, "learning_rate": 1e-12, "steps": 2, "seed": 0}\n'
    "def init_weights(d_in, d_hidden, d_out, rng):\n"
    "    return 1e60 * np.ones((d_in, d_hidden)), 1e60 * np.ones((d_hidden, d_out))\n",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_bad_minimum_is_told_what_it_is(course: Course, name: str) -> None:
    value, costs = BAD[name]
    results = grade(course, f"{REFERENCE}\nBAD_LOCAL_MINIMUM = {value}\n")
    assert lost(results) == costs
    still = ["nothing_moves"] if EXPLODES in costs else []
    assert named(results) == [name, *still]


@pytest.mark.parametrize("name", EXPLOSIONS)
def test_what_is_no_explosion_is_told_what_it_is(course: Course, name: str) -> None:
    results = grade(course, f"{REFERENCE}\nEXPLOSION = {EXPLOSIONS[name]}\n")
    assert EXPLODES in lost(results)
    assert [d.name for d in results[EXPLODES].diagnoses] == [name]


FORMS = {
    '{"d_hidden": 300, "learning_rate": 1e-5, "steps": 10, "seed": 0}': "between 1 and 256",
    '{"d_hidden": 2, "learning_rate": 1e-5, "steps": 10**6, "seed": 0}': "200,000",
    '{"d_hidden": 2, "learning_rate": 0.0, "steps": 10, "seed": 0}': "has to be above 0",
    '{"d_hidden": 2, "learning_rate": float("nan"), "steps": 10, "seed": 0}': "finite",
    '{"d_hidden": 2, "learning_rate": 1e-5, "steps": 10}': 'lacks the key "seed"',
    '{"d_hidden": 2, "learning_rate": 1e-5, "steps": 10, "seed": -1}': "0 or more",
}


@pytest.mark.parametrize("value", FORMS)
def test_an_experiment_of_another_form_is_told_which_key(course: Course, value: str) -> None:
    results = grade(course, f"{REFERENCE}\nEXPLOSION = {value}\n")
    assert lost(results) == {EXPLODES}
    assert FORMS[value] in results[EXPLODES].message


def test_a_jump_that_ends_is_no_explosion() -> None:
    mistakes: Any = load_checks(ROOT, "hyperparameters", "mistakes_hyperparameters")
    jumped = SimpleNamespace(diverged=False, first=1.0, before_last=5000.0, last=4999.0)
    assert mistakes.ends_with_a_jump.wrong(jumped)
    assert not mistakes.not_exploded_yet.wrong(jumped)


def test_every_known_mistake_is_tested(course: Course) -> None:
    known = {known.name for known in course.exercises[0].parts[0].misconceptions}
    assert known == BAD.keys() | EXPLOSIONS.keys() | {"ends_with_a_jump"}


def test_a_start_that_cannot_be_used_is_told_and_costs_nothing(course: Course) -> None:
    for start in ("w2, w1", "w1", "w1 + np.nan, w2", "1 / 0"):
        source = f"""{REFERENCE}
def init_weights(d_in, d_hidden, d_out, rng):
    w1, w2 = rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))
    return {start}
"""
        sealed = Sealed("student", {FILE: source.encode()})
        exercise = (
            Judge(course, launcher(), b"salt", small_examples=False).grade(sealed).exercises[0]
        )
        assert all(check.outcome is Outcome.PASSED for check in exercise.checks)
        assert [note for note in exercise.notes if "gives no usable start" in note]
