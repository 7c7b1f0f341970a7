"""Rules over those of the manifest, extensions, held results; and a person who is removed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grader.course.hand_in_rules import HandInRule, HandInRules, HiddenShown
from grader.course.policies import hand_in_rules_of
from grader.errors import CourseError
from grader.gradebook.adjusting import AdjustmentRequest, change_grade
from grader.gradebook.book import result_of, standings_of
from grader.gradebook.contents import stored
from grader.gradebook.exercise_rules import course_as_ruled, deadline_for, set_rule
from grader.gradebook.purging import purge
from grader.portal.teaching.rule_forms import read_rules
from grader.results import ChangeKind, GradePolicy, LateRule, reckon
from tests.portal.trying import Portal, small_course, source, words
from tests.test_policies import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = """
[hand_in]
hidden = "after_deadline"
attempts_per_hour = 5
"""


def test_what_the_manifest_says_of_handing_in_is_read() -> None:
    own = {"attempts": 3, "hidden": "never"}
    rules = hand_in_rules_of("course.toml", tomllib.loads(WHOLE), [Entry(hand_in=own)])
    assert rules.of("other").hidden is HiddenShown.AFTER_DEADLINE
    assert rules.of("other").attempts == 0
    net = rules.of("net")
    assert (net.hidden, net.attempts, net.attempts_per_hour) == (HiddenShown.NEVER, 3, 5)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"hidden": "sometimes"}, "at_once, after_deadline, never"),
        ({"attempts": -1}, "a number of attempts"),
        ({"attempts": True}, "a number of attempts"),
        ({"opens": "tomorrow"}, "a moment"),
        ({"atempts": 1}, "did you mean"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(own: dict[str, object], said: str) -> None:
    with pytest.raises(CourseError) as caught:
        hand_in_rules_of("course.toml", {}, [Entry(hand_in=own)])
    assert said in str(caught.value).lower() or said in str(caught.value)


def test_a_rule_that_is_set_takes_the_place_of_the_manifests(
    make_portal: Callable[..., Portal],
) -> None:
    late = LateRule(deadline="2030-01-01T00:00:00Z", percent_per_day=Decimal(10))
    portal = make_portal(course=replace(small_course(), policy=GradePolicy(late=(late,))))
    course, ada = portal.context.course, portal.person("ada")
    with portal.context.book.database.writing() as connection:
        assert deadline_for(connection, course, ada, "random_data") == late.deadline
        set_rule(connection, "random_data", "deadline", "2031-01-01T00:00:00Z", author="ina")
        set_rule(connection, "", "percent_per_day", Decimal("2.5"), author="ina")
        ruled = course_as_ruled(connection, course)
        rules = {one.exercise: one for one in ruled.policy.late}
        assert rules[""].percent_per_day == Decimal("2.5")
        assert rules["random_data"].percent_per_day == Decimal("2.5")
        assert rules["random_data"].deadline == "2031-01-01T00:00:00Z"
        wanted = AdjustmentRequest(
            kind=ChangeKind.EXTENSION, value="86400", reason="ill", author="ina",
            exercise="random_data",
        )  # fmt: skip
        change_grade(connection, course, ada, wanted)
        assert deadline_for(connection, ruled, ada, "random_data") == "2031-01-02T00:00:00Z"
        assert deadline_for(connection, ruled, ada, "warm_up") == late.deadline
        set_rule(connection, "random_data", "deadline", None, author="ina")
        again = course_as_ruled(connection, course)
        assert deadline_for(connection, again, ada, "random_data") == "2030-01-02T00:00:00Z"


def test_results_that_are_held_are_shown_to_nobody_until_they_are_published(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    here.here.grade()
    with here.context.book.database.writing() as connection:
        set_rule(connection, "random_data", "held", value=True, author="ina")
    pages = ("/", "/exercises/random_data", "/attempts", "/hand-ins/1/report")
    held = " ".join(words(ada.get(path)) for path in pages)
    assert "50 of 50" not in held
    assert "shown when your instructor publishes them" in held
    with here.context.book.database.writing() as connection:
        set_rule(connection, "random_data", "held", None, author="ina")
    assert "50 of 50" in words(ada.get("/"))


def test_who_is_removed_leaves_no_hand_in_no_file_and_no_token(here: Portal) -> None:
    ada, eve = here.visit("ada"), here.visit("eve")
    ada.hand_in({"learn_random_data.py": source(b"ada's own")})
    ada.post("/tokens", data=ada.form("/tokens"))
    here.here.grade()
    ada.hand_in({"neuron.py": source(b"ada's too"), "matrices.py": source()}, "warm_up")
    eve.hand_in({"learn_random_data.py": source(b"eve's")})
    purge(here.context.book, "ada", author="ina")
    with here.context.book.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT person_id FROM hand_ins").all()
        assert [row[0] for row in rows] == [eve.person]
        assert connection.exec_driver_sql("SELECT count(*) FROM personal_tokens").scalar() == 0
        asked = "SELECT id, files FROM submissions"
        kept = {row[0]: row[1] for row in connection.exec_driver_sql(asked).all()}
        [left] = [number for number, files in kept.items() if files is not None]
        assert len(kept) == 3
        assert any(b"eve's" in one for one in stored(connection, left, "eve").files.values())
    assert here.here.grade() == 1


def test_lateness_and_an_extension_are_in_the_points_of_an_exercise(
    make_portal: Callable[..., Portal],
) -> None:
    late = LateRule(deadline="2001-01-01T00:00:00Z", percent_per_day=Decimal("0.001"))
    course = replace(small_course(), policy=GradePolicy(late=(late,)))
    portal = make_portal(course=course)
    ada = portal.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    portal.here.grade()
    assert "The deadline has passed: handing in now costs" in words(
        ada.get("/exercises/random_data")
    )
    page = words(ada.get("/"))
    assert "was due 1 January 2001" in page
    assert "you have 50 of 50" not in page
    wanted = AdjustmentRequest(
        kind=ChangeKind.EXTENSION, value=str(40 * 365 * 86_400), reason="ill", author="ina"
    )
    with portal.context.book.database.writing() as connection:
        change_grade(connection, course, ada.person, wanted)
    assert "you have 50 of 50" in words(ada.get("/"))


def test_a_change_of_a_hidden_check_is_not_told_before_it_is_shown(
    make_portal: Callable[..., Portal],
) -> None:
    course = small_course()
    hidden = next(
        check.id
        for one in course.info.exercises
        if one.id == "random_data"
        for check in one.checks
        if check.visibility == "hidden"
    )
    rules = HandInRules((HandInRule(hidden=HiddenShown.NEVER),))
    portal = make_portal(course=replace(course, hand_in=rules))
    ada = portal.visit("ada")
    ada.hand_in({"learn_random_data.py": source(b"no")})
    portal.here.grade()
    for check, reason in ((hidden, "about what is hidden"), ("", "about the exercise")):
        wanted = AdjustmentRequest(
            kind=ChangeKind.SET, exercise="random_data", check=check, points=Decimal("0.5"),
            reason=reason, author="ina",
        )  # fmt: skip
        with portal.context.book.database.writing() as connection:
            change_grade(connection, course, ada.person, wanted)
    page = words(ada.get("/hand-ins/1/report"))
    assert "about the exercise" in page
    assert "about what is hidden" not in page


def test_the_policies_of_a_grade_hold_and_the_page_says_which_attempt_counts_and_why(
    make_portal: Callable[..., Portal],
) -> None:
    """`best_of` and lateness come to the same on the portal as where a folder is graded."""
    late = LateRule(deadline="2020-01-01T00:00:00Z", percent_per_day=Decimal(1), exercise="warm_up")
    policy = GradePolicy(late=(late,), best_of=1)
    portal = make_portal(course=replace(small_course(), policy=policy))
    ada = portal.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    portal.here.grade()
    page = "/exercises/random_data"
    assert "Attempt 1 counts: what was handed in last counts." in words(ada.get(page))
    ada.hand_in({"learn_random_data.py": source(b"half")})
    assert "Attempt 1 counts until attempt 2 is graded" in words(ada.get(page))
    portal.here.grade()
    assert "Attempt 2 counts: what was handed in last counts." in words(ada.get(page))
    ada.hand_in({"matrices.py": source(), "neuron.py": source()}, "warm_up")
    portal.here.grade()
    told = words(ada.get("/exercises/warm_up"))
    assert "Attempt 3 counts" in told
    assert "It was late: 100 % of its points are taken." in told
    assert "This exercise is left out of your total now" in words(ada.get(page))
    with portal.context.book.database.reading() as connection:
        [standing] = standings_of(connection)
        total = reckon(result_of(connection, standing, portal.context.course)).total
    whole = words(ada.get("/attempts"))
    assert f"{total} of " in whole
    assert total == 0  # warm_up has the larger share, and was late


def test_the_hour_that_comes_twice_in_autumn_is_the_later_one_for_a_deadline() -> None:
    twice = {"zone": "Europe/Berlin", "hidden": "at_once"}
    read = read_rules({**twice, "deadline": "2027-10-31T02:30", "opens": "2027-10-31T02:30"})
    assert read["deadline"] == "2027-10-31T01:30:00Z"
    assert read["opens"] == "2027-10-31T00:30:00Z"
    assert read_rules({**twice, "deadline": "2027-10-31T03:00"})["deadline"][11:16] == "02:00"
