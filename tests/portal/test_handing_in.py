"""Students hand in on a page: it is stored before it is acknowledged, and each exercise counts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from grader.course.hand_in_rules import HandInRule, HandInRules, HiddenShown
from grader.gradebook import stored
from grader.gradebook.book import standing_of
from grader.gradebook.hand_ins import claim_next, hand_in_of, hand_ins_of, take_up
from grader.results import GradePolicy, LateRule, reckon
from tests.portal.trying import RIGHT, Portal, small_course, source, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.portal.trying import Visiting

EX2 = "neural_net/learn_random_data.py"
EX6 = "neural_net/learn_structured_data.py"


def points_of(portal: Portal, visiting: Visiting) -> dict[str, float]:
    """Return what counts for somebody, by exercise, as the book has it."""
    with portal.context.book.database.reading() as connection:
        standing = standing_of(connection, visiting.person)
    assert standing is not None
    [result] = [
        one
        for one in portal.context.book.results(portal.context.course)
        if one.delivery.people[0].name == standing.student
    ]
    return {one.exercise: float(one.points) for one in reckon(result).exercises}


def test_what_is_handed_in_is_stored_queued_graded_and_shown(here: Portal) -> None:
    ada = here.visit("ada")
    answer = ada.hand_in({"learn_random_data.py": source()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/hand-ins/1/report")
    with here.context.book.database.reading() as connection:
        found = hand_in_of(connection, 1)
        assert found is not None
        assert found.state == "queued"
        assert dict(stored(connection, found.submission, "").files) == {EX2: source()}
    page = words(ada.get("/hand-ins/1"))
    assert "It is the next to be graded." in page
    assert f"learn_random_data.py {EX2}" in page or f"{EX2} {EX2}" in page
    waits = ada.get("/hand-ins/1/report").headers["location"]
    assert ada.get(waits).status_code == 200
    assert here.here.grade() == 1
    assert ada.get(waits).headers["location"] == "/hand-ins/1/report"
    report = ada.get("/hand-ins/1/report")
    assert report.status_code == 200
    assert "Learning random data" in words(report)
    assert "you have 50 of 50" in words(ada.get("/"))


def test_each_exercise_keeps_what_it_came_to(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    here.here.grade()
    ada.hand_in({"learn_structured_data.py": source(b"no")}, "structured_data")
    here.here.grade()
    points = points_of(here, ada)
    assert points["random_data"] == 50
    assert 0 < points["structured_data"] < 40
    # A regrade, and an exercise that imports another's file, find all of it.
    with here.context.book.database.reading() as connection:
        found = hand_in_of(connection, 2)
        assert found is not None
        assert set(stored(connection, found.submission, "").files) == {EX2, EX6}


def test_on_the_page_of_one_exercise_another_ones_file_changes_nothing(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    here.here.grade()
    both = {"neural_net/learn_random_data.py": source(b"worse"), EX6: source()}
    ada.hand_in(both, "structured_data")
    here.here.grade()
    assert points_of(here, ada)["random_data"] == 50
    assert "exercise 2 stayed as you handed them in before" in words(ada.get("/hand-ins/2"))
    ada.hand_in(both, "")
    here.here.grade()
    assert points_of(here, ada)["random_data"] < 50


def test_of_one_person_hand_ins_are_graded_in_their_order(here: Portal) -> None:
    ada, eve = here.visit("ada"), here.visit("eve")
    ada.hand_in({"learn_random_data.py": source(b"first")})
    ada.hand_in({"learn_random_data.py": source()})
    eve.hand_in({"learn_random_data.py": source(b"eve's")})
    with here.context.book.database.writing() as connection:
        one, two = claim_next(connection), claim_next(connection)
        assert one is not None
        assert two is not None
        assert (one.id, two.id) == (1, 3)
        assert claim_next(connection) is None
        assert take_up(connection) == 3
    assert here.here.grade() == 3
    assert points_of(here, ada)["random_data"] == 50


def test_the_same_form_twice_is_one_hand_in_and_other_files_are_another(here: Portal) -> None:
    ada = here.visit("ada")
    form = ada.form("/exercises/random_data")

    def send(content: bytes) -> str:
        files = [("files", ("learn_random_data.py", content))]
        answer = ada.post("/exercises/random_data/hand-ins", data=form, files=files)
        return answer.headers["location"]

    assert send(source()) == "/hand-ins/1/report"
    assert send(source()) == "/hand-ins/1/report"
    assert send(source(b"mended")) == "/hand-ins/2/report"
    assert here.here.grade() == 2
    assert send(source()) == "/hand-ins/1/report"
    assert here.here.grade() == 0


def test_a_zip_a_folder_and_a_notebook_are_taken_for_what_they_are(here: Portal) -> None:
    ada = here.visit("ada")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"work/{EX2}", source())
    assert ada.hand_in({"work.zip": packed.getvalue()}).status_code == 303
    folder = {f"my work/{EX2}": source(b"again"), "my work/notes.txt": b"words"}
    assert ada.hand_in(folder).status_code == 303
    page = words(ada.get("/hand-ins/2"))
    assert EX2 in page
    assert "notes.txt kept beside" in page


def test_what_cannot_be_taken_is_refused_in_a_sentence(here: Portal) -> None:
    ada = here.visit("ada")
    cases = {
        "looks for neural_net/learn_random_data.py": {"neuron.py": source()},
        "is an archive that is cut short": {"work.zip": b"PK\x03\x04 and no more"},
        "a PDF": {"report.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nwords"},
    }
    for said, files in cases.items():
        answer = ada.hand_in(files)
        assert answer.status_code == 422, said
        assert said in words(answer)
        assert "Traceback" not in answer.text
    with here.context.book.database.reading() as connection:
        assert hand_ins_of(connection, ada.person) == []


def test_attempts_are_limited_and_the_sentence_says_when_the_next_is(
    make_portal: Callable[..., Portal],
) -> None:
    rules = HandInRules((HandInRule(exercise="random_data", attempts=3, attempts_per_hour=2),))
    portal = make_portal(course=replace(small_course(), hand_in=rules))
    ada = portal.visit("ada")
    for number in range(2):
        content = source(b"%d" % number)
        assert ada.hand_in({"learn_random_data.py": content}).status_code == 303
    assert "1 more time of 3 in all" in words(ada.get("/exercises/random_data")) or (
        "the next is possible at" in words(ada.get("/exercises/random_data"))
    )
    answer = ada.hand_in({"learn_random_data.py": source()})
    assert answer.status_code == 429
    assert "2 times within an hour: the next is possible at" in words(answer)
    # Not around the limit by the other form, either.
    assert ada.hand_in({"learn_random_data.py": source()}, "").status_code == 429
    assert ada.hand_in({"neuron.py": source()}, "warm_up").status_code == 303


def late(hidden: HiddenShown, deadline: str) -> dict[str, object]:
    """Return a course with a deadline, and a rule for hidden checks."""
    course = small_course()
    policy = GradePolicy(late=(LateRule(deadline=deadline, percent_per_day=Decimal(10)),))
    return {
        "course": replace(course, policy=policy, hand_in=HandInRules((HandInRule(hidden=hidden),)))
    }


def test_hidden_verdicts_are_held_back_until_the_deadline(
    make_portal: Callable[..., Portal],
) -> None:
    hidden = [
        check
        for one in small_course().info.exercises
        if one.id == "random_data"
        for check in one.checks
        if check.visibility == "hidden"
    ]
    assert hidden
    pages = {}
    for shown, deadline in (
        (HiddenShown.AT_ONCE, "2099-01-01T00:00:00Z"),
        (HiddenShown.AFTER_DEADLINE, "2099-01-01T00:00:00Z"),
        (HiddenShown.AFTER_DEADLINE, "2001-01-01T00:00:00Z"),
        (HiddenShown.NEVER, "2001-01-01T00:00:00Z"),
    ):
        portal = make_portal(**late(shown, deadline))
        ada = portal.visit("ada")
        ada.hand_in({"learn_random_data.py": source(b"no")})
        portal.here.grade()
        ada.hand_in({"learn_random_data.py": source()})
        portal.here.grade()
        text = "".join(
            ada.get(path).text
            for path in ("/hand-ins/2/report", "/exercises/random_data", "/attempts", "/")
        )
        pages[shown, deadline] = text
    at_once, before, after, never = pages.values()
    for check in hidden:
        assert check.id.rpartition(".")[2] in at_once or check.claim[:30] in at_once
        assert check.id not in before
        assert check.claim[:30] not in before
        assert check.claim[:30] not in never
    assert "shown after the deadline, 1 January 2099" in before
    assert "50 of 50" in at_once
    assert "50 of 50" not in before
    assert "shown after the deadline" not in after.replace("and shown after the deadline.", "")


def test_what_was_handed_in_in_time_is_never_late_by_a_later_exercise(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(**late(HiddenShown.AT_ONCE, "2099-01-01T00:00:00Z"))
    ada = portal.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    portal.here.grade()
    with portal.context.book.database.reading() as connection:
        first = hand_in_of(connection, 1)
    assert first is not None
    moments = {one.exercise: one.at for one in first.said.moments}
    ada.hand_in({"neuron.py": source(), "matrices.py": source()}, "warm_up")
    ada.hand_in({"learn_random_data.py": source()})  # the same work once more
    with portal.context.book.database.reading() as connection:
        third = hand_in_of(connection, 3)
    assert third is not None
    again = {one.exercise: one.at for one in third.said.moments}
    assert again["random_data"] == moments["random_data"]
    assert set(again) == {"random_data", "warm_up"}


def test_an_error_of_ours_costs_nothing_and_the_next_hand_in_settles_it(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    here.here.grade(withheld="The machine ended it.")
    page = words(ada.get("/hand-ins/1"))
    assert "by an error of the grader, not by yours" in page
    assert "The machine ended it" not in words(ada.get("/hand-ins/1/report"))
    assert ada.get("/hand-ins/1/report").status_code == 200
    ada.hand_in({"neuron.py": source(), "matrices.py": source()}, "warm_up")
    here.here.grade()
    points = points_of(here, ada)
    assert points["random_data"] == 50
    assert points["warm_up"] == 20


def test_the_marks_of_the_pretended_judge_are_told_apart() -> None:
    assert RIGHT in source()
    assert RIGHT not in source(b"no")
