"""Scores go back to the platform: only what was published, in the end, and never twice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from grader.gradebook.access_models import OutgoingScore, PlatformLink
from grader.gradebook.models import Identity
from grader.gradebook.people import merge
from grader.gradebook.purging import purge
from grader.portal.identity.launching import Lti
from grader.portal.identity.passing_back import (
    FIRST_WAIT_SECONDS,
    LEASE_SECONDS,
    MOST_TRIES,
    ScoresBack,
)
from grader.portal.identity.platform_services import Services
from grader.portal.identity.score_outbox import PublishedScore, queue_scores
from tests.portal.identity.lms import AGS, ISSUER, SCOPES, Platform

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from grader.gradebook import Gradebook
    from grader.portal.identity import Entrance
    from tests.portal.identity.conftest import Browser, Clock

ENDPOINT = AGS + "claim/endpoint"


@pytest.fixture
def entrance(entrance_of_lms: Entrance) -> Entrance:
    return entrance_of_lms


@pytest.fixture
def ann(browsing: Callable[[], Browser], lms: Platform, book: Gradebook) -> int:
    """Return who came from the platform's link to an exercise."""
    lms.launched(browsing())
    with book.database.reading() as connection:
        return int(connection.execute(select(Identity.person_id)).scalar_one())


class Portal:
    """One process of the portal, as far as it passes scores back."""

    def __init__(self, entrance: Entrance, runner: asyncio.Runner) -> None:
        lti = Lti(entrance)
        self.back = ScoresBack(lti, Services(lti))
        self._entrance = entrance
        self._runner = runner

    def publish(self, person: int, score: str, exercise: str = "gradient") -> int:
        """Publish a score."""
        one = PublishedScore(
            person=person, exercise=exercise, score=Decimal(score), max_score=Decimal(15)
        )
        with self._entrance.database.writing() as connection:
            return queue_scores(connection, [one], self._entrance.clock())

    def send(self) -> int:
        """Send what is due."""
        return self._runner.run(self.back.send_due())

    def claim(self) -> Any:
        """Take a score that is due, as before it is sent."""
        due = self.back.due()
        return self.back.claim(due[0].id) if due else None

    def states(self) -> list[str]:
        """Return the states of all scores, in the order in which they were published."""
        with self._entrance.database.reading() as connection:
            asked = select(OutgoingScore.state).order_by(OutgoingScore.id)
            return list(connection.execute(asked).scalars())


@pytest.fixture
def portal(entrance: Entrance, runner: asyncio.Runner) -> Portal:
    return Portal(entrance, runner)


def test_a_published_score_arrives_once(portal: Portal, lms: Platform, ann: int) -> None:
    assert portal.send() == 0
    assert portal.publish(ann, "12.5") == 1
    assert portal.publish(ann, "12.5") == 0
    assert portal.send() == 1
    assert portal.send() == 0
    assert portal.publish(ann, "12.50") == 0
    [score] = lms.posted
    stated = score.pop("timestamp")
    assert score == {
        "userId": "u1", "scoreGiven": 12.5, "scoreMaximum": 15.0,
        "activityProgress": "Completed", "gradingProgress": "FullyGraded",
    }  # fmt: skip
    assert stated == "2027-01-15T08:00:00.000+00:00"
    assert portal.back.undelivered() == []


def test_only_who_came_from_the_platform_by_a_link_of_the_exercise_is_told_of(
    portal: Portal, lms: Platform, ann: int, person: Callable[..., int]
) -> None:
    assert portal.publish(ann, "1", exercise="warm_up") == 0
    assert portal.publish(ann, "1", exercise="") == 0
    assert portal.publish(person("Bob"), "1") == 0
    assert portal.send() == 0
    assert lms.posted == []


def test_a_score_that_goes_down_and_up_again_is_told_each_time(
    portal: Portal, lms: Platform, ann: int
) -> None:
    for score in ("5", "6", "5"):  # at the same moment of our clock
        portal.publish(ann, score)
        portal.send()
    assert [one["scoreGiven"] for one in lms.taken] == [5.0, 6.0, 5.0]


def test_a_third_of_a_point_is_told_once(
    entrance: Entrance, portal: Portal, lms: Platform, ann: int
) -> None:
    one = PublishedScore(
        person=ann, exercise="gradient", score=Decimal(10) / 3, max_score=Decimal(15)
    )
    for _ in range(2):
        with entrance.database.writing() as connection:
            queue_scores(connection, [one, one], entrance.clock())
        portal.send()
    assert len(lms.posted) == 1


def test_of_several_changes_that_wait_the_last_is_sent(
    portal: Portal, lms: Platform, ann: int
) -> None:
    for score in ("5", "6", "7"):
        portal.publish(ann, score)
    assert portal.send() == 1
    assert [one["scoreGiven"] for one in lms.posted] == [7.0]
    assert portal.states() == ["superseded", "superseded", "sent"]


