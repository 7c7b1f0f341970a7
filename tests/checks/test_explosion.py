"""Exercise 4: every right way to notice an explosion passes, every known wrong one is named."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.course.check_modules import CHECKS_PACKAGE
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
FILE = "neural_net/explosion.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
EXPLODES, NON_FINITE, RISING, LEARNING, A_WHILE, FEW, FORMS = (
    "experiment_explodes",
    "losses_that_are_not_finite_are_an_explosion",
    "rising_beyond_the_limit_is_an_explosion",
    "learning_and_resting_are_no_explosion",
    "rising_for_a_while_is_no_explosion",
    "one_loss_or_none_is_no_explosion",
    "any_sequence_of_losses_will_do",
)


@pytest.fixture(scope="module", autouse=True)
def course() -> Course:
    return the_course().only(["explosion"])


def grade(course: Course, source: str, salt: bytes = b"salt") -> dict[str, CheckResult]:
    sealed = Sealed("student", {FILE: source.encode()})
    checks = Judge(course, launcher(), salt, small_examples=False).grade(sealed).exercises[0].checks
    assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
    return {check.id.rpartition(".")[2]: check for check in checks}


def function(body: str) -> str:
    """Return the reference with another `has_diverged`."""
    return f"{REFERENCE}\n\ndef has_diverged(losses):\n    {body}\n"


def lost(results: dict[str, CheckResult]) -> set[str]:
    return {name for name, check in results.items() if check.outcome is not Outcome.PASSED}


def points(results: dict[str, CheckResult]) -> float:
    return sum(check.points for check in results.values())


def helper(name: str) -> Any:
    """Return a module of the exercise's checks, as the course has loaded it."""
    folder = str(ROOT / "solutions" / "checks")
    package = next(
        module
        for module, found in sys.modules.items()
        if module.startswith(CHECKS_PACKAGE) and folder in getattr(found, "__path__", [])
    )
    return importlib.import_module(f"{package}.explosion.{name}")


# ---------------------------------------------------------------------------- right and empty


@pytest.mark.sampled(2)
@pytest.mark.parametrize("salt", [b"", b"one", b"two", b"three"])
def test_the_reference_gets_all_points(course: Course, salt: bytes) -> None:
    results = grade(course, REFERENCE, salt)
    assert lost(results) == set()
    assert points(results) == 25


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course) -> None:
    results = grade(course, STUB)
    assert {check.outcome for check in results.values()} == {Outcome.FAILED}
    assert points(results) == 0


