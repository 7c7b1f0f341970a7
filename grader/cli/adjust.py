"""``grader adjust``: a grade changed by hand, with a reason that the student reads."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from typing import TYPE_CHECKING

from rich.text import Text

from grader.cli import terminal
from grader.cli.books import add_author, author_of, book_of, say_pages
from grader.cli.options import (
    add_course_folder,
    add_gradebook,
    idle_options,
    refuse_idle,
    whole,
)
from grader.course import find_course, load_course
from grader.course.policies import seconds_of
from grader.errors import UsageError
from grader.gradebook.adjusting import (
    AdjustmentRequest,
    StoredAdjustment,
    adjust,
    confirm,
    exact,
    points_of,
    revoke,
)
from grader.gradebook.person_changes import changes_of
from grader.report.text import exact_points
from grader.results import ChangeKind

if TYPE_CHECKING:
    import argparse
    from decimal import Decimal

    from rich.console import Console

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.results import Adjusted, Reckoning

EXAMPLE = """\
example:
  grader adjust s1234                                  what was changed for them, and the total
  grader adjust s1234 --check gradient.gradient.converges --points +1.5 \\
      --reason "right, by another way" --author "M. Lang"
  grader adjust s1234 --exercise 3 --excused --reason "ill in week 3" --author "M. Lang"
  grader adjust s1234 --extension 2d --reason "a broken laptop" --author "M. Lang"
  grader adjust s1234 --revoke 7 --reason "it was somebody else" --author "M. Lang"
