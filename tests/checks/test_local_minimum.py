"""Exercise 3: what is at rest and not the lowest passes; everything else is told what it is."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks import curvature
from grader.course.check_modules import CHECKS_PACKAGE
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
FILE = "neural_net/local_minimum.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
TRAINED, REST, LOWER = (
    "experiment_can_be_trained",
    "training_comes_to_rest",
    "other_starts_end_lower",
)


@pytest.fixture(scope="module", autouse=True)
def course() -> Course:
    return the_course().only(["local_minimum"])


def grade(course: Course, source: str, salt: bytes = b"salt") -> dict[str, CheckResult]:
    sealed = Sealed("student", {FILE: source.encode()})
    checks = Judge(course, launcher(), salt, small_examples=False).grade(sealed).exercises[0].checks
    assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
    return {check.id.rpartition(".")[2]: check for check in checks}


def experiment(
    d_hidden: object, learning_rate: object, steps: object, seed: object, start: str = ""
) -> str:
    numbers = (
        f'{{"d_hidden": {d_hidden}, "learning_rate": {learning_rate}, "steps": {steps}, '
        f'"seed": {seed}}}'
    )
    init = f"def init_weights(d_in, d_hidden, d_out, rng):\n    return {start}\n" if start else ""
    return f"import numpy as np\nEXPERIMENT = {numbers}\n{init}"


def points(results: dict[str, CheckResult]) -> float:
    return sum(check.points for check in results.values())


def named(results: dict[str, CheckResult]) -> set[str]:
    return {d.name for check in results.values() for d in check.diagnoses}


def helper(name: str) -> Any:
    """Return a module of the exercise's checks, as the course has loaded it."""
    folder = str(ROOT / "solutions" / "checks")
    package = next(
        module
        for module, found in sys.modules.items()
        if module.startswith(CHECKS_PACKAGE) and folder in getattr(found, "__path__", [])
    )
    return importlib.import_module(f"{package}.local_minimum.{name}")


# ---------------------------------------------------------------------------- right and empty


@pytest.mark.sampled(2)
@pytest.mark.parametrize("salt", [b"", b"one", b"two", b"three"])
def test_the_reference_gets_all_points(course: Course, salt: bytes) -> None:
    results = grade(course, REFERENCE, salt)
    assert points(results) == 25
    assert {check.outcome for check in results.values()} == {Outcome.PASSED}


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course) -> None:
    results = grade(course, STUB)
    assert points(results) == 0
    assert results[TRAINED].outcome is Outcome.FAILED


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "source",
    [
        experiment(3, 1e-3, 2000, 7),  # without init_weights: standard normal, w1 first
        experiment(3, 1e-3, 2000, 10),
        experiment(4, "np.float64(1e-3)", "np.int64(2000)", 3),
        experiment(
            3,
            1e-3,
            2000.0,
            7,
            "[rng.standard_normal((d_in, d_hidden)).tolist(), "
            "np.asfortranarray(rng.standard_normal((d_hidden, d_out)))]",
        ),
        experiment(
            3,
            1e-3,
            2000,
            7,
            "(np.float32(rng.standard_normal((d_in, d_hidden))), "
            "np.float32(rng.standard_normal((d_hidden, d_out))))",
        ),
    ],
    ids=["no-init", "other-seed", "numpy-scalars", "lists", "single-precision"],
)
def test_other_right_experiments_get_all_points(course: Course, source: str) -> None:
    results = grade(course, source)
    assert points(results) == 25, [c.message + c.got for c in results.values()]


ELSEWHERE = "it draws from elsewhere than `rng`"


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("np.random.randn(d_in, d_hidden), np.random.randn(d_hidden, d_out)", True),
        ("rng.standard_normal((d_in, d_hidden)), np.random.randn(d_hidden, d_out)", True),
        ("np.random.default_rng().normal(size=(d_in, d_hidden)), np.ones((d_hidden, d_out))", True),
        ("rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))", False),
        ("np.ones((d_in, d_hidden)), np.ones((d_hidden, d_out))", False),
    ],
)
def test_a_start_that_nobody_can_repeat_is_told(course: Course, start: str, told: bool) -> None:
    sealed = Sealed("student", {FILE: experiment(3, 1e-3, 200, 7, start).encode()})
    [graded] = Judge(course, launcher(), b"salt").grade(sealed).exercises
    assert any(ELSEWHERE in note for note in graded.notes) == told
    assert Outcome.GRADER_ERROR not in {check.outcome for check in graded.checks}


def trained(d_hidden: int, learning_rate: float, steps: int, seed: int) -> Any:
    """Return the run of an experiment from a standard normal start, without a submission."""
    experiment = helper("experiment")
    rng = np.random.default_rng(seed)
    start = rng.standard_normal((10, d_hidden)), rng.standard_normal((d_hidden, 2))
    chosen = experiment.Experiment(d_hidden, learning_rate, steps, seed)
    return experiment.trained(chosen, *experiment.exercise_data(), start)


