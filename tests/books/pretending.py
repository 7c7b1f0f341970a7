"""A judge that runs nothing: tests state the outcomes of checks beforehand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.intake.sealed import Sealed
from grader.judge import Graded, GradedExercise
from grader.results import (
    CheckResult,
    Delivery,
    Evidence,
    ExerciseResult,
    Outcome,
    SubmissionResult,
    Usage,
    now,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.course import Course
    from grader.gradebook import Conditions, Gradebook, Recorder

MANIFEST = """
title = "A course of two functions"
[profiles.numpy]
[limits]
[[exercises]]
id = "double"
number = "1"
title = "Doubling"
folder = "work"
files = ["work/double.py"]
points = 3
[[exercises]]
id = "halve"
number = "2"
title = "Halving"
folder = "work"
files = ["work/halve.py"]
points = 1
"""
CHECKS = '''
from grader.checks import check

@check({points})
def right(case):
    """It is right."""
    case.agrees("{name}", 3.0)
'''
FILES = {
    "assignments/course.toml": MANIFEST,
    "assignments/work/double.py": "def double(x):\n    raise NotImplementedError\n",
    "assignments/work/halve.py": "def halve(x):\n    raise NotImplementedError\n",
    "solutions/work/double.py": "def double(x):\n    return 2 * x\n",
    "solutions/work/halve.py": "def halve(x):\n    return x / 2\n",
    "solutions/checks/double/check_double.py": CHECKS.format(points=3, name="double"),
    "solutions/checks/halve/check_halve.py": CHECKS.format(points=1, name="halve"),
}


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def sealed(name: str, content: str = "pass", **files: bytes) -> Sealed:
    """Return a submission; its content does not matter."""
    return Sealed(name, {"work/double.py": content.encode(), **files})


@dataclass
class Pretending:
    """Grades as a judge does, and counts what it has to grade.

    Attributes
    ----------
    outcomes, seconds, points, evidence
        For an exercise, what its one check comes to, in how long, and what it shows, where it is
        not passed, at once, with all points, and nothing.
    """

    book: Gradebook
    course: Course
    conditions: Conditions
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    graded: Counter[str] = field(default_factory=Counter)

    def recorder(self) -> Recorder:
        """Return the memory of the running run."""
        with self.book.run("grade", self.course, self.conditions.isolation) as run:
            return self.book.recorder(self.course, self.conditions, run)

    def __call__(
        self,
        submission: Sealed,
        delivery: Delivery | None = None,
        memory: Recorder | None = None,
        at: str = "",
    ) -> SubmissionResult:
        """Grade a submission, as far as it is not known, and record it."""
        memory = memory or self.recorder()
        return memory.record([self.attempt(submission, delivery, memory, at)], 0)

    def attempt(
        self, submission: Sealed, delivery: Delivery | None, memory: Recorder, at: str = ""
    ) -> Graded:
        """Grade one attempt and do not record it."""
        found = []
        for exercise in self.course.exercises:
            one = memory.recall(exercise, submission)
            if one is None:
                self.graded[exercise.id] += 1
                one = self.exercise(exercise.id)
                memory.keep(exercise, submission, one)
            found.append(one)
        result = SubmissionResult(
            student=submission.name,
            slug=submission.name,
            digest=submission.digest,
            exercises=tuple(one.result for one in found),
            course_digest=self.course.digest,
            isolation=self.conditions.isolation,
            delivery=delivery or Delivery(),
            graded_at=at or now(),
        )
        return Graded(submission, result)

    def exercise(self, exercise: str) -> GradedExercise:
        """Return the result of an exercise."""
        [info] = [one for one in self.course.info.exercises if one.id == exercise]
        [check] = info.checks
        outcome = self.outcomes.get(exercise, Outcome.PASSED)
        passed = check.max_points if outcome is Outcome.PASSED else 0.0
        result = CheckResult(
            id=check.id,
            file=check.file,
            claim=check.claim,
            outcome=outcome,
            points=self.points.get(exercise, passed),
            max_points=check.max_points,
            evidence=self.evidence.get(exercise, Evidence()),
            limit="call_seconds" if outcome is Outcome.OVER_LIMIT else "",
        )
        usage = Usage(wall_seconds=self.seconds.get(exercise, 0.0))
        return GradedExercise(ExerciseResult(id=exercise, checks=(result,), usage=usage))
