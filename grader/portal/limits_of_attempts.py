"""Limits on attempts: how often, and from when on, an exercise can be handed in."""

from __future__ import annotations

__all__ = ["moment", "next_possible", "refusal_of", "when_in_words"]

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from grader.gradebook.portal_models import FAILED
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Course, Exercise
    from grader.gradebook.hand_ins import StoredHandIn

HOUR = timedelta(hours=1)


def moment(text: str) -> datetime:
    """Return a moment of the book, which is in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def when_in_words(text: str, now: str = "") -> str:
    """Return a moment as people read it: with its day, unless that is today."""
    at = moment(text)
    is_today = bool(now) and moment(now).date() == at.date()
    return f"{at:%H:%M} UTC" if is_today else f"{at.day} {at:%B %Y, %H:%M} UTC"


def refusal_of(
    course: Course, before: Sequence[StoredHandIn], fresh: Sequence[str], at: str
) -> str:
    """Return the reason why nothing can be handed in now, as a sentence; empty if it can.

    Parameters
    ----------
    course : Course
        With the rules that hold now.
    before : sequence of StoredHandIn
        All that the person handed in, in any order.
    fresh : sequence of str
        The exercises for which it would be.
    at : str
        The moment, in UTC.
    """
    for exercise in course.exercises:
        if exercise.id in fresh:
            said = _refusal(course, exercise, before, at)
            if said:
                return said
    return ""


def _times(before: Sequence[StoredHandIn], exercise: str) -> list[str]:
    return sorted(
        one.handed_in_at for one in before if exercise in one.said.fresh and one.state != FAILED
    )


def next_possible(
    course: Course, exercise: str, before: Sequence[StoredHandIn], at: str
) -> tuple[str, int | None]:
    """Return from when on an exercise can be handed in, and how many attempts are left.

    Returns
    -------
    moment : str
        In UTC; empty for now.
    left : int, optional
        None for any number.
    """
    rule = course.hand_in.of(exercise)
    times = _times(before, exercise)
    left = max(0, rule.attempts - len(times)) if rule.attempts else None
    if rule.opens and moment(at) < moment(rule.opens):
        return rule.opens, left
    if rule.attempts_per_hour:
        recent = [one for one in times if moment(one) > moment(at) - HOUR]
        if len(recent) >= rule.attempts_per_hour:
            first = moment(recent[-rule.attempts_per_hour]) + HOUR
            return first.strftime("%Y-%m-%dT%H:%M:%SZ"), left
    return "", left


def _refusal(course: Course, exercise: Exercise, before: Sequence[StoredHandIn], at: str) -> str:
    rule = course.hand_in.of(exercise.id)
    called = f"Exercise {exercise.number}"
    later, left = next_possible(course, exercise.id, before, at)
    if left == 0:
        return (
            f"{called} can be handed in {counted(rule.attempts, 'time')}, and you have done so: "
            "what you handed in last counts."
        )
    if not later:
        return ""
    if later == rule.opens:
        return f"{called} can be handed in from {when_in_words(later)} on."
    minutes = -(-int((moment(later) - moment(at)).total_seconds()) // 60)
    return (
        f"{called} can be handed in {counted(rule.attempts_per_hour, 'time')} within an hour: the "
        f"next is possible at {when_in_words(later, at)}, in {counted(minutes, 'minute')}."
    )
