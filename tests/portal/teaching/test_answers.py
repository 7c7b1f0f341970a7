"""Answers graded by hand: two who grade the same one are told, and nothing is lost unseen."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grader.gradebook import Conditions
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.worklist import answer_named, open_answers
from grader.portal.identity import PortalRole
from grader.results import Delivery, FreeText, GradePolicy, Person, QuestionWorth
from tests.books.pretending import Pretending, sealed

if TYPE_CHECKING:
    from grader.judge import GradedExercise
    from tests.portal.teaching.conftest import SmallClass, Visitor

QUESTION = "Why does it double?"
SEEN = re.compile(r'name="seen" value="([^"]+)"')


class WithAnswers(Pretending):
    """Grades a submission that answers a question, too."""

    def exercise(self, exercise: str) -> GradedExercise:
        """Return what it comes to, with the answer."""
        found = super().exercise(exercise)
        if exercise != "double":
            return found
        said = "Because of <b>two</b>."
        text = FreeText(exercise=exercise, name="why", question=QUESTION, answer=said)
        return replace(found, free_text=(text,))


@pytest.fixture
def answers(small: SmallClass) -> list[str]:
    """Return the keys of the answers of ann and of bob, each worth 2 points."""
    worth = QuestionWorth(exercise="double", question="why", points=Decimal(2))
    small.course = replace(small.course, policy=GradePolicy(by_hand=(worth,)))
    small.app.state.context.course = small.course
    for who in ("ann", "bob"):
        grading = WithAnswers(small.book, small.course, Conditions(salt=b"t", isolation="none"))
        grading(sealed(who, f"# {who}, again"), Delivery(people=(Person(id=who, name=who),)))
    found = [one.key for one in open_answers(small.book, small.course)]
    assert len(found) == 2
    return found


def seen(visitor: Visitor, key: str) -> dict[str, str]:
    """Open an answer, and return what its form carries."""
    page = visitor.get(f"/answers/one?key={key}")
    found = SEEN.search(page.text)
    assert found is not None, page.text
    return {"key": key, "seen": found[1]}


def points(small: SmallClass, key: str) -> tuple[Decimal | None, str]:
    with small.book.database.reading() as connection:
        found = answer_named(connection, course_as_ruled(connection, small.course), key)
    assert found is not None
    return found.points, found.comment


def test_one_answer_after_the_other(
    small: SmallClass, assistant: Visitor, answers: list[str]
) -> None:
    page = assistant.get("/answers").text
    assert "2 answers in students" in page
    assert f"key={answers[0].replace('/', '%2F')}" in page
    shown = assistant.get(f"/answers/one?key={answers[0]}").text
    assert "Because of &lt;b&gt;two&lt;/b&gt;." in shown
    given = {**seen(assistant, answers[0]), "points": "1,5", "comment": "good"}
    answer = assistant.post("/answers/one", given, page=f"/answers/one?key={answers[0]}")
    assert answers[1].replace("/", "%2F") in answer.headers["location"]
    assert assistant.told(answer) == "ann: 1.5 of 2. Their total is 5.5 of 6 now."
    assert points(small, answers[0]) == (Decimal("1.5"), "good")


def test_two_who_grade_the_same_answer_are_told(
    small: SmallClass, assistant: Visitor, instructor: Visitor, answers: list[str]
) -> None:
    key, page = answers[0], f"/answers/one?key={answers[0]}"
    mine, theirs = seen(assistant, key), seen(instructor, key)
    assert "Ada Assistant has this answer open, too." in instructor.get(page).text
    first = instructor.post("/answers/one", {**theirs, "points": "2", "comment": "fine"}, page=page)
    assert first.status_code == 303
    late = assistant.post("/answers/one", {**mine, "points": "1", "comment": "so so"}, page=page)
    assert late.status_code == 409
    text = html.unescape(late.text)
    assert "Somebody else has graded this answer since you opened it: 2 points, “fine”." in text
    assert 'value="1"' in text
    assert ">so so</textarea>" in text
    assert points(small, key) == (Decimal(2), "fine")
    # Who has read that may decide so all the same.
    again = {"key": key, "seen": SEEN.search(late.text)[1], "points": "1", "comment": "so so"}  # type: ignore[index]
    assert assistant.post("/answers/one", again, page=page).status_code == 303
    assert points(small, key) == (Decimal(1), "so so")


def test_an_answer_that_was_handed_in_anew_is_read_before_it_is_graded(
    small: SmallClass, assistant: Visitor, answers: list[str]
) -> None:
    key, page = answers[0], f"/answers/one?key={answers[0]}"
    mine = seen(assistant, key)
    grading = Pretending(small.book, small.course, Conditions(salt=b"u", isolation="none"))
    grading(sealed("ann", "# anew"), Delivery(people=(Person(id="ann", name="ann"),)))
    gone = assistant.post(
        "/answers/one", {**mine, "points": "1"}, page="/answers/one?key=" + answers[1]
    )
    assert gone.status_code == 404
    assert "may have handed in another one" in gone.text
    assert assistant.get(page).status_code == 404


@pytest.mark.parametrize("wrong", ["3", "-1", "much", "", "NaN", "1.12345678"])
def test_points_that_cannot_be_are_refused_and_the_comment_stays(
    assistant: Visitor, small: SmallClass, answers: list[str], wrong: str
) -> None:
    page = f"/answers/one?key={answers[0]}"
    given = {**seen(assistant, answers[0]), "points": wrong, "comment": "a long comment"}
    answer = assistant.post("/answers/one", given, page=page)
    assert answer.status_code == 409
    assert "a long comment" in answer.text
    assert points(small, answers[0])[0] is None


def test_comments_of_the_bank_are_ticked(
    small: SmallClass, assistant: Visitor, answers: list[str]
) -> None:
    page = f"/answers/one?key={answers[0]}"
    put = {"key": answers[0], "comment": "Say why.", "points": "0.5", "own": "yes"}
    assert assistant.told(assistant.post("/answers/bank", put, page=page)) == (
        "Comment 1 is in the bank."
    )
    twice = assistant.post("/answers/bank", put, page=page)
    assert "The bank has this comment already" in twice.text
    given = {**seen(assistant, answers[0]), "points": "", "comment": "And more.", "bank-1": "yes"}
    assert assistant.post("/answers/one", given, page=page).status_code == 303
    assert points(small, answers[0]) == (Decimal("0.5"), "Say why. And more.")


@pytest.mark.parametrize("key", ["", "x/y/z", "1/double/other", "99999999999999999999/a/b", "%00"])
def test_an_answer_that_is_not_there_is_said_to_be_so(
    small: SmallClass, key: str, answers: list[str]
) -> None:
    assert answers
    visitor = small.visitor(PortalRole.ASSISTANT)
    assert visitor.get(f"/answers/one?key={key}").status_code == 404
