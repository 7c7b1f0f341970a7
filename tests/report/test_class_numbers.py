"""Numbers about a class: against their definitions, and as the class's page shows them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.report import render_class, render_instructor
from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    Diagnosis,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    SubmissionResult,
    Usage,
    shortened,
)
from grader.statistics import (
    LEAST_FOR_DISCRIMINATION,
    check_statistics,
    class_statistics,
    obstacles,
    ranked_misconceptions,
    run_times,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

PASSED, FAILED, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED
NAMES = ("a", "b", "c", "d")
COURSE = CourseInfo(
    title="A course", digest="d",
    exercises=tuple(
        ExerciseInfo(
            id=one, number=str(n), title=f"Exercise {one}", files=("f.py",), max_points=8,
            checks=tuple(
                CheckInfo(id=f"{one}.f.{k}", claim=f"{one} {k}", max_points=2) for k in NAMES
            ),
        )
        for n, one in enumerate(("one", "two"), 1)
    ),
)  # fmt: skip


def checked(name: str, outcome: Outcome, waits_for: str = "", *mistakes: str) -> CheckResult:
    return CheckResult(
        id=name, file="f.py", claim=name, outcome=outcome, skipped_for=waits_for,
        points=2.0 if outcome is PASSED else 0.0, max_points=2.0,
        diagnoses=tuple(Diagnosis(name=m, sentence=f"It is {m}.") for m in mistakes),
    )  # fmt: skip


def exercise(name: str, outcomes: Sequence[Outcome], seconds: float = 1.0) -> ExerciseResult:
    checks = tuple(checked(f"{name}.f.{k}", o) for k, o in zip(NAMES, outcomes, strict=True))
    return ExerciseResult(
        id=name, checks=checks, usage=Usage(wall_seconds=2 * seconds, cpu_seconds=seconds)
    )


def student(number: int, *exercises: ExerciseResult) -> SubmissionResult:
    return SubmissionResult(
        student=f"Student {number}", slug=f"s{number}", digest="", exercises=exercises
    )


def drawn(count: int, seed: int = 7) -> ClassResult:
    """Return a class in which ability decides, but for check d, which is a coin."""
    rng = np.random.default_rng(seed)
    submissions = []
    for number in range(count):
        ability = rng.normal()
        passes = [ability + rng.normal() > hard for hard in (-1.0, 0.0, 1.0)]
        passes.append(rng.random() > 0.5)
        outcomes = [PASSED if one else FAILED for one in passes]
        submissions.append(student(number, exercise("one", outcomes)))
    return ClassResult(course=COURSE, submissions=tuple(submissions))


def points_of(result: ClassResult) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([[c.points for c in s.exercises[0].checks] for s in result.submissions])


# ------------------------------------------------------------------ difficulty, discrimination


def test_difficulty_is_the_share_of_those_who_handed_in_and_of_no_errors_of_ours() -> None:
    nobody = tuple(checked(f"one.f.{k}", SKIPPED) for k in NAMES)
    result = ClassResult(
        course=COURSE,
        submissions=(
            student(1, exercise("one", [PASSED, FAILED, Outcome.GRADER_ERROR, FAILED])),
            student(2, exercise("one", [PASSED, Outcome.UNREADABLE, PASSED, Outcome.CRASHED])),
            student(3, ExerciseResult(id="one", checks=nobody)),
        ),
    )
    found = {one.id: (one.passed, one.handed_in, one.share) for one in check_statistics(result)}
    assert found["one.f.a"] == (2, 2, 1.0)
    assert found["one.f.b"] == (0, 1, 0.0)
    assert found["one.f.c"] == (1, 1, 1.0)
    assert found["one.f.d"] == (0, 2, 0.0)
    assert found["two.f.a"] == (0, 0, None)


def test_discrimination_is_the_point_biserial_correlation_with_the_rest() -> None:
    """Against the textbook's formula: (m1 - m0) / s · sqrt(p q), of the rest without the check."""
    result = drawn(60)
    points = points_of(result)
    for column, one in enumerate(check_statistics(result)[:4]):
        rest = (points.sum(axis=1) - points[:, column]) / 6.0
        passed = points[:, column] > 0
        p = passed.mean()
        means = rest[passed].mean() - rest[~passed].mean()
        expected = means / rest.std() * np.sqrt(p * (1 - p))
        assert one.discrimination.value == pytest.approx(expected)
        assert one.discrimination.n == 60


def test_a_coin_tells_nobody_apart_and_a_check_of_ability_does() -> None:
    *able, coin = check_statistics(drawn(400))[:4]
    assert coin.discrimination.value == pytest.approx(0, abs=0.12)
    assert all(one.discrimination.value > 0.2 for one in able if one.discrimination.value)


