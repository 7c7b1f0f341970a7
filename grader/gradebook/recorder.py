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
from sqlalchemy import bindparam, select, update

from grader.gradebook.changing import attached
from grader.gradebook.codec import digest_of, pack, squeezed, unpack
from grader.gradebook.contents import content_key, store
from grader.gradebook.holders import Holder, holder_of
from grader.gradebook.models import (
    Attempt,
    AttemptPerson,
    CheckOutcome,
    ExerciseGrade,
    KnownCheck,
    Result,
    ResultExercise,
    Submission,
)
from grader.gradebook.rows import add, add_all, add_new, adding, insert_or_pass, write_history
from grader.judge import GradedExercise
from grader.results import Delivery, GradePolicy, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from grader.course import Course, Exercise
    from grader.gradebook.conditions import Conditions
    from grader.gradebook.engine import Database
    from grader.intake.sealed import Sealed
    from grader.judge import Graded
    from grader.results import SubmissionResult

# An exercise that took longer is stored at once, and not only with the whole submission.
LONG_SECONDS = 1.0


# Made once: that takes longer than the database.
_KNOWN = (
    select(ExerciseGrade.id, ExerciseGrade.exercise, ExerciseGrade.stamp, ExerciseGrade.body)
    .join(Submission, Submission.id == ExerciseGrade.submission_id)
    .where(Submission.content_key == bindparam("key"), ExerciseGrade.settled)
)
_SETTLED = (
    select(ExerciseGrade.id, ExerciseGrade.exercise, ExerciseGrade.stamp)
    .where(ExerciseGrade.submission_id == bindparam("submission"), ExerciseGrade.settled)
)  # fmt: skip
_LAST = select(Result.fingerprint, Result.graded_at).order_by(Result.id.desc()).limit(1)
_LATEST = (
    _LAST.join(Attempt, Attempt.id == Result.attempt_id)
    .where(Attempt.holder == bindparam("holder"), Result.counts)
)  # fmt: skip
_BESIDE = _LAST.where(Result.attempt_id == bindparam("attempt"), Result.counts.is_(False))


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
        self._digests = course.exercise_digests
        self._stamps = {
            one.id: conditions.stamp(one, self._digests[one.id]) for one in course.exercises
        }
        ids = [check.id for one in course.exercises for check in one.info().checks]
        with database.writing() as connection:
            self._checks = known_checks(connection, ids)
        # Of the submissions that are being graded now, by their content keys.
        self._known: dict[str, dict[str, GradedExercise]] = {}
        # The rows of those among them that are stored already, by `id`.
        self._rows: dict[int, int] = {}
        # Rows of theirs that are there and not used.
        self._passed_over: set[int] = set()

    def recall(self, exercise: Exercise, sealed: Sealed) -> GradedExercise | None:
        """Return what is known of an exercise of a submission."""
        key = content_key(sealed)
        if key not in self._known:
            self._known[key] = {}
            if not self._conditions.afresh:
                with self._database.reading() as connection:
                    self._known[key] = self._read(connection, key)
        return self._known[key].get(exercise.id)

    def _read(self, connection: Connection, key: str) -> dict[str, GradedExercise]:
        found: dict[str, GradedExercise] = {}
        for row in connection.execute(_KNOWN, {"key": key}).all():
            if self._stamps.get(row.exercise) == row.stamp:
                one = unpack(row.body, GradedExercise)
                if self._settles(one):
                    found[row.exercise] = one
                else:  # a time-out that counted as known when it was stored, and does not now
                    self._passed_over.add(row.id)
        return found

    def keep(self, exercise: Exercise, sealed: Sealed, graded: GradedExercise) -> None:
        """Remember what was graded, and store at once what took long."""
        self._known.setdefault(content_key(sealed), {})[exercise.id] = graded
        if graded.result.usage.wall_seconds >= LONG_SECONDS and self._settles(graded):
            with self._database.writing() as connection:
                row = self._exercises(connection, store(connection, sealed), [graded])[0]
            self._rows[id(graded)] = row

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        """Store all attempts of somebody; return the one that counts, as the book has it."""
        if self._conditions.preview:
            return self._preview(attempts[best])
        with self._database.writing() as connection:
            for number, attempt in enumerate(attempts):
                if number != best:
                    self._attempt(connection, attempt, counts=False)
            result = self._attempt(connection, attempts[best], counts=True)
            people = holder_of(connection, result).people
            result = attached(connection, people, result, self._digests)
        self._forget(*attempts)
        return result

    def close(self) -> None:
        """Let go of the book."""
        self._database.close()

    def _forget(self, *attempts: Graded) -> None:
        """Forget what is stored; of others, which are graded at the same time, everything stays."""
        for attempt in attempts:
            if attempt.sealed is not None:
                for one in self._known.pop(content_key(attempt.sealed), {}).values():
                    self._rows.pop(id(one), None)

    def _preview(self, graded: Graded) -> SubmissionResult:
        """Store the exercises of a submission, and leave everybody's results as they are."""
        if graded.sealed is not None:
            known = self._known.get(content_key(graded.sealed), {})
            known = {name: one for name, one in known.items() if self._settles(one)}
            with self._database.writing() as connection:
                submission = store(connection, graded.sealed)
                self._exercises(connection, submission, list(known.values()))
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
            key = content_key(graded.sealed)
            self._known[key] = self._read(connection, key)
        self._attempt(connection, graded, counts=True, kept=kept)
        self._forget(graded)

    def _attempt(
        self,
        connection: Connection,
        graded: Graded,
        *,
        counts: bool,
        kept: Mapping[str, int] = MappingProxyType({}),
    ) -> SubmissionResult:
        sealed, result = graded.sealed, graded.result
        holder = holder_of(connection, result)
        submission = None if sealed is None else store(connection, sealed)
        attempt = _attempt(connection, holder, submission, result)
        grades: list[int] = []
        if sealed is not None and submission is not None:
            known = self._known.get(content_key(sealed), {})
            ours = [one for one in result.exercises if one.id not in kept]
            whole = [known.get(one.id) or GradedExercise(one) for one in ours]
            stored = self._exercises(connection, submission, whole)
            new = dict(zip([one.id for one in ours], stored, strict=True))
            grades = [{**kept, **new}[one.id] for one in result.exercises]
        frame = replace(
            result, exercises=() if grades else result.exercises, free_text=(), graded_at="",
            policy=GradePolicy(), adjustments=(),
        )  # fmt: skip
        body = msgspec.json.encode(frame)
        # Wherever its report lies, it is the same result.
        same = msgspec.json.encode(replace(frame, slug=""))
        fingerprint = digest_of(same, ",".join(map(str, grades)))
        before = _latest(connection, holder, None if counts else attempt)
        if before is not None and before.fingerprint == fingerprint:
            return replace(result, graded_at=before.graded_at)
        number = add(
            connection,
            Result,
            attempt_id=attempt,
            run_id=self._run,
            fingerprint=fingerprint,
            student=result.student,
            state=result.state.value,
            score=result.score,
            withheld=result.withheld,
            max_score=result.max_score,
            graded_at=result.graded_at,
            counts=counts,
            body=squeezed(body),
        )
        if grades:
            rows = [
                {"result_id": number, "position": position, "grade_id": grade}
                for position, grade in enumerate(grades)
            ]
            connection.execute(adding(ResultExercise), rows)
        for person in holder.people:
            write_history(
                connection, "graded", person=person, detail=f"result {number}, run {self._run}"
            )
        return result

    def _exercises(
        self, connection: Connection, submission: int, graded: Sequence[GradedExercise]
    ) -> list[int]:
        """Store exercises of a submission where they are not stored yet; return their rows."""
        asked = connection.execute(_SETTLED, {"submission": submission})
        settled = {(row.exercise, row.stamp): int(row.id) for row in asked}
        rows: dict[str, int] = {}
        new: list[GradedExercise] = []
        for one in graded:
            number = self._rows.get(id(one))
            if number is None:
                number = settled.get((one.result.id, self._stamps[one.result.id]))
                is_afresh = self._conditions.afresh and self._settles(one)
                if number is not None and (is_afresh or number in self._passed_over):
                    # Graded again on purpose: the older result stays, and is not used again.
                    was = update(ExerciseGrade).where(ExerciseGrade.id == number)
                    connection.execute(was.values(settled=False))
                    number = None
            if number is None:
                new.append(one)
            else:
                rows[one.result.id] = number
        numbers = add_all(connection, ExerciseGrade, [self._row(submission, one) for one in new])
        rows |= {one.result.id: number for one, number in zip(new, numbers, strict=True)}
        self._outcomes(connection, new, rows)
        return [rows[one.result.id] for one in graded]

    def _row(self, submission: int, graded: GradedExercise) -> dict[str, Any]:
        result = graded.result
        return {
            "submission_id": submission,
            "exercise": result.id,
            "stamp": self._stamps[result.id],
            "exercise_digest": self._digests[result.id],
            "settled": self._settles(graded),
            "score": result.score,
            "withheld": result.withheld,
            "max_score": result.max_score,
            "body": pack(graded),
        }

    def _outcomes(
        self, connection: Connection, graded: Sequence[GradedExercise], numbers: Mapping[str, int]
    ) -> None:
        rows = [
            {
                "grade_id": numbers[one.result.id],
                "check_row": self._checks[check.id],
                "outcome": check.outcome.value,
                "points": check.points,
                "max_points": check.max_points,
            }
            for one in graded
            for check in one.result.checks
        ]
        if rows:
            connection.execute(adding(CheckOutcome), rows)

    def _settles(self, graded: GradedExercise) -> bool:
        """Say whether a result may be used again: errors of ours may not, nor may time-outs."""
        for check in graded.result.checks:
            if check.outcome is Outcome.GRADER_ERROR:
                return False
            timed = check.outcome is Outcome.OVER_LIMIT and "seconds" in check.limit
            if timed and not self._conditions.reuse_time_outs:
                return False
        return True


