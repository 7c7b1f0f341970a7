"""What stands between the points that were graded and those that count: changes and rules.

Points here are exact decimals, as a person wrote them; `grader.results.final` computes with both.
"""

from __future__ import annotations

__all__ = ["Adjusted", "ChangeKind", "GradePolicy", "LateRule", "QuestionWorth"]

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a person did by hand.

    Attributes
    ----------
    POINTS
        Points were added, or taken where they are negative.
    SET
        The points are these, whatever was graded or added before.
    BONUS
        Points on top of the whole, above its maximum where there is no room below it.
    EXCUSED
        It counts neither in the points nor in the maximum.
    COMMENT
        Words alone.
    EXTENSION
        The deadline is later for this person: so many seconds.
    HANDED_IN
        When it was handed in, where no platform tells it or tells it wrong.
    ANSWER
        The points of an answer in the student's own words.
    """

    POINTS = "points"
    SET = "set"
    BONUS = "bonus"
    EXCUSED = "excused"
    COMMENT = "comment"
    EXTENSION = "extension"
    HANDED_IN = "handed_in"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """One change that a person made by hand, in the order of `number`.

    Attributes
    ----------
    number : int
        By which the gradebook knows it.
    exercise, check, question : str
        What it is about; all empty where it is about the whole.
    points : Decimal
        As `kind` says; 0 where it has none.
    value : str
        The seconds of an extension, the moment (UTC) of a delivery.
    reason : str
        Why, in the words that the student reads too.
    author : str
        Who made it; the instructor's alone, since the course answers for it.
    made_at : str
        When, in UTC.
    counts : bool
        Whether it is counted: not so where only some of a group have it.
    stale : bool
        Whether what it is about has been changed in the course since: somebody has to look again.
    """

    number: int
    kind: ChangeKind
    exercise: str = ""
    check: str = ""
    question: str = ""
    points: Decimal = Decimal(0)
    value: str = ""
    reason: str = ""
    author: str = ""
    made_at: str = ""
    counts: bool = True
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRule:
    """What lateness costs.

    Attributes
    ----------
    exercise : str
        To which one it applies; empty for all that have no rule of their own.
    deadline : str
        In UTC; empty where only the platform knows it.
    grace_seconds : int
        So much later is not late.
    percent_per_day : Decimal
        Of the points that were earned, for each day begun after the deadline.
    cut_off_seconds : int
        What is later than this has no points; 0 where nothing is too late.
    """

    exercise: str = ""
    deadline: str = ""
    grace_seconds: int = 0
    percent_per_day: Decimal = Decimal(0)
    cut_off_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWorth:
    """The points that a person gives for an answer in a student's own words, at most."""

    exercise: str
    question: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePolicy:
    """How a course makes a grade of points.

    Attributes
    ----------
    late : tuple of LateRule
        At most one for each exercise, and one for the others.
    best_of : int
        So many exercises count, the best ones; 0 for all.
    drop_lowest : int
        So many exercises do not count, those with the lowest share of their points.
    by_hand : tuple of QuestionWorth
        What answers in students' own words are worth.
    """

    late: tuple[LateRule, ...] = ()
    best_of: int = 0
    drop_lowest: int = 0
    by_hand: tuple[QuestionWorth, ...] = ()

    @property
    def rules(self) -> bool:
        """Whether there is any rule."""
        return bool(self.late or self.best_of or self.drop_lowest or self.by_hand)
