"""Statistics of a class: pure functions of its results, without reading files or drawing.

=========================  ===================================================================
`handed_in`                which outcomes count as a verdict on what a student understood
`item_analysis`            difficulty and discrimination of each check, and its diagnoses
`stuck`                    which checks block which students, and the points behind them
`check_times`              which checks take most of the time
`time_taken`               how long exercises run, and which submissions run unusually long
`misconception_ranking`    known mistakes in the class, each counted once for each student
`whole_class`              all of these together
=========================  ===================================================================

`docs/class-report.md` says for each number what it means, its formula and source, and when not to
trust it.
"""

from grader.statistics.check_times import NOTICEABLE_SECONDS, CheckTimes, check_times
from grader.statistics.handed_in import CheckPlace, is_judged, was_handed_in
from grader.statistics.item_analysis import (
    LEAST_FOR_DISCRIMINATION,
    CheckStatistics,
    DiagnosisPlaces,
    Discrimination,
    check_statistics,
)
from grader.statistics.misconception_ranking import RankedMisconception, ranked_misconceptions
from grader.statistics.stuck import Obstacle, StuckSubmission, obstacles
from grader.statistics.time_taken import LEAST_FOR_TIMES, RunTimes, Slow, run_times
from grader.statistics.whole_class import ClassStatistics, class_statistics

__all__ = [
    "LEAST_FOR_DISCRIMINATION",
    "LEAST_FOR_TIMES",
    "NOTICEABLE_SECONDS",
    "CheckPlace",
    "CheckStatistics",
    "CheckTimes",
    "ClassStatistics",
    "DiagnosisPlaces",
    "Discrimination",
    "Obstacle",
    "RankedMisconception",
    "RunTimes",
    "Slow",
    "StuckSubmission",
    "check_statistics",
    "check_times",
    "class_statistics",
    "is_judged",
    "obstacles",
    "ranked_misconceptions",
    "run_times",
    "was_handed_in",
]
