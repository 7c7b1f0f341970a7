"""The results of a check, an exercise and a submission."""

from __future__ import annotations

__all__ = [
    "SCHEMA_VERSION",
    "CheckResult",
    "Diagnosis",
    "ExerciseResult",
    "FreeText",
    "Outcome",
    "SourceLine",
    "State",
    "SubmissionResult",
    "Usage",
    "now",
]

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from grader.results.changes import Adjusted, GradePolicy
from grader.results.course_info import Visibility
from grader.results.delivery import Delivery, Received
from grader.results.evidence import Evidence
from grader.results.examples import (  # noqa: TC001  (read back by its types)
    SmallExample,
    SourceExcerpt,
)
from grader.results.final import reckon
from grader.results.outcome import Outcome
from grader.results.points import total_points
from grader.results.since import Since  # noqa: TC001  (read back by its types)

SCHEMA_VERSION = 1
# To look up a member of an enumeration takes as long as to compare it.
_OURS = Outcome.GRADER_ERROR


class State(StrEnum):
    """The meaning of a submission's score.

    Attributes
    ----------
    GRADED
        The points are the earned ones.
    PROVISIONAL
        A grader error keeps points open: a rerun settles them.
    UNREADABLE
        Something was handed in, but nothing of it can be graded as it is: there is no grade until a
        person has looked at it.
    EMPTY
        Nothing was handed in for any of the exercises.
    """

    GRADED = "graded"
    PROVISIONAL = "provisional"
    UNREADABLE = "unreadable"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line of the submission in a traceback; only lines of the student's own files."""

    file: str
    line: int
    function: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A well-known mistake that explains the result."""

    name: str
    sentence: str
    part: str = ""
    lecture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One claim about one submission, and its outcome.

    Attributes
    ----------
    id : str
        ``<exercise>.<file stem>.<check name>``, stable over versions.
    claim : str
        The sentence that the check tests; it may contain `code` in backquotes.
    message : str
        A sentence about the outcome; empty if the check passed without a remark.
    expected, got : str
        Short texts; both are empty if they would not help.
    skipped_for : str
        The id of the check that this one needs and that did not pass.
    limit : str
        Which limit was exceeded, if the outcome is ``over_limit``.
    printed : str
        The submission's output during the check, cut to a maximal length.
    for_instructor : Evidence
        Evidence for the instructor only, such as pictures of secret digits.
    confidential : bool
        Whether the submission had received, in this check or before, secret inputs that are the
        same for everybody. All its output is for the instructor; the student sees only `told`.
    told : str
        The course's message for a student who did not pass a confidential check.
    small : SmallExample, optional
        The smallest public input on which the submission fails in the same way, if one was found.
    source : SourceExcerpt, optional
        The function that failed, as it was handed in.
    """

    id: str
    file: str
    claim: str
    outcome: Outcome
    points: float
    max_points: float
    visibility: Visibility = Visibility.PUBLIC
    message: str = ""
    expected: str = ""
    got: str = ""
    hint: str = ""
    lecture: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()
    traceback: tuple[SourceLine, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    printed: str = ""
    limit: str = ""
    skipped_for: str = ""
    wall_seconds: float = 0.0
    for_instructor: Evidence = field(default_factory=Evidence)
    confidential: bool = False
    told: str = ""
    small: SmallExample | None = None
    source: SourceExcerpt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The resources used for one exercise of one submission; None if the machine gives no value."""

    wall_seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory_mib: float | None = None
    calls: int = 0
    restarts: int = 0
    load_average: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseResult:
    """The results of all checks of one exercise for one submission.

    Attributes
    ----------
    seed : int
        The seed of the inputs; for the instructor only.
    confidential : bool
        Whether the submission received secret data in one of the checks.
    notes_for_instructor : tuple of str
        Notes written after that.
    """

    id: str
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    seed: int = 0
    usage: Usage = field(default_factory=Usage)
    bonus: bool = False
    confidential: bool = False
    notes_for_instructor: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """Points earned."""
        return total_points([check.points for check in self.checks])

    @property
    def max_score(self) -> float:
        """Points that can be earned."""
        return total_points([check.max_points for check in self.checks])

    @property
    def withheld(self) -> float:
        """Points kept open by an error of the grader."""
        withheld = [c.max_points for c in self.checks if c.outcome is _OURS]
        return total_points(withheld) if withheld else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """A question that a person grades, and the student's answer (cut to a maximal length).

    A `confidential` answer was given after the submission had received secret data.

    Attributes
    ----------
    exercise : str
        The exercise's id; empty in files of an older version.
    name : str
        The question's name in the course's manifest.
    """

    question: str
    answer: str
    confidential: bool = False
    exercise: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """A key for the question, unique in its exercise."""
        return self.name or self.question


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionResult:
    """One submission, graded.

    Attributes
    ----------
    student : str
        Name for display, as submitted.
    slug : str
        Name of the report's folder: ASCII letters, digits, ``-`` and ``_``, unique in its class.
    digest : str
        SHA-256 of the sealed copy; empty if nothing could be opened.
    refused : str
        Why nothing of the submission could be graded, in one sentence; empty in the normal case,
        and if nothing was submitted.
    received : tuple of Received
        Submitted files that cannot be graded as they are, perhaps beside graded ones.
    free_text : tuple of FreeText
        Free-text answers to grade by hand, without empty ones.
    delivery : Delivery
        How it was handed in: platform, people, late or not, which attempt.
    graded_at : str
        Time of grading in UTC, such as ``2026-01-31T09:30:00Z``; empty if it is not known.
    adjustments : tuple of Adjusted
        The changes by hand, in the order in which they were made.
    policy : GradePolicy
        The course's rules for computing a grade from points: `grader.results.reckon`.
    since : Since, optional
        The differences from the previous attempt, if a gradebook has one.
    """

    student: str
    slug: str
    digest: str
    exercises: tuple[ExerciseResult, ...]
    notes: tuple[str, ...] = ()
    refused: str = ""
    grader_version: str = ""
    course_digest: str = ""
    isolation: str = ""
    free_text: tuple[FreeText, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    graded_at: str = ""
    received: tuple[Received, ...] = ()
    adjustments: tuple[Adjusted, ...] = ()
    policy: GradePolicy = field(default_factory=GradePolicy)
    since: Since | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def score(self) -> float:
        """Points earned, as graded; `final_score` is the score to export."""
        return total_points(exercise.score for exercise in self.exercises)

    @property
    def final_score(self) -> float:
        """Points after changes by hand and lateness (`grader.results.reckon`)."""
        return float(reckon(self).total)

    @property
    def is_settled_by_hand(self) -> bool:
        """Whether a person decided about everything that could not be graded."""
        return bool(self.adjustments) and reckon(self).by_hand

    @property
    def max_score(self) -> float:
        """The total of points; those of bonus exercises come on top."""
        return total_points(e.max_score for e in self.exercises if not e.bonus)

    @property
    def withheld(self) -> float:
        """Points kept open by an error of the grader."""
        return total_points(exercise.withheld for exercise in self.exercises)

    @property
    def provisional(self) -> bool:
        """Whether a rerun may still raise the score, from `score` up to `score + withheld`."""
        return self.withheld > 0

    @property
    def unread(self) -> tuple[str, ...]:
        """Why parts of the submission cannot be graded, one sentence each."""
        checks = (check for exercise in self.exercises for check in exercise.checks)
        said = (check.message for check in checks if check.outcome is Outcome.UNREADABLE)
        return tuple(dict.fromkeys(said))

    @property
    def open_points(self) -> float:
        """Points that are neither given nor taken: `withheld`, and those of unreadable parts."""
        checks = (check for exercise in self.exercises for check in exercise.checks)
        unread = (check.max_points for check in checks if check.outcome is Outcome.UNREADABLE)
        return total_points([self.withheld, *unread])

    @property
    def state(self) -> State:
        """The meaning of the score; only `GRADED` gives a grade to pass on."""
        if self.is_settled_by_hand:
            return State.GRADED
        if self.refused:
            return State.UNREADABLE
        if self.provisional:
            return State.PROVISIONAL
        checks = [check for exercise in self.exercises for check in exercise.checks]
        unrun = all(check.outcome is Outcome.SKIPPED and not check.skipped_for for check in checks)
        return State.EMPTY if checks and unrun else State.GRADED


def now() -> str:
    """Return the time for `SubmissionResult.graded_at`: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
