"""The memory of a judge: what is in the book is not graded again, and what is graded goes into it.

A submission's result is stored in one transaction: its files, its exercises, whose it is. An
exercise that takes long is stored as soon as it is graded.
"""

from __future__ import annotations

__all__ = ["Recorder"]

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, select

from grader.gradebook.adjustment_rows import attached
from grader.gradebook.codec import digest_of, squeezed
from grader.gradebook.contents import content_key, store
from grader.gradebook.exercise_rows import ExerciseRows
from grader.gradebook.holders import Holder, holder_of
from grader.gradebook.models import Attempt, AttemptPerson, Result, ResultExercise
from grader.gradebook.previous_result import with_since
from grader.gradebook.rows import add, add_if_new, add_values, ask, write_history
from grader.judge import GradedExercise
from grader.results import Delivery, GradePolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from grader.course import Course, Exercise
    from grader.gradebook.conditions import Conditions
    from grader.gradebook.engine import Database
    from grader.intake.sealed import Sealed
    from grader.judge import Graded
    from grader.results import ExerciseResult, SubmissionResult

# An exercise that took longer is stored at once, and not only with the whole submission.
LONG_SECONDS = 1.0


# Made once: that takes longer than the database.
_LAST = select(Result.id, Result.fingerprint, Result.graded_at).order_by(Result.id.desc()).limit(1)
_LATEST = (
    _LAST.join(Attempt, Attempt.id == Result.attempt_id)
    .where(Attempt.holder == bindparam("holder"), Result.counts)
)  # fmt: skip
_BESIDE = _LAST.where(Result.attempt_id == bindparam("attempt"), Result.counts.is_(False))
_SAME = (
    select(Attempt.id)
    .where(Attempt.holder == bindparam("holder"), Attempt.fingerprint == bindparam("fingerprint"))
)  # fmt: skip


