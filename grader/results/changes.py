"""Changes by hand and grading rules: they turn graded points into final points.

Points here are exact decimals, as a person wrote them; `grader.results.final` computes with both.
"""

from __future__ import annotations

__all__ = ["Adjusted", "ChangeKind", "GradePolicy", "LateRule", "QuestionWorth"]

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChangeKind(StrEnum):
    """The kind of a change by hand.

    Attributes
    ----------
    POINTS
        Points are added, or subtracted if they are negative.
    SET
        The points are replaced, whatever was graded or added before.
    BONUS
        Points are added to the whole grade, and may exceed its maximum.
    EXCUSED
        The exercise, check or whole counts neither in the points nor in the maximum.
    COMMENT
        A comment without points.
    EXTENSION
        The deadline is later for this person, by a number of seconds.
    HANDED_IN
        The time of handing in, if the platform gives none or a wrong one.
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
    """One change that a person made by hand.

    Attributes
    ----------
    number : int
        The gradebook's number for it; changes are sorted by this number.
    exercise, check, question : str
        What it applies to; all are empty if it applies to the whole grade.
    points : Decimal
        Their meaning depends on `kind`; 0 for a kind without points.
    value : str
        The seconds of an extension, or the time (UTC) of handing in.
    reason : str
        The reason, which the student reads too.
    author : str
        Who made it; for the instructor only, since the course answers for it.
    made_at : str
        The time of the change, in UTC.
    counts : bool
        Whether it counts; not if only some members of a group have it.
    stale : bool
        Whether the exercise or answer has changed since: somebody has to look at it again.
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
    """A rule for late submissions.

    Attributes
    ----------
    exercise : str
        The exercise that it applies to; empty for all exercises without their own rule.
    deadline : str
        In UTC; empty if only the platform knows it.
    grace_seconds : int
        A submission that is late by at most this much counts as in time.
    percent_per_day : Decimal
        Percentage of the earned points that is subtracted for each day begun after the deadline.
    cut_off_seconds : int
        A submission that is later than this gets no points; 0 if there is no such limit.
    """

    exercise: str = ""
    deadline: str = ""
    grace_seconds: int = 0
    percent_per_day: Decimal = Decimal(0)
    cut_off_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWorth:
    """The maximum points for a free-text answer, which a person grades."""

    exercise: str
    question: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePolicy:
    """The rules by which a course computes a grade from points.

    Attributes
    ----------
    late : tuple of LateRule
        At most one for each exercise, and one for all others.
    best_of : int
        How many exercises count, the best ones; 0 for all.
    drop_lowest : int
        How many exercises do not count, those with the lowest share of their points.
    by_hand : tuple of QuestionWorth
        The maximum points of free-text answers.
    """

    late: tuple[LateRule, ...] = ()
    best_of: int = 0
    drop_lowest: int = 0
    by_hand: tuple[QuestionWorth, ...] = ()

    @property
    def rules(self) -> bool:
        """Whether the course has any rule."""
        return bool(self.late or self.best_of or self.drop_lowest or self.by_hand)
