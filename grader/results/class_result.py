"""The results of a whole class: its course, its submissions, and the people without one."""

from __future__ import annotations

__all__ = ["ClassResult"]

from dataclasses import dataclass

from grader.results.course_info import CourseInfo  # noqa: TC001  (a result is read back by its types)
from grader.results.delivery import Person  # noqa: TC001
from grader.results.verdicts import SCHEMA_VERSION, SubmissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """All results of a class: ``reports/results.json``.

    Attributes
    ----------
    missing : tuple of Person
        People on the roster without a submission.
    strangers : tuple of str
        Names of submissions that match nobody on the roster. Without a roster both are empty.
    notes : tuple of str
        Sentences for the instructor about how the class was read: files that belong to nobody,
        names that look alike.
    public_only : bool
        Whether only the public checks were run.
    trial : bool
        Whether this only tried the grader: the next grading replaces its results.
    schema_version : int
        1 if all data are here, 2 if evidence is in each student's own file.
    """

    course: CourseInfo
    submissions: tuple[SubmissionResult, ...]
    missing: tuple[Person, ...] = ()
    strangers: tuple[str, ...] = ()
    public_only: bool = False
    trial: bool = False
    notes: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION
