"""Store the results of exercises as rows, and find them again by their stamps."""

from __future__ import annotations

__all__ = ["ExerciseRows", "verdicts_of"]

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, select, update

from grader.gradebook.columns import MILLION, millionths
from grader.gradebook.models import ExerciseGrade, KnownCheck, ResultExercise, Submission
from grader.gradebook.rows import add_rows, ask
from grader.gradebook.wordings import read_graded, wordings_of
from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.conditions import Conditions
    from grader.judge import GradedExercise
    from grader.results import ExerciseResult

# Compiled once: compiling takes longer than running the query.
_KNOWN = (
    select(
        ExerciseGrade.id, ExerciseGrade.exercise, ExerciseGrade.stamp, ExerciseGrade.wording_id,
        ExerciseGrade.body,
    )
    .join(Submission, Submission.id == ExerciseGrade.submission_id)
    .where(Submission.content_key == bindparam("key"), ExerciseGrade.settled)
)  # fmt: skip
_SETTLED = (
    select(ExerciseGrade.id, ExerciseGrade.exercise, ExerciseGrade.stamp)
    .where(ExerciseGrade.submission_id == bindparam("submission"), ExerciseGrade.settled)
)  # fmt: skip
# One process writes at a time, and row numbers grow: an exercise's highest number is the new row.
_ADDED = (
    select(ExerciseGrade.exercise, func.max(ExerciseGrade.id).label("number"))
    .where(ExerciseGrade.submission_id == bindparam("submission"))
    .group_by(ExerciseGrade.exercise)
)

_VERDICTS = (
    select(ExerciseGrade.verdicts)
    .join(ResultExercise, ResultExercise.grade_id == ExerciseGrade.id)
    .where(ResultExercise.result_id == bindparam("result"))
)
# Asked once a connection: there are as many as the course ever had.
ALL_CHECKS = select(KnownCheck.id, KnownCheck.check_id)
# The key in `Connection.info` under which a connection keeps the ids of checks: they never change.
_NAMES = "checks"
_WORDS = {one: one.value for one in Outcome}
_MEANING = {one.value: one for one in Outcome}


