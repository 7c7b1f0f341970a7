"""What a student is shown: every field is decided, and no field can carry much."""

from __future__ import annotations

import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest

from grader.report import render_student
from grader.results import (
    CheckResult,
    CourseInfo,
    Evidence,
    ExerciseResult,
    FreeText,
    Outcome,
    SourceLine,
    SubmissionResult,
    Table,
    Usage,
    Visibility,
    for_student,
    held_back,
    to_json,
)
from grader.results.allowed import (
    ALLOWED,
    AT_LEAST,
    CONFIDENTIAL,
    OF_CONFIDENTIAL_EXERCISES,
    Shown,
)
from grader.results.shown import KEPT_BACK, MOST_BYTES

MEGABYTE = 1 << 20
COURSE = CourseInfo(title="A course", digest="", exercises=())
MOST_OF_A_PAGE = 4 << 20
# Of a confidential check these are decided by the course, the judge or the intake.
DECIDED = {"id", "file", "claim", "outcome", "points", "max_points", "visibility", "lecture"}
DECIDED |= {"skipped_for", "confidential", "told"}


def kinds(start: type[Any]) -> set[type[Any]]:
    """Return every class that a result may hold."""
    found: set[type[Any]] = set()
    todo: list[Any] = [start]
    while todo:
        kind = todo.pop()
        if is_dataclass(kind) and kind not in found:
            found.add(typing.cast("type[Any]", kind))
            todo += typing.get_type_hints(kind).values()
        todo += [k for k in typing.get_args(kind) if k is not Ellipsis]
    return found


KINDS = sorted(kinds(SubmissionResult), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_has_decided_on_every_field(kind: type[Any]) -> None:
    assert set(ALLOWED[kind]) == {field.name for field in fields(kind)}, (
        "decide in grader/results/allowed.py who may see it, and how much of it"
    )


def test_the_tables_know_no_other_classes() -> None:
    assert set(ALLOWED) == set(KINDS)
    assert len(KINDS) >= 20


def test_of_a_confidential_check_only_what_is_decided_is_shown() -> None:
    assert set(CONFIDENTIAL) == DECIDED
    assert set(AT_LEAST) == DECIDED | {"message", "hint", "limit"}
    assert set(OF_CONFIDENTIAL_EXERCISES) == {"id", "checks", "notes", "bonus", "confidential"}


def test_a_new_field_is_hidden_until_somebody_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, kw_only=True)
    class MoreOfACheck(CheckResult):
        whispered: str = ""

    monkeypatch.setitem(typing.cast("Any", ALLOWED), MoreOfACheck, ALLOWED[CheckResult])
    base = check()
    more = MoreOfACheck(
        **{f.name: getattr(base, f.name) for f in fields(base)}, whispered="a hidden digit"
    )
    [[seen]] = [e.checks for e in for_student(submission(more)).exercises]
    assert seen == MoreOfACheck(**{f.name: getattr(base, f.name) for f in fields(base)})


# ---------------------------------------------------------------------------- a megabyte anywhere


def check(**changes: Any) -> CheckResult:
    made = CheckResult(
        id="e.f.c", file="f.py", claim="It is so.", outcome=Outcome.FAILED, points=0, max_points=1
    )
    return replace(made, **changes)


def submission(*checks: CheckResult, **changes: Any) -> SubmissionResult:
    exercise = ExerciseResult(id="e", checks=checks)
    made = SubmissionResult(student="Ada", slug="ada", digest="00", exercises=(exercise,))
    return replace(made, **changes)


def filled(hint: Any, text: str, depth: int = 0) -> Any:
    """Return a value of a type in which every text is `text`, every number and sequence large."""
    if is_dataclass(hint):
        return of_kind(typing.cast("type[Any]", hint), text, depth + 1)
    if typing.get_origin(hint) is tuple:
        inner = [k for k in typing.get_args(hint) if k is not Ellipsis]
        some = tuple(filled(k, text, depth + 1) for k in inner)
        return some * (5_000 if depth < 2 and not is_dataclass(inner[0]) else 2)
    options = typing.get_args(hint) or (hint,)
    if known := [option for option in options if is_dataclass(option)]:
        return filled(known[0], text, depth)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Outcome.CRASHED if hint is Outcome else next(iter(hint))
    if str in options:
        return text
    if bool in options:
        return False
    return 10**4_000 if int in options else 1.0 / 3.0


def of_kind(kind: type[Any], text: str, depth: int = 0) -> Any:
    hints = typing.get_type_hints(kind)
    return kind(**{f.name: filled(hints[f.name], text, depth) for f in fields(kind)})


