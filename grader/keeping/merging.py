"""Match the students graded now with those graded before, and merge both into one class."""

from __future__ import annotations

__all__ = ["Change", "Replaced", "matched", "merged", "still_missing"]

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results import ClassResult, Delivery, Person, SubmissionResult


@dataclass(frozen=True, slots=True)
class Replaced:
    """A student who was graded again, with the final points before and now."""

    name: str
    before: float
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The changes that a grading made in a folder of reports, by names of submissions.

    Attributes
    ----------
    replaced : tuple of Replaced
        The students who were graded again.
    known : tuple of str
        The students whose results come unchanged from a gradebook: nothing was graded.
    other_totals : tuple of Replaced
        Those of them who have another total, by a change by hand or a rule of the course.
    gone : tuple of str
        Those whose results were removed because the folder started over.
    left : tuple of str
        Report folders that also contain other files, and so were not removed.
    older : int
        How many of the kept results were graded with another version of the course.
    """

    added: tuple[str, ...]
    replaced: tuple[Replaced, ...]
    kept: tuple[str, ...]
    known: tuple[str, ...] = ()
    other_totals: tuple[Replaced, ...] = ()
    gone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    older: int = 0


@dataclass(frozen=True, slots=True)
class _Self:
    """The identity of a submission: ids of people, a platform's number, a name."""

    people: frozenset[str]
    platform: tuple[str, str]
    name: str
    attempt: str

    def is_same(self, other: _Self) -> bool:
        """Return whether both belong to the same person; if both have an id, the id decides."""
        if self.attempt != other.attempt:
            return False
        if self.people and other.people:
            return self.people == other.people
        if self.platform[1] and other.platform[1] and self.platform[0] == other.platform[0]:
            return self.platform == other.platform
        return self.name == other.name


def _self(name: str, delivery: Delivery) -> _Self:
    ending = f", attempt {delivery.attempt}"
    return _Self(
        people=frozenset(person.id for person in delivery.people if person.id),
        platform=(delivery.platform, delivery.id),
        name=_spelled(name),
        attempt=ending if name.endswith(ending) else "",
    )


def _spelled(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def matched(
    names: Sequence[tuple[str, Delivery]], earlier: Sequence[SubmissionResult]
) -> list[SubmissionResult | None]:
    """Return for each submission the earlier result of the same person, or None.

    Parameters
    ----------
    names : sequence of (str, Delivery)
        The submissions to grade: their names, and how they were handed in.
    earlier : sequence of SubmissionResult
        The earlier results; each is matched at most once.
    """
    free = {number: _self(one.student, one.delivery) for number, one in enumerate(earlier)}
    found: list[SubmissionResult | None] = []
    for name, delivery in names:
        own = _self(name, delivery)
        number = next((number for number, other in free.items() if own.is_same(other)), None)
        if number is not None:
            del free[number]
        found.append(None if number is None else earlier[number])
    return found


def merged(
    now: ClassResult, before: Sequence[SubmissionResult | None], earlier: ClassResult
) -> tuple[ClassResult, Change]:
    """Merge the new results into the earlier ones.

    Parameters
    ----------
    now : ClassResult
        The new results, with what the roster said about the whole class.
    before : sequence of SubmissionResult or None
        For each new submission the result of `matched`.
    earlier : ClassResult
        The earlier results.

    Returns
    -------
    ClassResult
        The earlier students in their order, then the new ones.
    Change
        The students who were added, replaced and kept.
    """
    found = {
        old.slug: new for old, new in zip(before, now.submissions, strict=True) if old is not None
    }
    added = [new for old, new in zip(before, now.submissions, strict=True) if old is None]
    kept = [one for one in earlier.submissions if one.slug not in found]
    known = {one.slug for one in earlier.submissions if _is_same(one, found.get(one.slug))}
    again = {slug: one for slug, one in found.items() if slug not in known}
    whole = replace(
        now,
        submissions=(*(found.get(one.slug, one) for one in earlier.submissions), *added),
    )
    change = Change(
        added=tuple(one.student for one in added),
        replaced=tuple(
            Replaced(again[one.slug].student, one.final_score, again[one.slug].final_score)
            for one in earlier.submissions
            if one.slug in again
        ),
        kept=tuple(one.student for one in kept),
        known=tuple(found[one.slug].student for one in earlier.submissions if one.slug in known),
        other_totals=tuple(
            Replaced(now_known.student, one.final_score, now_known.final_score)
            for one in earlier.submissions
            if one.slug in known and one.final_score != (now_known := found[one.slug]).final_score
        ),
        older=sum(one.course_digest != now.course.digest for one in kept),
    )
    return whole, change


def _is_same(before: SubmissionResult, now: SubmissionResult | None) -> bool:
    """Return whether a gradebook gave the earlier result again: equal to the millisecond."""
    return now is not None and _when(before) == _when(now)


def _when(result: SubmissionResult) -> tuple[object, ...]:
    usages = tuple(one.usage for one in result.exercises)
    return (result.digest, result.course_digest, result.graded_at, result.score, usages)


def still_missing(
    missing: Sequence[Person], names: Sequence[tuple[str, Delivery]]
) -> tuple[Person, ...]:
    """Without a roster: return the people who were missing before and still are."""
    ids = {i for _, d in names for i in (d.id, *(person.id for person in d.people)) if i}
    called = {_spelled(name).casefold() for name, _ in names}
    return tuple(
        person
        for person in missing
        if person.id not in ids
        and (not person.name or _spelled(person.name).casefold() not in called)
    )
