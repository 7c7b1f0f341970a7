"""Several deliveries of one student: which of them count."""

from __future__ import annotations

__all__ = ["Which", "choose_attempts"]

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.intake.downloads.attempt_files import MOST_ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.intake.entry import Entry


class Which(StrEnum):
    """Which attempts of a student are graded."""

    LATEST = "latest"
    BEST = "best"
    ALL = "all"


def choose_attempts(entries: Iterable[Entry], which: Which) -> list[Entry]:
    """Return what is to be graded of what was handed in.

    Deliveries belong together where a platform says so by its number: in one download, and over
    several that are graded at once. A file that only an earlier download holds counts, too, so
    that the downloads of two exercises are one submission.

    Parameters
    ----------
    entries : iterable of Entry
        Those of one student in the order of time.
    which : Which
        `LATEST` keeps the last one; `ALL` keeps each, named by its number; `BEST` keeps one that
        carries all of them, at most the last ten, in `Entry.attempts`.

    Returns
    -------
    list of Entry
        In the order in which the students first come.
    """
    by_student: dict[tuple[str, ...], list[Entry]] = {}
    for number, entry in enumerate(entries):
        delivery = entry.delivery
        name = entry.name.removesuffix(f" ({delivery.id})").casefold()
        known = (delivery.platform, delivery.id, name) if delivery.id else ()
        by_student.setdefault(known or ("", str(number)), []).append(entry)
    chosen: list[Entry] = []
    for own in by_student.values():
        attempts = _numbered(own)
        if which is Which.ALL and len(attempts) > 1:
            chosen += [
                replace(entry, name=f"{entry.name}, attempt {entry.delivery.attempt}")
                for entry in attempts
            ]
        elif which is Which.BEST and len(attempts) > 1:
            chosen.append(replace(attempts[-1], attempts=tuple(attempts[-MOST_ATTEMPTS:])))
        else:
            chosen.append(attempts[-1])
    return chosen


def _numbered(own: list[Entry]) -> list[Entry]:
    """Return the attempts of one student, each with its number and what came before it."""
    if len(own) == 1:
        return own
    attempts = []
    # The last of each download before: those of one download already count on in it.
    before: dict[str, Entry] = {}
    for number, entry in enumerate(own, 1):
        earlier = tuple(other for path, other in reversed(before.items()) if path != entry.path)
        delivery = replace(entry.delivery, attempt=number, attempts=len(own))
        attempts.append(replace(entry, delivery=delivery, earlier=earlier))
        before.pop(entry.path, None)
        before[entry.path] = entry
    return attempts