def test_what_is_not_taken_is_tried_again_later_and_later(
    portal: Portal, lms: Platform, ann: int, clock: Clock
) -> None:
    lms.fails = [503, 429, 500, 404, 403]
    portal.publish(ann, "5")
    waits = [
        FIRST_WAIT_SECONDS, 1000, 4 * FIRST_WAIT_SECONDS, 8 * FIRST_WAIT_SECONDS,
        16 * FIRST_WAIT_SECONDS,
    ]  # fmt: skip
    for number, wait in enumerate(waits, 1):
        assert portal.send() == 0
        assert len(lms.posted) == number
        clock.turn(wait - 1)
        assert portal.send() == 0
        assert len(lms.posted) == number
        clock.turn(1)
    [waiting] = portal.back.undelivered()
    assert (waiting.name, waiting.platform, waiting.exercise) == ("Ann Lee", "Moodle", "gradient")
    assert waiting.told == "lms.example.edu answered 403"
    assert portal.send() == 1
    assert len(lms.taken) == 1


def test_a_score_that_arrived_without_an_answer_is_not_sent_again(
    portal: Portal, lms: Platform, ann: int, clock: Clock
) -> None:
    lms.fails = ["lost"]
    portal.publish(ann, "5")
    assert portal.send() == 0
    assert portal.states() == ["unsure"]
    clock.turn(FIRST_WAIT_SECONDS)
    assert portal.send() == 1
    assert len(lms.posted) == 1
    assert portal.states() == ["sent"]


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("may_ask", [False, True])
def test_after_a_crash_the_platform_is_asked_before_it_is_sent_again(
    entrance: Entrance, portal: Portal, lms: Platform, browsing: Callable[[], Browser],
    runner: asyncio.Runner, ann: int, clock: Clock, arrived: bool, may_ask: bool,
) -> None:  # fmt: skip
    if not may_ask:  # a platform without its Results service knows a repetition by its timestamp
        scopes = [one for one in SCOPES if "result" not in one]
        endpoint = {"scope": scopes, "lineitem": f"{ISSUER}/items/7"}
        lms.launched(browsing(), **{ENDPOINT: endpoint})
    portal.publish(ann, "5")
    claimed = portal.claim()
    if arrived:  # killed after the platform took it, or before
        score = {
            "userId": "u1", "scoreGiven": 5.0, "scoreMaximum": 15.0,
            "activityProgress": "Completed", "gradingProgress": "FullyGraded",
            "timestamp": claimed.stated_at,
        }  # fmt: skip
        platform = portal.back._lti.platforms["Moodle"]
        sending = portal.back._services.put_score(platform, f"{ISSUER}/items/7", score)
        runner.run(sending)
    other = Portal(entrance, runner)
    assert other.send() == 0  # as long as the one that claimed it may be at work
    clock.turn(LEASE_SECONDS)
    assert other.send() == 1
    assert len(lms.taken) == 1
    assert len(lms.posted) == (2 if arrived and not may_ask else 1)
    assert lms.has["7", "u1"]["scoreGiven"] == 5.0
    assert other.states() == ["sent"]


def test_a_platform_that_is_away_is_not_asked_for_each_score(
    portal: Portal, lms: Platform, ann: int, browsing: Callable[[], Browser], clock: Clock
) -> None:
    lms.launched(browsing(), sub="u2", name="Bob")
    for person, score in ((ann, "5"), (ann + 1, "6")):
        portal.publish(person, score)
    lms.fails = [503, 503]
    assert portal.send() == 0
    assert len(lms.posted) == 1
    assert portal.send() == 0
    assert len(lms.posted) == 2
    clock.turn(FIRST_WAIT_SECONDS)
    assert portal.send() == 2
    assert len(lms.taken) == 2


def test_two_processes_do_not_send_the_same_score(
    entrance: Entrance, runner: asyncio.Runner, lms: Platform, ann: int
) -> None:
    one, other = Portal(entrance, runner), Portal(entrance, runner)
    one.publish(ann, "5")
    [row] = other.back.due()
    assert one.claim() is not None
    assert other.claim() is None
    assert other.back.claim(row.id) is None  # also where both have asked what is due
    assert lms.posted == []


def test_a_newer_score_waits_for_the_one_that_is_under_way(
    portal: Portal, lms: Platform, ann: int, clock: Clock
) -> None:
    portal.publish(ann, "5")
    portal.claim()  # and then the process is killed
    portal.publish(ann, "6")
    assert portal.send() == 0
    clock.turn(LEASE_SECONDS)
    assert portal.send() == 1
    assert [one["scoreGiven"] for one in lms.posted] == [6.0]
    assert portal.states() == ["superseded", "sent"]
    clock.turn(LEASE_SECONDS)
    assert portal.send() == 0
    assert lms.has["7", "u1"]["scoreGiven"] == 6.0


