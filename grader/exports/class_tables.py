"""Tables of a class: grades, and statistics of checks, mistakes, run times and stuck students.

A workbook has one sheet for each table. `grader export` also writes the table of checks as CSV,
and all statistics as JSON.
"""

from __future__ import annotations

__all__ = ["ClassTable", "class_tables", "statistics_csv", "statistics_json"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.exports.gradebook import gradebook_rows
from grader.exports.safe_cells import as_csv
from grader.statistics import class_statistics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.exports.safe_cells import Cell
    from grader.results import ClassResult, CourseInfo
    from grader.statistics import CheckPlace, ClassStatistics

MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTable:
    """One table, with the format of each column.

    Attributes
    ----------
    formats : tuple of str
        One for each column: ``text``, ``points``, ``share``, ``number``, ``seconds`` or
        ``correlation``.
    """

    name: str
    columns: tuple[str, ...]
    formats: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def class_tables(result: ClassResult) -> tuple[ClassTable, ...]:
    """Return the tables of a class.

    Parameters
    ----------
    result : ClassResult
        The class's results, complete or `shortened`.
    """
    numbers = class_statistics(result)
    return (
        _grades(result),
        _checks(numbers, result.course),
        _misconceptions(numbers),
        _times(numbers),
        _check_times(numbers),
        _stuck(numbers),
    )


def statistics_csv(result: ClassResult) -> bytes:
    """Return the statistics of the checks as CSV, one row for each check."""
    table = _checks(class_statistics(result), result.course)
    return as_csv(table.columns, table.rows)


def statistics_json(result: ClassResult) -> bytes:
    """Return all statistics of the class as JSON (UTF-8, indented by two spaces)."""
    return msgspec.json.format(msgspec.json.encode(class_statistics(result)), indent=2) + b"\n"


def _grades(result: ClassResult) -> ClassTable:
    columns, rows = gradebook_rows(result.submissions, result.course, result.missing)
    of_points = {"score", "at_most", "out_of", *(e.id for e in result.course.exercises)}
    return ClassTable(
        name="grades",
        columns=tuple(columns),
        formats=tuple("points" if name in of_points else "text" for name in columns),
        rows=tuple(tuple(row) for row in rows),
    )


def _checks(numbers: ClassStatistics, course: CourseInfo) -> ClassTable:
    most = {info.id: info.max_points for one in course.exercises for info in one.checks}
    return ClassTable(
        name="checks",
        columns=(
            *("exercise", "check", "claim", "points", "handed_in", "passed", "share_passed"),
            *("discrimination", "low_95", "high_95", "n", "why_unknown", "diagnoses"),
        ),
        formats=(
            *("text", "text", "text", "points", "number", "number", "share"),
            *("correlation", "correlation", "correlation", "number", "text", "text"),
        ),
        rows=tuple(
            (
                *(one.exercise, one.id, one.claim, most.get(one.id, "")),
                *(one.handed_in, one.passed, _or_blank(one.share)),
                *(_or_blank(one.discrimination.value), _or_blank(one.discrimination.low)),
                *(_or_blank(one.discrimination.high), one.discrimination.n),
                one.discrimination.unknown,
                "; ".join(f"{len(seen.places)} x {seen.name}" for seen in one.diagnoses),
            )
            for one in numbers.checks
        ),
    )


def _misconceptions(numbers: ClassStatistics) -> ClassTable:
    return ClassTable(
        name="misconceptions",
        columns=("misconception", "submissions", "of", "share", "exercises", "sentence", "who"),
        formats=("text", "number", "number", "share", "text", "text", "text"),
        rows=tuple(
            (
                *(one.name, one.count, one.of, one.count / one.of if one.of else ""),
                *(", ".join(one.exercises), one.sentence, _who(one.places)),
            )
            for one in numbers.misconceptions
        ),
    )


def _times(numbers: ClassStatistics) -> ClassTable:
    return ClassTable(
        name="times",
        columns=(
            *("exercise", "n", "kind", "median_seconds", "percentile_95_seconds"),
            *("longest_seconds", "median_deviation_seconds", "unusually_long"),
        ),
        formats=("text", "number", "text", *["seconds"] * 4, "text"),
        rows=tuple(
            (
                *(one.exercise, one.n, "processor" if one.of_processor else "elapsed"),
                *(_or_blank(one.median), _or_blank(one.percentile_95), _or_blank(one.longest)),
                _or_blank(one.deviation),
                ", ".join(f"{slow.slug} ({slow.seconds:.2f} s)" for slow in one.slow),
            )
            for one in numbers.times
        ),
    )


def _check_times(numbers: ClassStatistics) -> ClassTable:
    return ClassTable(
        name="check_times",
        columns=(
            *("exercise", "check", "claim", "n", "median_seconds", "longest_seconds"),
            *("total_seconds", "share_of_all", "longest_of"),
        ),
        formats=("text", "text", "text", "number", *["seconds"] * 3, "share", "text"),
        rows=tuple(
            (
                *(one.exercise, one.check, one.claim, one.n, one.median, one.longest),
                *(one.total, one.share, one.longest_of.slug),
            )
            for one in numbers.check_times
        ),
    )


def _stuck(numbers: ClassStatistics) -> ClassTable:
    return ClassTable(
        name="stuck",
        columns=("exercise", "check", "claim", "stuck", "of", "points_held_up", "who"),
        formats=("text", "text", "text", "number", "number", "points", "text"),
        rows=tuple(
            (
                *(one.exercise, one.check, one.claim, len(one.held), one.of, one.points),
                _who(each.place for each in one.held),
            )
            for one in numbers.obstacles
        ),
    )


def _who(places: Iterable[CheckPlace]) -> str:
    """Return the names of the report folders: unlike students' names, they are unique."""
    return ", ".join(place.slug for place in [*places][:MOST_NAMES])


def _or_blank(value: float | None) -> Cell:
    return "" if value is None else value
