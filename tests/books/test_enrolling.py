"""Who is on the roster and handed nothing in is in the book: missing, and never a silent 0."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from grader.errors import UsageError
from grader.gradebook.adjusting import AdjustmentRequest, adjust, confirm
from grader.gradebook.enrolling import absent_people, enrol, tell_another_term
from grader.gradebook.people import merge
from grader.gradebook.person_changes import changes_of
from grader.gradebook.purging import purge
from grader.results import ChangeKind, Delivery, Person, grade_warnings, reckon
from tests.books.pretending import Pretending, sealed

if TYPE_CHECKING:
    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.gradebook.adjusting import StoredAdjustment

ANN = Person(id="s1", name="Ann Lee", email="ann@example.org", section="B")
BOB = Person(id="s2", name="Bob Ray")


def missing(book: Gradebook, course: Course) -> list[str]:
    return [one.person.id for one in absent_people(book, course) if not one.has_grade]


def changed(
    book: Gradebook, course: Course, said: str, kind: ChangeKind, points: str = "", **more: str
) -> StoredAdjustment:
    given = Decimal(points) if points else None
    wanted = AdjustmentRequest(kind=kind, points=given, reason="because", author="M. Lang", **more)
    return adjust(book, course, said, wanted)


def test_the_roster_is_in_the_book_and_nobody_has_a_grade(
    pretending: Pretending, course: Course
) -> None:
    book = pretending.book
    assert enrol(book, [ANN, BOB]) == 2
    assert enrol(book, [ANN, BOB]) == 0
    pretending(sealed("ann"), Delivery(people=(ANN,)))
    assert [one.student for one in book.results(course)] == ["ann"]
    [absent] = absent_people(book, course)
    assert (absent.person, absent.has_grade) == (BOB, False)
    with book.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar() == 2


def test_who_is_on_the_next_roster_no_more_is_not_missing(book: Gradebook, course: Course) -> None:
    enrol(book, [ANN, BOB])
    assert missing(book, course) == ["s1", "s2"]
    enrol(book, [BOB])
    assert missing(book, course) == ["s2"]
    enrol(book, [ANN, BOB])
    assert missing(book, course) == ["s1", "s2"]


def test_of_two_of_one_name_none_gets_what_came_under_the_name(
    pretending: Pretending, course: Course
) -> None:
    pretending(sealed("Ann Lee"))
    other = Person(id="s3", name="Ann Lee")
    assert enrol(pretending.book, [ANN, other]) == 2
    assert missing(pretending.book, course) == ["s1", "s3"]
    assert len(pretending.book.standings()) == 1


def test_a_name_that_one_alone_has_is_theirs(pretending: Pretending, course: Course) -> None:
    pretending(sealed("Ann Lee"))
    assert enrol(pretending.book, [ANN]) == 0
    assert missing(pretending.book, course) == []


def test_points_and_excuses_by_hand_are_a_grade_and_an_extension_is_none(
    book: Gradebook, course: Course
) -> None:
    enrol(book, [ANN, BOB])
    assert changed(book, course, "s1", ChangeKind.EXTENSION, value="172800").after is None
    assert missing(book, course) == ["s1", "s2"]
    made = changed(book, course, "s1", ChangeKind.SET, "2.5")
    assert made.after is not None
    assert (made.after.total, made.after.most) == (Decimal("2.5"), Decimal(4))
    excused = changed(book, course, "Bob Ray", ChangeKind.EXCUSED).after
    assert excused is not None
    assert excused.excused
    assert missing(book, course) == []
    assert changes_of(book, course, "s1").total == made.after


def test_an_exercise_that_is_excused_alone_gives_no_grade(book: Gradebook, course: Course) -> None:
    enrol(book, [ANN])
    changed(book, course, "s1", ChangeKind.EXCUSED, exercise="double")
    assert missing(book, course) == ["s1"]


def test_more_than_the_maximum_is_refused(book: Gradebook, course: Course) -> None:
    enrol(book, [ANN])
    with pytest.raises(UsageError, match="5 points are above the maximum of 4"):
        changed(book, course, "s1", ChangeKind.SET, "5")


def test_what_was_given_for_nothing_is_to_be_looked_at_when_something_comes(
    pretending: Pretending, course: Course
) -> None:
    """A `=1` for somebody who was ill is below what they earn later: nobody is to miss that."""
    book = pretending.book
    enrol(book, [ANN])
    number = changed(book, course, "s1", ChangeKind.SET, "1").number
    [absent] = absent_people(book, course)
    assert list(grade_warnings(absent.result)) == []
    pretending(sealed("ann"), Delivery(people=(ANN,)))
    [result] = book.results(course)
    assert reckon(result).total == 1
    [said] = grade_warnings(result)
    assert "made by hand before the work that counts now was handed in" in said
    confirm(book, course, "s1", number, author="M. Lang")
    assert list(grade_warnings(book.results(course)[0])) == []


def test_a_merged_person_is_missing_once_and_a_purged_one_not_at_all(
    pretending: Pretending, course: Course
) -> None:
    book = pretending.book
    enrol(book, [ANN, BOB])
    merge(book, "s2", "s1", author="M. Lang")
    assert missing(book, course) == ["s1"]
    purge(book, "s1", author="M. Lang")
    assert missing(book, course) == []
    assert absent_people(book, course) == []


@pytest.mark.parametrize(
    ("days", "others", "told"),
    [(100, 1, True), (100, 2, True), (100, 0, False), (10, 2, False), (0, 2, False)],
)
def test_who_seems_to_be_of_another_term_is_told(
    pretending: Pretending, days: int, others: int, told: bool
) -> None:
    """Half of the class or more, and long ago: not the other group, whose roster comes next."""
    book = pretending.book
    at = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number in range(others):
        earlier = Person(id=f"old{number}", name=f"Old {number}")
        pretending(sealed(f"o{number}", f"{number}"), Delivery(people=(earlier,)), at=at)
    enrol(book, [ANN])
    pretending(sealed("ann", "a"), Delivery(people=(ANN,)))
    said = list(tell_another_term(book))
    assert len(said) == told
    if told:
        assert f"graded last on {at[:10]} or before: {others} p" in said[0]
    enrol(book, [ANN, *(Person(id=f"old{n}", name=f"Old {n}") for n in range(others))])
    assert list(tell_another_term(book)) == []


def test_a_few_who_left_the_course_are_no_other_term(pretending: Pretending) -> None:
    book = pretending.book
    pretending(sealed("bob", "b"), Delivery(people=(BOB,)), at="2020-01-01T00:00:00Z")
    here = [ANN, Person(id="s3", name="Cy Poe")]
    enrol(book, here)
    for one in here:
        pretending(sealed(one.name, one.id), Delivery(people=(one,)))
    assert list(tell_another_term(book)) == []
