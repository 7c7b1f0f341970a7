"""The outcomes of the last two runs of ``grader check``, stored in the kit.

It holds ids of public checks, outcomes and points: what the terminal has shown already.
"""

from __future__ import annotations

__all__ = ["print_changes", "with_changes"]

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from grader.cli.terminal import one_line, translated
from grader.languages import say
from grader.report.text import graded_when, plural, points
from grader.results import Outcome, SubmissionResult, now, since
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from grader.results import CourseInfo

FILE = ".grader/last-check.json"
PRINTED = 8
MOST_FOLDERS = 20


class Checked(msgspec.Struct, frozen=True):
    """One check of a folder.

    Attributes
    ----------
    digest : str
        Of the files that were checked.
    at : str
        When, as in a result.
    outcomes : dict of str to (Outcome, float)
        The outcome and the points of each check that has ever run, by its id.
    """

    digest: str
    at: str
    outcomes: dict[str, tuple[Outcome, float]]


class LastChecks(msgspec.Struct, frozen=True):
    """The last check, and the one before it with other files."""

    last: Checked
    before: Checked | None = None


def with_changes(result: SubmissionResult, kit: Path, checked: Path) -> SubmissionResult:
    """Return a result with the changes since the previous check, and store it for the next one.

    Each folder or archive that was checked has a memory of its own. One that cannot be read or
    written is no reason to show less than the result.
    """
    path, name = kit / FILE, str(checked.resolve())
    memories = _read(path)
    known = memories.pop(name, None)
    before = known.before if known and known.last.digest == result.digest else None
    if known and known.last.digest != result.digest:
        before = known.last
    checks = [check for exercise in result.exercises for check in exercise.checks]
    outcomes = {**(known.last.outcomes if known else {})}
    outcomes |= {check.id: (check.outcome, check.points) for check in checks}
    if not result.refused:
        memories[name] = LastChecks(Checked(result.digest, now(), outcomes), before)
        latest = dict(list(memories.items())[-MOST_FOLDERS:])
        with contextlib.suppress(OSError):
            write_whole(path, msgspec.json.encode(latest), durable=False)
    if before is None or any(check.id not in before.outcomes for check in checks):
        return result  # a check of other exercises is no attempt before this one
    return replace(result, since=since(before.at, before.outcomes, checks))


def print_changes(out: Console, result: SubmissionResult, info: CourseInfo) -> None:
    """Print what is better, worse and new since the previous check, if there was one."""
    found = result.since
    if found is None:
        return
    when = graded_when([found.graded_at])
    then = f" ({when[0].lower()}{when[1:]})" if when else ""
    out.print(
        translated(f"\nSince your last check{then}: {points(found.score)} → {points(result.score)}")
    )
    claims = {check.id: check.claim for one in info.exercises for check in one.checks}
    for title, style, ids in (
        ("better", "green", found.better),
        ("worse", "red", found.worse),
        ("new, and not right yet", "yellow", found.new),
    ):
        for one in ids[:PRINTED]:
            claim = say(one_line(claims.get(one, one), 200))
            out.print(Text(f"  {say(title)}: {claim}", style=style))
        if len(ids) > PRINTED:
            more = say(plural(len(ids) - PRINTED, "more check"))
            out.print(Text(f"  {say(title)}: {more}", style=style))
    if not (found.better or found.worse or found.new):
        out.print("  No check has changed.")


def _read(path: Path) -> dict[str, LastChecks]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, LastChecks])
    except (OSError, msgspec.DecodeError):
        return {}