class ExerciseRows:
    """Reads and stores the exercise results of one course, under given conditions.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write: new checks and wordings are added.
    course : Course
        The course, with the exercises to grade.
    conditions : Conditions
        The other conditions that results depend on.
    """

    def __init__(self, connection: Connection, course: Course, conditions: Conditions) -> None:
        self._conditions = conditions
        self.digests = course.exercise_digests
        self._stamps = {
            one.id: conditions.stamp(one, self.digests[one.id]) for one in course.exercises
        }
        ids = [check.id for one in course.exercises for check in one.info().checks]
        self._checks = known_checks(connection, ids)
        self._packers = wordings_of(connection, course.exercises, self.digests)
        # Stored rows that this command must not use again.
        self._passed_over: set[int] = set()
        # The results that were stored last as JSON, which a report also needs, by their `id`.
        self._made: dict[int, tuple[ExerciseResult, bytes]] = {}

    def known(self, connection: Connection, key: str) -> dict[str, GradedExercise]:
        """Return the reusable stored results of a submission's exercises, by exercise id.

        Parameters
        ----------
        connection : Connection
            In a transaction.
        key : str
            The submission's content key.
        """
        found: dict[str, GradedExercise] = {}
        for row in ask(connection, _KNOWN, key=key):
            if self._stamps.get(row.exercise) == row.stamp:
                one = read_graded(connection, row.wording_id, row.body)
                if self.settles(one):
                    found[row.exercise] = one
                else:  # a time-out that counted as known when it was stored, and does not now
                    self._passed_over.add(row.id)
        return found

    def json_of(self, result: ExerciseResult) -> bytes | None:
        """Return the JSON of a result, if it was stored since the last `forget_json`."""
        known, json = self._made.get(id(result), (None, b""))
        return json if known is result else None

    def forget_json(self) -> None:
        """Forget what `json_of` knows."""
        self._made.clear()

    def settles(self, graded: GradedExercise) -> bool:
        """Return whether a result is reusable; one with a grader error or a time-out is not."""
        for check in graded.result.checks:
            if check.outcome is Outcome.GRADER_ERROR:
                return False
            timed = check.outcome is Outcome.OVER_LIMIT and "seconds" in check.limit
            if timed and not self._conditions.reuse_time_outs:
                return False
        return True

    def store(
        self,
        connection: Connection,
        submission: tuple[int, bool],
        graded: Sequence[GradedExercise],
        stored: Mapping[int, int],
    ) -> list[int]:
        """Store those exercise results of a submission that are new; return the rows of all.

        Parameters
        ----------
        connection : Connection
            In a transaction that may write.
        submission : (int, bool)
            Its row number, and whether this transaction added it.
        graded : sequence of GradedExercise
            The results of its exercises.
        stored : mapping of int to int
            Row numbers of results that were read from the book, by their `id`.
        """
        number, is_new = submission
        settled: dict[tuple[str, str], int] = {}
        if not is_new:
            asked = ask(connection, _SETTLED, submission=number)
            settled = {(row.exercise, row.stamp): int(row.id) for row in asked}
        rows: dict[str, int] = {}
        new: list[GradedExercise] = []
        for one in graded:
            row = stored.get(id(one))
            if row is None:
                row = settled.get((one.result.id, self._stamps[one.result.id]))
                is_afresh = self._conditions.afresh and self.settles(one)
                if row is not None and (is_afresh or row in self._passed_over):
                    # Graded again on purpose: the older row stays, but is not used again.
                    was = update(ExerciseGrade).where(ExerciseGrade.id == row)
                    connection.execute(was.values(settled=False))
                    row = None
            if row is None:
                new.append(one)
            else:
                rows[one.result.id] = row
        if new:
            add_rows(connection, ExerciseGrade, [self._row(number, one) for one in new])
            asked = ask(connection, _ADDED, submission=number)
            added = {row.exercise: int(row.number) for row in asked}
            rows |= {one.result.id: added[one.result.id] for one in new}
        return [rows[one.result.id] for one in graded]

    def _row(self, submission: int, graded: GradedExercise) -> dict[str, Any]:
        result = graded.result
        packer = self._packers[result.id]
        json = msgspec.json.encode(result)
        self._made[id(result)] = result, json
        return {
            "submission_id": submission,
            "exercise": result.id,
            "stamp": self._stamps[result.id],
            "exercise_digest": self.digests[result.id],
            "settled": self.settles(graded),
            "score": result.score,
            "withheld": result.withheld,
            "max_score": result.max_score,
            "wording_id": packer.number,
            "body": packer.pack(graded, json),
            "verdicts": self._verdicts(result),
        }

    def _verdicts(self, result: ExerciseResult) -> str:
        found = [
            (self._checks[one.id], _WORDS[one.outcome], millionths(one.points),
             millionths(one.max_points))
            for one in result.checks
        ]  # fmt: skip
        return msgspec.json.encode(found).decode()


def verdicts_of(connection: Connection, result: int) -> dict[str, tuple[Outcome, float]]:
    """Return the outcome and the points of each check of a stored result, by check id."""
    names: dict[int, str] = connection.info.setdefault(_NAMES, {})
    found = [
        verdict
        for row in ask(connection, _VERDICTS, result=result)
        for verdict in msgspec.json.decode(row.verdicts, type=list[tuple[int, str, int, int]])
    ]
    if any(check not in names for check, *_ in found):
        names |= {row.id: row.check_id for row in ask(connection, ALL_CHECKS)}
    return {
        names[check]: (_MEANING[outcome], points / MILLION) for check, outcome, points, _ in found
    }


def known_checks(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the row number of each check, by check id; new checks are added."""
    asked = select(KnownCheck.check_id, KnownCheck.id)
    there = {row.check_id: row.id for row in connection.execute(asked)}
    new = [{"check_id": one} for one in ids if one not in there]
    if new:
        add_rows(connection, KnownCheck, new, if_new=True)
        there = {row.check_id: row.id for row in connection.execute(asked)}
    return there
