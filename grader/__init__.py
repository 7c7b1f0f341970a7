"""An automated grader for a course on neural networks.

>>> import grader
>>> course = grader.load_course("course")
>>> result = grader.grade(course, "submissions/ann")
>>> result.score, result.max_score

What is offered here is loaded when it is first asked for: a runner, which lives beside a
submission, imports this package too, and is to know none of it. `docs/library.md` has examples.
"""

from __future__ import annotations

__all__ = [
    "ClassResult",
    "Course",
    "GraderError",
    "SubmissionResult",
    "grade",
    "grade_class",
    "load_course",
    "open_class",
    "open_submission",
    "read_results",
    "write_report",
]

from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.version import __version__ as __version__

if TYPE_CHECKING:
    from grader.api import (
        grade,
        grade_class,
        load_course,
        open_class,
        open_submission,
        read_results,
        write_report,
    )
    from grader.course import Course
    from grader.errors import GraderError
    from grader.results import ClassResult, SubmissionResult

# What does not come from `grader.api`.
_ELSEWHERE = {
    "ClassResult": "grader.results",
    "Course": "grader.course",
    "GraderError": "grader.errors",
    "SubmissionResult": "grader.results",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "grader.api")), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