def known_checks(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the row of each check; those that are new are added."""
    asked = select(KnownCheck.check_id, KnownCheck.id)
    there = {row.check_id: row.id for row in connection.execute(asked)}
    new = [{"check_id": one} for one in ids if one not in there]
    if new:
        connection.execute(insert_or_pass(connection, KnownCheck), new)
        there = {row.check_id: row.id for row in connection.execute(asked)}
    return there


def _attempt(
    connection: Connection, holder: Holder, submission: int | None, result: SubmissionResult
) -> int:
    """Return the row of an attempt."""
    what = str(submission) if submission is not None else result.refused
    anybodys = replace(result.delivery, people=())
    known = msgspec.json.encode(anybodys) if anybodys != Delivery() else b""
    values = {
        "holder": holder.key,
        "fingerprint": digest_of(what, known),
        "submission_id": submission,
        "delivery": msgspec.json.encode(result.delivery).decode(),
    }
    number = int(add_new(connection, Attempt, ["holder", "fingerprint"], **values))
    rows = [{"attempt_id": number, "person_id": person} for person in holder.people]
    connection.execute(insert_or_pass(connection, AttemptPerson), rows)
    return number


def _latest(connection: Connection, holder: Holder, attempt: int | None) -> Any:
    """Return fingerprint and time of the last result of the same people that counts.

    Where an `attempt` is given, of this one, as one that does not count.
    """
    if attempt is None:
        return connection.execute(_LATEST, {"holder": holder.key}).one_or_none()
    return connection.execute(_BESIDE, {"attempt": attempt}).one_or_none()