# Names that only the course writes, or that name a folder.
COURSES = {"id", "skipped_for", "slug"}


def flooded(text: str, *, confidential: bool, count: int) -> SubmissionResult:
    """Return a result in which a submission has filled every field that it could reach."""
    ours = {"id": "e.f.c", "skipped_for": "", "confidential": confidential, "told": "Too few."}
    ours |= {"claim": "It is so.", "file": "f.py", "lecture": "eq. 1", "points": 0.0}
    ours |= {"max_points": 1.0}
    one = replace(of_kind(CheckResult, text), **ours)
    checks = tuple(replace(one, id=f"e.f.c{n}") for n in range(count))
    exercise = replace(
        of_kind(ExerciseResult, text),
        id="e",
        checks=checks,
        notes=() if confidential else (text,) * 500,
        notes_for_instructor=(text,) * 500,
        confidential=confidential,
    )
    answer = FreeText(question="Why?", answer=text, confidential=confidential)
    return submission(exercises=(exercise,) * 10, free_text=(answer,) * 50)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("letter", ["x", "\x01", "\u4e00", "\U0001f9e0", "\ud800", "<&\n"])
def test_a_megabyte_through_every_field_of_ordinary_checks_stays_small(letter: str) -> None:
    seen = for_student(flooded(letter * MEGABYTE, confidential=False, count=4))
    assert len(to_json(seen)) <= MOST_BYTES
    assert len(render_student(seen, COURSE).encode()) <= MOST_OF_A_PAGE
    assert for_student(seen) == seen


def test_nothing_of_it_is_shown_of_a_confidential_check() -> None:
    for outcome in Outcome:
        whole = flooded("0077ff", confidential=True, count=3)
        [exercise] = whole.exercises[:1]
        checks = tuple(replace(c, outcome=outcome) for c in exercise.checks)
        whole = replace(whole, exercises=(replace(exercise, checks=checks),))
        seen = for_student(whole)
        content = to_json(seen).decode() + render_student(whole, COURSE)
        assert "0077ff" not in content
        assert "33333" not in content
        assert "99999" not in content
        assert seen.free_text == ()
        assert seen.exercises[0].usage == Usage()
        assert for_student(seen) == seen


def test_what_is_longest_is_left_out_first_and_that_is_said() -> None:
    long = check(printed="x" * 3_990, evidence=Evidence(tables=(Table(title="T", columns=(),
                 rows=(("cell" * 100,) * 40,) * 30),)))  # fmt: skip
    seen = for_student(submission(*(replace(long, id=f"e.f.{n}") for n in range(10))))
    assert len(to_json(seen)) <= MOST_BYTES
    assert "every figure is left out" in seen.notes[0]
    assert "most of what was printed is left out" in seen.notes[1]
    [exercise] = seen.exercises
    assert all(c.evidence == Evidence() and 0 < len(c.printed) <= 400 for c in exercise.checks)


def test_an_ordinary_report_keeps_all_of_it() -> None:
    frames = tuple(SourceLine(file="f.py", line=n, function="f", code="f()") for n in range(1, 13))
    usual = check(message="No.", expected="1", got="2", hint="Add.", traceback=frames, printed="…")
    assert for_student(submission(usual)) == submission(usual)


def test_every_hidden_field_has_a_default() -> None:
    for kind, table in ALLOWED.items():
        for field in fields(kind):
            hidden = not isinstance(table[field.name], Shown)
            required = field.default is MISSING and field.default_factory is MISSING
            assert not (hidden and required), (kind, field.name)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CRASHED, Outcome.OVER_LIMIT])
def test_what_is_said_of_a_confidential_check_is_ours(outcome: Outcome) -> None:
    secret = check(confidential=True, outcome=outcome, message="digits", limit="digits")
    [[seen]] = [e.checks for e in for_student(submission(secret)).exercises]
    assert seen == check(confidential=True, outcome=outcome, message=KEPT_BACK)


def test_how_long_it_took_tells_nothing_of_checks_that_are_held_back() -> None:
    hidden = check(id="e.f.h", visibility=Visibility.HIDDEN)
    usage = Usage(wall_seconds=7.77, cpu_seconds=7.77, calls=777, restarts=7)
    one = ExerciseResult(id="e", checks=(check(), hidden), usage=usage)
    other = replace(one, id="other")
    whole = submission(exercises=(one, other))
    seen = for_student(held_back(whole, COURSE, {"e": "later"}))
    assert [exercise.checks for exercise in seen.exercises] == [(check(),), (check(), hidden)]
    assert [exercise.usage for exercise in seen.exercises] == [Usage(), usage]
