"""The rules under which students hand in on the portal: when, how often, and what they see."""

from __future__ import annotations

__all__ = ["HandInRule", "HandInRules", "HiddenShown"]

from dataclasses import dataclass, replace
from enum import StrEnum


class HiddenShown(StrEnum):
    """When students see the verdicts of hidden checks.

    Attributes
    ----------
    AT_ONCE
        With the report.
    AFTER_DEADLINE
        When the deadline has passed, for everybody who has no extension; at once where there is no
        deadline.
    NEVER
        Not on the portal.
    """

    AT_ONCE = "at_once"
    AFTER_DEADLINE = "after_deadline"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInRule:
    """The rule of one exercise, or of all that have none of their own.

    Attributes
    ----------
    exercise : str
        Empty for all others.
    opens : str
        From when on it can be handed in, in UTC; empty for always.
    hidden : HiddenShown
        When the verdicts of its hidden checks are shown.
    attempts, attempts_per_hour : int
        How often it can be handed in, in all and within any hour; 0 for any number.
    """

    exercise: str = ""
    opens: str = ""
    hidden: HiddenShown = HiddenShown.AT_ONCE
    attempts: int = 0
    attempts_per_hour: int = 0


@dataclass(frozen=True, slots=True)
class HandInRules:
    """The rules of a course: at most one for each exercise, and one for the others."""

    rules: tuple[HandInRule, ...] = ()

    def of(self, exercise: str) -> HandInRule:
        """Return the rule of an exercise."""
        by_exercise = {one.exercise: one for one in self.rules}
        found = by_exercise.get(exercise) or by_exercise.get("") or HandInRule()
        return replace(found, exercise=exercise)
