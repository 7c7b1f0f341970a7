"""All statistics of a class together."""

from __future__ import annotations

__all__ = ["ClassStatistics", "class_statistics"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.statistics.check_times import CheckTimes, check_times
from grader.statistics.item_analysis import CheckStatistics, check_statistics
from grader.statistics.misconception_ranking import RankedMisconception, ranked_misconceptions
from grader.statistics.stuck import Obstacle, obstacles
from grader.statistics.time_taken import RunTimes, run_times

if TYPE_CHECKING:
    from grader.results import ClassResult

STATISTICS_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStatistics:
    """All statistics of a class.

    Attributes
    ----------
    course_digest : str
        The digest of the course with which the class was graded.
    submissions : int
        The number of submissions.
    schema_version : int
        The version of the JSON form.
    """

    course_digest: str
    submissions: int
    checks: tuple[CheckStatistics, ...]
    misconceptions: tuple[RankedMisconception, ...]
    obstacles: tuple[Obstacle, ...]
    times: tuple[RunTimes, ...]
    check_times: tuple[CheckTimes, ...]
    schema_version: int = STATISTICS_VERSION


def class_statistics(result: ClassResult) -> ClassStatistics:
    """Return all statistics of a class.

    Parameters
    ----------
    result : ClassResult
        Complete or `shortened`, from a folder of reports or from a gradebook.
    """
    return ClassStatistics(
        course_digest=result.course.digest,
        submissions=len(result.submissions),
        checks=check_statistics(result),
        misconceptions=ranked_misconceptions(result),
        obstacles=obstacles(result),
        times=run_times(result),
        check_times=check_times(result),
    )