def test_the_interval_holds_the_true_value_as_often_as_it_says() -> None:
    """With a coin, whose true value is 0, in 95 of 100 classes: of 120, in 114 ± 2.4."""
    held = 0
    for seed in range(120):
        coin = check_statistics(drawn(30, seed))[3].discrimination
        held += coin.value is None or bool(coin.low and coin.high and coin.low <= 0 <= coin.high)
    assert 107 <= held <= 119


@pytest.mark.parametrize(
    ("count", "failing", "why"),
    [
        (LEAST_FOR_DISCRIMINATION - 1, 5, "n = 19, below 20"),
        (30, 2, "only 2 did not pass"),
        (30, 0, "nobody did not pass"),
        (30, 28, "only 2 passed"),
    ],
)
def test_of_too_few_it_is_not_known_and_the_reason_is_said(
    count: int, failing: int, why: str
) -> None:
    submissions = [
        student(n, exercise("one", [FAILED if n < failing else PASSED, PASSED, FAILED, PASSED]))
        for n in range(count)
    ]
    result = ClassResult(course=COURSE, submissions=tuple(submissions))
    found = check_statistics(result)[0].discrimination
    assert (found.value, found.unknown) == (None, why)


def test_without_a_difference_in_the_rest_it_is_not_known() -> None:
    submissions = [
        student(n, exercise("one", [FAILED if n % 2 else PASSED, PASSED, FAILED, PASSED]))
        for n in range(30)
    ]
    result = ClassResult(course=COURSE, submissions=tuple(submissions))
    assert "all have the same" in check_statistics(result)[0].discrimination.unknown


def test_what_waits_for_a_check_is_no_evidence_that_it_tells_apart() -> None:
    """The checks b and c wait for a: they would agree with it whatever the students know."""
    rng = np.random.default_rng(3)
    submissions = []
    for number in range(200):
        outcomes = [PASSED if rng.random() > 0.5 else FAILED for _ in "ad"]
        first, last = (checked(f"one.f.{k}", o) for k, o in zip("ad", outcomes, strict=True))
        behind = [
            checked(f"one.f.{k}", PASSED if first.outcome is PASSED else SKIPPED,
                    "" if first.outcome is PASSED else "one.f.a")
            for k in "bc"
        ]  # fmt: skip
        submissions.append(student(number, ExerciseResult(id="one", checks=(first, *behind, last))))
    result = ClassResult(course=COURSE, submissions=tuple(submissions))
    value = check_statistics(result)[0].discrimination.value
    assert value == pytest.approx(0, abs=0.15)


# ------------------------------------------------------------------ mistakes


def test_a_mistake_counts_once_a_student_over_all_exercises() -> None:
    def made(number: int, *where: str) -> SubmissionResult:
        return student(
            number,
            *(
                ExerciseResult(
                    id=name,
                    checks=tuple(
                        checked(f"{name}.f.{k}", FAILED, "", *(["half"] if name in where else []))
                        for k in NAMES
                    ),
                )
                for name in ("one", "two")
            ),
        )

    people = made(1, "one", "two"), made(2, "two"), made(3)
    found = ranked_misconceptions(ClassResult(course=COURSE, submissions=people))
    assert [(m.name, m.count, m.of, m.exercises) for m in found] == [("half", 2, 3, ("one", "two"))]
    assert [(p.slug, p.check) for p in found[0].places] == [("s1", "one.f.a"), ("s2", "two.f.a")]
    seen = check_statistics(ClassResult(course=COURSE, submissions=people))[0].diagnoses
    assert [(one.name, [p.slug for p in one.places]) for one in seen] == [("half", ["s1"])]


# ------------------------------------------------------------------ times


def timed(*seconds: float) -> ClassResult:
    right = [PASSED] * 4
    people = [student(n, exercise("one", right, s)) for n, s in enumerate(seconds)]
    return ClassResult(course=COURSE, submissions=tuple(people))


def test_who_runs_unusually_long_is_told_by_the_median_deviation() -> None:
    """Of 1, 2, … the mean and its deviation would be spoiled by those that are looked for."""
    found = run_times(timed(1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.2, 0.8, 30.0, 28.0))[0]
    assert [one.slug for one in found.slow] == ["s8", "s9"]
    assert found.median == pytest.approx(1.025)
    assert found.of_processor
    assert found.percentile_95 is None  # of ten, it would be the longest one
    assert found.longest == 30.0


def test_of_few_or_of_all_alike_nobody_is_unusual() -> None:
    few = run_times(timed(1.0, 1.1, 0.9, 50.0))[0]
    assert (few.slow, few.deviation) == ((), None)
    assert run_times(timed(*[1.0] * 9, 50.0))[0].slow == ()
    assert run_times(timed(*[1.0 + 0.001 * n for n in range(20)], 1.2))[0].slow == ()