def test_most_usual_experiments_pass() -> None:
    passed = 0
    for seed in range(10):
        run = trained(3, 1e-3, 2000, seed)
        rest = helper("rest").rest_of(run)
        lowest = helper("starts").ends_of(run.x, run.y, 3).losses[0]
        passed += not rest.still_falling and not rest.unstable and lowest < 0.9 * run.loss
    assert passed >= 7


def test_the_reference_passes_by_far_whatever_the_push() -> None:
    run = trained(3, 1e-3, 2000, 7)
    for seed in range(5):
        rest = helper("rest").rest_of(run, seed)
        assert max(rest.fall, rest.pushed_fall, rest.own_fall) < 0.005
        assert rest.freed > 0.995
    assert helper("starts").ends_of(run.x, run.y, 3).losses[0] < 0.75 * run.loss


# ---------------------------------------------------------------------------- wrong

ZEROS = "(np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out)))"
ASLEEP = "(np.zeros((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out)))"
EQUAL = (
    "(np.repeat(rng.standard_normal((d_in, 1)), d_hidden, axis=1), "
    "np.repeat(rng.standard_normal((1, d_out)), d_hidden, axis=0))"
)
TINY = (
    "(1e-12 * rng.standard_normal((d_in, d_hidden)), "
    "1e-12 * rng.standard_normal((d_hidden, d_out)))"
)
WRONG = {
    "learning_rate_explodes": (experiment(10, 0.1, 100, 0), {TRAINED}),
    "too_small_a_rate_to_tell": (experiment(3, 1e-300, 1, 0), {REST}),
    "stopped_too_early": (experiment(8, 5e-4, 2000, 2), {REST}),
    "learning_rate_jumps": (experiment(5, 3e-3, 2000, 2), {REST}),
    "all_weights_zero": (experiment(3, 1e-3, 2000, 0, ZEROS), {REST}),
    "all_neurons_asleep": (experiment(3, 1e-3, 2000, 0, ASLEEP), {REST}),
    "neurons_start_equal": (experiment(4, 1e-3, 3000, 0, EQUAL), {REST}),
    "starts_next_to_zero": (experiment(3, 1e-9, 10, 0, TINY), {REST}),
    "ends_at_zero": (experiment(40, 2e-4, 3000, 0), {LOWER}),
    "ends_at_the_lowest_known": (experiment(3, 1e-3, 8000, 11), {LOWER}),
    "ends_next_to_the_lowest": (experiment(2, 1e-3, 8000, 5), {LOWER}),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_experiment_is_named_and_costs_its_own(course: Course, name: str) -> None:
    source, failing = WRONG[name]
    results = grade(course, source)
    assert {n for n, c in results.items() if c.outcome is Outcome.FAILED} == failing
    assert named(results) == {name}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("start", [ZEROS, ASLEEP])
@pytest.mark.parametrize(("rate", "steps"), [(1e-300, 1), (1e-4, 100), (1e-3, 5000)])
def test_a_saddle_never_passes(course: Course, start: str, rate: float, steps: int) -> None:
    results = grade(course, experiment(3, rate, steps, 0, start))
    assert results[REST].outcome is Outcome.FAILED


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("EXPERIMENT = None", "not written yet"),
        ("EXPERIMENT = 3", "has to be a dict"),
        ('EXPERIMENT = {"d_hidden": 3}', "lacks the key"),
        (experiment(257, 1e-3, 10, 0), "between 1 and 256"),
        (experiment(3, 1e-3, 200_001, 0), "between 1 and 200,000"),
        (experiment(3, "float('nan')", 10, 0), "finite number"),
        (experiment(3, -1e-3, 10, 0), "has to be above 0"),
        (experiment(3, 1e-3, 10, -1), "has to be 0 or more"),
        (experiment(3, 1e-3, "True", 0), "whole number"),
        (experiment(3, 1e-3, 10, 0, "None"), "returned None"),
        (experiment(3, 1e-3, 10, 0, "(np.ones((3, 10)), np.ones((2, 3)))"), "wrong shape"),
        (experiment(3, 1e-3, 10, 0, "(np.inf * np.ones((10, 3)), np.ones((3, 2)))"), "inf or nan"),
        (experiment(3, 1e-3, 10, 0, "1 / 0"), "ZeroDivisionError"),
    ],
)
def test_what_cannot_be_run_is_told_in_a_sentence(course: Course, source: str, said: str) -> None:
    results = grade(course, source)
    assert said in results[TRAINED].message
    assert points(results) == 0


# ---------------------------------------------------------------------------- evidence


def test_the_report_shows_the_curve_and_where_other_starts_end(course: Course) -> None:
    results = grade(course, REFERENCE)
    curves = results[LOWER].evidence.curves[0]
    assert curves.log_y
    assert [len(series.y) for series in curves.series][1:] == [20, 2]
    assert list(curves.series[1].y) == sorted(y for y in curves.series[1].y if y is not None)
    titles = [table.title for table in results[REST].evidence.tables]
    assert titles[0] == "Going on from where the training ended"
    assert ("directions that curve down", "0") in results[REST].evidence.tables[1].rows


