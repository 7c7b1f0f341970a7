"""The `EXPERIMENTS` of exercise 1: what passes, what fails and why, and the judge's own descent."""

from __future__ import annotations

import sys
import time
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.results import CheckResult

ROOT = Path(__file__).parents[2]
COURSE = the_course().only(["gradient"])
ONE, TWO = COURSE.exercises[0].parts
FILES = {"gradient": "gradient/gradient.py", "gradient_2": "gradient/gradient_2.py"}
SOURCES = {stem: (ROOT / "solutions" / file).read_text("utf-8") for stem, file in FILES.items()}
# The checks' own modules, as the course has loaded them.
IN_ONE, IN_TWO = (sys.modules[part.checks[0].run.__module__] for part in (ONE, TWO))


def grade(sources: dict[str, str], salt: bytes = b"") -> dict[str, CheckResult]:
    """Grade a submission of these files; return its checks by ``stem.name``."""
    files = {FILES[stem]: source.encode() for stem, source in sources.items()}
    result = Judge(COURSE, launcher(), salt, small_examples=False).grade(Sealed("student", files))
    checks = {check.id.partition(".")[2]: check for check in result.exercises[0].checks}
    return {name: check for name, check in checks.items() if name.split(".")[0] in sources}


def changed(**overrides: str) -> dict[str, CheckResult]:
    """Grade the reference with definitions that take the place of its own."""
    return grade({stem: f"{SOURCES[stem]}\n\n{text}\n" for stem, text in overrides.items()})


def lost(checks: dict[str, CheckResult], stem: str = "gradient") -> set[str]:
    """Return the checks of a file that did not pass; an error of ours is never among them."""
    assert [c.message for c in checks.values() if c.outcome is Outcome.GRADER_ERROR] == []
    of_file = {n.split(".")[1]: c for n, c in checks.items() if n.split(".")[0] == stem}
    return {name for name, check in of_file.items() if check.outcome is not Outcome.PASSED}


def experiments(**values: str) -> str:
    return "\n".join(f'EXPERIMENTS["{key}"] = {value}' for key, value in values.items())


def of(start: str, rate: str, steps: str) -> str:
    return f'{{"start": {start}, "learning_rate": {rate}, "steps": {steps}}}'


def test_experiments_pass_in_any_form_of_numbers() -> None:
    checks = changed(
        gradient=experiments(
            converges=of("[2, 1]", "np.float32(0.01)", "np.int64(5000)"),
            too_slow=of("np.array([-2.0, 2.0])", "1e-6", "1e3"),
            diverges=of("(-3, 0)", "1", "100_000"),
        ),
        gradient_2=experiments(
            global_minimum=of("np.array([-8, -10])", "0.02", "100_000"),
            local_minimum=of("(5, -9)", "0.1", "300"),
            oscillates=of("(-8, -9)", "0.06", "500"),
        ),
    )
    assert lost(checks) | lost(checks, "gradient_2") == set()


FIRST_KEYS = ("converges", "too_slow", "diverges")
WRONG_EXPERIMENTS = [
    ("converges", "None", "not written"),
    ("converges", of("(1e30, 1)", "0.02", "500"), "between"),
    ("converges", of("(2, 1)", "0.02", "100_001"), "between"),
    ("converges", of("(0.5, 0.5)", "0.02", "500"), "starts only"),
    ("converges", of("(2, 1)", "0.02", "5"), "ends"),
    ("converges", of("(2, 1)", "0.9", "500"), "explodes"),
    ("too_slow", "{'learning_rate': 0.1, 'steps': 5}", "lacks the key"),
    ("too_slow", of("(2, 1)", "float('nan')", "500"), "finite number"),
    ("too_slow", of("(2, 1)", "0.02", "0.5"), "whole number"),
    ("too_slow", of("(2, 1)", "0.9", "500"), "explodes"),
    ("too_slow", of("(2, 1)", "0", "500"), "does not descend"),
    ("too_slow", of("(2, 1)", "0.02", "500"), "nearly arrived"),
    ("diverges", "7", "has to be a dict"),
    ("diverges", of("(2, 'x')", "0.02", "500"), "finite number"),
    ("diverges", of("(2, 1)", "-0.02", "500"), "between"),
    ("diverges", of("(2, 1)", "0.02", "10**400"), "between"),
    ("diverges", of("(2, 1)", "0.02", "500"), "stays"),
    ("diverges", of("(2, 1)", "0.9", "1"), "stays"),
    ("global_minimum", of("(9.5, 7)", "0.01", "2000"), "ends"),
    ("global_minimum", of("(-9, -11)", "0.01", "2000"), "starts only"),
    ("global_minimum", of("(2, 1, 0)", "0.02", "500"), "2 numbers"),
    ("local_minimum", of("(-6, -8)", "0.01", "2000"), "ends"),
    ("local_minimum", of("(11.4, 8)", "0.01", "2000"), "starts only"),
    ("oscillates", of("(9.5, 7)", "0.01", "1000"), "stops moving"),
    ("oscillates", of("(9.5, 7)", "50", "1000"), "leaves"),
    ("oscillates", of("(2, 1)", "0.02", "True"), "whole number"),
]


def experiment_rounds() -> list[tuple[tuple[str, str, str], ...]]:
    """Put the failures together, one of each key in a round: fewer processes to start."""
    keys = dict.fromkeys(key for key, _, _ in WRONG_EXPERIMENTS)
    groups = [[case for case in WRONG_EXPERIMENTS if case[0] == key] for key in keys]
    return [tuple(filter(None, found)) for found in zip_longest(*groups)]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("cases", experiment_rounds())
