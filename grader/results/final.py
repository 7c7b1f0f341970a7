"""Compute the final points from the graded ones: exactly, and in one order for all outputs.

1. Checks, then exercises: apply the changes by hand, in the order in which they were made. What
   is excused counts neither in the points nor in the maximum.
2. Leave out the exercises that do not count (`best_of`, `drop_lowest`).
3. Subtract the share for lateness from the earned points, exercise by exercise.
4. Apply the changes by hand to the whole.

Each step ends between 0 and its maximum. Bonus exercises and points given as a bonus are added to
the whole.
"""

from __future__ import annotations

__all__ = ["EXCUSED", "LEFT_OUT", "ExercisePoints", "LateLine", "Reckoning", "points_at", "reckon"]

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from grader.results.changes import ChangeKind
from grader.results.lateness_told import LateShare, late_share
from grader.results.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.results.changes import Adjusted, LateRule
    from grader.results.protocols import CheckedExercise, CheckedSubmission

ZERO = Decimal(0)
MILLIONTH = Decimal("0.000001")
OPEN = (Outcome.GRADER_ERROR, Outcome.UNREADABLE)
SETTLING = (ChangeKind.SET, ChangeKind.EXCUSED)
EXCUSED, LEFT_OUT = "excused", "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExercisePoints:
    """The points of one exercise, before lateness.

    Attributes
    ----------
    raw, raw_most : Decimal
        Points and maximum as graded.
    points, most : Decimal
        Points and maximum after changes by hand, with the answers graded by hand.
    why_not : str
        Why it does not count: `EXCUSED`, `LEFT_OUT`, or empty if it counts.
    open : Decimal
        Points withheld by a grader error or for an unreadable file.
    waiting : int
        The number of answers that are worth points and wait for hand grading.
    """

    exercise: str
    raw: Decimal
    raw_most: Decimal
    points: Decimal
    most: Decimal
    bonus: bool = False
    why_not: str = ""
    open: Decimal = ZERO
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """The points that one rule for lateness subtracts from its exercises.

    Attributes
    ----------
    earned : Decimal
        The earned points that the rule applies to.
    taken : Decimal
        The points subtracted.
    """

    rule: LateRule
    exercises: tuple[str, ...]
    share: LateShare
    earned: Decimal
    taken: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How the total of a submission is computed.

    Attributes
    ----------
    raw, raw_most : Decimal
        Points and maximum as graded.
    earned : Decimal
        The points of the exercises that count, before lateness.
    total, most : Decimal
        The final points, and their maximum.
    at_most : Decimal
        The total if all open points are given.
    excused : bool
        Whether the person is excused from the whole: then there is no grade.
    by_hand : bool
        Whether a person decided about everything that could not be graded.
    """

    exercises: tuple[ExercisePoints, ...]
    late: tuple[LateLine, ...]
    raw: Decimal
    raw_most: Decimal
    earned: Decimal
    total: Decimal
    most: Decimal
    at_most: Decimal
    excused: bool
    by_hand: bool

    @property
    def open(self) -> Decimal:
        """Points that are still open after all changes by hand."""
        return _sum(one.open for one in self.exercises if not one.why_not)

    @property
    def waiting(self) -> int:
        """The number of answers that are worth points and wait for hand grading."""
        return sum(one.waiting for one in self.exercises if not one.why_not)

    @property
    def is_changed(self) -> bool:
        """Whether the final points differ from the graded ones."""
        return self.excused or (self.total, self.most) != (self.raw, self.raw_most)

    @property
    def unknown_late(self) -> bool:
        """Whether a rule for lateness applies, but the lateness is unknown."""
        return any(one.share.seconds is None and one.earned for one in self.late)


def reckon(result: CheckedSubmission) -> Reckoning:
    """Return how the total of a submission is computed.

    Parameters
    ----------
    result : CheckedSubmission
        A `grader.results.SubmissionResult`, with its changes by hand and the course's rules.
    """
    certain = _reckoned(result, is_best=False)
    if not _may_rise(result):
        return certain
    return replace(certain, at_most=_reckoned(result, is_best=True).total)


def _may_rise(result: CheckedSubmission) -> bool:
    """Return whether hand grading or a rerun may add points: only then can `at_most` differ."""
    return bool(result.policy.by_hand) or any(
        check.outcome in OPEN for exercise in result.exercises for check in exercise.checks
    )


def points_at(
    result: CheckedSubmission, exercise: str, check: str
) -> tuple[Decimal, Decimal] | None:
    """Return the present points of a check, an exercise or the whole, and the maximum.

    Parameters
    ----------
    result : CheckedSubmission
        The result, with its changes by hand.
    exercise, check : str
        Ids; both are empty for the whole.

    Returns
    -------
    tuple of (Decimal, Decimal), optional
        None if there is no such exercise or check.
    """
    if not exercise:
        found = reckon(result)
        on_top = _sum(e.points for e in found.exercises if e.bonus and not e.why_not)
        given = _sum(
            c.points for c in result.adjustments if c.counts and c.kind is ChangeKind.BONUS
        )
        return found.total - given, found.most + on_top
    changes = [one for one in result.adjustments if one.counts]
    for one in result.exercises:
        if one.id == exercise and not check:
            own = _exercise(result, one, changes, is_best=False)
            return own.points, own.most
        for claim in one.checks if one.id == exercise else ():
            if claim.id == check:
                worth = Decimal(claim.max_points)
                about = [change for change in changes if change.check == check]
                got = _changed(Decimal(claim.points), about, worth)
                return _rounded(got), _rounded(worth)
    return None


def _reckoned(result: CheckedSubmission, *, is_best: bool) -> Reckoning:
    changes = [one for one in result.adjustments if one.counts]
    whole = [one for one in changes if not (one.exercise or one.check)]
    settled = any(one.kind in SETTLING for one in whole)
    each = [_exercise(result, one, changes, is_best=is_best) for one in result.exercises]
    if settled:
        each = [replace(one, open=ZERO, waiting=0) for one in each]
    each = _chosen(each, result.policy.best_of, result.policy.drop_lowest)
    counted = [one for one in each if not one.why_not]
    late = _late(result, counted, changes)
    earned = _sum(one.points for one in counted)
    most = _sum(one.most for one in counted if not one.bonus)
    on_top = _sum(one.points for one in counted if one.bonus)
    total = _changed(earned - _sum(one.taken for one in late), whole, most + on_top)
    total += _sum(one.points for one in whole if one.kind is ChangeKind.BONUS)
    total = max(ZERO, _rounded(total))
    return Reckoning(
        exercises=tuple(each),
        late=tuple(late),
        raw=_sum(one.raw for one in each),
        raw_most=_sum(one.raw_most for one in each if not one.bonus),
        earned=earned,
        total=total,
        most=most,
        at_most=total,
        excused=any(one.kind is ChangeKind.EXCUSED for one in whole),
        by_hand=_is_settled(result, each, is_whole=settled),
    )


def _is_settled(
    result: CheckedSubmission, each: Sequence[ExercisePoints], *, is_whole: bool
) -> bool:
    """Return whether something could not be graded, and a person has decided about all of it."""
    was_open = bool(result.refused) or any(
        check.outcome in OPEN for exercise in result.exercises for check in exercise.checks
    )
    settles = any(one.counts and one.kind in SETTLING for one in result.adjustments)
    return was_open and settles and (is_whole or not any(one.open for one in each))


def _exercise(
    result: CheckedSubmission,
    exercise: CheckedExercise,
    changes: Sequence[Adjusted],
    *,
    is_best: bool,
) -> ExercisePoints:
    """Return the points of an exercise; with `is_best`, all open points are given."""
    own = [one for one in changes if one.exercise == exercise.id]
    by_check: dict[str, list[Adjusted]] = defaultdict(list)
    for one in own:
        if one.check:
            by_check[one.check].append(one)
    points, most, still_open, raw, raw_most = ZERO, ZERO, ZERO, ZERO, ZERO
    for check in exercise.checks:
        about: Sequence[Adjusted] = by_check.get(check.id, ())
        got, worth = Decimal(check.points), Decimal(check.max_points)
        raw += got
        raw_most += worth
        if about and any(one.kind is ChangeKind.EXCUSED for one in about):
            continue
        is_open = check.outcome in OPEN and not any(one.kind in SETTLING for one in about)
        if is_open:
            still_open += worth
            got = worth if is_best else got
        points += _changed(got, about, worth)
        most += worth
    given, worth, waiting = _answers(result, exercise.id, own, is_best=is_best)
    points, most = _rounded(points + given), _rounded(most + worth)
    about = [one for one in own if not (one.check or one.question)]
    is_excused = any(one.kind is ChangeKind.EXCUSED for one in about)
    is_settled = is_excused or any(one.kind is ChangeKind.SET for one in about)
    return ExercisePoints(
        exercise=exercise.id,
        raw=_rounded(raw),
        raw_most=_rounded(raw_most),
        points=_changed(points, about, most),
        most=most,
        bonus=exercise.bonus,
        why_not=EXCUSED if is_excused else "",
        open=ZERO if is_settled else _rounded(still_open),
        waiting=0 if is_settled else waiting,
    )


def _answers(
    result: CheckedSubmission, exercise: str, own: Sequence[Adjusted], *, is_best: bool
) -> tuple[Decimal, Decimal, int]:
    """Return the points for hand-graded answers, the maximum, and the number that still wait."""
    written = {one.key for one in result.free_text if one.exercise == exercise}
    graded = {one.question: one.points for one in own if one.kind is ChangeKind.ANSWER}
    points, most, waiting = ZERO, ZERO, 0
    for one in result.policy.by_hand:
        if one.exercise != exercise:
            continue
        most += one.points
        if one.question in graded:
            points += min(max(graded[one.question], ZERO), one.points)
        elif one.question in written and one.points:
            waiting += 1
            points += one.points if is_best else ZERO
    return points, most, waiting


def _changed(points: Decimal, changes: Iterable[Adjusted], most: Decimal) -> Decimal:
    """Return points after changes by hand, between 0 and the maximum."""
    is_changed = False
    for one in changes:
        if one.kind is ChangeKind.SET:
            points, is_changed = one.points, True
        elif one.kind is ChangeKind.POINTS:
            points, is_changed = points + one.points, True
    return min(max(points, ZERO), most) if is_changed else points


def _chosen(each: Sequence[ExercisePoints], best_of: int, drop_lowest: int) -> list[ExercisePoints]:
    """Return the exercises, those with the lowest shares marked as not counting."""
    able = [one for one in each if not (one.bonus or one.why_not) and one.most]
    leave = max(drop_lowest, len(able) - best_of if best_of else 0)
    leave = min(leave, max(len(able) - 1, 0))
    # Of equal shares the exercise with fewer points is dropped first, and then the later one.
    order = sorted(
        enumerate(able), key=lambda pair: (pair[1].points / pair[1].most, pair[1].most, -pair[0])
    )
    gone = {one.exercise for _, one in order[:leave]}
    return [replace(one, why_not=LEFT_OUT) if one.exercise in gone else one for one in each]


def _late(
    result: CheckedSubmission, counted: Sequence[ExercisePoints], changes: Sequence[Adjusted]
) -> list[LateLine]:
    """Return the subtractions for lateness: one line for each rule and extension."""
    rules = {rule.exercise: rule for rule in result.policy.late}
    lines: dict[tuple[str, LateShare], LateLine] = {}
    for one in counted:
        rule = rules.get(one.exercise) or rules.get("")
        if rule is None:
            continue
        about = [
            change
            for change in changes
            if change.exercise in ("", one.exercise) and not change.check
        ]
        share = late_share(rule, result.delivery, about, one.exercise)
        before = lines.get((rule.exercise, share))
        earned = one.points + (before.earned if before else ZERO)
        lines[rule.exercise, share] = LateLine(
            rule=rule,
            exercises=(*(before.exercises if before else ()), one.exercise),
            share=share,
            earned=earned,
            taken=_rounded(earned * share.percent / 100),
        )
    return list(lines.values())


def _sum(points: Iterable[Decimal]) -> Decimal:
    return _rounded(sum(points, ZERO))


def _rounded(points: Decimal) -> Decimal:
    """Return points without the rounding errors of binary fractions: three thirds are 1."""
    return points.quantize(MILLIONTH, ROUND_HALF_UP).normalize() + ZERO
