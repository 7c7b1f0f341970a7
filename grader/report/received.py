"""The data of files that were handed in and cannot be graded."""

from __future__ import annotations

__all__ = ["ReceivedView", "Unread", "received_views", "unread_of"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.links import href_of
from grader.report.text import clean, line, sentence_case
from grader.results import Outcome, State, size_in_words

if TYPE_CHECKING:
    from grader.results import ClassResult, SubmissionResult

MOST_LISTED = 50
MOST_FOR_CLASS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedView:
    """One such file: its name, its kind, its size, and what to hand in instead."""

    name: str
    kind: str
    size: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A submission with ungradable files; `why` is the reason if it has no grade at all."""

    student: str
    href: str
    why: str
    things: tuple[ReceivedView, ...]
    more: int


def received_views(result: SubmissionResult) -> tuple[ReceivedView, ...]:
    """Return the ungradable files of a submission."""
    return tuple(
        ReceivedView(
            name=line(one.name, 200),
            kind=line(one.kind, 80),
            size=size_in_words(one.size) if one.size else "",
            mend=sentence_case(line(one.mend, 200)),
        )
        for one in result.received[:MOST_LISTED]
    )


def unread_of(result: ClassResult) -> tuple[Unread, ...]:
    """Return the submissions that a person has to look at, first those without a grade.

    Beside them are those that earned nothing while something came, and those of which all that came
    for an exercise cannot be graded.
    """
    found = []
    for submission in result.submissions:
        whole = submission.state is State.UNREADABLE
        parts = any(
            check.outcome is Outcome.UNREADABLE for e in submission.exercises for check in e.checks
        )
        worthless = bool(submission.received) and not submission.score
        if not whole and not (submission.received and (parts or worthless)):
            continue
        things = received_views(submission)
        unread = Unread(
            student=line(submission.student) or line(submission.slug) or "without a name",
            href=href_of(submission.slug),
            why=clean(submission.refused) if whole else "",
            things=things[:MOST_FOR_CLASS],
            more=max(len(things) - MOST_FOR_CLASS, 0),
        )
        found.append((not whole, unread))
    return tuple(unread for _, unread in sorted(found, key=lambda pair: pair[0]))
