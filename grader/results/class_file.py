"""The file of a class: the data for the class's pages and gradebooks, without repetitions.

Evidence, tracebacks and other data about a single student are in that student's own files. What the
course declares about a check (its claim, its file, its visibility) is stored once, with the course;
a field with its default value is left out. `filled` restores both.
"""

from __future__ import annotations

__all__ = ["CLASS_FILE_VERSION", "OWN_FILE_ONLY", "class_json", "filled", "shortened"]

from dataclasses import MISSING, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from grader.results.evidence import Evidence
from grader.results.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.results.class_result import ClassResult
    from grader.results.verdicts import CheckResult

CLASS_FILE_VERSION = 2
# Fields of a check that are only in the student's own file.
OWN_FILE_ONLY = frozenset([
    "evidence", "for_instructor", "traceback", "printed", "expected", "got", "hint",
    "lecture", "confidential", "told", "small", "source",
])  # fmt: skip
# Fields of a check that are left out if they equal the course's declaration.
DECLARED = ("file", "claim", "visibility", "max_points")
# Length of a message on the class's page; those of grader errors are read there, and are longer.
MOST_MESSAGE = 500
MOST_OF_OURS = 4_000
MOST_DIAGNOSES = 3


def shortened(result: ClassResult) -> ClassResult:
    """Return a class without the data that are in each student's own file."""
    submissions = tuple(
        replace(
            submission,
            exercises=tuple(
                replace(exercise, checks=tuple(map(_shortened, exercise.checks)))
                for exercise in submission.exercises
            ),
            since=None,
        )
        for submission in result.submissions
    )
    course = replace(result.course, backgrounds=())
    return replace(
        result, course=course, submissions=submissions, schema_version=CLASS_FILE_VERSION
    )


def _shortened(check: CheckResult) -> CheckResult:
    most = MOST_OF_OURS if check.outcome is Outcome.GRADER_ERROR else MOST_MESSAGE
    return replace(
        check,
        message="" if check.outcome is Outcome.SKIPPED else check.message[:most],
        diagnoses=check.diagnoses[:MOST_DIAGNOSES],
        evidence=Evidence(),
        for_instructor=Evidence(),
        traceback=(),
        printed="",
        expected="",
        got="",
        hint="",
        lecture="",
        wall_seconds=round(check.wall_seconds, 2),  # as a ranking of slow checks needs it
        confidential=False,
        told="",
        small=None,
        source=None,
    )


def class_json(result: ClassResult) -> bytes:
    """Return the class's file as JSON (UTF-8), after `shortened`: one line per submission."""
    short = shortened(result)
    head = _sparse(replace(short, submissions=()))
    head["schema_version"] = CLASS_FILE_VERSION
    declared = {info.id: info for exercise in short.course.exercises for info in exercise.checks}
    lines = []
    for submission in short.submissions:
        plain = _sparse(submission)
        for exercise in plain["exercises"]:
            for check in exercise["checks"]:
                info = declared.get(check["id"])
                for name in DECLARED:
                    if info is not None and check.get(name) == getattr(info, name):
                        del check[name]
        lines.append(msgspec.json.encode(plain))
    head.pop("submissions", None)
    opened = msgspec.json.encode(head).removesuffix(b"}")
    return b"".join([opened, b',"submissions":[\n', b",\n".join(lines), b"\n]}\n"])


def _sparse(value: Any) -> Any:
    """Return plain data without the fields that have their default value."""
    if is_dataclass(value):
        plain = {}
        for field in fields(value):
            one = getattr(value, field.name)
            default = field.default
            if field.default_factory is not MISSING:
                default = field.default_factory()
            if default is MISSING or one != default:
                plain[field.name] = _sparse(one)
        return plain
    return [_sparse(one) for one in value] if isinstance(value, tuple) else value


def filled(raw: Any) -> Any:
    """Return the plain data of a class's file, with the course's declarations restored.

    Parameters
    ----------
    raw : object
        The decoded JSON, of any form; data that are not such a file are returned unchanged.
    """
    if not isinstance(raw, dict) or raw.get("schema_version") != CLASS_FILE_VERSION:
        return raw
    declared: dict[Any, Mapping[str, Any]] = {
        info.get("id"): info
        for exercise in _dicts(raw.get("course"), "exercises")
        for info in _dicts(exercise, "checks")
        if isinstance(info.get("id"), str)
    }
    for submission in _dicts(raw, "submissions"):
        for exercise in _dicts(submission, "exercises"):
            for check in _dicts(exercise, "checks"):
                name = check.get("id")
                info = declared.get(name, {}) if isinstance(name, str) else {}
                for field in DECLARED:
                    if field in info:
                        check.setdefault(field, info[field])
    return raw


def _dicts(holder: Any, name: str) -> list[dict[str, Any]]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
