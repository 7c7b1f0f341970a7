"""What a learning platform is told: what students see themselves, once, and nothing more."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from grader.gradebook import Conditions, Gradebook
from grader.gradebook.access_models import OutgoingScore, PlatformLink
from grader.gradebook.adjusting import AdjustmentRequest, change_grade
from grader.gradebook.book import standings_of
from grader.gradebook.exercise_rules import set_rule
from grader.gradebook.models import Identity
from grader.gradebook.rows import add
from grader.portal.identity.lti_people import kind_of
from grader.portal.teaching import published_scores
from grader.portal.teaching.published_scores import put_published, scores_seen
from grader.results import ChangeKind, Delivery, Person, now
from tests.books.pretending import Pretending, sealed
from tests.portal.teaching.conftest import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from grader.gradebook.book import Standing
    from tests.portal.teaching.conftest import SmallClass, Visitor

Outbox = list[tuple[str, str, Decimal, Decimal]]


@pytest.fixture
def linked(small: SmallClass) -> SmallClass:
    """Link both exercises and the whole course to a platform that knows ann and bob."""
    with small.book.database.writing() as connection:
        for exercise in ("double", "halve", ""):
            add(
                connection, PlatformLink, platform="Moodle", deployment="1",
                resource_link=f"r-{exercise}", exercise=exercise, lineitem=f"{HOME}/{exercise}",
                seen_at=0,
            )  # fmt: skip
        for who in ("ann", "bob"):
            person = small.people[who]
            add(connection, Identity, person_id=person, kind=kind_of("Moodle"), value=who)
    return small


def put(small: SmallClass) -> int:
    with small.book.database.reading() as connection:
        seen = scores_seen(connection, small.course)
    with small.book.database.writing() as connection:
        new, is_all = put_published(connection, seen)
    assert is_all
    return new


def outbox(small: SmallClass) -> Outbox:
    asked = (
        select(OutgoingScore.user, PlatformLink.exercise, OutgoingScore.score,
               OutgoingScore.max_score)
        .join(PlatformLink, PlatformLink.id == OutgoingScore.link_id)
        .order_by(OutgoingScore.id)
    )  # fmt: skip
    with small.book.database.reading() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(asked)]


def test_what_is_published_goes_out_once_and_again_where_it_changes(linked: SmallClass) -> None:
    assert put(linked) == 6
    assert ("ann", "", Decimal(4), Decimal(4)) in outbox(linked)
    assert ("bob", "double", Decimal(0), Decimal(3)) in outbox(linked)
    assert put(linked) == 0
    with linked.book.database.writing() as connection:
        wanted = AdjustmentRequest(
            kind=ChangeKind.POINTS, exercise="double", points=Decimal(2), reason="r", author="I"
        )
        change_grade(connection, linked.course, linked.people["bob"], wanted)
    assert put(linked) == 2
    assert ("bob", "double", Decimal(2), Decimal(3)) in outbox(linked)


def test_what_is_held_back_goes_out_when_it_is_published_and_not_before(
    linked: SmallClass, instructor: Visitor
) -> None:
    instructor.post("/rules/double/hold")
    assert put(linked) == 2
    assert {one[1] for one in outbox(linked)} == {"halve"}  # the whole would tell of it, too
    said = instructor.told(instructor.post("/rules/double/publish"))
    assert said.endswith("4 scores go to the learning platform.")
    assert {one[1] for one in outbox(linked)} == {"halve", "double", ""}


def test_no_score_tells_what_hidden_checks_would(linked: SmallClass) -> None:
    with linked.book.database.writing() as connection:
        set_rule(connection, "double", "hidden", "never", author="I")
    put(linked)
    assert {one[1] for one in outbox(linked)} == {"halve"}


def test_who_is_excused_has_no_score(linked: SmallClass) -> None:
    with linked.book.database.writing() as connection:
        wanted = AdjustmentRequest(kind=ChangeKind.EXCUSED, reason="ill", author="I")
        change_grade(connection, linked.course, linked.people["ann"], wanted)
    put(linked)
    assert {one[0] for one in outbox(linked)} == {"bob"}


def test_what_was_graded_or_decided_since_the_scores_were_worked_out_waits(
    linked: SmallClass,
) -> None:
    with linked.book.database.reading() as connection:
        seen = scores_seen(connection, linked.course)
    with Gradebook(linked.book.place) as book:
        grading = Pretending(book, linked.course, Conditions(salt=b"s", isolation="none"))
        delivery = Delivery(people=(Person(id="bob", name="bob"),), handed_in_at=now())
        grading(sealed("bob", "# right now"), delivery)
    with linked.book.database.writing() as connection:
        assert put_published(connection, seen) == (3, False)  # ann's: what bob has is new
        set_rule(connection, "double", "held", value=True, author="I")
    with linked.book.database.writing() as connection:
        assert put_published(connection, seen) == (0, False)
    assert {one[0] for one in outbox(linked)} == {"ann"}


def test_a_class_is_not_read_in_the_transaction_that_publishes(
    linked: SmallClass, instructor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    instructor.post("/rules/double/hold")
    real, writing = linked.book.database.writing, []

    @contextlib.contextmanager
    def noted() -> Iterator[Connection]:
        with real() as connection:
            writing.append(connection)
            yield connection
            writing.remove(connection)

    def read(connection: Connection) -> list[Standing]:
        assert not writing
        return standings_of(connection)

    monkeypatch.setattr(linked.book.database, "writing", noted)
    monkeypatch.setattr(published_scores, "standings_of", read)
    said = instructor.told(instructor.post("/rules/double/publish"))
    assert said.endswith("6 scores go to the learning platform.")
