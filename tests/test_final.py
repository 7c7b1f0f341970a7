"""From the points that were graded to those that count: order, exactness, bounds, lateness."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grader.report import render_class, render_student
from grader.report.changes_view import change_lines
from grader.results import (
    Adjusted,
    ChangeKind,
    CheckResult,
    ClassResult,
    CourseInfo,
    Delivery,
    ExerciseInfo,
    ExerciseResult,
    GradePolicy,
    LateRule,
    Outcome,
    State,
    SubmissionResult,
    class_json,
    class_warnings,
    for_student,
    from_json,
    grade_warnings,
    reckon,
    to_json,
)

RULE = LateRule(
    deadline="2026-02-01T23:00:00Z", grace_seconds=900, percent_per_day=Decimal(10),
    cut_off_seconds=5 * 86_400,
)  # fmt: skip


def exercise(
    name: str, points: float, most: float, *, outcome: Outcome = Outcome.PASSED, bonus: bool = False
) -> ExerciseResult:
    """Return an exercise of one check."""
    check = CheckResult(
        id=f"{name}.f.c", file="f.py", claim="It is right.", outcome=outcome, points=points,
        max_points=most,
    )  # fmt: skip
    return ExerciseResult(id=name, checks=(check,), bonus=bonus)


def result(*exercises: ExerciseResult, **more: Any) -> SubmissionResult:
    """Return a submission."""
    return SubmissionResult(student="Ada", slug="ada", digest="d", exercises=exercises, **more)


def change(number: int, kind: ChangeKind, points: str = "0", **more: Any) -> Adjusted:
    """Return a change."""
    return Adjusted(
        number=number, kind=kind, points=Decimal(points), reason=f"reason {number}", **more
    )


def sums(of: SubmissionResult) -> str:
    """Return the total in words."""
    found = reckon(of)
    return f"{found.total} of {found.most}"


TWO = (exercise("a", 4, 10), exercise("b", 10, 10))


def test_without_any_change_it_is_what_was_graded() -> None:
    third = exercise("a", 1 / 3, 1).checks[0]
    checks = tuple(replace(third, id=f"a.f.{name}") for name in "abc")
    thirds = result(ExerciseResult(id="a", checks=checks))
    found = reckon(thirds)
    assert (str(found.total), found.is_changed) == ("1", False)
    assert found.total == Decimal(str(thirds.score))
    assert change_lines(thirds) == []


@pytest.mark.parametrize(
    ("changes", "is_now"),
    [
        ([("points", "+1.5", {"check": "a.f.c"})], "15.5 of 20"),
        ([("set", "9", {"check": "a.f.c"}), ("points", "-2", {"check": "a.f.c"})], "17 of 20"),
        ([("points", "-2", {"check": "a.f.c"}), ("set", "9", {"check": "a.f.c"})], "19 of 20"),
        ([("points", "-99", {"check": "a.f.c"})], "10 of 20"),
        ([("points", "99", {})], "20 of 20"),
        ([("set", "3", {})], "3 of 20"),
        ([("excused", "0", {"check": "a.f.c"})], "10 of 10"),
        ([("excused", "0", {})], "10 of 10"),
        ([("comment", "0", {})], "14 of 20"),
    ],
)
def test_changes_of_a_check_or_exercise(changes: list[Any], is_now: str) -> None:
    made = tuple(
        change(number, ChangeKind(kind), points, exercise="a", **about)
        for number, (kind, points, about) in enumerate(changes, 1)
    )
    if made[-1].points == 99:
        is_now = "20 of 20"
    if changes == [("set", "3", {})]:
        is_now = "13 of 20"
    assert sums(result(*TWO, adjustments=made)) == is_now


def test_what_is_of_a_part_of_a_group_does_not_count() -> None:
    alone = change(1, ChangeKind.POINTS, "3", exercise="a", counts=False)
    of = result(*TWO, adjustments=(alone,))
    assert sums(of) == "14 of 20"
    assert ["does not count" in one for one in grade_warnings(of)] == [True]


def test_the_whole_is_changed_last_and_a_bonus_goes_above_it() -> None:
    late = replace(RULE, grace_seconds=0)
    of = result(
        *TWO,
        policy=GradePolicy(late=(late,)),
        delivery=Delivery(handed_in_at="2026-02-02T23:00:00Z"),
        adjustments=(change(1, ChangeKind.POINTS, "1"), change(2, ChangeKind.BONUS, "10")),
    )
    assert sums(of) == "23.6 of 20"  # 14 - 1.4 + 1 + 10


def test_exercises_that_are_a_bonus_come_on_top() -> None:
    of = result(*TWO, exercise("c", 5, 5, bonus=True))
    assert sums(of) == "19 of 20"
    set_to_all = change(1, ChangeKind.SET, "25")
    assert sums(replace(of, adjustments=(set_to_all,))) == "25 of 20"


@pytest.mark.parametrize(
    ("rule", "is_now"),
    [
        ({"drop_lowest": 1}, "13 of 15"),
        ({"best_of": 1}, "10 of 10"),
        ({"best_of": 2}, "13 of 15"),
        ({"best_of": 9}, "17 of 25"),
        ({"drop_lowest": 9}, "10 of 10"),
    ],
)
def test_the_lowest_shares_are_left_out(rule: dict[str, Any], is_now: str) -> None:
    three = (*TWO, exercise("c", 3, 5))
    assert sums(result(*three, policy=GradePolicy(**rule))) == is_now


def test_what_is_excused_is_not_among_the_lowest() -> None:
    three = (*TWO, exercise("c", 3, 5))
    excused = change(1, ChangeKind.EXCUSED, exercise="a")
    of = result(*three, policy=GradePolicy(drop_lowest=1), adjustments=(excused,))
    assert sums(of) == "10 of 10"


@pytest.mark.parametrize(
    ("handed_in", "is_now"),
    [
        ("2026-02-01T23:00:00Z", "14"),
        ("2026-02-02T00:15:00+01:00", "14"),  # the end of the grace
        ("2026-02-01T23:15:01Z", "12.6"),
        ("2026-02-02T23:00:00Z", "12.6"),
        ("2026-02-02T23:00:01Z", "11.2"),
        ("2026-02-06T23:00:00Z", "7"),
        ("2026-02-06T23:00:01Z", "0"),
    ],
)
def test_lateness_takes_its_share_for_each_day_begun(handed_in: str, is_now: str) -> None:
    of = result(*TWO, policy=GradePolicy(late=(RULE,)), delivery=Delivery(handed_in_at=handed_in))
    assert sums(of) == f"{is_now} of 20"


def test_an_extension_moves_the_deadline_and_an_exercise_may_have_its_own_rule() -> None:
    own = LateRule(exercise="b", deadline="2026-02-03T23:00:00Z", percent_per_day=Decimal(50))
    of = result(
        *TWO,
        policy=GradePolicy(late=(RULE, own)),
        delivery=Delivery(handed_in_at="2026-02-03T23:00:00Z"),
    )
    assert sums(of) == "13.2 of 20"  # 20 % of exercise a alone
    extended = replace(of, adjustments=(change(1, ChangeKind.EXTENSION, value="86400"),))
    assert sums(extended) == "13.6 of 20"
    later = replace(
        of, adjustments=(change(1, ChangeKind.HANDED_IN, value="2026-02-05T00:00:00Z"),)
    )
    assert sums(later) == "2.4 of 20"  # four days of one and two of the other


@pytest.mark.parametrize(
    ("delivery", "is_now", "is_told"),
    [
        (Delivery(), "14", True),
        (Delivery(platform="canvas", late=True), "14", True),
        (Delivery(platform="canvas"), "14", False),
        (Delivery(platform="moodle", late=True, late_seconds=90_000), "11.2", False),
        (Delivery(platform="moodle", late_seconds=0), "14", False),
    ],
)
def test_what_cannot_be_told_costs_nothing_and_is_said(
    delivery: Delivery, is_now: str, is_told: bool
) -> None:
    of = result(*TWO, policy=GradePolicy(late=(RULE,)), delivery=delivery)
    assert sums(of) == f"{is_now} of 20"
    assert bool(list(grade_warnings(of))) is is_told
    assert len(list(class_warnings([of] * 3))) == is_told  # once for all


def test_a_person_settles_what_could_not_be_graded() -> None:
    ours = exercise("a", 0, 10, outcome=Outcome.GRADER_ERROR)
    of = result(ours, exercise("b", 10, 10))
    assert (of.state, sums(of), str(reckon(of).at_most)) == (
        State.PROVISIONAL,
        "10 of 20",
        "20",
    )
    settled = replace(
        of, adjustments=(change(1, ChangeKind.SET, "7", check="a.f.c", exercise="a"),)
    )
    assert (settled.state, sums(settled), str(reckon(settled).at_most)) == (
        State.GRADED,
        "17 of 20",
        "17",
    )
    unread = result(exercise("a", 0, 10, outcome=Outcome.UNREADABLE), refused="It is a PDF.")
    assert unread.state is State.UNREADABLE
    by_hand = replace(unread, adjustments=(change(1, ChangeKind.SET, "8"),))
    assert (by_hand.state, sums(by_hand)) == (State.GRADED, "8 of 10")
    comment = replace(unread, adjustments=(change(1, ChangeKind.COMMENT),))
    assert comment.state is State.UNREADABLE


LATE = result(
    *TWO,
    policy=GradePolicy(late=(RULE,), drop_lowest=0),
    delivery=Delivery(handed_in_at="2026-02-02T23:30:00Z", platform="gradescope"),
    adjustments=(
        change(1, ChangeKind.POINTS, "1.5", exercise="a", check="a.f.c", author="Prof. M"),
        change(2, ChangeKind.COMMENT, stale=True),
    ),
)
COURSE = CourseInfo(
    title="C",
    digest="",
    exercises=tuple(
        ExerciseInfo(
            id=name, number=number, title=f"Title {name}", files=("f.py",), max_points=10, checks=()
        )
        for name, number in (("a", "1"), ("b", "2"))
    ),
)


def test_the_page_shows_each_step_with_its_reason_and_the_numbers() -> None:
    page = render_student(LATE, COURSE)
    for said in (
        "14 of 20 points",
        "+1.5",
        "15.5 of 20 points",
        "reason 1",
        "Handed in 1 day 30 minutes after the deadline (2026-02-01 23:00 UTC): 2 days begun,",
        "20 % of 15.5 points",
        "\N{MINUS SIGN}3.1",
        "12.4 of 20 points",
    ):
        assert said in page
    assert "no more than the maximum" not in page
    full = replace(LATE, exercises=(exercise("a", 10, 10), TWO[1]))  # as after a regrade
    assert "no more than the maximum" in render_student(full, COURSE)
    assert "Prof. M" not in page  # the course answers for it
    assert "How your total comes about" not in render_student(result(*TWO), COURSE)


def test_a_students_file_comes_to_the_same_total() -> None:
    shown = for_student(LATE)
    assert reckon(shown).total == reckon(LATE).total
    assert [(one.author, one.stale) for one in shown.adjustments] == [("", False)] * 2
    assert from_json(to_json(LATE), SubmissionResult) == LATE


def test_the_class_file_and_page_have_it_too() -> None:
    whole = ClassResult(course=COURSE, submissions=(LATE,))
    back = from_json(class_json(whole), ClassResult)
    assert sums(back.submissions[0]) == "12.4 of 20"
    page = render_class(back)
    assert "graded 14" in page
    assert "\N{MINUS SIGN}3.1 for lateness" in page
    assert "5.5*" in page
    assert "look again" in page
