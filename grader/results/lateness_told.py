"""How late something is: from the moments that are known, or from what a platform says."""

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
    """What a rule comes to for one delivery.

    Attributes
    ----------
    seconds : int, optional
        How late it is, with the extension; None where that cannot be told.
    extension_seconds : int
        How much later the deadline is for this person.
    days : int
        Days begun; 0 where it is in time.
    percent : Decimal
        Of the points that were earned, what is taken.
    is_cut_off : bool
        Whether it is too late for any points.
    """

    seconds: int | None
    extension_seconds: int = 0
    days: int = 0
    percent: Decimal = Decimal(0)
    is_cut_off: bool = False


def days_begun(seconds: int) -> int:
    """Return how many days have begun after so many seconds: a second is one day."""
    return -(-max(seconds, 0) // DAY)


def late_share(rule: LateRule, delivery: Delivery, changes: Iterable[Adjusted]) -> LateShare:
    """Return what a rule takes of the points of one delivery.

    Parameters
    ----------
    rule : LateRule
        Of the course.
    delivery : Delivery
        What is known of it.
    changes : iterable of Adjusted
        Those that count and are about this exercise or the whole.
    """
    extension, moment = 0, delivery.handed_in_at
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
    """Return how many seconds after the deadline something came; None where nobody can tell.

    The moment decides where it and the deadline are known; else what the platform says.
    """
    if rule.deadline and moment:
        try:
            return int((_moment(moment) - _moment(rule.deadline)).total_seconds())
        except ValueError:
            return None
    if delivery.late_seconds is not None:
        return delivery.late_seconds
    # Canvas marks what is late, and says not by how much.
    return 0 if delivery.platform == "canvas" and not delivery.late else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