def test_a_later_score_of_the_platforms_own_is_left_and_said(
    portal: Portal, lms: Platform, ann: int, clock: Clock
) -> None:
    portal.publish(ann, "5")
    portal.send()
    clock.turn(60)
    lms.has["7", "u1"]["at"] = lms.has["7", "u1"]["at"].replace(year=2030)
    portal.publish(ann, "6")
    assert portal.send() == 0
    [refused] = portal.back.undelivered()
    assert (refused.state, refused.told) == ("refused", "lms.example.edu answered 409")


def test_what_is_refused_for_good_is_given_up_until_somebody_says_so(
    portal: Portal, lms: Platform, ann: int, clock: Clock
) -> None:
    lms.fails = [400]
    portal.publish(ann, "5")
    assert portal.send() == 0
    clock.turn(10**6)
    assert portal.send() == 0
    assert len(lms.posted) == 1
    assert portal.back.try_again() == 1
    assert portal.send() == 1


def test_a_platform_that_is_away_for_days_is_given_up_at_last(
    portal: Portal, lms: Platform, ann: int, clock: Clock, book: Gradebook
) -> None:
    lms.fails = [503, 503]
    portal.publish(ann, "5")
    with book.database.writing() as connection:
        connection.execute(update(OutgoingScore).values(tries=MOST_TRIES - 2))
    for state in ("unsure", "refused"):
        portal.send()
        assert portal.states() == [state]
        clock.turn(6 * 3600)
    assert portal.send() == 0


def test_an_access_token_is_used_while_it_holds_and_renewed_when_it_does_not(
    portal: Portal, lms: Platform, ann: int, clock: Clock
) -> None:
    for score in ("1", "2", "3"):
        portal.publish(ann, score)
        portal.send()
    assert len(lms.tokens) == 1
    lms.tokens.clear()  # revoked
    portal.publish(ann, "4")
    assert portal.send() == 1
    clock.turn(3600)
    portal.publish(ann, "5")
    assert portal.send() == 1
    assert len(lms.tokens) == 2
    assert [one["scoreGiven"] for one in lms.taken] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_link_without_a_line_item_gets_one_and_keeps_it(
    portal: Portal, lms: Platform, browsing: Callable[[], Browser], ann: int, book: Gradebook
) -> None:
    link = {"https://purl.imsglobal.org/spec/lti/claim/resource_link": {"id": "link-8"}}
    endpoint: dict[str, Any] = {"scope": SCOPES, "lineitems": f"{ISSUER}/items"}
    lms.launched(browsing(), **link, **{ENDPOINT: endpoint})
    for score in ("5", "6"):
        portal.publish(ann, score)
        assert portal.send() == 2  # link 7 and link 8
    made = {number: item for number, item in lms.items.items() if number != "7"}
    assert made == {
        "101": {
            "label": "gradient", "scoreMaximum": 15.0, "resourceId": "gradient",
            "resourceLinkId": "link-8",
        }
    }  # fmt: skip
    with book.database.reading() as connection:
        kept = set(connection.execute(select(PlatformLink.lineitem)).scalars())
    assert kept == {f"{ISSUER}/items/7", f"{ISSUER}/items/101"}


def test_a_platform_that_lets_nobody_make_one_is_said(
    portal: Portal, lms: Platform, browsing: Callable[[], Browser], ann: int, book: Gradebook
) -> None:
    endpoint = {"scope": [SCOPES[0]], "lineitems": f"{ISSUER}/items"}
    with book.database.writing() as connection:
        connection.execute(update(PlatformLink).values(lineitem=""))
    lms.launched(browsing(), **{ENDPOINT: endpoint})
    portal.publish(ann, "5")
    assert portal.send() == 0
    assert "lets nobody make a line item" in portal.back.undelivered()[0].told


def test_who_was_merged_keeps_their_place_at_the_platform(
    portal: Portal, lms: Platform, ann: int, person: Callable[..., int], book: Gradebook
) -> None:
    del ann
    kept = person("Ann of the roster", known="4711")
    merge(book, "u1", "4711", author="a test")
    assert portal.publish(kept, "5") == 1
    portal.send()
    assert lms.taken[0]["userId"] == "u1"


def test_whose_data_are_removed_is_told_of_no_more(
    portal: Portal, lms: Platform, ann: int, book: Gradebook
) -> None:
    portal.publish(ann, "5")
    purge(book, "u1", author="a test")
    assert portal.send() == 0
    assert lms.posted == []