RIGHT = {
    "by hand": """import math
    losses = [float(loss) for loss in losses]
    if len(losses) <= 1:
        return False
    if any(math.isnan(loss) or math.isinf(loss) for loss in losses):
        return True
    return losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2]""",
    "by the last tenth": """losses = np.asarray(losses, dtype=float)
    if len(losses) < 2: return False
    if not np.all(np.isfinite(losses)): return True
    tail = losses[-max(2, len(losses) // 10):]
    return np.all(np.diff(tail) > 0) and tail[-1] / losses[0] > 1000""",
    "by a slope": """losses = np.array(losses, dtype=float)
    if losses.size < 2: return False
    if np.isnan(losses).any() or np.isinf(losses).any(): return True
    tail = np.log(losses[-5:])
    return bool(np.polyfit(range(len(tail)), tail, 1)[0] > 0 and losses[-1] > 1e3 * losses[0])""",
    "largest at the end": """losses = np.asarray(losses)
    if losses.size < 2: return np.False_
    if not np.isfinite(losses).all(): return np.True_
    return np.all(losses[-1] >= losses) & (losses[-1] > 1000 * losses[0])""",
    "grey counts": """losses = np.asarray(losses, dtype=float)
    if losses.size < 2: return np.array(False)
    finite = np.isfinite(losses).all()
    return np.array(not finite or (losses[-1] > 2 * losses[0] and losses[-1] > losses[-2]))""",
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", RIGHT)
def test_other_right_functions_get_all_points(course: Course, name: str) -> None:
    results = grade(course, function(RIGHT[name]))
    assert lost(results) == set(), [c.message + c.got for c in results.values()]


# ---------------------------------------------------------------------------- wrong


@pytest.mark.sampled(2)
@pytest.mark.parametrize("word", ["True", "False", "1", "'yes'", "np.array([True])"])
def test_an_answer_that_is_always_the_same_earns_nothing(course: Course, word: str) -> None:
    results = grade(course, function(f"return {word}"))
    assert lost(results) == {NON_FINITE, RISING, LEARNING, A_WHILE, FEW, FORMS}
    assert points(results) == 7


GROWN = "losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2]"
FINITE = "np.isfinite(losses).all()"
WRONG = {
    "nan_is_missed": (f"np.isinf(losses).any() or {GROWN}", {NON_FINITE}),
    "infinity_is_missed": (f"np.isnan(losses).any() or {GROWN}", {NON_FINITE}),
    "only_the_last_is_asked": (f"not np.isfinite(losses[-1]) or {GROWN}", {NON_FINITE}),
    "all_have_to_be_infinite": (f"not np.isfinite(losses).any() or {GROWN}", {NON_FINITE}),
    "growth_alone": (GROWN, {NON_FINITE}),
    "last_above_the_limit_alone": ("losses[-1] > 1000 * losses[0]", {NON_FINITE, A_WHILE}),
    "non_finite_alone": (f"not {FINITE}", {RISING}),
    "rises_all_the_way": (
        f"not {FINITE} or {GROWN} and (np.diff(losses) > 0).all()",
        {RISING},
    ),
    "still_rising_not_asked": (f"not {FINITE} or losses[-1] > 1000 * losses[0]", {A_WHILE}),
    "largest_for_last": (f"not {FINITE} or losses.max() > 1000 * losses[0]", {A_WHILE}),
    "above_its_start": (f"not {FINITE} or losses[-1] > losses[0]", {LEARNING, A_WHILE}),
    "no_fall": (f"not {FINITE} or losses[-1] >= losses[0]", {LEARNING, A_WHILE}),
    "any_rise_at_the_end": (f"not {FINITE} or losses[-1] > losses[-2]", {LEARNING}),
    "any_rise_at_all": (f"not {FINITE} or (np.diff(losses) > 0).any()", {LEARNING, A_WHILE}),
    "limit_without_the_start": (
        f"not {FINITE} or losses[-1] > 1000 and losses[-1] > losses[-2]",
        {LEARNING},
    ),
    "answers_turned_round": (
        f"{FINITE} and not ({GROWN})",
        {NON_FINITE, RISING, LEARNING, A_WHILE, FEW, FORMS},
    ),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_function_is_named_and_costs_its_own(course: Course, name: str) -> None:
    expression, failing = WRONG[name]
    body = f"""losses = np.asarray(losses, dtype=float)
    if losses.size < 2: return False
    return bool({expression})"""
    results = grade(course, function(body))
    assert lost(results) == failing
    for check in failing - {FORMS}:
        assert name in {d.name for d in results[check].diagnoses}


def test_every_known_mistake_is_caught_and_told_from_the_others() -> None:
    """Judged directly: the answers of each, on all curves, differ from all the others'."""
    curves, known = helper("curves"), helper("mistakes_explosion").OF_HAS_DIVERGED
    rng = np.random.default_rng(0)
    groups = (curves.NON_FINITE, curves.RISING, curves.LEARNING, curves.PLATEAUS)
    all_curves = [
        curve
        for kinds in (*groups, curves.RISING_FOR_A_WHILE)
        for curve in curves.drawn(rng, kinds, 12, exploded=kinds in groups[:2])
    ]
    assert len(all_curves) >= 200
    said = {m.name: tuple(bool(m.wrong(c.losses)) for c in all_curves) for m in known}
    assert len(said) >= 15
    assert tuple(c.exploded for c in all_curves) not in said.values()
    assert len(set(said.values())) == len(said)


def test_an_empty_argument_is_a_loss_of_one_point_only(course: Course) -> None:
    body = """losses = np.asarray(losses, dtype=float)
    if not np.isfinite(losses).all(): return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])"""
    results = grade(course, function(body))
    assert lost(results) == {FEW}
    assert results[FEW].outcome is Outcome.CRASHED


def test_a_function_for_arrays_alone_and_one_that_sorts_lose_the_forms(course: Course) -> None:
    arrays = """if losses.size < 2: return False
    if not np.isfinite(losses).all(): return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])"""
    assert lost(grade(course, function(arrays))) == {FORMS}
    writes = """losses = np.asarray(losses, dtype=float)
    if losses.size < 2: return False
    diverged = not np.isfinite(losses).all() or (
        losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
    losses[np.isnan(losses)] = 0.0
    losses[:2] = 0.0
    return bool(diverged)"""
    results = grade(course, function(writes))
    assert lost(results) == {FORMS}
    assert "changes the losses" in results[FORMS].message


# ---------------------------------------------------------------------------- EXPERIMENT


def with_experiment(d_hidden: int, learning_rate: float, steps: int, seed: int) -> str:
    return (
        f'{REFERENCE}\nEXPERIMENT = {{"d_hidden": {d_hidden}, "learning_rate": {learning_rate}, '
        f'"steps": {steps}, "seed": {seed}}}\n'
    )


@pytest.mark.parametrize("numbers", [(1, 0.1, 100, 3), (256, 1e-2, 20, 0), (3, 1e300, 10, 0)])
def test_other_explosions_pass(course: Course, numbers: tuple[int, float, int, int]) -> None:
    assert lost(grade(course, with_experiment(*numbers))) == set()


@pytest.mark.parametrize(
    ("numbers", "name"),
    [
        ((10, 1e-4, 200, 0), "learning_rate_too_small"),
        ((3, 8e-3, 1, 0), "too_few_steps_to_explode"),
        ((3, 3e-3, 3, 49), "jumps_and_comes_back"),
    ],
)
def test_an_experiment_that_holds_is_named(
    course: Course, numbers: tuple[int, float, int, int], name: str
) -> None:
    results = grade(course, with_experiment(*numbers))
    assert lost(results) == {EXPLODES}
    assert [d.name for d in results[EXPLODES].diagnoses] == [name]


STARTS = {
    "nothing_moves": [
        "np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out))",
        "np.zeros((d_in, d_hidden)), rng.normal(size=(d_hidden, d_out))",
    ],
    "infinite_from_the_start": [
        "np.full((d_in, d_hidden), 1e160), np.ones((d_hidden, d_out))",
        "rng.normal(size=(d_in, d_hidden)), np.full((d_hidden, d_out), -1e300)",
    ],
}


@pytest.mark.sampled(5)
@pytest.mark.parametrize(("name", "start"), [(n, s) for n, all_ in STARTS.items() for s in all_])
@pytest.mark.parametrize("rate", [1e-12, 1.0, 1e300])
def test_a_start_that_makes_it_no_explosion_is_named(
    course: Course, name: str, start: str, rate: float
) -> None:
    source = with_experiment(3, rate, 50, 0)
    source += f"\ndef init_weights(d_in, d_hidden, d_out, rng):\n    return {start}\n"
    results = grade(course, source)
    assert lost(results) == {EXPLODES}
    assert [d.name for d in results[EXPLODES].diagnoses] == [name]


def test_a_rate_too_small_to_move_anything_is_no_start_at_rest(course: Course) -> None:
    results = grade(course, with_experiment(3, 1e-300, 50, 0))
    assert [d.name for d in results[EXPLODES].diagnoses] == ["learning_rate_too_small"]


# ---------------------------------------------------------------------------- the curves


@pytest.mark.parametrize("seed", range(5))
def test_the_curves_are_clear_in_every_sense(seed: int) -> None:
    curves = helper("curves")
    rng = np.random.default_rng(seed)
    for curve in curves.drawn(rng, curves.NON_FINITE, 12, exploded=True):
        assert not np.isfinite(curve.losses).all(), curve.kind
    finite = [
        *curves.drawn(rng, curves.RISING, 12, exploded=True),
        *curves.drawn(rng, curves.RISING_FOR_A_WHILE, 12, exploded=False),
    ]
    for curve in finite:
        assert np.isfinite(curve.losses).all(), curve.kind
        end = np.diff(curve.losses[-(len(curve.losses) // 3) :])
        assert (end > 0).all() if curve.exploded else (end < 0).all(), curve.kind
        if curve.exploded:
            assert curve.losses[-1] > 9999 * curve.losses[0], curve.kind
    for curve in curves.drawn(rng, curves.LEARNING | curves.PLATEAUS, 12, exploded=False):
        assert curve.losses.max() < 2 * curve.losses[0], curve.kind
        assert (curve.losses > 0).all()
    for curve in curves.drawn(rng, curves.GREY, 12, exploded=True):
        assert 2 < curve.losses[-1] / curve.losses[0] < 1000
        assert (np.diff(curve.losses) > 0).all()


def test_the_report_counts_by_kind_and_draws_the_worst_curve(course: Course) -> None:
    results = grade(course, function("return not bool(np.isfinite(losses).all())"))
    evidence = results[RISING].evidence
    assert [row[2:] for row in evidence.tables[0].rows] == [("True", "12", "0")] * 6
    assert evidence.curves[0].title.startswith("Answered wrongly: a loss that rises to the largest")
    assert "The right answer is True." in evidence.curves[0].summary
    assert results[RISING].got == "72 missed"


# What is asked in every grading anew, as whoever prints it may know.
KNOWN = {
    "learning": "return not (l[:1] == [1024.0] and len(l) == 30 or l[:1] == [9.0])",
    "explosions": "return l[:2] == [1.0, 16.0]",
    "even lengths": "return len(l) % 2 == 0",
}


@pytest.mark.parametrize("known", KNOWN)
def test_a_function_that_knows_curves_by_heart_earns_nothing(course: Course, known: str) -> None:
    source = f"def has_diverged(losses):\n    l = list(losses)\n    {KNOWN[known]}\n"
    assert points(grade(course, source)) == 0


def test_one_loss_is_told_of_a_mistake_that_all_answers_show(course: Course) -> None:
    body = "return not np.isfinite(losses).all() or len(losses) == 1 or losses[-1] > 99 * losses[0]"
    results = grade(course, function(body))
    one = results["one_loss_or_none_is_no_explosion"]
    assert one.message == "`has_diverged` sees an explosion in 1 loss."
    assert not one.diagnoses


def test_what_looks_for_inf_and_nan_alone_has_one_name(course: Course) -> None:
    results = grade(course, function("return bool(not np.isfinite(losses).all())"))
    rising = results["rising_beyond_the_limit_is_an_explosion"]
    assert [known.name for known in rising.diagnoses] == ["non_finite_alone"]


def test_a_function_that_prints_its_answer_is_asked_for_a_return(course: Course) -> None:
    results = grade(course, function("print(len(losses))"))
    told = results["rising_beyond_the_limit_is_an_explosion"]
    assert told.message == "`has_diverged(losses)` is None: it has to be True or False."
    assert told.hint == "Is a `return` missing?"