def test_an_experiment_that_fails_costs_its_own_check_and_is_explained(
    cases: tuple[tuple[str, str, str], ...],
) -> None:
    stems = {key: "gradient" if key in FIRST_KEYS else "gradient_2" for key, _, _ in cases}
    overrides = dict.fromkeys(FILES, "")
    for key, value, _ in cases:
        overrides[stems[key]] += experiments(**{key: value}) + "\n"
    checks = changed(**overrides)
    assert len(lost(checks) | lost(checks, "gradient_2")) == len(cases)
    for key, _, words in cases:
        [name] = [n for n in lost(checks, stems[key]) if key.partition("_")[0] in n]
        assert words in checks[f"{stems[key]}.{name}"].message


def test_missing_keys_cost_their_own_checks() -> None:
    one = 'del EXPERIMENTS["too_slow"]\nEXPERIMENTS["diverges"] = None'
    checks = changed(gradient=one, gradient_2="EXPERIMENTS = None")
    assert lost(checks) == {"experiment_too_slow", "experiment_diverges"}
    assert len(lost(checks, "gradient_2")) == 3


def test_figures_show_the_paths_over_landscapes_that_the_course_has() -> None:
    checks = changed(
        gradient="", gradient_2=experiments(global_minimum=of("(9, 7)", "0.01", "9999"))
    )
    backgrounds = {background.name for background in COURSE.info.backgrounds}
    shown = [t for check in checks.values() for t in check.evidence.trajectories]
    assert {t.background for t in shown} == backgrounds == {"gradient", "gradient_2"}
    for trajectories in shown:
        assert len(trajectories.summary) > 40
        assert all(2 <= len(track.points) <= 200 for track in trajectories.tracks)
    failed = checks["gradient_2.experiment_reaches_the_global_minimum"].evidence
    [path] = failed.trajectories[0].tracks  # no other experiment beside one that fails
    assert path.points[0] == (9.0, 7.0)
    assert path.points[-1] == pytest.approx((11.4427, 8.1467), abs=1e-3)
    assert len(failed.curves[0].series[0].y) <= 200


# ---------------------------------------------------------------------------- anything may come

STILL = """
def gradient(x, y): return 0.0, 0.0
def gradient_descent(start, rate, steps): return np.tile(start, (steps + 1, 1))
"""
NO_NUMBERS = """
def gradient(x, y): return float("nan"), np.inf
def gradient_descent(start, rate, steps): return np.full((steps + 1, 2), np.nan)
EXPERIMENTS = "x"
"""
WRONG_SHAPES = """
def gradient(x, y):
    if abs(y) < 1e-9: return np.ones((3, 4)), np.ones(5)
    return 4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 8 * y
def gradient_descent(start, rate, steps):
    if isinstance(start, list): start.append([1, [2]])
    return np.tile(start[:2], (1_000_000, 1))
ANALYTIC_MINIMUM = {1: 2}
EXPERIMENTS = {"converges": {"start": np.zeros(9), "learning_rate": 10**5000, "steps": {}},
    "too_slow": [1], "diverges": {"start": np.nan, "learning_rate": True, "steps": 1j}}
"""
RAISES_AT_TIMES = """
calls = []
def gradient(x, y):
    calls.append(x)
    if len(calls) % 3 == 0: raise ValueError("third")
    return len(calls), "1"
"""


def test_whatever_comes_is_the_submissions_own_fault_and_earns_nothing() -> None:
    descent = {"descent_returns_every_point", "descent_follows_the_gradient", "descent_may_explode"}
    first = changed(gradient=STILL, gradient_2=NO_NUMBERS)
    assert descent <= lost(first)  # its form is right, and it stays where it is
    assert lost(first, "gradient_2") == {c.name for c in TWO.checks}
    second = changed(gradient=WRONG_SHAPES, gradient_2=RAISES_AT_TIMES)
    assert lost(second) == {c.name for c in ONE.checks} - {"gradient_is_right"}
    assert not descent & lost(second, "gradient_2")  # judged apart from a gradient that raises


# ---------------------------------------------------------------------------- the judge's own side


def test_the_judge_and_the_reference_compute_the_same_functions() -> None:
    rng = np.random.default_rng(1)
    for module, name, part in ((IN_ONE, "ONE_MINIMUM", ONE), (IN_TWO, "THREE_MINIMA", TWO)):
        land: Any = getattr(module, name)
        for x, y in rng.uniform(-14, 14, (200, 2)).tolist():
            assert land.height(x, y) == pytest.approx(part.reference.function_to_minimize(x, y))
            assert land.gradient(x, y) == pytest.approx(part.reference.gradient(x, y))
        for goal in land.minima.values():
            assert land.gradient(*goal) == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.parametrize("rate", [0.01, 0.02, 0.06, 0.0, 1e-19])
def test_a_descent_whose_steps_move_nothing_is_the_one_that_goes_on(rate: float) -> None:
    land: Any = IN_TWO.THREE_MINIMA
    path = sys.modules[f"{IN_TWO.__package__}.descent"].descend(
        land.gradient, (9.5, 7.0), rate, 400
    )
    x, y = 9.5, 7.0
    for point in path:
        assert point == (x, y)
        slope_x, slope_y = land.gradient(x, y)
        x, y = x - rate * slope_x, y - rate * slope_y
    assert len(path) == 401
    assert (path[-1] == path[-2]) == (rate != 0.06)


def test_a_hundred_thousand_steps_of_the_judge_are_fast() -> None:
    for module, name in ((IN_ONE, "ONE_MINIMUM"), (IN_TWO, "THREE_MINIMA")):
        land: Any = getattr(module, name)
        begin = time.process_time()
        path = sys.modules[f"{module.__package__}.descent"].descend(
            land.gradient, (2.0, 1.0), 1e-5, 100_000
        )
        assert len(path) == 100_001
        assert time.process_time() - begin < 1.0
