"""Whose a submission is: an id decides, then a platform's number, and last the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from grader.errors import UsageError
from grader.gradebook.holders import find_person, holder_of
from grader.gradebook.models import Participant
from grader.results import Delivery, Person, SubmissionResult
from tests.books.pretending import sealed

if TYPE_CHECKING:
    from grader.gradebook import Gradebook
    from tests.books.pretending import Pretending


def holder(book: Gradebook, name: str, *people: Person, moodle: str = "", attempt: int = 0) -> str:
    """Return whose a submission of this name is, by numbers."""
    delivery = Delivery(
        people=people, platform="moodle" if moodle else "", id=moodle, attempt=attempt
    )
    result = SubmissionResult(student=name, slug="s", digest="", exercises=(), delivery=delivery)
    with book.database.writing() as connection:
        return holder_of(connection, result).key


def ann(number: str, **more: str) -> Person:
    return Person(id=number, name="Ann Lee", **more)


def test_the_same_name_is_the_same_person_however_it_is_spelled(book: Gradebook) -> None:
    first = holder(book, "Zoë  Lee")
    assert holder(book, "Zoe\u0308 Lee") == first
    assert holder(book, "Zoe Lee") != first


def test_an_attempt_is_its_students(book: Gradebook) -> None:
    assert holder(book, "ann, attempt 2", attempt=2) == holder(book, "ann")


def test_two_people_of_one_name_are_told_apart_by_their_ids(book: Gradebook) -> None:
    one, two = holder(book, "a", ann("1")), holder(book, "b", ann("2"))
    assert one != two
    assert [holder(book, "x", ann("1")), holder(book, "x", ann("2"))] == [one, two]


def test_two_people_of_one_name_are_told_apart_by_a_platforms_numbers(book: Gradebook) -> None:
    one, two = holder(book, "Ann Lee", moodle="1"), holder(book, "Ann Lee", moodle="2")
    assert one != two
    assert holder(book, "Ann Lee", moodle="1") == one


def test_who_was_known_by_the_name_has_the_id_from_then_on(book: Gradebook) -> None:
    first = holder(book, "Ann Lee")
    assert holder(book, "ann_lee", ann("1")) == first
    assert holder(book, "ann_lee", Person(id="1")) == first


def test_a_second_one_of_that_name_is_nobody_who_has_an_id(book: Gradebook) -> None:
    """The name alone was the first one's, who has an id since: another id is another person's."""
    first = holder(book, "Ann Lee")
    assert holder(book, "a", ann("1")) == first
    second = holder(book, "b", ann("2"))
    assert second != first
    assert holder(book, "b", ann("2")) == second


def test_a_name_without_a_number_is_theirs_who_has_one_and_is_alone(book: Gradebook) -> None:
    one = holder(book, "a", ann("1"))
    assert holder(book, "Ann Lee") == one
    assert holder(book, "Ann Lee") == one


def test_a_name_that_several_have_is_none_of_theirs(book: Gradebook) -> None:
    known = {holder(book, "a", ann("1")), holder(book, "b", ann("2"))}
    third = holder(book, "Ann Lee")
    assert third not in known
    assert holder(book, "Ann Lee") == third


def test_a_platforms_number_finds_who_got_an_id_later(book: Gradebook) -> None:
    first = holder(book, "Ann Lee", moodle="77")
    assert holder(book, "ann", ann("1"), moodle="77") == first
    assert holder(book, "somebody", Person(id="1")) == first


def test_an_id_decides_against_a_platforms_number(book: Gradebook) -> None:
    first = holder(book, "a", ann("1"), moodle="77")
    second = holder(book, "a", ann("2"), moodle="77")
    assert second != first
    assert holder(book, "a", ann("2"), moodle="77") == second
    assert holder(book, "a", ann("1"), moodle="77") == first


def test_a_number_of_gradescope_is_a_submissions_and_nobodys(book: Gradebook) -> None:
    def handed_in(number: str) -> str:
        person = Person(name="Ann Lee", email="ann@example.org")
        delivery = Delivery(platform="gradescope", id=number, people=(person,))
        result = SubmissionResult(
            student="Ann Lee", slug="s", digest="", exercises=(), delivery=delivery
        )
        with book.database.writing() as connection:
            return holder_of(connection, result).key

    assert handed_in("1001") == handed_in("1002")


def test_a_group_is_its_people_and_each_is_known_alone(book: Gradebook) -> None:
    bob = Person(id="2", name="Bob")
    both = holder(book, "group 7", ann("1"), bob, moodle="7")
    assert both == holder(book, "group 8", bob, ann("1"), moodle="8")
    alone = {holder(book, "a", ann("1")), holder(book, "b", bob)}
    assert alone == set(both.split(","))


def test_what_a_roster_knows_is_taken_in(book: Gradebook) -> None:
    number = holder(book, "x", Person(id="1"))
    holder(book, "x", ann("1", email="ann@example.org", section="B"))
    holder(book, "x", Person(id="1", name="Another Name"))
    with book.database.reading() as connection:
        row = connection.execute(select(Participant)).one()
        assert (row.name, row.spelled, row.email, row.section) == (
            "Ann Lee", "Ann Lee", "ann@example.org", "B",
        )  # fmt: skip
        assert find_person(connection, "ann lee") == int(number)


def test_a_person_is_found_by_any_of_their_numbers_or_the_name(book: Gradebook) -> None:
    one, two = holder(book, "a", ann("1"), moodle="77"), holder(book, "b", Person(id="2"))
    with book.database.reading() as connection:
        assert {find_person(connection, said) for said in ("1", "77", "Ann  Lee")} == {int(one)}
        assert find_person(connection, "2") == int(two)


def test_a_name_that_two_have_finds_none_of_them(book: Gradebook) -> None:
    holder(book, "Ann Lee")
    holder(book, "a", ann("1"))
    holder(book, "b", ann("2"))
    with book.database.reading() as connection:
        with pytest.raises(UsageError, match="2 people are called 'Ann Lee': name one by an id"):
            find_person(connection, "Ann Lee")
        with pytest.raises(UsageError, match=r"Nobody .* is called 'An Lee'\..*Ann Lee"):
            find_person(connection, "An Lee")


def test_a_group_that_parts_leaves_each_their_own_result(pretending: Pretending) -> None:
    bob = Person(id="2", name="Bob")
    pretending(sealed("group", "a"), Delivery(people=(ann("1"), bob), group=True))
    pretending(sealed("ann", "b"), Delivery(people=(ann("1"),)))
    standings = pretending.book.standings()
    assert [one.people for one in standings] == [(1,), (2,)]
    assert [one.student for one in standings] == ["ann", "group"]
