"""Explain how a total is computed, for a student's page and for other systems."""

from __future__ import annotations

__all__ = ["TotalStep", "TotalView", "change_lines", "total_view"]

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from grader.report.text import clean, exact_points, line, plural
from grader.results import ChangeKind, points_at, reckon
from grader.results.final import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.results import Adjusted, CourseInfo, Reckoning, SubmissionResult
    from grader.results.final import LateLine

MINUS = "\N{MINUS SIGN}"
MOST_STEPS = 200
SUBTOTAL = "Exercises that count"
OF_TIME = (ChangeKind.EXTENSION, ChangeKind.HANDED_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalStep:
    """One step from the points that were graded to the total: what, how much, and why."""

    what: str
    amount: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalView:
    """The points that were graded, each step, and the total."""

    raw: str
    steps: tuple[TotalStep, ...]
    total: str
    excused: bool


def total_view(result: SubmissionResult, course: CourseInfo, found: Reckoning) -> TotalView | None:
    """Return the steps to a submission's total; None if nothing changed the graded points.

    Parameters
    ----------
    result : SubmissionResult
        With what a person changed, and the course's rules.
    course : CourseInfo
        Titles.
    found : Reckoning
        What `reckon` gives for the submission.
    """
    titles = {one.id: line(f"{one.number} {one.title}", 80) for one in course.exercises}
    claims = {check.id: check.claim for one in result.exercises for check in one.checks}
    steps = tuple(_steps(result, found, titles, claims))[:MOST_STEPS]
    if not steps and not found.is_changed:
        return None
    total = f"{exact_points(found.total)} of {plural(float(found.most), 'point')}"
    return TotalView(
        raw=f"{exact_points(found.raw)} of {plural(float(found.raw_most), 'point')}",
        steps=steps,
        total="excused: no grade" if found.excused else total,
        excused=found.excused,
    )


def change_lines(result: SubmissionResult) -> list[str]:
    """Return the changes of a submission's total, one line each, for other systems."""
    steps = _steps(result, reckon(result), {}, {})
    lines = []
    for step in steps:
        if step.what == SUBTOTAL:
            continue
        amount = f": {step.amount}" if step.amount else ""
        lines.append(f"{step.what}{amount}{f' ({step.why})' if step.why else ''}")
    return lines[:MOST_STEPS]


def _steps(
    result: SubmissionResult,
    found: Reckoning,
    titles: Mapping[str, str],
    claims: Mapping[str, str],
) -> Iterator[TotalStep]:
    """Yield the steps in the order in which they are applied."""
    counted = [one for one in result.adjustments if one.counts]
    of_time = [one for one in counted if one.kind in OF_TIME]
    others = [one for one in counted if one.kind not in OF_TIME]
    for one in others:
        if one.exercise:
            step = _change(one, titles, claims)
            full = " (no more than the maximum counts)" if _is_over(result, one) else ""
            yield replace(step, why=step.why + full)
    yield from _exercises(result, found, titles)
    for one in of_time:
        yield _change(one, titles, claims)
    for late in found.late:
        if late.share.days or late.share.extension_seconds:
            yield _late(late, titles, is_whole=len(found.late) == 1)
    for one in others:
        if not one.exercise:
            yield _change(one, titles, claims)


def _exercises(
    result: SubmissionResult, found: Reckoning, titles: Mapping[str, str]
) -> Iterator[TotalStep]:
    """Yield the steps of hand-graded answers, of dropped exercises, and the subtotal."""
    answers = sum(one.points for one in result.policy.by_hand)
    if answers:
        waiting = f"; {plural(found.waiting, 'answer')} not graded yet" if found.waiting else ""
        yield TotalStep(
            what="Answers in your own words",
            amount=f"up to {exact_points(Decimal(answers))}",
            why=f"A person grades them{waiting}.",
        )
    for sums in found.exercises:
        if sums.why_not == LEFT_OUT:
            yield TotalStep(
                what=f"Exercise {titles.get(sums.exercise, line(sums.exercise))} is left out",
                amount=f"{exact_points(sums.points)} of {exact_points(sums.most)}",
                why=_rule(result),
            )
    if (found.earned, found.most) != (found.raw, found.raw_most):
        amount = f"{exact_points(found.earned)} of {plural(float(found.most), 'point')}"
        yield TotalStep(what=SUBTOTAL, amount=amount)


def _is_over(result: SubmissionResult, change: Adjusted) -> bool:
    """Return whether a change gives more than full marks, for example after a regrade."""
    if change.kind is not ChangeKind.POINTS or change.points <= 0:
        return False
    before = [one for one in result.adjustments if one.number < change.number]
    stood = points_at(replace(result, adjustments=tuple(before)), change.exercise, change.check)
    return stood is not None and stood[0] + change.points > stood[1]


def _rule(result: SubmissionResult) -> str:
    policy = result.policy
    if policy.best_of:
        return f"The best {policy.best_of} exercises count."
    return f"The lowest {policy.drop_lowest} of the exercises do not count."


def _change(one: Adjusted, titles: Mapping[str, str], claims: Mapping[str, str]) -> TotalStep:
    about = {ChangeKind.COMMENT: "Comment", ChangeKind.EXTENSION: "The deadline"}.get(
        one.kind, "The whole"
    )
    if one.exercise:
        about = f"Exercise {titles.get(one.exercise, line(one.exercise))}"
    if one.check:
        about = f"{about}: {clean(claims.get(one.check, one.check), 300)}"
    elif one.question:
        about = f"{about}: {line(one.question, 120)}"
    return TotalStep(what=about, amount=_amount(one), why=clean(one.reason, 1_500))


def _amount(one: Adjusted) -> str:
    points = exact_points(abs(one.points))
    if one.kind is ChangeKind.POINTS:
        return f"{MINUS if one.points < 0 else '+'}{points}"
    if one.kind is ChangeKind.SET:
        return f"set to {points}"
    if one.kind is ChangeKind.BONUS:
        return f"+{points} bonus"
    if one.kind is ChangeKind.ANSWER:
        return f"{points} {'point' if points == '1' else 'points'}"
    if one.kind is ChangeKind.EXTENSION:
        return f"{_duration(int(one.value))} more time"
    return {
        ChangeKind.EXCUSED: "excused: it does not count",
        ChangeKind.HANDED_IN: f"handed in {_when(one.value)}",
    }.get(one.kind, "")


def _late(late: LateLine, titles: Mapping[str, str], *, is_whole: bool) -> TotalStep:
    """Return the step of a rule for lateness, with the calculation."""
    share, rule = late.share, late.rule
    about = ", ".join(titles.get(one, line(one)) for one in late.exercises)
    what = "Lateness" if is_whole else f"Lateness of exercise {about}"
    seconds = share.seconds
    if seconds is None:
        return TotalStep(
            what=what, why="When it was handed in is not known: no points are subtracted."
        )
    deadline = f"the deadline ({_when(rule.deadline)})" if rule.deadline else "the deadline"
    if share.extension_seconds:
        deadline += f" and {_duration(share.extension_seconds)} more time"
    if not share.days:
        came = "after" if seconds > 0 else "before"
        why = f"Handed in {_duration(abs(seconds))} {came} {deadline}: in time."
        return TotalStep(what=what, amount=f"{MINUS}0", why=why)
    why = f"Handed in {_duration(seconds)} after {deadline}"
    if share.is_cut_off:
        why += f"; what is more than {_duration(rule.cut_off_seconds)} late has no points."
    else:
        why += (
            f": {plural(share.days, 'day')} begun, {exact_points(rule.percent_per_day)} % a day, "
            f"{exact_points(share.percent)} % of {exact_points(late.earned)} points."
        )
    return TotalStep(what=what, amount=f"{MINUS}{exact_points(late.taken)}", why=why)


def _duration(seconds: int) -> str:
    """Return a duration as a person says it: 2 days 3 hours."""
    parts = []
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(plural(count, noun))
    return " ".join(parts[:2]) or "0 seconds"


def _when(moment: str) -> str:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return line(moment, 40)
    zone = "UTC" if not found.utcoffset() else found.strftime("UTC%z")
    return f"{found:%Y-%m-%d %H:%M} {zone}"
