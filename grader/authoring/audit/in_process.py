"""Runs the checks of an exercise on the course's own code, in this process."""

from __future__ import annotations

__all__ = ["CheckRun", "Subject", "direct_session", "run_exercise"]

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.authoring.audit.direct import Direct
from grader.course import Course, Exercise, check_id
from grader.judge.run_check import case_of, run_check
from grader.results import CheckResult, Outcome
from grader.sandbox.launcher import RunnerSpec
from grader.sandbox.plain import PlainLauncher

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    import numpy as np

    from grader.judge.shrinking.failure import CheckFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A submission to test: files, replacements for names in them, the precision of the inputs."""

    files: Mapping[str, bytes]
    patches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dtype: type[np.floating[Any]] | None = None


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One check's result, the names that it used in the submission, and how it failed."""

    name: str
    result: CheckResult
    asked: frozenset[str]
    failure: CheckFailure | None = None

    @property
    def fails(self) -> bool:
        """True if the check ran and did not pass."""
        return self.result.outcome not in (Outcome.PASSED, Outcome.SKIPPED)


def run_exercise(
    course: Course,
    exercise: Exercise,
    subject: Subject,
    seed: int,
    *,
    only: Container[str] | None = None,
    passed: Container[str] = (),
) -> list[CheckRun]:
    """Run the checks of an exercise on a subject.

    Parameters
    ----------
    course, exercise
        The course, and one of its exercises.
    subject : Subject
        The submission to test.
    seed : int
        The seed of the inputs.
    only : container of str, optional
        Ids of the checks to run; all by default.
    passed : container of str
        Ids of checks that passed before, for checks that need them.
    """
    session = direct_session(course, exercise, subject)
    ran: list[CheckRun] = []
    for part in exercise.parts:
        met: set[str] = set()
        for check in part.checks:
            blank = CheckResult(
                id=check_id(exercise, part, check),
                file=part.file,
                claim=check.claim,
                outcome=Outcome.SKIPPED,
                points=0.0,
                max_points=check.points,
            )
            if only is not None and blank.id not in only:
                met |= {check.name} if blank.id in passed else set()
                continue
            session.asked.clear()
            if met.issuperset(check.needs):
                case = case_of(part, session, seed, blank.id)
                blank = run_check(check, case, blank, session)
            if blank.outcome is Outcome.PASSED:
                met.add(check.name)
            failure = session.failures.get(blank.id)
            ran.append(CheckRun(check.name, blank, frozenset(session.asked), failure))
    return ran


def direct_session(course: Course, exercise: Exercise, subject: Subject) -> Direct:
    """Return a session of a subject, in this process."""
    spec = RunnerSpec(
        files=subject.files,
        folder=exercise.folder,
        stubs=course.stubs,
        profile=exercise.profile,
        limits=exercise.limits,
    )
    return Direct(PlainLauncher(), spec, patches=subject.patches, dtype=subject.dtype)
