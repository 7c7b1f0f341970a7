"""Changes by hand: exact, refused where they cannot be, kept through everything, and told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from grader.errors import UsageError
from grader.gradebook.adjusting import AdjustmentRequest, adjust, confirm, points_of, revoke
from grader.gradebook.adjustment_rows import stale_adjustments
from grader.gradebook.models import Adjustment, History
from grader.gradebook.people import history_of
from grader.results import ChangeKind, Person, class_warnings, reckon

if TYPE_CHECKING:
    from grader.course import Course
    from grader.gradebook import Gradebook

TRAIN = "net.code.train"


def wanted(points: str = "", **more: object) -> AdjustmentRequest:
    """Return a change as the command line makes it."""
    kind, worth = points_of(points) if points else (ChangeKind.COMMENT, None)
    made = AdjustmentRequest(
        kind=kind, points=worth, reason="a slip of the sheet", author="Prof. M"
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_change_counts_from_then_on(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=1)
    made = adjust(book, course, "s1", wanted("+1.1", check=TRAIN))
    assert (made.number, made.people) == (1, ("Ada Byron",))
    assert made.before is not None
    assert made.after is not None
    assert (made.before.total, made.after.total) == (Decimal(3), Decimal("4.1"))
    [result] = book.results(course)
    assert (result.score, result.final_score) == (3, 4.1)
    [one] = result.adjustments
    assert (one.exercise, one.check, one.reason) == ("net", TRAIN, "a slip of the sheet")
    # And so in every later grading, without anybody's doing.
    assert hand.grade(ada, train=1, files="new").final_score == 4.1


def test_tenths_add_up_exactly(hand: Any, book: Gradebook, course: Course, ada: Person) -> None:
    hand.grade(ada, train=0)
    for number in range(3):
        adjust(book, course, "s1", wanted("+0.1", check=TRAIN, reason=f"reason {number}"))
    assert reckon(book.results(course)[0]).total == Decimal("2.3")


@pytest.mark.parametrize(
    ("points", "most"), [("+0.5", "the maximum of 5"), ("=5.5", "5.5 points are above")]
)
def test_nothing_goes_above_the_maximum(
    hand: Any, book: Gradebook, course: Course, ada: Person, points: str, most: str
) -> None:
    hand.grade(ada)
    for about in ({}, {"exercise": "1"}):
        with pytest.raises(UsageError, match=most):
            adjust(book, course, "s1", wanted(points, **about))
    bonus = wanted("+0.5", kind=ChangeKind.BONUS)
    after = adjust(book, course, "s1", bonus).after
    assert after is not None
    assert (after.total, after.most) == (Decimal("5.5"), Decimal(5))


@pytest.mark.parametrize("points", ["+nan", "=inf", "+1e400", "3", "+", "=-1x", "+0.1234567", "="])
def test_what_is_no_number_of_points_is_refused(points: str) -> None:
    with pytest.raises(UsageError, match="Points"):
        points_of(points)


@pytest.mark.parametrize(
    ("text", "is_now"), [("+1,5", "1.5"), ("\N{MINUS SIGN}2", "-2"), ("=3", "3")]
)
def test_points_as_people_write_them(text: str, is_now: str) -> None:
    assert points_of(text)[1] == Decimal(is_now)


def test_what_cannot_be_is_said_in_one_sentence(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=0)
    for who, change, said in (
        ("Ada Biron", wanted("+1"), "Did you mean `Ada Byron`"),
        ("s1", wanted("+1", check="net.code.trian"), "Did you mean `net.code.train`"),
        ("s1", wanted("+1", exercise="7"), "There is no exercise 7"),
        ("s1", wanted("+1", reason=" "), "needs a reason"),
        ("s1", wanted(reason=" "), "A comment needs words"),
        ("s1", wanted("+1", check=TRAIN, exercise="words"), "is of the exercise net, not of words"),
        ("s1", wanted("+1", author=""), "an author"),
        ("s1", wanted("=0", kind=ChangeKind.BONUS, exercise="net"), "on top of the whole"),
        ("s1", wanted(kind=ChangeKind.HANDED_IN, value="2026-01-01"), "offset"),
    ):
        with pytest.raises(UsageError, match=said):
            adjust(book, course, who, change)
    assert book.results(course)[0].adjustments == ()


def test_the_same_twice_is_refused_and_with_another_reason_it_is_not(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=0)
    adjust(book, course, "s1", wanted("+1", check=TRAIN))
    with pytest.raises(UsageError, match="done already"):
        adjust(book, course, "s1", wanted("+1", check=TRAIN))
    adjust(book, course, "s1", wanted("+1", check=TRAIN, reason="the other half"))
    assert book.results(course)[0].final_score == 4


def test_two_people_of_one_name_are_asked_apart(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=0)
    hand.grade(Person(id="s9", name="Ada Byron"), train=0, slug="ada-2", digest="other")
    with pytest.raises(UsageError, match=r"2 people are called 'Ada Byron'.*s1; s9"):
        adjust(book, course, "Ada Byron", wanted("+1"))
    adjust(book, course, "s9", wanted("+1"))
    assert [one.final_score for one in book.results(course)] == [2, 3]


def test_what_is_taken_back_stays_in_the_history(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=0)
    adjust(book, course, "s1", wanted("=5"))
    assert revoke(book, "s1", 1, reason="wrong one", author="Prof. M") == ("Ada Byron",)
    for number, said in ((1, "taken back already"), (9, "there are 1")):
        with pytest.raises(UsageError, match=said):
            revoke(book, "s1", number, reason="wrong one", author="Prof. M")
    assert book.results(course)[0].final_score == 2
    lines = [(one.what, one.who, one.why) for one in history_of(book, "s1")]
    assert lines[1:] == [
        ("adjusted", "Prof. M", "a slip of the sheet"),
        ("revoked", "Prof. M", "wrong one"),
    ]
    with book.database.reading() as connection:
        assert len(connection.execute(select(Adjustment)).all()) == 1


def test_a_group_has_it_together_and_a_member_alone_has_it_not(
    hand: Any, book: Gradebook, course: Course, ada: Person, bo: Person
) -> None:
    hand.grade(ada, train=0, digest="first")
    adjust(book, course, "s1", wanted("+1", reason="of Ada alone"))
    hand.grade(ada, bo, train=0)
    made = adjust(book, course, "s2", wanted("+2", reason="of both"))
    assert made.people == ("Ada Byron", "Bo Li")
    result = max(book.results(course), key=lambda one: len(one.delivery.people))
    assert [(one.reason, one.counts) for one in result.adjustments] == [
        ("of Ada alone", False),
        ("of both", True),
    ]
    assert result.final_score == 4
    assert revoke(book, "s1", made.number, reason="no", author="M") == ("Ada Byron", "Bo Li")


LATER = "2999-01-31T09:30:00Z"


@pytest.mark.parametrize(
    ("asked", "train", "is_stale"),
    [
        (wanted("+1"), 3, True),  # of the whole: it may be given twice
        (wanted("=1"), 3, True),  # or hold a better work down
        (wanted("+1", exercise="net"), 3, True),
        (wanted("+1", check=TRAIN), 3, True),
        (wanted("+1"), 0, False),  # other files with the same points: it was of those
        (wanted("+1", exercise="net"), 0, False),
        (wanted("+0", exercise="words"), 3, False),  # of another exercise
        (wanted(exercise="net"), 3, False),  # a comment
        (wanted(exercise="words", kind=ChangeKind.EXCUSED), 3, False),
    ],
)
def test_a_change_by_hand_is_looked_at_again_once_other_work_counts(
    hand: Any,
    book: Gradebook,
    course: Course,
    ada: Person,
    asked: AdjustmentRequest,
    train: float,
    is_stale: bool,
) -> None:
    hand.grade(ada, train=0, digest="first")
    adjust(book, course, "s1", asked)
    [before] = book.results(course)
    assert [one.stale for one in before.adjustments] == [False]
    hand.grade(ada, train=train, digest="second", graded_at=LATER)
    [result] = book.results(course)
    assert [one.stale for one in result.adjustments] == [is_stale]
    assert len([*class_warnings([result])]) == is_stale


@pytest.mark.parametrize("second", ["2026-01-31T10:00:00Z", "2026-01-31T09:00:00Z"])
def test_what_was_graded_after_a_change_is_told_apart_whatever_the_clock_says(
    hand: Any,
    book: Gradebook,
    course: Course,
    ada: Person,
    monkeypatch: pytest.MonkeyPatch,
    second: str,
) -> None:
    """Within one second, and after the clock was set back by an hour."""
    first = "2026-01-31T10:00:00Z"
    monkeypatch.setattr("grader.gradebook.adjusting.now_in_words", lambda: first)
    hand.grade(ada, train=0, digest="first", graded_at=first)
    adjust(book, course, "s1", wanted("+1"))
    moment = wanted(kind=ChangeKind.HANDED_IN, value="2026-01-30T10:00:00+01:00")
    adjust(book, course, "s1", moment)
    assert [one.stale for one in book.results(course)[0].adjustments] == [False, False]
    hand.grade(ada, train=3, digest="second", graded_at=second)
    assert [one.stale for one in book.results(course)[0].adjustments] == [True, True]
    adjust(book, course, "s1", wanted("+0", reason="of the second one"))
    assert [one.stale for one in book.results(course)[0].adjustments] == [True, True, False]


def test_a_change_is_no_later_than_what_it_was_made_on_where_the_clock_was_set_back(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=0, digest="first", graded_at=LATER)
    adjust(book, course, "s1", wanted("=1"))
    hand.grade(ada, train=3, digest="second", graded_at=LATER)
    assert [one.stale for one in book.results(course)[0].adjustments] == [True]


def test_who_has_looked_again_is_not_asked_again(
    hand: Any, book: Gradebook, course: Course, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.grade(ada, train=0, digest="first")
    adjust(book, course, "s1", wanted("=1"))
    hand.grade(ada, train=3, digest="second", graded_at=LATER)
    monkeypatch.setattr("grader.gradebook.adjusting.now_in_words", lambda: LATER)
    confirm(book, course, "s1", 1, author="Prof. M")
    [result] = book.results(course)
    assert [one.stale for one in result.adjustments] == [False]
    assert result.final_score == 1


def test_a_moment_that_was_said_of_one_hand_in_is_looked_at_again_for_the_next(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, digest="first")
    moment = wanted(kind=ChangeKind.HANDED_IN, value="2026-01-30T10:00:00+01:00")
    adjust(book, course, "s1", moment)
    assert [one.stale for [one] in [book.results(course)[0].adjustments]] == [False]
    hand.grade(ada, digest="second", graded_at=LATER)
    assert [one.stale for [one] in [book.results(course)[0].adjustments]] == [True]


def test_an_exercise_that_was_changed_flags_what_was_made_on_it(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    hand.grade(ada, train=0)
    adjust(book, course, "s1", wanted("+1", check=TRAIN))
    adjust(book, course, "s1", wanted("+1", exercise="words", kind=ChangeKind.EXCUSED))
    with book.database.reading() as connection:
        assert stale_adjustments(connection, course.exercise_digests) == ()
    course.exercise_digests["net"] = "another"
    with book.database.reading() as connection:
        [stale] = stale_adjustments(connection, course.exercise_digests)
    assert (stale.number, stale.people, stale.check_id) == (1, ("Ada Byron",), TRAIN)
    [result] = book.results(course)
    assert [one.stale for one in result.adjustments] == [True, False]
    assert result.final_score == 3  # it holds until somebody has looked
    made = confirm(book, course, "s1", 1, author="Prof. M")
    [result] = book.results(course)
    assert [(one.number, one.stale) for one in result.adjustments] == [
        (2, False),
        (made.number, False),
    ]
    assert result.final_score == 3


def test_history_cannot_be_changed(book: Gradebook, hand: Any, ada: Person) -> None:
    hand.grade(ada)
    with (
        pytest.raises(Exception, match="never changed"),
        book.database.writing() as connection,
    ):
        connection.execute(delete(History))
