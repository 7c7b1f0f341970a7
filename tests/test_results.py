"""Results go to disk and come back the same, and only in the version that we know."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.results import (
    SCHEMA_VERSION,
    CheckResult,
    ClassResult,
    Contours,
    CourseInfo,
    Curves,
    Diagnosis,
    Evidence,
    ExerciseResult,
    HeatMap,
    Level,
    Link,
    Mark,
    Network,
    Outcome,
    Picture,
    Series,
    SourceLine,
    SubmissionResult,
    Table,
    Track,
    Trajectories,
    Usage,
    Visibility,
    from_json,
    to_json,
)
from tests.sampling import examples

if TYPE_CHECKING:
    import random

finite = st.floats(allow_nan=False, allow_infinity=False)
number = st.none() | finite
short = st.text(max_size=6)
point = st.tuples(number, number)


def some(element: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(element, max_size=3).map(tuple)


evidences = st.builds(
    Evidence,
    curves=some(
        st.builds(
            Curves,
            title=short,
            x_label=short,
            y_label=short,
            summary=short,
            series=some(st.builds(Series, name=short, y=some(number), x=some(number))),
        )
    ),
    trajectories=some(
        st.builds(
            Trajectories,
            title=short,
            background=short,
            summary=short,
            tracks=some(st.builds(Track, name=short, points=some(point))),
            marks=some(st.builds(Mark, name=short, point=point)),
        )
    ),
    heat_maps=some(
        st.builds(HeatMap, title=short, summary=short, values=some(some(number)), centre=finite)
    ),
    tables=some(st.builds(Table, title=short, columns=some(short), rows=some(some(short)))),
    networks=some(
        st.builds(
            Network,
            title=short,
            summary=short,
            pictures=some(
                st.builds(
                    Picture,
                    title=short,
                    layers=some(some(short)),
                    links=some(st.builds(Link, tail=short, head=short, width=number, color=short)),
                    boxes=some(short),
                )
            ),
        )
    ),
)
checks = st.builds(
    CheckResult,
    id=short,
    file=short,
    claim=short,
    outcome=st.sampled_from(Outcome),
    points=finite,
    max_points=finite,
    visibility=st.sampled_from(Visibility),
    message=short,
    diagnoses=some(st.builds(Diagnosis, name=short, sentence=short)),
    traceback=some(
        st.builds(SourceLine, file=short, line=st.integers(0, 10**6), function=short, code=short)
    ),
    evidence=evidences,
    printed=short,
)
exercises = st.builds(
    ExerciseResult,
    id=short,
    checks=some(checks),
    seed=st.integers(0, (1 << 64) - 1),
    usage=st.builds(Usage, cpu_seconds=number, calls=st.integers(0, 100)),
)
submissions = st.builds(
    SubmissionResult, student=short, slug=short, digest=short, exercises=some(exercises)
)


@given(submissions)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_a_submission_comes_back_as_it_was(result: SubmissionResult) -> None:
    assert from_json(to_json(result), SubmissionResult) == result


def submission(*outcomes: Outcome) -> SubmissionResult:
    made = tuple(
        CheckResult(
            id=f"e.f.check_{n}",
            file="e/f.py",
            claim="It holds.",
            outcome=outcome,
            points=2.0 if outcome is Outcome.PASSED else 0.0,
            max_points=2.0,
        )
        for n, outcome in enumerate(outcomes)
    )
    exercise = ExerciseResult(id="e", checks=made, seed=(1 << 64) - 1)
    return SubmissionResult(student="Ada", slug="ada", digest="0" * 64, exercises=(exercise,))


def test_a_class_comes_back_as_it_was() -> None:
    background = Contours(
        name="bowl",
        title="A bowl",
        x_range=(-1.0, 1.0),
        y_range=(-1.0, 1.0),
        levels=(Level(value=0.5, lines=(((0.0, 0.5), (0.5, 0.0)),)),),
    )
    course = CourseInfo(title="c", digest="d", exercises=(), backgrounds=(background,))
    result = ClassResult(course=course, submissions=(submission(Outcome.PASSED),))
    assert from_json(to_json(result), ClassResult) == result


def test_the_text_is_plain_json_in_utf_8_that_ends_with_a_line() -> None:
    text = to_json(replace(submission(Outcome.PASSED), student="Zoë → ∑")).decode()
    assert text.endswith("}\n")
    assert json.loads(text)["student"] == "Zoë → ∑"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_never_reach_the_disk(value: float) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    series = Series(name="loss", y=(1.0, value))
    curves = Curves(title="t", x_label="x", y_label="y", summary="s", series=(series,))
    result = submission(Outcome.FAILED)
    [exercise] = result.exercises
    [check] = exercise.checks
    shown = replace(check, evidence=Evidence(curves=(curves,)))
    result = replace(result, exercises=(replace(exercise, checks=(shown,)),))
    json.loads(to_json(result), parse_constant=refuse)
    back = from_json(to_json(result), SubmissionResult)
    assert back.exercises[0].checks[0].evidence.curves[0].series[0].y == (1.0, None)


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1, -1])
def test_another_version_is_refused(version: int) -> None:
    data = to_json(replace(submission(Outcome.PASSED), schema_version=version))
    with pytest.raises(ValueError, match=f"schema version {version}, not {SCHEMA_VERSION}"):
        from_json(data, SubmissionResult)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"student": 5}', b"\xff", b'{"schema_version": 1}', b"null"],
)
def test_what_is_no_result_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a result of schema version"):
        from_json(data, SubmissionResult)


def test_scores_are_sums_and_errors_of_ours_keep_points_open() -> None:
    result = submission(Outcome.PASSED, Outcome.FAILED, Outcome.GRADER_ERROR, Outcome.PASSED)
    assert (result.score, result.withheld, result.max_score) == (4.0, 2.0, 8.0)
    assert result.provisional
    assert not submission(Outcome.PASSED, Outcome.SKIPPED).provisional


# ---------------------------------------------------------------------------- sums of points


def of_points(earned: list[float]) -> ExerciseResult:
    return ExerciseResult(
        id="one",
        checks=tuple(
            CheckResult(
                id=f"one.file.check_{k}",
                file="file.py",
                claim="It holds.",
                outcome=Outcome.GRADER_ERROR if k % 3 == 2 else Outcome.PASSED,
                points=p,
                max_points=p,
            )
            for k, p in enumerate(earned)
        ),
    )


@given(st.lists(st.integers(0, 5_000), max_size=40), st.randoms(use_true_random=False))
def test_sums_of_points_are_what_a_person_adds_up(cents: list[int], order: random.Random) -> None:
    shuffled = order.sample(cents, len(cents))
    exercise = of_points([c / 100 for c in shuffled])
    assert exercise.score == exercise.max_score == sum(cents) / 100
    whole = SubmissionResult(student="A", slug="a", digest="", exercises=(exercise,) * 7)
    assert whole.score == whole.max_score == 7 * sum(cents) / 100 or len(f"{whole.score}") <= 8
    assert f"{whole.score}" == f"{round(7 * sum(cents) / 100, 2)}"
    assert f"{whole.withheld}" == f"{round(whole.withheld, 2)}"


def test_a_tail_of_binary_fractions_is_cut_off() -> None:
    tenths = [1.15, 2.36, 26.0]
    assert sum(tenths) != 29.51
    assert of_points(tenths).score == 29.51
    assert of_points([1 / 3] * 3).score == 1
    assert of_points([0.1] * 3).score == 0.3
