"""A class as a whole: its course, its submissions, and who handed in nothing."""

from __future__ import annotations

__all__ = ["ClassResult"]

from dataclasses import dataclass

from grader.results.course_info import CourseInfo  # noqa: TC001  (a result is read back by its types)
from grader.results.delivery import Person  # noqa: TC001
from grader.results.verdicts import SCHEMA_VERSION, SubmissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """Everything about a class: ``reports/results.json``.

    Attributes
    ----------
    missing : tuple of Person
        Those on the roster of whom nothing was handed in.
    strangers : tuple of str
        Names of submissions that belong to nobody on the roster; both empty without a roster.
    notes : tuple of str
        What the instructor has to know of how the class was found: what lies there and is nobody's,
        names that look alike. A sentence each.
    public_only : bool
        Whether only the public checks were run.
    trial : bool
        Whether this was to try the grader: the next grading takes its place.
    schema_version : int
        1 where everything is here, 2 where evidence lies in each student's own file.
    """

    course: CourseInfo
    submissions: tuple[SubmissionResult, ...]
    missing: tuple[Person, ...] = ()
    strangers: tuple[str, ...] = ()
    public_only: bool = False
    trial: bool = False
    notes: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION
