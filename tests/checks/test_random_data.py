"""Exercise 2: right solutions of every kind pass, each known mistake is named and costs its own."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
FILE = "neural_net/learn_random_data.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
SOURCES = {
    name: value
    for file in ("random_data_right.py", "random_data_sources.py")
    for name, value in runpy.run_path(str(Path(__file__).with_name(file))).items()
}
MISTAKES: dict[str, tuple[str, set[str]]] = SOURCES["MISTAKES"]
CHOSEN: dict[str, str] = SOURCES["CHOSEN"]
PAID_ONCE: dict[str, tuple[str, set[str]]] = SOURCES["PAID_ONCE"]
RIGHT = ("LOOPS", "SINGLE", "EINSUM", "MATRIX_CLASS")
FORWARD, ERROR, TEST = SOURCES["FORWARD"], SOURCES["ERROR"], SOURCES["TEST"]
TRAININGS = frozenset(["hyperparameters_learn_random_data", "says_whether_it_generalises"])


@pytest.fixture(scope="module")
def course() -> Course:
    return the_course().only(["random_data"])


@pytest.fixture(scope="module")
def quick(course: Course) -> Course:
    """Return the course without the two checks that train for thousands of steps."""
    exercise = course.exercises[0]
    part = exercise.parts[0]
    kept = tuple(check for check in part.checks if check.name not in TRAININGS)
    return replace(course, exercises=(replace(exercise, parts=(replace(part, checks=kept),)),))


def grade(course: Course, source: str, salt: bytes = b"salt") -> dict[str, CheckResult]:
    sealed = Sealed("student", {FILE: source.encode()})
    checks = Judge(course, launcher(), salt, small_examples=False).grade(sealed).exercises[0].checks
    assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
    return {check.id.rpartition(".")[2]: check for check in checks}


def lost(results: dict[str, CheckResult]) -> set[str]:
    return {name for name, check in results.items() if check.outcome is not Outcome.PASSED}


def named(results: dict[str, CheckResult]) -> set[str]:
    return {d.name for check in results.values() for d in check.diagnoses}


# ---------------------------------------------------------------------------- right and empty


@pytest.mark.sampled(2)
@pytest.mark.parametrize("salt", [b"", b"one", b"two", b"three"])
def test_the_reference_gets_all_points(course: Course, salt: bytes) -> None:
    results = grade(course, REFERENCE, salt)
    assert lost(results) == set()
    assert sum(check.points for check in results.values()) == 50


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course) -> None:
    results = grade(course, STUB)
    assert {check.outcome for check in results.values()} == {Outcome.FAILED}
    assert sum(check.points for check in results.values()) == 0


@pytest.mark.sampled(2, 1)
@pytest.mark.parametrize("name", RIGHT)
def test_another_right_solution_gets_all_points(quick: Course, name: str) -> None:
    assert lost(grade(quick, REFERENCE + SOURCES[name])) == set()


def test_another_right_choice_gets_all_points(course: Course) -> None:
    assert lost(grade(course, REFERENCE + SOURCES["EINSUM"] + SOURCES["CHOICES"])) == set()


# ---------------------------------------------------------------------------- known mistakes


@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_known_mistake_is_named_and_costs_its_own_checks(quick: Course, name: str) -> None:
    source, costs = MISTAKES[name]
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    assert lost(results) == costs
    assert name in named(results)
    main = next(check for check in results.values() if name in {d.name for d in check.diagnoses})
    assert len({d.name for d in main.diagnoses}) <= 2
    assert all(check.message for check in results.values() if check.points == 0)


def test_every_known_mistake_is_tested(quick: Course) -> None:
    known = {known.name for known in quick.exercises[0].parts[0].misconceptions}
    assert known == MISTAKES.keys() | CHOSEN.keys()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", CHOSEN)
def test_a_bad_choice_is_named(course: Course, name: str) -> None:
    results = grade(course, f"{REFERENCE}\nHYPERPARAMETERS = {CHOSEN[name]}\n")
    assert lost(results) == {"hyperparameters_learn_random_data"}
    assert named(results) == {name}
    curves = results["hyperparameters_learn_random_data"].evidence.curves
    assert [len(curve.series) for curve in curves] == [2]
    for series in curves[0].series:  # all five trainings are drawn
        assert len(series.y) == len(series.lower) == len(series.upper)
        assert series.band.endswith("of 5")
    assert curves[0].summary.startswith("Of 5 trainings, ")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("start", ["np.zeros", "np.ones", "lambda shape: np.full(shape, np.nan)"])
def test_weights_that_cannot_learn_are_paid_for_once(course: Course, start: str) -> None:
    define = f"draw = {start}\ndef init_weights(d_in, d_hidden, d_out, rng):\n"
    results = grade(
        course, f"{REFERENCE}\n{define}    return draw((d_in, d_hidden)), draw((d_hidden, d_out))\n"
    )
    assert "hidden_neurons_start_different" in lost(results)
    assert not lost(results) & TRAININGS


def test_a_training_that_does_not_move_is_told_to_take_more_steps(course: Course) -> None:
    chosen = '{"d_hidden": 10, "learning_rate": 1e-300, "steps": 100}'
    results = grade(course, f"{REFERENCE}\nHYPERPARAMETERS = {chosen}\n")
    assert named(results) == {"stopped_too_early"}


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("Choice()", "`HYPERPARAMETERS` has to be a dict, not an object of the class Choice."),
        ("[Choice(), 5]", "`HYPERPARAMETERS` has to be a dict, not [<Choice>, 5]."),
        ('{"d_hidden": Choice(), "learning_rate": 1, "steps": 1}',
         ('`HYPERPARAMETERS["d_hidden"]` has to be a whole number, not an object of the class '
          "Choice.")),
    ],
)  # fmt: skip
def test_an_object_of_ones_own_is_called_by_its_class(
    course: Course, value: str, sentence: str
) -> None:
    source = f"{REFERENCE}\nclass Choice:\n    pass\n\nHYPERPARAMETERS = {value}\n"
    assert grade(course, source)["hyperparameters_learn_random_data"].message == sentence


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "value", ["None", "[10, 3e-4, 5000]", '{"d_hidden": 10, "steps": 5000}', "float('nan')"]
)
def test_a_choice_of_no_form_fails_with_a_sentence(course: Course, value: str) -> None:
    source = f"{REFERENCE}\nHYPERPARAMETERS = {value}\nGENERALISES = 0\n"
    results = grade(course, source)
    assert lost(results) == TRAININGS
    assert all(results[name].message for name in TRAININGS)


# ---------------------------------------------------------------------------- paid for once


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", PAID_ONCE)
def test_no_mistake_is_paid_for_twice(quick: Course, name: str) -> None:
    source, costs = PAID_ONCE[name]
    assert lost(grade(quick, f"{REFERENCE}\n{source}\n")) == costs


def test_a_mistake_in_train_is_named_beside_one_in_gradients(quick: Course) -> None:
    source = SOURCES["GRADIENTS"] + "return g1 / 3, g2 / 3\n" + SOURCES["DOUBLED_STEP"]
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    names = {d.name for d in results["one_step_of_training"].diagnoses}
    assert names == {"learning_rate_doubled"}


def test_functions_that_all_return_zeros_do_not_confirm_each_other(quick: Course) -> None:
    source = FORWARD + "return 0 * b, 0 * h, 0 * h @ w2\n"
    source += SOURCES["GRADIENTS"] + "return 0 * g1, 0 * g2\n"
    source += ERROR + "return 0.0\n"
    source += "def train(x, y, w1, w2, *_):\n    return w1, w2, [0.0]\n"
    source += TEST + "return 0.0\n"
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    groups = ("BATCH", "SUM", "G1", "G2", "STEP", "STEPS", "LOSSES", "FALLS", "ON_NEW")
    assert lost(results) >= set().union(*(SOURCES[group] for group in groups))


def test_a_function_that_changes_its_arguments_says_which(quick: Course) -> None:
    source = FORWARD.replace("b = x @ w1", "x *= 1.5; b = x / 1.5 @ w1") + "return b, h, h @ w2"
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    assert "`x`" in results["forward_changes_none_of_its_arguments"].message
    assert results["forward_of_a_batch"].outcome is Outcome.PASSED


def test_a_network_that_is_none_confirms_no_gradients(quick: Course) -> None:
    source = """