class Recorder:
    """What of a course's submissions is known, in a book: a judge's memory.

    Parameters
    ----------
    database : Database
        Where it is kept.
    course : Course
        With the exercises that are graded.
    conditions : Conditions
        The others that results follow from.
    run : int
        The number of the run, in which this is graded.
    """

    def __init__(
        self, database: Database, course: Course, conditions: Conditions, run: int
    ) -> None:
        self._database = database
        self._conditions = conditions
        self._run = run
        with database.writing() as connection:
            self._exercises = ExerciseRows(connection, course, conditions)
        # Of the submissions that are being graded now, by their content keys.
        self._known: dict[str, dict[str, GradedExercise]] = {}
        # The rows of those among them that are stored already, by `id`.
        self._rows: dict[int, int] = {}
        # The submission that was asked for last: each of its exercises asks by the same key.
        self._last: tuple[Sealed | None, str] = (None, "")

    def _key(self, sealed: Sealed) -> str:
        if self._last[0] is not sealed:
            self._last = (sealed, content_key(sealed))
        return self._last[1]

    def recall(self, exercise: Exercise, sealed: Sealed) -> GradedExercise | None:
        """Return what is known of an exercise of a submission."""
        key = self._key(sealed)
        if key not in self._known:
            self._known[key] = {}
            if not self._conditions.afresh:
                with self._database.asking() as connection:
                    self._known[key] = self._exercises.known(connection, key)
        return self._known[key].get(exercise.id)

    def keep(self, exercise: Exercise, sealed: Sealed, graded: GradedExercise) -> None:
        """Remember what was graded, and store at once what took long."""
        key = self._key(sealed)
        self._known.setdefault(key, {})[exercise.id] = graded
        took_long = graded.result.usage.wall_seconds >= LONG_SECONDS
        if took_long and self._exercises.settles(graded):
            with self._database.writing() as connection:
                submission = store(connection, sealed, key)
                [row] = self._exercises.store(connection, submission, [graded], self._rows)
            self._rows[id(graded)] = row

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        """Store all attempts of somebody; return the one that counts, as the book has it."""
        self._exercises.forget_json()
        if self._conditions.preview:
            return self._preview(attempts[best])
        with self._database.writing() as connection:
            for number, attempt in enumerate(attempts):
                if number != best:
                    self._attempt(connection, attempt, counts=False)
            holder, result, _ = self._attempt(connection, attempts[best], counts=True)
            if not holder.is_new:  # who has handed in before, or of whom somebody changed something
                digests = self._exercises.digests
                result = with_since(connection, holder.people, result)
                result = attached(connection, holder.people, result, digests)
        self._forget(*attempts)
        return result

    def json_of(self, result: ExerciseResult) -> memoryview | None:
        """Return an exercise's result as JSON, if the last `record` has stored it."""
        return self._exercises.json_of(result)

    def close(self) -> None:
        """Let go of the book."""
        self._database.close()

    def _forget(self, *attempts: Graded) -> None:
        """Forget what is stored; of others, which are graded at the same time, everything stays."""
        for attempt in attempts:
            if attempt.sealed is not None:
                for one in self._known.pop(self._key(attempt.sealed), {}).values():
                    self._rows.pop(id(one), None)

    def _preview(self, graded: Graded) -> SubmissionResult:
        """Store the exercises of a submission, and leave everybody's results as they are."""
        if graded.sealed is not None:
            key = self._key(graded.sealed)
            found = self._known.get(key, {}).values()
            known = [one for one in found if self._exercises.settles(one)]
            with self._database.writing() as connection:
                submission = store(connection, graded.sealed, key)
                self._exercises.store(connection, submission, known, self._rows)
        self._forget(graded)
        return graded.result

    def replace(self, connection: Connection, graded: Graded, kept: Mapping[str, int]) -> None:
        """Let a new result count in place of an earlier one of the same files.

        Parameters
        ----------
        connection : Connection
            In a transaction that may write.
        graded : Graded
            With the new result.
        kept : mapping of str to int
            The rows of exercises that stay as they are.
        """
        self._forget(graded)
        if graded.sealed is not None:
            key = self._key(graded.sealed)
            self._known[key] = self._exercises.known(connection, key)
        self._attempt(connection, graded, counts=True, kept=kept)
        self._forget(graded)

    def record_for(
        self,
        person: int,
        whole: Callable[[Connection], tuple[Graded, Mapping[str, int]]],
        end: Callable[[Connection, int], None],
    ) -> SubmissionResult:
        """Store what one person of the book handed in, in one transaction with what it ends.

        Parameters
        ----------
        person : int
            The row of whoever handed it in.
        whole : callable
            Called in the transaction: returns the result, and the rows of those of its exercises
            that stay as they are.
        end : callable
            Called in the transaction with the row of the result; what it raises, undoes all.
        """
        with self._database.writing() as connection:
            graded, kept = whole(connection)
            holder = Holder((person,))
            _, result, number = self._attempt(
                connection, graded, counts=True, kept=kept, holder=holder
            )
            end(connection, number)
        self._forget(graded)
        return result

    def _attempt(
        self,
        connection: Connection,
        graded: Graded,
        *,
        counts: bool,
        kept: Mapping[str, int] = MappingProxyType({}),
        holder: Holder | None = None,
    ) -> tuple[Holder, SubmissionResult, int]:
        """Store an attempt; return whose it is, the result as the book has it, and its row."""
        sealed, result = graded.sealed, graded.result
        holder = holder or holder_of(connection, result)
        submission = None if sealed is None else store(connection, sealed, self._key(sealed))
        attempt, is_new = _attempt(connection, holder, submission and submission[0], result)
        grades: list[int] = []
        if sealed is not None and submission is not None:
            known = self._known.get(self._key(sealed), {})
            ours = [one for one in result.exercises if one.id not in kept]
            whole = [known.get(one.id) or GradedExercise(one) for one in ours]
            stored = self._exercises.store(connection, submission, whole, self._rows)
            new = dict(zip([one.id for one in ours], stored, strict=True))
            grades = [{**kept, **new}[one.id] for one in result.exercises]
        frame = replace(
            result, exercises=() if grades else result.exercises, free_text=(), graded_at="",
            policy=GradePolicy(), adjustments=(),
        )  # fmt: skip
        said = msgspec.json.encode(frame)
        same = _without_slug(said, result.slug)  # wherever its report lies, it is the same result
        fingerprint = digest_of(same, ",".join(map(str, grades)))
        # What was never handed in before has no result that could be the same.
        before = None if is_new else _latest(connection, holder, None if counts else attempt)
        if before is not None and before.fingerprint == fingerprint:
            return holder, replace(result, graded_at=before.graded_at), int(before.id)
        sums = self._exercises.sums_of(result)
        number = add(
            connection,
            Result,
            attempt_id=attempt,
            run_id=self._run,
            fingerprint=fingerprint,
            student=result.student,
            state=result.state.value,
            score=sums.score,
            withheld=sums.withheld,
            max_score=sums.most,
            graded_at=result.graded_at,
            counts=counts,
            body=squeezed(said),
        )
        rows = [(number, position, grade) for position, grade in enumerate(grades)]
        add_values(connection, ResultExercise, ("result_id", "position", "grade_id"), rows)
        for person in holder.people:
            write_history(
                connection, "graded", person=person, detail=f"result {number}, run {self._run}"
            )
        return holder, result, number


def _without_slug(said: bytes, slug: str) -> bytes:
    """Return a result's JSON with an empty name of its report's folder.

    In a text of the JSON a quotation mark follows a backslash, so that the first key is the key.
    """
    return said.replace(b',"slug":%b' % msgspec.json.encode(slug), b',"slug":""', 1)


def _attempt(
    connection: Connection, holder: Holder, submission: int | None, result: SubmissionResult
) -> tuple[int, bool]:
    """Return the row of an attempt, and whether it was added only now."""
    what = str(submission) if submission is not None else result.refused
    anybodys = replace(result.delivery, people=())
    known = b""
    if anybodys != Delivery():
        said = msgspec.to_builtins(anybodys)
        if not anybodys.moments:  # as before there were any: nothing is another attempt by that
            del said["moments"]
        known = msgspec.json.encode(said)
    unique = {"holder": holder.key, "fingerprint": digest_of(what, known)}
    delivery = msgspec.json.encode(result.delivery).decode()
    number = add_if_new(connection, Attempt, **unique, submission_id=submission, delivery=delivery)
    is_new = number is not None
    if number is None:
        number = int(ask(connection, _SAME, **unique)[0].id)
    rows = [(number, person) for person in holder.people]
    add_values(connection, AttemptPerson, ("attempt_id", "person_id"), rows, if_new=not is_new)
    return number, is_new


def _latest(connection: Connection, holder: Holder, attempt: int | None) -> Any:
    """Return fingerprint and time of the last result of the same people that counts.

    Where an `attempt` is given, of this one, as one that does not count.
    """
    if attempt is None:
        found = ask(connection, _LATEST, holder=holder.key)
    else:
        found = ask(connection, _BESIDE, attempt=attempt)
    return found[0] if found else None
