"""`grader audit` of the course itself: it is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.audit import Extent, audit_exercise
from grader.authoring.audit.lazy import unwritten
from grader.authoring.audit.mutants import mutants_of
from grader.sandbox.doctor import best_level
from tests.courses import the_course
from tests.sampling import is_whole

ROOT = Path(__file__).parents[1]
NUMPY = [e.id for e in the_course().exercises if e.profile.name == "numpy"]
# Known mistakes and mutants that are tried of an exercise: `grader audit` tries all of them.
MISTAKES = 4 if is_whole() else 1
KERAS_MISTAKES, KERAS_MUTANTS = 3, 2
MUTANTS = 40 if is_whole() else 6


@pytest.mark.sampled
def test_the_first_exercise_is_clean_wholly() -> None:
    course = the_course().only(["warm_up"])
    found = audit_exercise(
        course,
        course.exercises[0],
        Extent(seeds=3, mutants=MUTANTS, level=best_level(), workers=2 if is_whole() else 1),
    )
    assert found.faults() == []
    assert found.diagnosed == len(found.mistakes) >= 40
    assert found.mutation_score >= 0.97
    assert found.variants[:2] == ("reference", "reference in float32")
    handed_in = 3 * 2 + len(found.variants[2:])
    assert found.runs == handed_in * sum(map(len, checks_of("warm_up")))


def checks_of(exercise: str) -> list[tuple[object, ...]]:
    return [part.checks for part in the_course().only([exercise]).exercises[0].parts]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("exercise", [e for e in NUMPY if e != "warm_up"])
def test_the_others_are_clean_as_far_as_it_is_quick(exercise: str) -> None:
    course = the_course().only([exercise])
    found = audit_exercise(
        course, course.exercises[0], Extent(seeds=1, mutants=0, mistakes=MISTAKES)
    )
    assert found.faults() == []
    assert found.runs > 0


@pytest.mark.sampled(0)
def test_the_exercise_that_trains_with_keras_is_clean_as_far_as_it_is_quick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADER_MNIST", "embedded")
    course = the_course().only(["mnist"])
    extent = Extent(
        mutants=KERAS_MUTANTS,
        mistakes=KERAS_MISTAKES,
        level=best_level(),
        workers=2,
        light=True,
    )
    found = audit_exercise(course, course.exercises[0], extent)
    assert found.faults() == []
    assert found.diagnosed == KERAS_MISTAKES
    assert found.fate("caught") + found.fate("equivalent") == KERAS_MUTANTS
    assert found.runs == sum(map(len, checks_of("mnist"))) - 1
    assert "new_digits_are_recognised is not judged" in found.notes[0]


def test_choices_are_not_mutated() -> None:
    source = """
### BEGIN SOLUTION
HYPERPARAMETERS = {
    "steps": 5,
}
ANSWER = 42
### END SOLUTION
NUMBER = 3
"""
    assert {mutant.before for mutant in mutants_of("a.py", source)} == {"ANSWER = 42"}


def test_what_a_stub_leaves_to_the_student() -> None:
    stub = "def double(x):\n    raise NotImplementedError\n\n\n"
    given = "def given():\n    return 1\n\ndef refuses():\n    raise ValueError\n"
    assert unwritten((stub + given).encode()) == ["double"]
