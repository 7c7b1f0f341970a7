"""``grader check``: one submission on its author's own machine."""

from __future__ import annotations

__all__ = ["run"]

from typing import TYPE_CHECKING

from rich.text import Text

from grader.cli import terminal
from grader.course import Course, find_course, load_course
from grader.errors import UsageError
from grader.exports.files import write_whole
from grader.intake import Layout, open_submission
from grader.judge import Judge
from grader.results import to_json
from grader.salt import PUBLIC
from grader.sandbox.plain import PlainLauncher

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from rich.console import Console

    from grader.results import SubmissionResult


def run(options: argparse.Namespace) -> int:
    """Grade the submission at ``options.path`` with the public checks and print the verdicts."""
    out = terminal.console()
    course = load_course(find_course(options.course), options.exercise)
    sealed = open_submission(options.path, Layout(course.files))
    judge = Judge(course, PlainLauncher(), PUBLIC, public_only=not options.all)
    # What happens on the way goes to stderr, so that a pipe gets the verdicts alone.
    with terminal.console(to_errors=True).status("grading") as status:
        result = judge.grade(sealed, progress=lambda title: status.update(f"grading: {title}"))
    _print(out, result, course)
    if options.html:
        _write(options.html, result, course)
        out.print(f"The report is {options.html}.")
    if options.json:
        write_whole(options.json, to_json(result))
    return 1 if result.provisional else 0


def _print(out: Console, result: SubmissionResult, course: Course) -> None:
    terminal.print_notes(out, result.notes)
    for exercise, info in zip(result.exercises, course.info.exercises, strict=True):
        terminal.print_exercise(out, exercise, info)
    out.print(Text(f"\n{terminal.score_of(result)} points", style="bold"))


def _write(path: Path, result: SubmissionResult, course: Course) -> None:
    from grader.report import render_student  # noqa: PLC0415  (needed for --html alone)

    try:
        path.write_text(render_student(result, course.info), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The report {path} cannot be written: {error.strerror}.") from error
