"""Store the results of exercises as rows, and find them again by their stamps."""

from __future__ import annotations

__all__ = ["ExerciseRows", "PointSums", "verdicts_of"]

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select, update

from grader.gradebook.columns import MILLION, millionths
from grader.gradebook.models import ExerciseGrade, KnownCheck, ResultExercise, Submission
from grader.gradebook.rows import add_rows, add_values, ask, ask_plain
from grader.gradebook.wordings import read_graded, wordings_of
from grader.results import Outcome, total_points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.conditions import Conditions
    from grader.judge import GradedExercise
    from grader.results import ExerciseResult, SubmissionResult

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
# The columns of a row that is added, in the order in which the statement has them: that of the
# table. In another order each row would go through a mapping.
_COLUMNS = (
    "submission_id", "exercise", "stamp", "exercise_digest", "settled", "score", "withheld",
    "max_score", "body", "wording_id", "verdicts",
)  # fmt: skip
# One process writes at a time, and row numbers grow: an exercise's highest number is the new row.
_ADDED = (
    select(ExerciseGrade.exercise, ExerciseGrade.id)
    .where(ExerciseGrade.submission_id == bindparam("submission"))
    .order_by(ExerciseGrade.id)
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
# The same for what verdicts say, by their text: a check's id never changes, so it stays true.
_VERDICTS_READ = "verdicts"
MOST_READ = 1024
_MEANING = {one.value: one for one in Outcome}
# To look up a member of an enumeration takes as long as to compare it.
_OURS, _OVER = Outcome.GRADER_ERROR, Outcome.OVER_LIMIT
_AS_VERDICTS = msgspec.json.Decoder(list[tuple[int, str, int, int]])


class PointSums(NamedTuple):
    """The points of a result: earned, kept open by an error of the grader, and at most."""

    score: float
    withheld: float
    most: float


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
        # The results that were stored last as JSON, which a report also needs, and their points,
        # by their `id`.
        self._made: dict[int, tuple[ExerciseResult, memoryview, PointSums]] = {}

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

    def json_of(self, result: ExerciseResult) -> memoryview | None:
        """Return the JSON of a result, if it was stored since the last `forget_json`."""
        made = self._made.get(id(result))
        return made[1] if made is not None and made[0] is result else None

    def sums_of(self, result: SubmissionResult) -> PointSums:
        """Return the points of a result, of whose exercises most were just stored."""
        each = [self._sums_of(one) for one in result.exercises]
        return PointSums(
            total_points([one.score for one in each]),
            total_points([one.withheld for one in each]),
            total_points(
                one.most
                for one, exercise in zip(each, result.exercises, strict=True)
                if not exercise.bonus
            ),
        )

    def _sums_of(self, result: ExerciseResult) -> PointSums:
        made = self._made.get(id(result))
        if made is not None and made[0] is result:
            return made[2]
        return PointSums(result.score, result.withheld, result.max_score)

    def forget_json(self) -> None:
        """Forget what `json_of` knows."""
        self._made.clear()

    def settles(self, graded: GradedExercise) -> bool:
        """Return whether a result is reusable; one with a grader error or a time-out is not."""
        for check in graded.result.checks:
            outcome = check.outcome
            if outcome is _OURS:
                return False
            timed = outcome is _OVER and "seconds" in check.limit
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
            added = [self._row(number, one) for one in new]
            add_values(connection, ExerciseGrade, _COLUMNS, added)
            numbers = dict(ask_plain(connection, _ADDED, submission=number))
            rows |= {one.result.id: numbers[one.result.id] for one in new}
        return [rows[one.result.id] for one in graded]

    def _row(self, submission: int, graded: GradedExercise) -> tuple[Any, ...]:
        """Return the values of a row, in the order of `_COLUMNS`."""
        result = graded.result
        packer = self._packers[result.id]
        body, json = packer.pack(graded)
        score, most, verdicts = [], [], []
        is_ours = False
        rows = self._checks
        for check in result.checks:  # once: there are a hundred of them
            points, full, outcome = check.points, check.max_points, check.outcome
            score.append(points)
            most.append(full)
            is_ours = is_ours or outcome is _OURS
            verdicts.append(_verdict(rows[check.id], outcome, points, full))
        sums = PointSums(
            total_points(score), result.withheld if is_ours else 0.0, total_points(most)
        )
        self._made[id(result)] = result, json, sums
        return (
            submission,
            result.id,
            self._stamps[result.id],
            self.digests[result.id],
            not is_ours and self.settles(graded),
            millionths(sums.score),
            millionths(sums.withheld),
            millionths(sums.most),
            body,
            packer.number,
            f"[{','.join(verdicts)}]",
        )


@functools.lru_cache(maxsize=4096)
def _verdict(check: int, outcome: Outcome, points: float, most: float) -> str:
    """Return a verdict as it stands in the column, as JSON; most are the same in a class."""
    return f'[{check},"{outcome.value}",{millionths(points)},{millionths(most)}]'


def verdicts_of(connection: Connection, result: int) -> dict[str, tuple[Outcome, float]]:
    """Return the outcome and the points of each check of a stored result, by check id."""
    found: dict[str, tuple[Outcome, float]] = {}
    for (text,) in ask_plain(connection, _VERDICTS, result=result):
        found.update(_read(connection, text))
    return found


def _read(connection: Connection, text: str) -> dict[str, tuple[Outcome, float]]:
    """Return the verdicts of an exercise; those of most attempts of a class were read before."""
    known: dict[str, dict[str, tuple[Outcome, float]]]
    known = connection.info.setdefault(_VERDICTS_READ, {})
    if text not in known:
        verdicts = _AS_VERDICTS.decode(text)
        names: dict[int, str] = connection.info.setdefault(_NAMES, {})
        if not names.keys() >= {one[0] for one in verdicts}:
            names.update(ask_plain(connection, ALL_CHECKS))
        if len(known) >= MOST_READ:
            known.clear()
        known[text] = {
            names[check]: (_MEANING[outcome], points / MILLION)
            for check, outcome, points, _ in verdicts
        }
    return known[text]


def known_checks(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the row number of each check, by check id; new checks are added."""
    asked = select(KnownCheck.check_id, KnownCheck.id)
    there = {row.check_id: row.id for row in connection.execute(asked)}
    new = [{"check_id": one} for one in ids if one not in there]
    if new:
        add_rows(connection, KnownCheck, new, if_new=True)
        there = {row.check_id: row.id for row in connection.execute(asked)}
    return there