def test_the_95th_percentile_is_numpys() -> None:
    times = [float(n) for n in range(1, 41)]
    assert run_times(timed(*times))[0].percentile_95 == pytest.approx(np.percentile(times, 95))


def test_elapsed_seconds_are_taken_where_the_machine_says_no_others() -> None:
    result = timed(1.0, 2.0)
    first = result.submissions[0]
    blind = replace(first.exercises[0], usage=Usage(wall_seconds=4.0))
    mixed = replace(result, submissions=(replace(first, exercises=(blind,)), result.submissions[1]))
    found = run_times(mixed)[0]
    assert (found.of_processor, found.median) == (False, 4.0)


@pytest.mark.parametrize("usage", [Usage(cpu_seconds=0.3), Usage(calls=2)])
def test_what_ran_is_told_even_if_it_waited_for_a_processor_all_the_time(usage: Usage) -> None:
    result = timed(1.0, 2.0)
    starved = student(9, replace(exercise("one", [PASSED] * 4, 0.0), usage=usage))
    result = replace(result, submissions=(*result.submissions, starved))
    assert run_times(result)[0].n == 3


def test_who_handed_nothing_in_has_no_time() -> None:
    nobody = tuple(checked(f"one.f.{k}", SKIPPED) for k in NAMES)
    absent = student(9, ExerciseResult(id="one", checks=nobody, usage=Usage(wall_seconds=0.1)))
    result = timed(1.0, 2.0)
    assert run_times(replace(result, submissions=(*result.submissions, absent)))[0].n == 2


# ------------------------------------------------------------------ who is stuck


def stuck(number: int, last: Outcome = PASSED) -> SubmissionResult:
    checks = (
        checked("one.f.a", FAILED),
        checked("one.f.b", SKIPPED, "one.f.a"),
        checked("one.f.c", SKIPPED, "one.f.b"),
        checked("one.f.d", last),
    )
    return student(number, ExerciseResult(id="one", checks=checks))


def test_whose_open_checks_all_wait_for_one_is_told() -> None:
    through = student(3, exercise("one", [PASSED] * 4))
    people = stuck(1), stuck(2, FAILED), through
    found = obstacles(ClassResult(course=COURSE, submissions=people))
    assert [(one.check, one.of, one.points, one.nobody_past) for one in found] == [
        ("one.f.a", 3, 12.0, False)
    ]
    assert [(h.place.slug, h.waiting, h.by_it_alone) for h in found[0].held] == [
        ("s1", 2, True),
        ("s2", 2, False),
    ]


def test_that_nobody_gets_past_is_said() -> None:
    found = obstacles(ClassResult(course=COURSE, submissions=(stuck(1), stuck(2))))
    assert found[0].nobody_past
    page = render_class(ClassResult(course=COURSE, submissions=(stuck(1), stuck(2))))
    assert "nobody gets past" in page
    assert "all that is open waits for it" in page


def test_needs_in_a_circle_end() -> None:
    checks = (
        checked("one.f.a", SKIPPED, "one.f.b"),
        checked("one.f.b", SKIPPED, "one.f.a"),
        checked("one.f.c", SKIPPED, "gone"),
        checked("one.f.d", PASSED),
    )
    result = ClassResult(
        course=COURSE, submissions=(student(1, ExerciseResult(id="one", checks=checks)),)
    )
    assert class_statistics(result).submissions == 1


# ------------------------------------------------------------------ the page


def test_the_page_shows_the_numbers_and_leads_to_the_places(sample: ClassResult) -> None:
    page = render_class(drawn(60))
    assert "Tells apart" in page
    assert page.count(", n = 60") == 4
    page = render_class(sample)
    assert "instructor/mohammed.html#check-random_data-learn_random_data-gradients_match" in page
    instructors = render_instructor(sample.submissions[3], sample.course)
    assert ' id="check-random_data-learn_random_data-gradients_match"' in instructors
    assert "factor two missing" in instructors


def test_numbers_are_the_same_of_what_the_classs_file_holds(sample: ClassResult) -> None:
    assert class_statistics(shortened(sample)) == class_statistics(sample)


def test_empty_classes_have_numbers() -> None:
    nothing = ClassResult(course=COURSE, submissions=())
    assert class_statistics(nothing).times == ()
    assert "Who is stuck" not in render_class(nothing)


def test_the_time_is_linear_in_the_class() -> None:
    """2,000 submissions of eight checks: seconds where it were the square of the class."""
    big = drawn(2_000)
    started = time.process_time()
    class_statistics(big)
    assert time.process_time() - started < 3.0
