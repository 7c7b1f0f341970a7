"""``grader grade``: a whole class, its reports, and one line a student."""

from __future__ import annotations

__all__ = ["run"]

import tempfile
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from grader.batch import Plan, grade_class
from grader.cli import terminal
from grader.course import find_course, load_course
from grader.errors import UsageError
from grader.intake import Layout, Which, choose_attempts, list_entries
from grader.report import write_class
from grader.report.advice import advice_for
from grader.results import ClassResult, CourseInfo
from grader.roster import read_roster
from grader.salt import load_salt
from grader.sandbox.doctor import choose_level

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from rich.console import Console

    from grader.intake import Entry
    from grader.results import Person, SubmissionResult

NOT_ALL_THERE = "what was handed in is right; some exercises were not handed in"


def run(options: argparse.Namespace) -> int:
    """Grade what lies at ``options.paths`` and write the reports to ``options.out``."""
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    entries = list_entries(options.paths, Layout(course.files))
    if not entries:
        raise UsageError(f"There is no submission in {', '.join(map(str, options.paths))}.")
    entries = choose_attempts(entries, Which(options.attempt))
    missing: tuple[Person, ...] = ()
    strangers: tuple[str, ...] = ()
    if options.roster:
        entries, missing, strangers = read_roster(options.roster).assign(entries)
    _check_writable(options.out)
    plan = Plan(
        course_root=root,
        exercises=tuple(options.exercise),
        salt=load_salt(root),
        out=options.out,
        isolation=choose_level(options.isolation),
        public_only=options.public_only,
    )
    out = terminal.console()
    results = _with_progress(out, plan, entries, options.workers)
    whole = ClassResult(
        course=course.info, submissions=tuple(results), missing=missing, strangers=strangers
    )
    page = write_class(whole, options.out)
    _print(out, results, course.info)
    terminal.print_roster(out, whole)
    out.print(Text(f"\nThe reports are in {page}", style="bold"))
    return 1 if any(result.provisional or result.refused for result in results) else 0


def _with_progress(
    out: Console, plan: Plan, entries: list[Entry], workers: int
) -> list[SubmissionResult]:
    """Grade behind a progress bar on a terminal, or with a plain line a submission in a pipe."""
    if not out.is_terminal:
        count = iter(range(1, len(entries) + 1))

        def tell(result: SubmissionResult) -> None:
            out.print(f"[{next(count)}/{len(entries)}] {terminal.one_line(result.student)}")

        return grade_class(plan, entries, workers, tell)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("grading", total=len(entries))
        return grade_class(plan, entries, workers, lambda _: progress.advance(task))


def _print(out: Console, results: list[SubmissionResult], course: CourseInfo) -> None:
    """Print one line a student: the score, and what to look at."""
    width = max(len(terminal.one_line(result.student, 28)) for result in results)
    scores = max(len(terminal.score_of(result)) for result in results)
    out.print()
    for result in results:
        name = terminal.one_line(result.student, 28)
        row = Text(f"{name:<{width}}  ")
        row.append(f"{terminal.score_of(result):>{scores}}", style="bold cyan")
        row.append(f"  {_look_at(result, course)}", style="dim")
        if out.is_terminal:
            out.print(row, overflow="ellipsis", no_wrap=True)
        else:
            out.print(row)


def _look_at(result: SubmissionResult, course: CourseInfo) -> str:
    if result.refused:
        return terminal.one_line(f"could not be opened: {result.refused}", 200)
    if result.provisional:
        return "an error of ours: see the report, then grade again"
    advice = advice_for(result, course)
    if not advice:
        if not result.score:
            return "nothing was handed in"
        return "everything is right" if result.score >= result.max_score else NOT_ALL_THERE
    first = advice[0]
    more = f" (and {len(advice) - 1} more)" if len(advice) > 1 else ""
    return terminal.one_line(f"{first.where}: {first.brief}", 120) + more


def _check_writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise UsageError(
            f"Reports cannot be written to {out}: {error.strerror}. Choose another folder by --out."
        ) from error
