"""The audit lets chance fail right answers as often as a check states, and no more often."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.audit import Extent, audit_exercise
from grader.authoring.audit.chance import SURPRISE, Chance, most_by_chance
from grader.authoring.audit.false_fail import FalseFail
from grader.checks import check
from grader.course import load_course
from grader.errors import CourseError
from grader.results import Outcome

ROOT = Path(__file__).parents[1]


def beyond(most: int, runs: int, probability: float) -> float:
    """Return P(more than `most` failures), summed term by term from its own side."""
    return math.fsum(
        math.comb(runs, k) * probability**k * (1 - probability) ** (runs - k)
        for k in range(most + 1, min(runs, most + 60) + 1)
    )


@pytest.mark.parametrize("runs", [1, 7, 100, 2_000])
@pytest.mark.parametrize("probability", [1e-12, 1e-7, 1e-5, 1e-4, 9e-4])
def test_the_bound_is_the_smallest_that_surprises(runs: int, probability: float) -> None:
    most = most_by_chance(runs, probability)
    assert beyond(most, runs, probability) < SURPRISE
    assert most == 0 or beyond(most - 1, runs, probability) >= SURPRISE


def test_what_is_certain_is_no_surprise_and_what_is_impossible_is_one() -> None:
    assert most_by_chance(1_000, 0.0) == 0
    assert most_by_chance(5, 1.0) == 5
    assert most_by_chance(0, 0.5) == 0


def fails(count: int, outcome: Outcome = Outcome.FAILED, name: str = "e.f.drawn") -> Any:
    return [
        FalseFail(check=name, variant="reference", seed=k, message="far off", outcome=outcome)
        for k in range(count)
    ]


CHANCE = Chance(stated={"e.f.drawn": 1e-4, "e.f.exact": 0.0}, runs={"reference": 1_000})


def test_as_many_failures_as_stated_are_explained_and_one_more_is_none() -> None:
    most = most_by_chance(1_000, 1e-4)
    assert 1 <= most <= 5
    assert CHANCE.unexplained(fails(most)) == ()
    assert "failed" in CHANCE.sentences(fails(most))[0]
    assert len(CHANCE.unexplained(fails(most + 1))) == most + 1
    assert CHANCE.sentences(fails(most + 1)) == ()


def test_a_check_that_states_nothing_may_not_fail_at_all() -> None:
    assert len(CHANCE.unexplained(fails(1, name="e.f.exact"))) == 1
    assert len(CHANCE.unexplained(fails(1, name="e.f.unheard_of"))) == 1


@pytest.mark.parametrize("outcome", [Outcome.CRASHED, Outcome.GRADER_ERROR, Outcome.OVER_LIMIT])
def test_chance_explains_no_error(outcome: Outcome) -> None:
    assert len(CHANCE.unexplained(fails(1, outcome))) == 1


@pytest.mark.parametrize("stated", [1e-3, 0.5, -1e-9, math.nan])
def test_a_check_cannot_state_any_probability(stated: float) -> None:
    def claim(case: Any) -> None:
        """Say that it holds."""

    with pytest.raises(CourseError, match="has to be a probability below"):
        check(1, false_fail=stated)(claim)


def test_every_check_that_the_course_leaves_to_chance_says_how_much() -> None:
    stated = {
        f"{exercise.id}.{check.name}": check.false_fail
        for exercise in load_course(ROOT).exercises
        for part in exercise.parts
        for check in part.checks
        if check.false_fail
    }
    assert len(stated) >= 10
    assert not any(name.startswith(("local_minimum", "hyperparameters")) for name in stated)
    assert max(stated.values()) < 1e-3


def test_the_audit_counts_the_runs_of_each_right_answer() -> None:
    course = load_course(ROOT).only(["beyond"])
    extent = Extent(seeds=2, mutants=0, mistakes=0)
    found = audit_exercise(course, course.exercises[0], extent)
    assert found.chance.runs["reference"] == 2
    assert max(found.chance.stated.values()) == 1e-7
    assert found.summary()["beyond_chance"] == found.summary()["false_fails"] == 0
