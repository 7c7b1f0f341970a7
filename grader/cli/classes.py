"""Show a class on the terminal: its progress, and one line for each student."""

from __future__ import annotations

__all__ = ["is_unread", "print_change", "print_class", "progress"]

import contextlib
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    RenderableColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.cli import terminal
from grader.cli.waiting import PlainLines, Status
from grader.languages import say
from grader.report.advice import advice_for
from grader.report.text import points
from grader.results import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from grader.executors.progress_board import Board
    from grader.keeping import Change, Replaced
    from grader.results import CourseInfo, SubmissionResult

NOT_ALL_THERE = "what was handed in is right; some exercises were not handed in"


@contextlib.contextmanager
def progress(
    out: Console, total: int, board: Board | None = None
) -> Iterator[Callable[[SubmissionResult], None]]:
    """Show the progress of a class: a bar on a terminal, a line for each submission in a pipe.

    What takes long is on the `board`, where there is one. What this yields is to be called with
    each result.
    """
    if not terminal.can_redraw(out):
        count = iter(range(1, total + 1))

        def tell(result: SubmissionResult) -> None:
            out.print(f"[{next(count)}/{total}] {terminal.one_line(result.student)}")
            if board:
                board.wipe(result.student)

        with PlainLines(out, board) if board else contextlib.nullcontext():
            yield tell
        return
    status = Status(board) if board else terminal.translated("grading")
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), RenderableColumn(status))
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("grading", total=total)

        def advance(result: SubmissionResult) -> None:
            bar.advance(task)
            if board:
                board.wipe(result.student)

        yield advance


def print_class(out: Console, results: Sequence[SubmissionResult], course: CourseInfo) -> None:
    """Print one line for each student: the score, and what to look at."""
    names = terminal.told_apart(results, 28)
    width = max(map(len, names))
    totals = [say(terminal.score_of(result)) for result in results]
    scores = max(map(len, totals))
    terminal.print_unread(out, results)
    out.print()
    for name, result, total in zip(names, results, totals, strict=True):
        row = terminal.translated(f"{name:<{width}}  ")
        row.append(f"{total:>{scores}}", style="bold cyan")
        row.append(f"  {say(_look_at(result, course))}", style="dim")
        if out.is_terminal:
            out.print(row, overflow="ellipsis", no_wrap=True)
        else:
            out.print(row)


def _look_at(result: SubmissionResult, course: CourseInfo) -> str:
    if result.refused:
        return "what came cannot be graded: see above"
    if result.provisional:
        return "an error of the grader: see the report, then grade again"
    advice = advice_for(result, course)
    if not advice:
        if result.state is State.EMPTY:
            return "nothing was handed in"
        if result.unread:
            return "what could be graded is right; a part could not: see above"
        return "everything is right" if result.score >= result.max_score else NOT_ALL_THERE
    first = advice[0]
    more = f" ({say(f'and {len(advice) - 1} more')})" if len(advice) > 1 else ""
    return say(terminal.one_line(f"{first.where}: {first.brief}", 120)) + more


def is_unread(result: SubmissionResult) -> bool:
    """Return whether a submission, or an exercise of it, cannot be graded."""
    return bool(result.refused or result.unread)


def _from_to(one: Replaced) -> str:
    return f"{one.name} ({points(one.before)} → {points(one.now)})"


def print_change(out: Console, change: Change) -> None:
    """Print how a grading changed the results that were in its folder before.

    Nothing where there were none.
    """
    if change.other_totals:
        totals = [_from_to(one) for one in change.other_totals]
        what = say("other totals") if len(totals) > 1 else say("other total")
        out.print(Text(terminal.counted_names(totals, what)))
    if not (change.replaced or change.known or change.kept or change.gone or change.left):
        return
    again = [one.name if one.before == one.now else _from_to(one) for one in change.replaced]
    out.print()
    for names, what in (
        (change.added, "new"),
        (again, "graded again, in place of the earlier result"),
        (change.known, "known already, and not graded again"),
        (change.kept, "kept from an earlier grading (--replace leaves only what is graded now)"),
        (change.gone, "taken away"),
        (change.left, "not removed, since other files are in the folder"),
    ):
        if names:
            out.print(Text(terminal.counted_names(names, say(what))))
    if change.older:
        out.print(
            terminal.translated(
                f"{change.older} of those kept were graded with another version of the course: "
                "grade them again to compare.",
                style="yellow",
            )
        )
