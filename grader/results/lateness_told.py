"""Compute how late a submission is, from known times or from the platform's data."""

from __future__ import annotations

__all__ = ["DAY", "LateShare", "days_begun", "late_share", "seconds_late"]

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from grader.results.changes import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.results.changes import Adjusted, LateRule
    from grader.results.delivery import Delivery

DAY = 86_400
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateShare:
    """The effect of a rule for lateness on one submission.

    Attributes
    ----------
    seconds : int, optional
        The lateness, with the extension subtracted; None if it is unknown.
    extension_seconds : int
        The length of this person's extension.
    days : int
        Days begun after the deadline; 0 if in time.
    percent : Decimal
        The percentage of the earned points that is subtracted.
    is_cut_off : bool
        Whether it is too late for any points.
    """

    seconds: int | None
    extension_seconds: int = 0
    days: int = 0
    percent: Decimal = Decimal(0)
    is_cut_off: bool = False


def days_begun(seconds: int) -> int:
    """Return the number of days begun: one second is one day."""
    return -(-max(seconds, 0) // DAY)


def late_share(
    rule: LateRule, delivery: Delivery, changes: Iterable[Adjusted], exercise: str = ""
) -> LateShare:
    """Return the share of the points that a rule subtracts from one submission.

    Parameters
    ----------
    rule : LateRule
        The course's rule.
    delivery : Delivery
        The platform's data about the submission.
    changes : iterable of Adjusted
        The changes that count and apply to this exercise or to the whole.
    exercise : str
        Its id.
    """
    extension, moment = 0, delivery.moment_of(exercise)
    for one in changes:
        if one.kind is ChangeKind.EXTENSION and one.value.isdecimal():
            extension = max(extension, int(one.value))
        elif one.kind is ChangeKind.HANDED_IN:
            moment = one.value
    late = seconds_late(rule, delivery, moment)
    if late is None:
        return LateShare(seconds=None, extension_seconds=extension)
    late -= extension
    if late <= rule.grace_seconds:
        return LateShare(seconds=late, extension_seconds=extension)
    days = days_begun(late)
    is_cut_off = bool(rule.cut_off_seconds) and late > rule.cut_off_seconds
    percent = HUNDRED if is_cut_off else min(HUNDRED, rule.percent_per_day * days)
    return LateShare(
        seconds=late,
        extension_seconds=extension,
        days=days,
        percent=percent,
        is_cut_off=is_cut_off,
    )


def seconds_late(rule: LateRule, delivery: Delivery, moment: str = "") -> int | None:
    """Return the seconds between the deadline and a submission; None if they are unknown.

    Known times of both decide; otherwise the platform's data.
    """
    if rule.deadline and moment:
        try:
            return int((_moment(moment) - _moment(rule.deadline)).total_seconds())
        except ValueError:
            return None
    if delivery.late_seconds is not None:
        return delivery.late_seconds
    # Canvas marks late submissions, but does not say how late they are.
    return 0 if delivery.platform == "canvas" and not delivery.late else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
