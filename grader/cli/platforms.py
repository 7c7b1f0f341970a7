"""``grader export`` for learning platforms: grades filled in, reports to give back."""

from __future__ import annotations

__all__ = ["run"]

from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.errors import UsageError
from grader.exports.canvas import canvas_grades, new_gradebook
from grader.exports.feedback_zip import feedback_names, feedback_zip
from grader.exports.moodle import moodle_grades, moodle_members, moodle_numbers, new_worksheet
from grader.report.annotated import annotated_in
from grader.report.links import href_of
from grader.util.atomic import write_whole
from grader.util.csv_tables import read_table
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from grader.results import CourseInfo, Person, SubmissionResult

MAX_PAGE = 64 << 20


def run(
    options: argparse.Namespace,
    results: Sequence[SubmissionResult],
    course: CourseInfo | None,
    missing: Sequence[Person] = (),
) -> int:
    """Write the format ``options.format`` to ``options.out`` and say who is missing in it.

    Returns
    -------
    int
        1 where somebody who handed something in is not in it.
    """
    if options.out is None or options.out.is_dir():
        raise UsageError(f"{options.format} is one file: name it by --out.")
    out = terminal.console()
    if options.format.endswith("-feedback"):
        left = _feedback(options, results, out)
    else:
        left = _grades(options, results, course, out)
    _tell(out, "not in it", left)
    _tell(
        out, "handed in nothing, and kept what stood there", [one.name or one.id for one in missing]
    )
    return 1 if left else 0


def _grades(
    options: argparse.Namespace,
    results: Sequence[SubmissionResult],
    course: CourseInfo | None,
    out: Console,
) -> Sequence[str]:
    given = read_table(options.worksheet) if options.worksheet else None
    if given is not None and options.out.exists() and options.out.samefile(options.worksheet):
        raise UsageError(f"{options.out} is the table itself: name another file by --out.")
    if options.format == "moodle":
        table = given or new_worksheet(results)
        _check_any(table.rows, "Moodle")
        filled = moodle_grades(table, results, options.column)
    else:
        title = options.column or (course.title if course else "Grade")
        table = given or new_gradebook(results, title)
        _check_any(table.rows[0 if given else 1 :], "Canvas")
        filled = canvas_grades(table, results, options.column if given else title)
    write_whole(options.out, filled.content)
    out.print(
        terminal.translated(
            f"Written: {options.out}, with points in {counted(filled.count, 'line')}", style="bold"
        )
    )
    for note in filled.notes:
        out.print(terminal.translated(note))
    _tell(out, "in place of another grade, which stood in the table", filled.replaced)
    return filled.left


def _check_any(rows: Sequence[object], platform: str) -> None:
    if not rows:
        raise UsageError(
            f"None of the results came in a download of {platform}: give the platform's own table "
            "by --worksheet."
        )


def _feedback(
    options: argparse.Namespace, results: Sequence[SubmissionResult], out: Console
) -> Sequence[str]:
    if not options.results.is_dir():
        raise UsageError("Reports are given back from a folder of reports: name that folder.")
    platform = options.format.removesuffix("-feedback")
    known, table = None, None
    if platform == "moodle" and options.worksheet:
        table = read_table(options.worksheet)
        known = moodle_numbers(table)
    feedback = feedback_names(
        results, platform, known, lambda one: moodle_members(table, one) if table else ()
    )
    if not feedback.names:
        raise UsageError(
            f"None of the results came in a download of {platform.capitalize()}: there is nobody "
            "to give a report to."
        )
    content = feedback_zip(
        feedback,
        lambda one: _page(options.results, one),
        lambda one: _notebooks(options.results, one),
    )
    write_whole(options.out, content)
    out.print(
        terminal.translated(
            f"Written: {options.out}, with {counted(len(feedback.names), 'report')}", style="bold"
        )
    )
    return feedback.left


def _page(reports: Path, result: SubmissionResult) -> bytes:
    href = href_of(result.slug)
    if not href:
        raise UsageError(f"The results name a folder {result.slug!r}, which is not a valid name.")
    try:
        with (reports / href).open("rb") as file:
            return file.read(MAX_PAGE)
    except OSError as error:
        raise UsageError(
            f"The report {reports / href} cannot be read: {error.strerror}. Grade again."
        ) from error


def _notebooks(reports: Path, result: SubmissionResult) -> dict[str, bytes]:
    """Return the notebooks with feedback that lie beside a report."""
    made = {}
    for path in annotated_in(reports / result.slug):
        try:
            with path.open("rb") as file:
                made[path.name] = file.read(MAX_PAGE)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}. Grade again.") from error
    return made


def _tell(out: Console, what: str, names: Iterable[str]) -> None:
    shown = [terminal.one_line(name, 160) for name in names]
    if shown:
        out.print(terminal.translated(f"{len(shown)} {what}:", style="yellow"))
        for name in shown:
            out.print(terminal.translated(f"  {name}"))
