"""Read the rules of an exercise from a form, validate them, and list the changes."""

from __future__ import annotations

__all__ = ["RuleChange", "RuleFields", "changes_of_rules", "fields_of_rules", "read_rules"]

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from grader.course.hand_in_rules import HiddenShown
from grader.course.policies import seconds_of
from grader.errors import UsageError
from grader.languages import N_
from grader.results import LateRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.course import Course

HIDDEN_WORDS = {
    HiddenShown.AT_ONCE: "at once",
    HiddenShown.AFTER_DEADLINE: "after the deadline",
    HiddenShown.NEVER: N_("never"),
}
TITLES = {
    "deadline": "Deadline",
    "grace_seconds": "Not late for so long",
    "percent_per_day": "Percent taken per day late",
    "cut_off_seconds": "No points after",
    "opens": "Opens",
    "hidden": "Verdicts of hidden checks are shown",
    "attempts": "Attempts in all",
    "attempts_per_hour": "Attempts within an hour",
}
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?")
MOST_ATTEMPTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """The rules of an exercise as a form shows them: all texts.

    Attributes
    ----------
    zone : str
        The time zone in which the moments are written.
    """

    deadline: str = ""
    grace: str = ""
    percent: str = ""
    cut_off: str = ""
    opens: str = ""
    hidden: str = ""
    attempts: str = ""
    per_hour: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of one rule, as texts."""

    title: str
    before: str
    after: str


def duration(seconds: int) -> str:
    """Return a duration as a person writes it: ``1d 12h``; empty for none."""
    parts, left = [], seconds
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)


def rules_of(course: Course, exercise: str) -> dict[str, Any]:
    """Return the present rules of an exercise, by their names."""
    late = {rule.exercise: rule for rule in course.policy.late}
    rule = late.get(exercise) or late.get("") or LateRule()
    hand_in = course.hand_in.of(exercise)
    return {
        "deadline": rule.deadline,
        "grace_seconds": rule.grace_seconds,
        "percent_per_day": rule.percent_per_day,
        "cut_off_seconds": rule.cut_off_seconds,
        "opens": hand_in.opens,
        "hidden": hand_in.hidden,
        "attempts": hand_in.attempts,
        "attempts_per_hour": hand_in.attempts_per_hour,
    }


def fields_of_rules(course: Course, exercise: str, zone: str = "UTC") -> RuleFields:
    """Return the present rules as a form shows them."""
    rules = rules_of(course, exercise)
    return RuleFields(
        deadline=_local(rules["deadline"], zone),
        grace=duration(rules["grace_seconds"]),
        percent=f"{rules['percent_per_day'].normalize():f}" if rules["percent_per_day"] else "",
        cut_off=duration(rules["cut_off_seconds"]),
        opens=_local(rules["opens"], zone),
        hidden=str(rules["hidden"]),
        attempts=str(rules["attempts"] or ""),
        per_hour=str(rules["attempts_per_hour"] or ""),
        zone=zone,
    )


def _local(moment: str, zone: str) -> str:
    if not moment:
        return ""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def zone_named(text: str) -> str:
    """Return a time zone by its name.

    Raises
    ------
    UsageError
        Where there is none of this name.
    """
    name = text.strip() or "UTC"
    if name not in available_timezones():
        raise UsageError(f"There is no time zone {name[:40]!r}: write it as Europe/Paris.")
    return name


def read_rules(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the rules that a form asks for, by their names.

    Parameters
    ----------
    given : mapping of str to str
        Its fields, as `RuleFields` names them.

    Raises
    ------
    UsageError
        Where one cannot be read, in a sentence; what a browser leaves out is empty.
    """
    zone = zone_named(given.get("zone", ""))
    grace = _duration("grace", given)
    cut_off = _duration("cut_off", given)
    if cut_off and cut_off < grace:
        raise UsageError("Nothing would be late but in time: no points after is before that.")
    hidden = given.get("hidden", "") or HiddenShown.AT_ONCE
    if hidden not in list(HiddenShown):
        raise UsageError("Choose when the verdicts of hidden checks are shown.")
    return {
        "deadline": _moment("deadline", given, zone),
        "grace_seconds": grace,
        "percent_per_day": _percent(given.get("percent", "")),
        "cut_off_seconds": cut_off,
        "opens": _moment("opens", given, zone),
        "hidden": HiddenShown(hidden),
        "attempts": _count("attempts", given),
        "attempts_per_hour": _count("per_hour", given),
    }


def _moment(name: str, given: Mapping[str, str], zone: str) -> str:
    text = given.get(name, "").strip()
    if not text:
        return ""
    try:
        if not _LOCAL.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.replace(" ", "T")).replace(tzinfo=ZoneInfo(zone))
        # In autumn an hour comes twice: a deadline in it is the later one, so that nobody is late
        # who was in time by their clock.
        moment = moment.replace(fold=int(name == "deadline"))
        # In spring an hour is left out: what is written in it is no time of that place.
        again = moment.astimezone(UTC).astimezone(ZoneInfo(zone))
        if not (2000 <= moment.year < 2200) or again.replace(tzinfo=None) != moment.replace(
            tzinfo=None
        ):
            raise ValueError
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text[:40]!r} is not a time in {zone}: write it as 2026-02-01T23:59."
        ) from None


def _duration(name: str, given: Mapping[str, str]) -> int:
    text = given.get(name, "").strip()
    seconds = seconds_of(text) if text else 0
    if seconds is None or seconds > 366 * 86_400:
        raise UsageError(f"{text[:40]!r} is not a duration: write 30m, 12h, 2d or 1d 12h.")
    return seconds


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.strip().replace(",", ".") or "0")
    except InvalidOperation:
        percent = Decimal("NaN")
    if not (percent.is_finite() and 0 <= percent <= 100):
        raise UsageError(f"{text[:40]!r} is not a percentage from 0 to 100.")
    return percent


def _count(name: str, given: Mapping[str, str]) -> int:
    text = given.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= MOST_ATTEMPTS):
        raise UsageError(
            f"{text[:40]!r} is not a number of attempts; leave it empty for any number."
        )
    return int(text)


def changes_of_rules(
    before: Mapping[str, Any], after: Mapping[str, Any], zone: str
) -> list[RuleChange]:
    """Return the changes, as texts."""
    return [
        RuleChange(TITLES[name], _words(name, before[name], zone), _words(name, value, zone))
        for name, value in after.items()
        if before[name] != value
    ]


def _words(name: str, value: Any, zone: str) -> str:
    if name in ("deadline", "opens"):
        return f"{_local(value, zone).replace('T', ' ')} ({zone})" if value else "none"
    if name == "hidden":
        return HIDDEN_WORDS[HiddenShown(value)]
    if name in ("grace_seconds", "cut_off_seconds"):
        return duration(value) or "none"
    if name == "percent_per_day":
        return f"{value.normalize():f} %" if value else N_("nothing")
    return str(value) if value else "any number"