def test_the_table_of_starts_is_what_training_gives() -> None:
    starts, data = helper("starts"), helper("experiment")
    x, y = data.exercise_data()
    known = starts.ends_of(x, y, 1)
    losses, w1, w2 = starts.trained(x, y, 1)
    assert known.losses.shape == (20,)
    np.testing.assert_allclose(known.losses, losses, rtol=1e-3)
    for ours, right in zip(known.best, (w1, w2), strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-4)
    assert starts.fingerprint(x, y) == helper("starts_table").FINGERPRINT
    assert starts.fingerprint(x + 1e-3, y) != helper("starts_table").FINGERPRINT


def test_the_best_weights_have_the_lowest_loss_of_the_table() -> None:
    starts, data = helper("starts"), helper("experiment")
    x, y = data.exercise_data()
    for size in range(1, 11):
        ends = starts.ends_of(x, y, size)
        w1, w2 = ends.best
        loss = np.sum((np.maximum(x @ w1, 0) @ w2 - y) ** 2)
        np.testing.assert_allclose(loss, ends.losses[0], rtol=1e-4)
    assert starts.ends_of(x, y, 11).best is None


def test_the_report_shows_the_ridge_between_the_minimum_and_a_lower_one(course: Course) -> None:
    way = grade(course, REFERENCE)[LOWER].evidence.curves[1]
    on_the_line, minimum = ([y for y in line.y if y is not None] for line in way.series)
    assert len(on_the_line) == 41
    assert on_the_line[0] == minimum[0] > on_the_line[-1]
    assert max(on_the_line) > minimum[0]
    assert f"climbs to {max(on_the_line):.4g}" in way.summary


def test_wide_networks_have_a_start_that_ends_at_zero() -> None:
    starts, data = helper("starts"), helper("experiment")
    x, y = data.exercise_data()
    for size in (32, 48):  # the first is in the table, the second is not
        assert starts.ends_of(x, y, size).losses[0] < 1e-6 * np.sum(y**2)


def test_the_hessian_is_that_of_exact_second_derivatives() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((7, 4)), rng.standard_normal((7, 2))
    w1, w2 = rng.standard_normal((4, 3)), rng.standard_normal((3, 2))
    on = x @ w1 > 0

    # Derivatives of each prediction with respect to w1[i, j], then w2[j, o], neuron j on or off.
    first = np.zeros((7, 2, 18))
    second = np.zeros((7, 2, 18, 18))
    for i in range(4):
        for j in range(3):
            for o in range(2):
                a, b = i * 3 + j, 12 + j * 2 + o
                first[:, o, a] += x[:, i] * on[:, j] * w2[j, o]
                second[:, o, a, b] = second[:, o, b, a] = x[:, i] * on[:, j]
    for j in range(3):
        for o in range(2):
            first[:, o, 12 + j * 2 + o] = np.maximum(x @ w1, 0)[:, j]
    error = np.maximum(x @ w1, 0) @ w2 - y
    expected = 2 * np.einsum("noa,nob->ab", first, first) + 2 * np.einsum(
        "no,noab->ab", error, second
    )
    got = curvature.hessian(x, y, w1, w2)
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max())
    largest = np.abs(np.linalg.eigvalsh(expected)).max()
    assert curvature.steepest(x, y, w1, w2) == pytest.approx(largest, rel=0.05)


# A training to the best end that is known, which `init_weights` gives at first.
BY_COUNT = """
import numpy as np
EXPERIMENT = {"d_hidden": 3, "learning_rate": 1e-9, "steps": 1, "seed": 0}
rng = np.random.default_rng(20201115)
x, y = rng.standard_normal((40, 10)), rng.standard_normal((40, 2))
rng = np.random.default_rng(11)
w1, w2 = rng.standard_normal((10, 3)), rng.standard_normal((3, 2))
for _ in range(8000):
    h = np.maximum(x @ w1, 0)
    e = 2 * (h @ w2 - y)
    w1, w2 = w1 - 0.001 * x.T @ (e @ w2.T * (h > 0)), w2 - 0.001 * h.T @ e
count = 0
def init_weights(d_in, d_hidden, d_out, rng):
    global count
    count += 1
    if count <= FIRST:
        return w1, w2
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))
"""
CHANGING = """
from collections import UserDict
class Changing(UserDict):
    asked = 0
    def __getitem__(self, key):
        if key == "seed":
            Changing.asked += 1
            return 7 if Changing.asked == 3 else 11
        return super().__getitem__(key)
EXPERIMENT = Changing(d_hidden=3, learning_rate=0.001, steps=8000, seed=11)
"""


@pytest.mark.parametrize(
    "source", [*(BY_COUNT.replace("FIRST", str(k)) for k in (1, 2, 3)), CHANGING],
    ids=["after_1", "after_2", "after_3", "a_dict_that_changes"],
)  # fmt: skip
def test_all_checks_judge_one_training(course: Course, source: str) -> None:
    """At rest in the best place there is, or high on a slope: both never are."""
    assert points(grade(course, source)) == 14
