"""How submissions were handed in, on the pages of students and of the class."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.report import for_student, render_class, render_student
from grader.results import Delivery, Person

if TYPE_CHECKING:
    from grader.results import ClassResult

HOSTILE = "<script>x</script>\u202e"


def test_late_and_attempt_are_on_both_pages(sample: ClassResult, reader: Any) -> None:
    late = Delivery(platform="canvas", id="4", late=True, attempt=2, attempts=3)
    one = replace(sample.submissions[0], delivery=late)
    page = render_student(one, sample.course)
    assert "Marked as late by Canvas; no points were subtracted for it here." in page
    assert "This is attempt 2 of 3." in page
    page = render_class(replace(sample, submissions=(one,)))
    assert reader(page).problems == []
    assert '<span class="mark">late</span>' in page
    assert '<span class="mark">attempt 2 of 3</span>' in page
    assert "Marked as late" not in render_student(sample.submissions[0], sample.course)


def test_who_is_missing_and_what_is_nobodys_is_listed(sample: ClassResult, reader: Any) -> None:
    missing = tuple(Person(id=str(n), name=f"Person {n}", section="A") for n in range(600))
    page = render_class(replace(sample, missing=missing, strangers=("Someone", HOSTILE)))
    assert reader(page).problems == []
    assert "<b>600 students</b>" in page
    assert "Person 499 (A)" in page
    assert "… and 100 more" in page
    assert "<b>2 submissions</b>" in page
    assert "<script>x" not in page
    assert "\u202e" not in page
    assert 'id="roster"' not in render_class(sample)


def test_a_group_is_named_and_nobody_else_sees_a_members_address(sample: ClassResult) -> None:
    people = (Person(id="s1", name="Ada", email="ada@e.org"), Person(name=HOSTILE, email="x@e.org"))
    one = replace(sample.submissions[0], delivery=Delivery(group=True, people=people))
    page = render_student(one, sample.course)
    assert "Handed in together by Ada, " in page
    assert "<script>x" not in page
    first = for_student(one).delivery.people[0]
    assert (first.id, first.name, first.email) == ("", "Ada", "")
