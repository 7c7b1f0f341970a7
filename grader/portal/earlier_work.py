"""Combine a hand-in with earlier ones: a submission holds the latest work on each exercise.

What is handed in for an exercise takes the place of what was there for it; the rest stays as it
was. An exercise may import another one's file, and a regrade grades all of them: so each hand-in is
stored as the whole.
"""

from __future__ import annotations

__all__ = ["CumulativeHandIn", "with_earlier_work"]

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake.sealed import Sealed
from grader.results import ExerciseMoment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.course import Course, Exercise
    from grader.gradebook.hand_ins import StoredHandIn
    from grader.judge import Judge, PreparedSubmission

MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeHandIn:
    """A hand-in combined with the earlier work on other exercises.

    Attributes
    ----------
    fresh : tuple of str
        The exercises for which it is taken.
    moments, supplies
        As in `grader.gradebook.hand_ins.HandInDetails`.
    notes : tuple of str
        What was not taken, and why.
    """

    sealed: Sealed
    fresh: tuple[str, ...]
    moments: tuple[ExerciseMoment, ...]
    supplies: dict[str, str]
    notes: tuple[str, ...]


def with_earlier_work(
    judge: Judge,
    earlier: PreparedSubmission | None,
    before: StoredHandIn | None,
    new: PreparedSubmission,
    exercise: str,
    at: str,
) -> CumulativeHandIn | str:
    """Combine a hand-in with earlier work; return a sentence if it cannot be accepted.

    Parameters
    ----------
    judge : Judge
        Looks which file is which.
    earlier, before : PreparedSubmission, StoredHandIn
        What the person handed in last; None where this is the first.
    new : PreparedSubmission
        What was handed in now.
    exercise : str
        For which exercise; empty for all that are in it.
    at : str
        When, in UTC.
    """
    course = judge.course
    there = {one.id for one in course.exercises if is_supplied(one, new)}
    if exercise and exercise not in there:
        return _not_there(course, exercise, new, there)
    old = before.said.supplies if before else {}
    taken = {one for one in there if not exercise or one == exercise or one not in old}
    sealed = _merged(judge, earlier, new, taken, set(old))
    notes = _left(course, there - taken, exercise)
    supplies = dict(old)
    moments = {one.exercise: one.at for one in (before.said.moments if before else ())}
    for one in course.exercises:
        if one.id in taken:
            supplies[one.id] = _supply(course, one, new)
            # The same work, handed in again, is as old as it was.
            if supplies[one.id] != old.get(one.id):
                moments[one.id] = at
    return CumulativeHandIn(
        sealed=sealed,
        fresh=tuple(one.id for one in course.exercises if one.id in taken),
        moments=tuple(ExerciseMoment(exercise=e, at=m) for e, m in sorted(moments.items())),
        supplies=supplies,
        notes=notes,
    )


def is_supplied(exercise: Exercise, found: PreparedSubmission) -> bool:
    """Say whether anything was handed in for an exercise, in whatever form."""
    files = [part.file for part in exercise.parts]
    return any(found.work.has(file) for file in files) or any(
        found.ungradable.reason_of(file) for file in files
    )


def _not_there(course: Course, exercise: str, new: PreparedSubmission, there: set[str]) -> str:
    """Return the sentence for a hand-in without any file of the page's exercise."""
    asked = next(one for one in course.exercises if one.id == exercise)
    names = " or ".join(part.file for part in asked.parts)
    others = [f"{one.number} ({one.title})" for one in course.exercises if one.id in there]
    if others:
        shown = ", ".join(others[:MOST_NAMED]) + (" and others" if len(others) > MOST_NAMED else "")
        return (
            f"Nothing in it is for exercise {asked.number}, which looks for {names}: what you "
            f"chose is for exercise {shown}. Hand it in on that page."
        )
    found = ", ".join(list(new.sealed.files)[:MOST_NAMED])
    return (
        f"Nothing in it was taken for exercise {asked.number}, which looks for {names}. It holds: "
        f"{found}. Name your file as the exercise says."
    )


def _left(course: Course, left: set[str], exercise: str) -> tuple[str, ...]:
    """Say which exercises stay as they were, though there is something for them."""
    numbers = [one.number for one in course.exercises if one.id in left and one.id != exercise]
    if not numbers:
        return ()
    named = ", ".join(numbers)
    if len(numbers) > 1:
        said = f"exercises {named} stayed as you handed them in before."
    else:
        said = f"exercise {named} stayed as you handed them in before."
    return (f"This was handed in for one exercise: {said}",)


def _supply(course: Course, exercise: Exercise, found: PreparedSubmission) -> str:
    """Return a digest of everything that an exercise's result depends on: its files and helpers."""
    sha = hashlib.sha256()
    texts = found.work.texts
    own = {part.file for part in exercise.parts}
    sources = {found.work.sources.get(file, file) for file in course.files}
    # A notebook's cells are its exercises'; what is of no exercise may be a helper of each.
    beside = set(found.sealed.files) - sources - set(course.files)
    for name in sorted(own | beside):
        content = texts.get(name)
        for part in (name.encode("utf-8", "surrogateescape"), b"-" if content is None else content):
            sha.update(len(part).to_bytes(8, "big"))
            sha.update(part)
    return sha.hexdigest()


def _sources(found: PreparedSubmission, exercises: Iterable[Exercise]) -> set[str]:
    """Return the paths of the files that are graded for some exercises."""
    return {
        found.work.sources.get(part.file, part.file)
        for exercise in exercises
        for part in exercise.parts
    }


def _merged(
    judge: Judge,
    earlier: PreparedSubmission | None,
    new: PreparedSubmission,
    taken: set[str],
    known: set[str],
) -> Sealed:
    """Return the files of both; if together they would mean something else, only the new ones.

    The results of the other exercises stay in that case, too: they were graded before.
    """
    if earlier is None:
        return new.sealed
    course = judge.course
    mine = [one for one in course.exercises if one.id in taken]
    others = [one for one in course.exercises if one.id not in taken]
    kept = [one for one in others if one.id in known]
    own, stay = _sources(new, mine), _sources(earlier, kept)
    gone = {
        *_sources(earlier, mine),
        *(part.file for one in mine for part in one.parts),
    } - stay
    left = {path: c for path, c in earlier.sealed.files.items() if path not in gone}
    not_taken = _sources(new, kept) - own
    come = {path: c for path, c in new.sealed.files.items() if path not in not_taken}
    both = Sealed(new.sealed.name, {**left, **come}, new.sealed.notes, new.sealed.received)
    return both if _means_the_same(judge, both, new, mine, earlier, kept) else new.sealed


def _means_the_same(
    judge: Judge,
    both: Sealed,
    new: PreparedSubmission,
    mine: Iterable[Exercise],
    earlier: PreparedSubmission,
    kept: Iterable[Exercise],
) -> bool:
    """Say whether each exercise is graded on the same in the files of both."""
    texts = judge.prepare(both).work.texts

    def same(exercises: Iterable[Exercise], own: Mapping[str, bytes]) -> bool:
        files = [part.file for exercise in exercises for part in exercise.parts]
        return all(texts.get(file) == own.get(file) for file in files)

    return same(mine, new.work.texts) and same(kept, earlier.work.texts)
