"""The class's file: small, and with all that the class's page needs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no types of its own
import pytest

from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    Curves,
    Delivery,
    Diagnosis,
    Evidence,
    ExerciseInfo,
    ExerciseResult,
    FreeText,
    Outcome,
    Person,
    Series,
    SourceLine,
    SubmissionResult,
    Visibility,
    class_json,
    from_json,
    shortened,
    to_json,
)

SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "results.schema.json"
CHECKS = 140
CURVE = Curves(
    title="t", x_label="x", y_label="y", summary="s",
    series=(Series(name="loss", y=tuple(map(float, range(20)))),),
)  # fmt: skip


def a_check(number: int, outcome: Outcome) -> CheckResult:
    return CheckResult(
        id=f"random_data.learn_random_data.check_of_this_number_{number:03}",
        file="neural_net/learn_random_data.py",
        claim=f"Claim {number} says in a sentence of some length what is right, and where.",
        outcome=outcome,
        points=2.0 if outcome is Outcome.PASSED else 0.0,
        max_points=2.0,
        visibility=Visibility.HIDDEN if number % 3 else Visibility.PUBLIC,
        message="" if outcome is Outcome.PASSED else "The value is wrong. " * 400,
        expected="1",
        got="2",
        hint="Look again.",
        lecture="eq. 24",
        diagnoses=()
        if outcome is Outcome.PASSED
        else (Diagnosis(name="half", sentence="2e."),) * 9,
        traceback=(SourceLine(file="f.py", line=1, function="f", code="x"),) * 2,
        evidence=Evidence(curves=(CURVE,)),
        for_instructor=Evidence(curves=(CURVE,)),
        printed="hello " * 1_000,
        wall_seconds=1.5,
    )


@pytest.fixture
def a_class() -> ClassResult:
    """Return a class in which each has every kind of outcome."""
    outcomes = tuple(Outcome)
    checks = tuple(
        a_check(n, outcomes[n % 20 if n % 20 < len(outcomes) else 0]) for n in range(CHECKS)
    )
    infos = tuple(
        CheckInfo(
            id=c.id, claim=c.claim, max_points=c.max_points, visibility=c.visibility, file=c.file
        )
        for c in checks[1:]  # the first one is not declared
    )
    info = ExerciseInfo(
        id="random_data", number="2", title="t", files=("f.py",), max_points=280, checks=infos
    )
    submission = SubmissionResult(
        student="Zoë", slug="zoe", digest="d", graded_at="2026-01-31T09:30:00Z",
        exercises=(ExerciseResult(id="random_data", checks=checks, seed=(1 << 64) - 1),),
        free_text=(FreeText(question="why?", answer="so"),),
        delivery=Delivery(platform="moodle", id="7", people=(Person(id="1", name="Z"),)),
    )  # fmt: skip
    everybody = tuple(replace(submission, slug=f"zoe-{n}") for n in range(3))
    course = CourseInfo(title="c", digest="d", exercises=(info,))
    return ClassResult(course=course, submissions=everybody, missing=(Person(id="2"),))


def test_it_comes_back_as_it_was_shortened(a_class: ClassResult) -> None:
    assert from_json(class_json(a_class), ClassResult) == shortened(a_class)
    assert class_json(shortened(a_class)) == class_json(a_class)


def test_scores_and_outcomes_are_those_of_the_whole(a_class: ClassResult) -> None:
    back = from_json(class_json(a_class), ClassResult)
    for short, whole in zip(back.submissions, a_class.submissions, strict=True):
        assert (short.score, short.max_score, short.withheld, short.provisional) == (
            whole.score, whole.max_score, whole.withheld, whole.provisional,
        )  # fmt: skip
        for one, other in zip(short.exercises[0].checks, whole.exercises[0].checks, strict=True):
            kept = ("id", "file", "claim", "outcome", "points", "max_points", "visibility")
            assert all(getattr(one, name) == getattr(other, name) for name in kept)
        assert (short.free_text, short.delivery, short.graded_at) == (
            whole.free_text, whole.delivery, whole.graded_at,
        )  # fmt: skip


def test_nothing_of_a_check_grows_without_a_bound(a_class: ClassResult) -> None:
    line = class_json(a_class).split(b"\n")[1]
    failing = sum(
        c.outcome is not Outcome.PASSED for c in a_class.submissions[0].exercises[0].checks
    )
    assert len(line) < 120 * CHECKS + 1_000 * failing + 8_000


def test_both_forms_are_what_the_schema_says(a_class: ClassResult) -> None:
    schema: Any = json.loads(SCHEMA.read_text(encoding="utf-8"))

    def of(name: str) -> Any:
        return jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": f"#/$defs/{name}"}]})

    of("ClassFile").validate(json.loads(class_json(a_class)))
    of("ClassResult").validate(json.loads(to_json(a_class)))
    of("SubmissionResult").validate(json.loads(to_json(a_class.submissions[0])))
    assert not of("ClassResult").is_valid(json.loads(class_json(a_class)))


def test_a_whole_class_of_the_first_version_is_still_read(a_class: ClassResult) -> None:
    assert from_json(to_json(a_class), ClassResult) == a_class


@pytest.mark.parametrize(
    "text",
    [
        '{"schema_version": 2}',
        '{"schema_version": 2, "course": 1, "submissions": 2}',
        '{"schema_version": 2, "course": {"exercises": [1, {"checks": 5}]}, "submissions": [3]}',
        '{"schema_version": 2, "course": {"exercises": [{"checks": [{"id": []}]}]}}',
        '{"schema_version": 2, "submissions": [{"exercises": [{"checks": [{"id": {}}, 4]}]}]}',
        '{"schema_version": [2]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a result of schema version"):
        from_json(text.encode(), ClassResult)


def test_a_file_of_another_version_is_called_that_and_not_damaged() -> None:
    with pytest.raises(ValueError, match=r"^a result of schema version 0, not 2$"):
        from_json(b'{"schema_version": 0, "submissions": [{"exercises": 3}]}', ClassResult)
