"""The rules of exercises that a person set in the portal, over those of the manifest."""

from __future__ import annotations

__all__ = ["RULES", "course_as_ruled", "deadline_for", "rules_set", "set_rule"]

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from grader.course.hand_in_rules import HandInRule, HandInRules, HiddenShown
from grader.gradebook.adjustment_rows import rows_of
from grader.gradebook.portal_models import ExerciseRule
from grader.gradebook.rows import add_rows, now_in_words, write_history
from grader.results import ChangeKind, LateRule

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.course import Course

_LATE = frozenset(one.name for one in fields(LateRule)) - {"exercise"}
_HAND_IN = frozenset(one.name for one in fields(HandInRule)) - {"exercise"}
RULES = _LATE | _HAND_IN | {"held"}
"""What can be set: fields of both kinds of rules, and whether results are held back."""
_KINDS = {"percent_per_day": Decimal, "hidden": HiddenShown}


def rules_set(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return for each exercise the rules that were set in the portal, by their names."""
    found: dict[str, dict[str, Any]] = {}
    asked = select(ExerciseRule.exercise, ExerciseRule.name, ExerciseRule.value)
    for row in connection.execute(asked):
        value = json.loads(row.value)
        kind = _KINDS.get(row.name)
        found.setdefault(row.exercise, {})[row.name] = kind(value) if kind else value
    return found


def set_rule(
    connection: Connection, exercise: str, name: str, value: object, *, author: str
) -> None:
    """Set a rule of an exercise, in place of the manifest's; None lets that one hold again.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    exercise : str
        Its id; empty for all that have no rule of their own.
    name : str
        One of `RULES`.
    value : object
        As the field has it; points as text.
    author : str
        Who set it, for the history.
    """
    if name not in RULES:
        raise ValueError(f"there is no rule {name!r}")
    own = (ExerciseRule.exercise == exercise, ExerciseRule.name == name)
    connection.execute(delete(ExerciseRule).where(*own))
    text = json.dumps(str(value) if isinstance(value, Decimal) else value)
    if value is not None:
        row = {
            "exercise": exercise, "name": name, "value": text, "author": author,
            "made_at": now_in_words(),
        }  # fmt: skip
        add_rows(connection, ExerciseRule, [row])
    write_history(connection, "ruled", who=author, detail=f"{exercise or 'all'}: {name} = {text}")


def course_as_ruled(connection: Connection, course: Course) -> Course:
    """Return the course with the rules that hold now: the manifest's, and those set over them."""
    found = rules_set(connection)
    if not found:
        return course
    late = {one.exercise: one for one in course.policy.late}
    general = late.get("", LateRule())
    hand_in = {one.exercise: one for one in course.hand_in.rules}
    for exercise in sorted(found):  # what holds for all comes first
        rules = found[exercise]
        if own := {name: rules[name] for name in rules if name in _LATE}:
            before = late.get(exercise, replace(late.get("", general), exercise=exercise))
            late[exercise] = replace(before, **own)
        if own := {name: rules[name] for name in rules if name in _HAND_IN}:
            first = hand_in.get(exercise, replace(hand_in.get("", HandInRule()), exercise=exercise))
            hand_in[exercise] = replace(first, **own)
    policy = replace(course.policy, late=tuple(late.values()))
    return replace(course, policy=policy, hand_in=HandInRules(tuple(hand_in.values())))


def deadline_for(connection: Connection, course: Course, person: int, exercise: str) -> str:
    """Return until when a person can hand an exercise in without being late; empty for always.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        As `course_as_ruled` returned it.
    person : int
        Whose extensions count.
    exercise : str
        Its id.
    """
    rules = {rule.exercise: rule for rule in course.policy.late}
    rule = rules.get(exercise) or rules.get("")
    if rule is None or not rule.deadline:
        return ""
    more = 0
    for row in rows_of(connection, person):
        mine = row.exercise in ("", exercise) and not row.check_id
        if mine and row.kind == ChangeKind.EXTENSION and row.value.isdecimal():
            more = max(more, int(row.value))
    moment = datetime.fromisoformat(rule.deadline) + timedelta(seconds=more + rule.grace_seconds)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
