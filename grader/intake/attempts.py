"""Choose which of a student's several deliveries are graded."""

from __future__ import annotations

__all__ = ["AttemptChoice", "choose_attempts"]

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.intake.downloads.attempt_files import MOST_ATTEMPTS
from grader.intake.downloads.brightspace_names import BRIGHTSPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.intake.entry import Entry

_MOST_NAMES = 6


class AttemptChoice(StrEnum):
    """The choice among a student's attempts."""

    LATEST = "latest"
    BEST = "best"
    ALL = "all"


def choose_attempts(
    entries: Iterable[Entry], which: AttemptChoice, tell: Callable[[str], None] = lambda _: None
) -> list[Entry]:
    """Return which of the submissions to grade.

    Deliveries belong together if the platform gives them the same student number, in one download
    or in several that are graded together. Without numbers they belong together if they have the
    same name in several paths: the gradebook knows people by it. A file that only an earlier
    download contains also counts, so that the downloads of two exercises make one submission.

    Parameters
    ----------
    entries : iterable of Entry
        The entries, those of one student in the order of time.
    which : AttemptChoice
        `LATEST` keeps the last one; `ALL` keeps each, named by its number; `BEST` keeps one entry
        with all of them, at most the last ten, in `Entry.attempts`.
    tell : callable
        Called with a sentence if names alone say that deliveries belong together.

    Returns
    -------
    list of Entry
        In the order of the students' first entries.
    """
    found = list(entries)
    repeated = _in_several_paths(found)
    if repeated:
        tell(_by_name_alone(repeated))
    by_student: dict[tuple[str, ...], list[Entry]] = {}
    for number, entry in enumerate(found):
        delivery = entry.delivery
        name = entry.name.removesuffix(f" ({delivery.id})").casefold()
        known: tuple[str, ...] = (delivery.platform, delivery.id, name)
        if not delivery.id:
            known = ("", entry.name) if entry.name in repeated else ("", "", str(number))
        by_student.setdefault(known, []).append(entry)
    chosen: list[Entry] = []
    several = [own for own in by_student.values() if _are_several(own)]
    if several and which is not AttemptChoice.ALL:
        tell(_several_submissions([own[-1].name for own in several], which))
    for own in by_student.values():
        attempts = _numbered(own)
        if which is AttemptChoice.ALL and len(attempts) > 1:
            chosen += [
                replace(entry, name=f"{entry.name}, attempt {entry.delivery.attempt}")
                for entry in attempts
            ]
        elif which is AttemptChoice.BEST and len(attempts) > 1:
            chosen.append(replace(attempts[-1], attempts=tuple(attempts[-MOST_ATTEMPTS:])))
        else:
            chosen.append(attempts[-1])
    return chosen


def _in_several_paths(entries: Sequence[Entry]) -> list[str]:
    """Return the names, of entries without a student number, that each of several paths has."""
    paths: dict[str, list[str]] = {}
    for entry in entries:
        if not entry.delivery.id:
            paths.setdefault(entry.name, []).append(entry.path)
    return [name for name, of in paths.items() if len(of) > 1 and len(set(of)) == len(of)]


def _by_name_alone(names: Sequence[str]) -> str:
    listed = ", ".join(quoted(name) for name in names[:_MOST_NAMES])
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return (
        f"What is called {listed}{more} lies in several of the paths: each was taken as one "
        "person's attempts, the path that was named last as the latest. If they are two people, "
        "rename one."
    )


def _are_several(own: Sequence[Entry]) -> bool:
    return own[-1].delivery.platform == BRIGHTSPACE and len(own) > 1


def _several_submissions(names: Sequence[str], which: AttemptChoice) -> str:
    listed = ", ".join(quoted(name) for name in names[:_MOST_NAMES])
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    if which is AttemptChoice.BEST:
        said = "the one with the most points counts"
    else:
        said = "the last one was graded, with files that only an earlier one holds"
    return (
        f"Brightspace gives several submissions of {listed}{more}: {said}. If two people have one "
        "name, rename their folders."
    )


def _numbered(own: list[Entry]) -> list[Entry]:
    """Return the attempts of one student, each with its number and the earlier deliveries."""
    if len(own) == 1:
        return own
    attempts = []
    # The last entry of each earlier download: an entry includes its own download's earlier files.
    # In Brightspace's, each entry is one submission.
    before: dict[tuple[object, ...], Entry] = {}
    for number, entry in enumerate(own, 1):
        apart = entry.delivery.platform == BRIGHTSPACE
        place = (entry.path, entry.placed if apart else ())
        earlier = tuple(other for key, other in reversed(before.items()) if key != place)
        delivery = replace(entry.delivery, attempt=number, attempts=len(own))
        attempts.append(replace(entry, delivery=delivery, earlier=earlier))
        before.pop(place, None)
        before[place] = entry
    return attempts