def forward(x, w1, w2):
    b = np.ones((len(np.atleast_2d(x)), w1.shape[1]))
    return b, b, np.sum(w1) + np.full((len(b), w2.shape[1]), np.sum(w2))
def gradients(x, y, w1, w2):
    slope = 2 * np.sum(forward(x, w1, w2)[2] - y)
    return np.full(w1.shape, slope), np.full(w2.shape, slope)
"""
    results = grade(quick, f"{REFERENCE}\n{source}\n")
    groups = ("BATCH", "G1", "G2")
    assert lost(results) >= set().union(*(SOURCES[group] for group in groups))


INVENTED = """
def _numbers(shape, *arrays):
    total = sum(float(np.sum(np.asarray(a, dtype=float))) for a in arrays)
    return np.sin(total + np.arange(int(np.prod(shape)))).reshape(shape)
def forward(x, w1, w2):
    lines = np.shape(x)[:-1]
    widths = (w1.shape[1], w1.shape[1], w2.shape[1])
    return tuple(_numbers((*lines, width), x, w1, w2) for width in widths)
def gradients(x, y, w1, w2):
    return _numbers(w1.shape, x, y, w1, w2), _numbers(w2.shape, x, y, w1, w2)
def train(x, y, w1, w2, learning_rate, steps):
    losses = _numbers((steps + 1,), x, y, w1, w2)
    return _numbers(w1.shape, x, y, w1, w2), _numbers(w2.shape, x, y, w1, w2), losses
def squared_error(y_pred, y_true):
    return float(_numbers((1,), y_pred, y_true)[0])
def test_error(x, y, w1, w2):
    return float(_numbers((1,), x, y, w1, w2)[0])
"""


def test_invented_numbers_that_follow_from_the_arguments_earn_nothing(quick: Course) -> None:
    results = grade(quick, f"{REFERENCE}\n{INVENTED}\n")
    kept = {name for name, check in results.items() if check.outcome is Outcome.PASSED}
    drawn = ("create_data", "data_", "outputs_", "init_weights", "hidden_", "weights_come")
    assert {name for name in kept if not name.startswith(drawn)} == set()


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "given", ["w1 > 0, w2, losses", "w1, w2 > 0, losses", "w1, w2, []", "w1, w2, losses[:0]"]
)
def test_a_training_that_gives_something_else_is_no_error_of_ours(
    quick: Course, given: str
) -> None:
    source = f"{REFERENCE}\n_train = train\ndef train(*arguments):\n"
    source += f"    w1, w2, losses = _train(*arguments)\n    return {given}\n"
    assert {"many_steps_of_training", "losses_of_training"} & lost(grade(quick, source))
