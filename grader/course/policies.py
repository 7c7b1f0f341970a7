"""Read the manifest's rules for the grade: lateness, which exercises count, hand grading."""

from __future__ import annotations

__all__ = ["hand_in_rules_of", "policy_of", "seconds_of"]

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from grader.course.hand_in_rules import HandInRule, HandInRules, HiddenShown
from grader.errors import CourseError, did_you_mean
from grader.results import GradePolicy, LateRule, QuestionWorth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:\d{1,6}[wdhms])(?:\s*\d{1,6}[wdhms])*")
_LATE = ("deadline", "grace", "percent_per_day", "cut_off")
_HAND_IN = ("opens", "hidden", "attempts", "attempts_per_hour")
_POLICY = ("late", "best_of", "drop_lowest", "hand_in")
_MOST_POINTS = 1_000_000


class Ruled(Protocol):
    """An exercise in the manifest, with its rules."""

    @property
    def id(self) -> str: ...

    @property
    def late(self) -> dict[str, Any]: ...

    @property
    def by_hand(self) -> dict[str, Any]: ...

    @property
    def hand_in(self) -> dict[str, Any]: ...


def seconds_of(text: str) -> int | None:
    """Return the seconds of a duration such as ``2d`` or ``1d 12h``; None for other texts."""
    stripped = text.strip().lower()
    if not _DURATION.fullmatch(stripped):
        return None
    return sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([wdhms])", stripped))


def policy_of(name: str, policy: Mapping[str, Any], exercises: Sequence[Ruled]) -> GradePolicy:
    """Return the grading rules of a course.

    Parameters
    ----------
    name : str
        The manifest's name, for messages.
    policy : mapping
        The manifest's table ``policy``.
    exercises : sequence of Ruled
        The exercises; an exercise's rule for lateness overrides the course's.

    Raises
    ------
    CourseError
        A rule is invalid; the message is one sentence.
    """
    try:
        _refuse_unknown("policy", policy, _POLICY)
        general = _table("policy.late", policy.get("late", {}))
        late = [_late("policy.late", "", general)] if general else []
        late += [
            _late(f"late of {one.id}", one.id, {**general, **one.late})
            for one in exercises
            if one.late
        ]
        by_hand = [
            QuestionWorth(
                exercise=one.id,
                question=key,
                points=_points(f"by_hand of {one.id}, {key!r}", worth),
            )
            for one in exercises
            for key, worth in one.by_hand.items()
        ]
        best_of = _count("policy.best_of", policy.get("best_of", 0))
        drop_lowest = _count("policy.drop_lowest", policy.get("drop_lowest", 0))
        if best_of and drop_lowest:
            raise CourseError("policy has both best_of and drop_lowest: one of them says it all.")
    except CourseError as error:
        raise CourseError(f"{name}: {error}") from error
    return GradePolicy(
        late=tuple(late), best_of=best_of, drop_lowest=drop_lowest, by_hand=tuple(by_hand)
    )


def hand_in_rules_of(
    name: str, policy: Mapping[str, Any], exercises: Sequence[Ruled]
) -> HandInRules:
    """Return under which rules students hand in on the portal.

    Parameters
    ----------
    name, policy, exercises
        As for `policy_of`.

    Raises
    ------
    CourseError
        Where a rule cannot be followed as it is written: one sentence.
    """
    try:
        general = _table("policy.hand_in", policy.get("hand_in", {}))
        rules = [_hand_in("policy.hand_in", "", general)] if general else []
        rules += [
            _hand_in(f"hand_in of {one.id}", one.id, {**general, **one.hand_in})
            for one in exercises
            if one.hand_in
        ]
    except CourseError as error:
        raise CourseError(f"{name}: {error}") from error
    return HandInRules(tuple(rules))


def _hand_in(where: str, exercise: str, table: Mapping[str, Any]) -> HandInRule:
    _refuse_unknown(where, table, _HAND_IN)
    hidden = table.get("hidden", HiddenShown.AT_ONCE)
    if hidden not in list(HiddenShown):
        raise CourseError(f"{where}.hidden has to be one of {', '.join(HiddenShown)}.")
    return HandInRule(
        exercise=exercise,
        opens=_moment(f"{where}.opens", table["opens"]) if "opens" in table else "",
        hidden=HiddenShown(hidden),
        attempts=_attempts(f"{where}.attempts", table.get("attempts", 0)),
        attempts_per_hour=_attempts(
            f"{where}.attempts_per_hour", table.get("attempts_per_hour", 0)
        ),
    )


def _attempts(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise CourseError(f"{where} has to be a number of attempts, 0 for any number.")
    return value


def _table(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CourseError(f"{where} has to be a table.")
    return value


def _refuse_unknown(where: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in table:
        if key not in known:
            raise CourseError(
                f"{where} has no {key}: it takes {', '.join(known)}.{did_you_mean(key, known)}"
            )


def _late(where: str, exercise: str, table: Mapping[str, Any]) -> LateRule:
    _refuse_unknown(where, table, _LATE)
    percent = _points(f"{where}.percent_per_day", table.get("percent_per_day", 0))
    if percent > 100:
        raise CourseError(f"{where}.percent_per_day is {percent}: at most 100.")
    grace = _duration(f"{where}.grace", table.get("grace", "0s"))
    cut_off = _duration(f"{where}.cut_off", table.get("cut_off", "0s"))
    if cut_off and cut_off < grace:
        raise CourseError(f"{where}.cut_off is before the end of {where}.grace.")
    return LateRule(
        exercise=exercise,
        deadline=_moment(f"{where}.deadline", table["deadline"]) if "deadline" in table else "",
        grace_seconds=grace,
        percent_per_day=percent,
        cut_off_seconds=cut_off,
    )


def _moment(where: str, value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise CourseError(
            f"{where} has to be a moment with its offset from UTC, not in quotes, such as "
            "2026-02-01T23:59:00+01:00."
        )
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _duration(where: str, value: Any) -> int:
    seconds = seconds_of(value) if isinstance(value, str) else None
    if seconds is None:
        raise CourseError(f'{where} has to be a duration such as "30m", "12h" or "2d".')
    return seconds


def _count(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
        raise CourseError(f"{where} has to be a number of exercises.")
    return value


def _points(where: str, value: Any) -> Decimal:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _MOST_POINTS:  # a NaN is not
        raise CourseError(f"{where} has to be a number from 0 on, such as 10.")
    return Decimal(str(value))
