"""The work of ``grader check``: grade with the public checks, and print the verdicts."""

from __future__ import annotations

__all__ = ["check"]

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.authoring.release.replay import find_kit, load_kit
from grader.cli import terminal
from grader.cli.last_check import print_changes, with_changes
from grader.cli.output import save
from grader.cli.reproducing import reproduce_and_print
from grader.cli.waiting import PlainLines, Status
from grader.course import Course, find_course, load_course
from grader.course.salt import NOT_SECRET
from grader.errors import UsageError
from grader.executors.progress_board import Board
from grader.intake import Layout, open_submission
from grader.judge import Judge
from grader.languages import say, tag
from grader.report.text import plural, points
from grader.results import for_student, now, to_json, total_points
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from grader.intake.sealed import Sealed
    from grader.results import SubmissionResult
    from grader.sandbox.launcher import Launcher
    from grader.submission import ProgressEvent


def check(options: argparse.Namespace, launcher: Launcher) -> int:
    """Grade the submission at ``options.path`` with the public checks and print the verdicts."""
    out = terminal.console()
    course = _course(options)
    sealed = open_submission(options.path, Layout.of(course.files, course.stubs))
    if options.reproduce:
        judge = Judge(course, launcher, public_only=True)
        return 0 if reproduce_and_print(out, judge, sealed, options.reproduce) else 1
    result = _graded(sealed, Judge(course, launcher, NOT_SECRET, public_only=not options.all))
    if (kit := find_kit(course.root)) is not None:
        result = with_changes(result, kit, options.path)
    _print(out, result, course)
    print_changes(out, result, course.info)
    later = "" if options.all or result.refused else _still_to_come(result, course)
    if later:
        out.print(later)
    if options.html:
        noted = replace(result, notes=(*result.notes, later)) if later else result
        _write(options.html, noted, course)
        out.print(f"The report is {options.html}.")
    if options.json:
        save(options.json, to_json(result))
    return 1 if result.provisional or result.refused else 0


def _course(options: argparse.Namespace) -> Course:
    """Return the named course, else that of the working directory, else that of the path's kit.

    What lies around a submission comes last: it may have been handed in with it.
    """
    kit = find_kit(options.course or Path.cwd())
    if kit is None:
        try:
            root = find_course(options.course)
        except UsageError:
            kit = None if options.course else find_kit(options.path)
            if kit is None:
                raise
            terminal.print_translated(f"Checked by the kit in {kit}.", to_errors=True)
        else:
            return load_course(root, options.exercise)
    if options.all:
        raise UsageError("A kit has no hidden checks: leave --all out.")
    return load_kit(kit, options.exercise)


def _graded(sealed: Sealed, judge: Judge) -> SubmissionResult:
    """Grade, and show long calls on stderr, so that a pipe gets only verdicts."""
    err = terminal.console(to_errors=True)
    with Scratch() as folder:
        board = Board(folder)
        status = Status(board, with_student=False)

        def progress(student: str, doing: ProgressEvent) -> None:
            status.title = say(f"grading: {doing.exercise}")
            board.write(student, doing)

        with err.status(status) if terminal.can_redraw(err) else PlainLines(err, board):
            result = replace(judge, progress=progress).grade(sealed)
    return for_student(replace(result, graded_at=now()), own_machine=True)


def _print(out: Console, result: SubmissionResult, course: Course) -> None:
    if result.refused:
        out.print(terminal.translated(result.refused, style="bold yellow"))
    terminal.print_notes(out, result.notes)
    for exercise, info in zip(result.exercises, course.info.exercises, strict=True):
        terminal.print_exercise(out, exercise, info)
    unit = "" if result.refused else " points"
    out.print(terminal.translated(f"\n{terminal.score_of(result)}{unit}", style="bold"))


def _still_to_come(result: SubmissionResult, course: Course) -> str:
    """Return why the total differs from the statements': hidden checks have points, too."""
    whole = total_points(one.max_points for one in course.info.exercises if not one.bonus)
    here = total_points(one.max_score for one in result.exercises if not one.bonus)
    if whole > here:
        left = total_points([whole, -here])
        rest = plural(left, "point")
        return (
            f"These are the public checks: {points(here)} of the {plural(whole, 'point')} that the "
            f"statements give. The other {rest} {'is' if left == 1 else 'are'} in checks "
            "that run after you have handed in."
        )
    if find_kit(course.root) is None:
        return ""  # there is no hidden check
    return (
        "These are the public checks. More of the points that the statements give are in checks "
        "that run after you have handed in."
    )


def _write(path: Path, result: SubmissionResult, course: Course) -> None:
    from grader.api import write_report  # noqa: PLC0415 - most checks are only printed

    try:
        write_report(result, course, path, tag())
    except OSError as error:
        raise UsageError(f"The report {path} cannot be written: {error.strerror}.") from error