"""
EXIT_CODES = (
    "0 done, 1 the gradebook cannot be used, 2 wrong usage or course; nothing is changed then"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "person", metavar="PERSON", help="an id, a platform's number, or a name only one has"
    )
    parser.add_argument("--exercise", default="", metavar="N", help="by number or name")
    parser.add_argument(
        "--check", default="", metavar="ID", help="a check of the course, by its id"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--points", metavar="P", help="+1.5 adds, -2 takes, =3 sets")
    what.add_argument("--bonus", metavar="P", help="on top of the whole, above its maximum too")
    what.add_argument("--excused", action="store_true", help="it counts neither way")
    what.add_argument("--comment", metavar="TEXT", help="words alone, which the student reads")
    what.add_argument("--extension", metavar="TIME", help="a later deadline: 2d, 12h, 1d 12h")
    what.add_argument(
        "--handed-in", metavar="MOMENT", help="when it came: 2026-02-01T23:59:00+01:00"
    )
    what.add_argument("--revoke", type=whole, metavar="NUMBER", help="take a change back")
    what.add_argument(
        "--confirm",
        type=whole,
        metavar="NUMBER",
        help="it still holds, though the exercise changed",
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; the student reads it")
    add_author(parser)
    add_gradebook(parser)
    add_course_folder(parser)


def run(options: argparse.Namespace) -> int:
    """Change a grade, or show what was changed."""
    number = "--revoke" if options.revoke is not None else "--confirm"
    if options.revoke is not None or options.confirm is not None:
        about = {"--exercise": options.exercise, "--check": options.check}
        refuse_idle(about, number)
    root = find_course(options.course)
    course = load_course(root)
    out = terminal.console()
    if options.comment is not None or options.confirm is not None:
        word = "--comment" if options.comment is not None else number
        terminal.print_notes(out, idle_options({"--reason": options.reason}, word))
    with book_of(options, root) as book:
        if options.revoke is not None:
            author = author_of(options)
            people = revoke(
                book, options.person, options.revoke, reason=options.reason, author=author
            )
            out.print(
                terminal.translated(f"Number {options.revoke} of {_names(people)} was taken back.")
            )
        elif options.confirm is not None:
            author = author_of(options)
            _print_made(out, confirm(book, course, options.person, options.confirm, author=author))
        elif (wanted := _wanted(options)) is not None:
            _print_made(out, adjust(book, course, options.person, wanted))
            if wanted.kind is ChangeKind.EXTENSION and not course.policy.late:
                said = "The course has no deadline: an extension counts only once there is one."
                out.print(terminal.translated(said, style="yellow"))
        else:
            _show(out, book, course, options.person)
            return 0
        say_pages(out)
    return 0


def _wanted(options: argparse.Namespace) -> AdjustmentRequest | None:
    """Return what the command line asks for; None where it asks for nothing."""
    kind, points, value, reason = ChangeKind.COMMENT, None, "", options.reason
    if options.points is not None:
        kind, points = points_of(options.points)
    elif options.bonus is not None:
        kind, points = ChangeKind.BONUS, _bonus(options.bonus)
    elif options.excused:
        kind = ChangeKind.EXCUSED
    elif options.extension is not None:
        kind, seconds = ChangeKind.EXTENSION, seconds_of(options.extension)
        if not seconds:
            raise UsageError(f"{options.extension!r} is not a duration: write 2d, 12h or 1d 12h.")
        value = str(seconds)
    elif options.handed_in is not None:
        kind, value = ChangeKind.HANDED_IN, options.handed_in
    elif options.comment is not None:
        reason = options.comment
    elif options.reason or options.exercise or options.check:
        raise UsageError(
            "What is to be changed? Say --points, --bonus, --excused, --comment, --extension or "
            "--handed-in."
        )
    else:
        return None
    return AdjustmentRequest(
        kind=kind,
        reason=reason,
        author=author_of(options),
        exercise=options.exercise,
        check=options.check,
        points=points,
        value=value,
    )


def _bonus(text: str) -> Decimal:
    """Return the points of a bonus, with or without a sign."""
    points = exact(text.strip().removeprefix("+").replace(",", "."), text)
    if points < 0:
        raise UsageError(f"A bonus of {text} takes points away: write --points {text}.")
    return points


def _names(people: tuple[str, ...]) -> str:
    return ", ".join(terminal.one_line(one, 60) for one in people)


def _print_made(out: Console, made: StoredAdjustment) -> None:
    out.print(
        terminal.translated(f"Number {made.number}, for {_names(made.people)}.", style="bold")
    )
    if len(made.people) > 1:
        out.print(terminal.translated("They handed in together, so it is for all of them."))
    if made.before is None and made.after is not None:
        out.print(terminal.translated(f"Nothing was handed in by them. {_given(made.after)}"))
        return
    if made.before is None or made.after is None:
        out.print(
            terminal.translated(
                "Nothing was graded of them yet: it counts from the first grading on."
            )
        )
        return
    if made.after.excused:
        out.print(terminal.translated(_given(made.after)))
        return
    now = f"{exact_points(made.after.total)} of {exact_points(made.after.most)}"
    was = f"{exact_points(made.before.total)} of {exact_points(made.before.most)}"
    said = f"The total stays {now}" if now == was else f"The total was {was} and is {now}"
    out.print(terminal.translated(f"{said} (graded: {exact_points(made.after.raw)})."))


def _given(found: Reckoning) -> str:
    if found.excused:
        return "They are excused: there is no grade."
    return f"Their total is {exact_points(found.total)} of {exact_points(found.most)}, by hand."


def _show(out: Console, book: Gradebook, course: Course, person: str) -> None:
    held = changes_of(book, course, person)
    out.print(Text(terminal.one_line(held.name, 80), style="bold"))
    if held.total is not None:
        total = f"{exact_points(held.total.total)} of {exact_points(held.total.most)}"
        out.print(terminal.translated(f"Total {total}, graded {exact_points(held.total.raw)}"))
    for one in held.changes:
        out.print(terminal.translated(f"  {_line(one)}"))
    for note in held.notes:
        out.print(terminal.translated(note, style="yellow"))
    if not held.changes:
        out.print(terminal.translated("Nothing was changed by hand."))


def _line(one: Adjusted) -> str:
    about = one.question or one.check or one.exercise or "the whole"
    said = {
        ChangeKind.POINTS: f"{one.points:+f}",
        ChangeKind.SET: f"={exact_points(one.points)}",
        ChangeKind.BONUS: f"bonus {exact_points(one.points)}",
        ChangeKind.ANSWER: f"answer {exact_points(one.points)}",
    }.get(one.kind, f"{one.kind.value.replace('_', ' ')} {one.value}".rstrip())
    flags = "" if one.counts else " [does not count]"
    flags += " [look again: what it was made on has changed]" if one.stale else ""
    return f"{one.number}  {said}  {about}: {one.reason} ({one.author}, {one.made_at}){flags}"
