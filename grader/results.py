"""The one result model: frozen data, from which every page, table and export is made.

Nothing here computes a verdict and nothing here knows how a verdict came about. Numbers that are
not finite are held as ``None`` inside evidence, since JSON has no word for them.
`to_json` and `from_json` are the only way to and from disk; `docs/results.md` describes the form.
"""

from __future__ import annotations

__all__ = [
    "SCHEMA_VERSION",
    "CheckInfo",
    "CheckResult",
    "ClassResult",
    "Contours",
    "CourseInfo",
    "Curves",
    "Diagnosis",
    "Evidence",
    "ExerciseInfo",
    "ExerciseResult",
    "FreeText",
    "GreyImage",
    "HeatMap",
    "Level",
    "Link",
    "Mark",
    "Network",
    "Outcome",
    "Picture",
    "Pictures",
    "Series",
    "SourceLine",
    "SubmissionResult",
    "Table",
    "Track",
    "Trajectories",
    "Usage",
    "Visibility",
    "from_json",
    "to_json",
]

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import msgspec

SCHEMA_VERSION = 1

Number = float | None
Point = tuple[Number, Number]


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    OVER_LIMIT = "over_limit"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"


class Visibility(StrEnum):
    """Where a check runs: on the student's machine too, or only at the instructor's."""

    PUBLIC = "public"
    HIDDEN = "hidden"


# ---------------------------------------------------------------------------- evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a plot.

    `role` is ``student``, ``reference`` or ``other``; an empty `x` stands for 0, 1, 2, …
    """

    name: str
    y: tuple[Number, ...]
    x: tuple[Number, ...] = ()
    role: str = "student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Lines over a common axis. `summary` says in words what the picture shows (its alt text)."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    summary: str
    log_y: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The points that a descent went through, in order."""

    name: str
    points: tuple[Point, ...]
    role: str = "student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A named point, such as a minimum."""

    name: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectories:
    """Descents in the plane, over the contours of that name in `CourseInfo.backgrounds`."""

    title: str
    background: str
    tracks: tuple[Track, ...]
    summary: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """A matrix drawn as colours; `centre` is the value that is right (ratio 1, difference 0)."""

    title: str
    values: tuple[tuple[Number, ...], ...]
    summary: str
    centre: float = 1.0
    row_label: str = "line"
    column_label: str = "column"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line of a `Picture` between two of its neurons.

    `width` is in points, None where it is no finite number; `color` is ``#rrggbb``, empty where it
    is not known.
    """

    tail: str
    head: str
    width: Number
    color: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One drawing of a network: its neurons layer by layer, its weights, what its boxes say."""

    title: str
    layers: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...]
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Pictures of networks side by side, such as a student's and the reference's."""

    title: str
    pictures: tuple[Picture, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A few lines of text in columns, such as the first and the worst mismatch."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GreyImage:
    """A small grey picture, line by line: each dot is two hexadecimal digits, 00 is no ink."""

    lines: tuple[str, ...]
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """A few small pictures beside each other, such as the digits that were not recognised."""

    title: str
    pictures: tuple[GreyImage, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a check shows beside its verdict: plain data, drawn by the report."""

    curves: tuple[Curves, ...] = ()
    trajectories: tuple[Trajectories, ...] = ()
    heat_maps: tuple[HeatMap, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Pictures, ...] = ()
    networks: tuple[Network, ...] = ()


# ---------------------------------------------------------------------------- one check


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line of the submission in a traceback; the student's own files only."""

    file: str
    line: int
    function: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A well-known mistake that explains what came back."""

    name: str
    sentence: str
    part: str = ""
    lecture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One claim about one submission, and what came of it.

    Attributes
    ----------
    id : str
        ``<exercise>.<file stem>.<check name>``, stable over versions.
    claim : str
        The sentence that the check tests; may hold `code` in backquotes.
    message : str
        What happened, in a sentence; empty where the check passed and nothing is to be said.
    expected, got : str
        Short texts, both empty where they would say nothing.
    skipped_for : str
        The id of the check that this one needs and that did not pass.
    limit : str
        Which limit was hit, where the outcome is ``over_limit``.
    printed : str
        What the submission wrote to stdout and stderr meanwhile (capped).
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What running one exercise of one submission took; None where the machine does not say."""

    wall_seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory_mib: float | None = None
    calls: int = 0
    restarts: int = 0
    load_average: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseResult:
    """All the checks of one exercise on one submission. `seed` belongs to the instructor alone."""

    id: str
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    seed: int = 0
    usage: Usage = field(default_factory=Usage)
    bonus: bool = False

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(check.points for check in self.checks)

    @property
    def max_score(self) -> float:
        """Points that can be earned."""
        return sum(check.max_points for check in self.checks)

    @property
    def withheld(self) -> float:
        """Points that an error of ours keeps open."""
        return sum(c.max_points for c in self.checks if c.outcome is Outcome.GRADER_ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """A question that a person grades, and what the student wrote (capped)."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionResult:
    """One submission, graded.

    Attributes
    ----------
    student : str
        Name for display, as handed in.
    slug : str
        Name of the report's folder: ASCII letters, digits, ``-`` and ``_``, unique in its class.
    digest : str
        SHA-256 of the sealed copy; empty where nothing could be opened.
    refused : str
        Why nothing could be graded, in one sentence; empty in the normal case.
    free_text : tuple of FreeText
        Answers in the student's own words, for hand grading; those left empty are not among them.
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
    schema_version: int = SCHEMA_VERSION

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """Points that make the whole; those of bonus exercises come on top."""
        return sum(exercise.max_score for exercise in self.exercises if not exercise.bonus)

    @property
    def withheld(self) -> float:
        """Points that an error of ours keeps open."""
        return sum(exercise.withheld for exercise in self.exercises)

    @property
    def provisional(self) -> bool:
        """True where the score lies between `score` and `score + withheld` until a rerun."""
        return self.withheld > 0


# ---------------------------------------------------------------------------- the course, for pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One contour line: its value and the open or closed polylines that it consists of."""

    value: float
    lines: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contours:
    """The landscape of a function of two variables, the same for everybody."""

    name: str
    title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInfo:
    """A check as the course declares it."""

    id: str
    claim: str
    max_points: float
    visibility: Visibility = Visibility.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseInfo:
    """An exercise as the course declares it."""

    id: str
    number: str
    title: str
    files: tuple[str, ...]
    max_points: float
    checks: tuple[CheckInfo, ...]
    bonus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseInfo:
    """What a page needs to know of the course."""

    title: str
    digest: str
    exercises: tuple[ExerciseInfo, ...]
    backgrounds: tuple[Contours, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """Everything about a class: ``reports/results.json``."""

    course: CourseInfo
    submissions: tuple[SubmissionResult, ...]
    schema_version: int = SCHEMA_VERSION


# ---------------------------------------------------------------------------- to and from disk

T = TypeVar("T")


def to_json(result: SubmissionResult | ClassResult) -> bytes:
    """Return the result as JSON (UTF-8, indented by two blanks, keys in field order)."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def from_json(data: bytes, kind: type[T]) -> T:
    """Read a result back.

    Raises
    ------
    ValueError
        Where the bytes are no such result, or are of another schema version.
    """
    try:
        result = msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a result of schema version {SCHEMA_VERSION}: {error}") from error
    version = getattr(result, "schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise ValueError(f"a result of schema version {version}, not {SCHEMA_VERSION}")
    return result
