"""A training that ends before its last step, and fills its losses up with nan, is told so."""

from __future__ import annotations

import pytest

from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.in_process import Subject, run_exercise
from grader.course import check_id
from tests.test_audit_verdicts import AUDIT


@pytest.mark.parametrize(
    ("function", "rule", "seed"),
    [
        ("train", "the loss is below half of its start", 7),  # it ends after its first step
        ("train", "the loss rises", 8),  # it rises in none of the trainings that are drawn
        ("train_sgd", "the loss is below half of its start", 6),  # after its first epoch but one
    ],
)
def test_it_is_told_whatever_is_drawn(function: str, rule: str, seed: int) -> None:
    family = AUDIT.stoppers()
    [loop] = [one for one in family.LOOPS if (one.function, one.filling) == (function, "nan")]
    exercise = AUDIT.exercise_of(loop.exercise)
    part = next(part for part in exercise.parts if part.file == loop.file)
    patch = FromModule(lambda module: loop.made(module, family.RULES[rule]))
    subject = Subject(files=AUDIT.reference(exercise), patches={loop.file: {loop.function: patch}})
    ids = {check_id(exercise, part, check) for check in part.checks}
    asked = {check_id(exercise, part, c) for c in part.checks if c.subject == loop.function}
    ran = run_exercise(AUDIT.course(), exercise, subject, seed, only=asked, passed=ids)
    names = {d.name for one in ran if one.fails for d in one.result.diagnoses}
    assert names & set(AUDIT.NAMED_EARLY)
