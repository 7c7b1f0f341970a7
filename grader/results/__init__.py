"""The result model: frozen data, from which every page, table and export is made.

Nothing here computes a verdict or knows how it was reached. In evidence, a number that is not
finite is ``None``, since JSON cannot represent it.
`to_json`, `class_json` and `from_json` are the only way to and from disk; `docs/results.md`
describes the format.
"""

from __future__ import annotations

__all__ = [
    "CLASS_FILE_VERSION",
    "EXCUSED",
    "SCHEMA_VERSION",
    "Adjusted",
    "ChangeKind",
    "CheckChange",
    "CheckInfo",
    "CheckResult",
    "ClassResult",
    "Contours",
    "CourseInfo",
    "Curves",
    "Delivery",
    "Diagnosis",
    "Evidence",
    "ExerciseInfo",
    "ExerciseMoment",
    "ExerciseResult",
    "FreeText",
    "GradeChange",
    "GradePolicy",
    "GreyImage",
    "HeatMap",
    "JsonOf",
    "LateRule",
    "Level",
    "Link",
    "Mark",
    "Mosaic",
    "Network",
    "Outcome",
    "Person",
    "Picture",
    "Pictures",
    "QuestionWorth",
    "Received",
    "Reckoning",
    "Regraded",
    "Series",
    "Since",
    "SmallExample",
    "SourceExcerpt",
    "SourceLine",
    "State",
    "SubmissionResult",
    "Table",
    "Track",
    "Trajectories",
    "Usage",
    "Visibility",
    "class_json",
    "class_warnings",
    "for_student",
    "from_json",
    "grade_warnings",
    "held_back",
    "joined",
    "now",
    "points_at",
    "reckon",
    "shortened",
    "since",
    "size_in_words",
    "to_json",
    "total_points",
]

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from grader.results.changes import (
    Adjusted,
    ChangeKind,
    GradePolicy,
    LateRule,
    QuestionWorth,
)
from grader.results.class_file import CLASS_FILE_VERSION, class_json, filled, shortened
from grader.results.class_result import ClassResult
from grader.results.course_info import (
    CheckInfo,
    Contours,
    CourseInfo,
    ExerciseInfo,
    Level,
    Visibility,
)
from grader.results.delivery import (
    Delivery,
    ExerciseMoment,
    Person,
    Received,
    size_in_words,
)
from grader.results.evidence import (
    Curves,
    Evidence,
    GreyImage,
    HeatMap,
    Link,
    Mark,
    Mosaic,
    Network,
    Picture,
    Pictures,
    Series,
    Table,
    Track,
    Trajectories,
    joined,
)
from grader.results.examples import SmallExample, SourceExcerpt
from grader.results.final import EXCUSED, Reckoning, points_at, reckon
from grader.results.grade_warnings import class_warnings, grade_warnings
from grader.results.held_back import held_back
from grader.results.outcome import Outcome
from grader.results.points import total_points
from grader.results.regraded import CheckChange, GradeChange, Regraded
from grader.results.shown import for_student
from grader.results.since import Since, since
from grader.results.verdicts import (
    SCHEMA_VERSION,
    CheckResult,
    Diagnosis,
    ExerciseResult,
    FreeText,
    SourceLine,
    State,
    SubmissionResult,
    Usage,
    now,
)

T = TypeVar("T")
# Returns the JSON of an exercise's result if somebody has made it already; else None.
JsonOf = Callable[[ExerciseResult], bytes | memoryview | None]


def to_json(
    result: SubmissionResult | ClassResult | CourseInfo, json_of: JsonOf | None = None
) -> bytes:
    """Return the whole result as JSON (UTF-8, indented by two spaces, keys in field order).

    `json_of` may know the JSON of an exercise's result, which is then not made a second time.
    """
    whole: Any = result
    if json_of is not None and isinstance(result, SubmissionResult):
        known = [(one, json_of(one)) for one in result.exercises]
        made: Any = tuple(one if data is None else msgspec.Raw(data) for one, data in known)
        whole = replace(result, exercises=made)
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def from_json(data: bytes, kind: type[T]) -> T:
    """Read a result back, whole or as `class_json` wrote it.

    Raises
    ------
    ValueError
        If the bytes are not such a result, or have another schema version.
    """
    known: tuple[int, ...] = (SCHEMA_VERSION,)
    try:
        if kind is ClassResult:
            known = (SCHEMA_VERSION, CLASS_FILE_VERSION)
            result = msgspec.convert(filled(msgspec.json.decode(data)), kind)
        else:
            result = msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        if (said := _version_in(data)) not in (None, *known):
            raise ValueError(f"a result of schema version {said}, not {known[-1]}") from error
        raise ValueError(f"not a result of schema version {known[-1]}: {error}") from error
    version = getattr(result, "schema_version", SCHEMA_VERSION)
    if version not in known:
        raise ValueError(f"a result of schema version {version}, not {known[-1]}")
    return result


def _version_in(data: bytes) -> int | None:
    """Return the schema version that JSON says it has; None if it says none."""
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError):
        return None
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    return version if type(version) is int else None
