"""Deadlines, results, changes by hand, rosters, roles: shown first, stored once, told after."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from grader.gradebook.book import standing_of
from grader.gradebook.exercise_rules import rules_set
from grader.gradebook.models import History, Participant
from grader.languages import language
from grader.portal.identity import PortalRole
from grader.portal.identity.mailing import MailError
from grader.portal.showing import held_exercises
from grader.portal.teaching import publishing
from grader.portal.teaching.published_scores import ScoresSeen
from grader.portal.teaching.publishing import hold_back, publish, write_to
from grader.portal.teaching.rule_forms import duration, read_rules
from tests.portal.teaching.conftest import HOME, KEPT

if TYPE_CHECKING:
    import httpx

    from tests.portal.teaching.conftest import SmallClass, Visitor


def kept(answer: httpx.Response) -> dict[str, str]:
    """Return what a page that asks once more carries to the next one."""
    assert answer.status_code == 200, answer.text
    found = KEPT.search(answer.text)
    assert found is not None, answer.text
    return {"kept": found[1]}


def history(small: SmallClass) -> list[tuple[str, str, str]]:
    """Return what happened, who did it, and how."""
    with small.book.database.reading() as connection:
        asked = select(History.what, History.who, History.detail).order_by(History.id)
        return [(row.what, row.who, row.detail) for row in connection.execute(asked)]


def upload(visitor: Visitor, path: str, page: str, table: bytes) -> httpx.Response:
    """Send a table as a browser does."""
    data = {"form_token": visitor.token(page)}
    sent = visitor.client.post(
        path, data=data, files={"table": ("roster.csv", table)}, headers={"origin": HOME}
    )
    return visitor.runner.run(sent)


RULES = {"deadline": "2026-01-02T12:00", "zone": "Europe/Paris", "percent": "50",
         "hidden": "never", "attempts": "3"}  # fmt: skip


def test_a_deadline_is_shown_with_its_effects_before_it_holds(
    small: SmallClass, instructor: Visitor
) -> None:
    shown = instructor.post("/rules/double", RULES)
    assert "1 total would go down: ann." in shown.text
    assert "2026-01-02 12:00 (Europe/Paris)" in shown.text
    with small.book.database.reading() as connection:
        assert rules_set(connection) == {}
    said = instructor.told(
        instructor.post("/rules/double/store", kept(shown), page="/rules/double")
    )
    assert said == "4 rules of exercise 1 changed."
    with small.book.database.reading() as connection:
        assert rules_set(connection)["double"]["deadline"] == "2026-01-02T11:00:00Z"
    told = [line for line in history(small) if line[0] == "ruled"]
    assert ("ruled", "Ines Instructor", 'double: deadline = "2026-01-02T11:00:00Z"') in told
    # What was shown is stored once.
    assert instructor.post("/rules/double/store", kept(shown), page="/roster").status_code == 409


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(
    small: SmallClass, instructor: Visitor
) -> None:
    mine = instructor.post("/rules/double", RULES)
    other = small.visitor(PortalRole.ADMIN)
    theirs = other.post("/rules/double", {**RULES, "deadline": "2026-03-01T12:00"})
    assert other.post("/rules/double/store", kept(theirs), page="/roster").status_code == 303
    # What another person was shown is theirs alone.
    assert instructor.post("/rules/double/store", kept(theirs), page="/roster").status_code == 409
    late = instructor.post("/rules/double/store", kept(mine), page="/roster")
    assert late.status_code == 409
    assert "Somebody else has changed these rules" in late.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"deadline": "yesterday"}, "not a time"), ({"deadline": "2026-03-29T02:30"}, "not a time"),
     ({"zone": "Mars/Base"}, "no time zone"), ({"percent": "101"}, "percentage"),
     ({"percent": "NaN"}, "percentage"), ({"grace": "soon"}, "duration"),
     ({"attempts": "-1"}, "number of attempts"), ({"hidden": "maybe"}, "hidden checks"),
     ({"grace": "2d", "cut_off": "1d"}, "No points")],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_and_what_was_entered_stays(
    instructor: Visitor, wrong: dict[str, str], said: str
) -> None:
    answer = instructor.post("/rules/double", {**RULES, **wrong})
    assert answer.status_code == 422
    assert said.casefold() in html.unescape(answer.text).casefold()
    assert f'value="{next(iter(wrong.values()))}"' in answer.text or "hidden" in wrong


def test_durations_are_written_as_they_are_read() -> None:
    for text in ("1d 12h", "30m", "45s", "2d"):
        seconds = read_rules({"grace": text})["grace_seconds"]
        assert duration(seconds) == text
    assert duration(0) == ""


def test_results_are_held_back_and_published_by_who_may(
    small: SmallClass, instructor: Visitor, assistant: Visitor
) -> None:
    for what in ("hold", "publish"):
        assert assistant.get(f"/rules/double/{what}").status_code == 403
        page = f"/class/people/{small.people['ann']}"
        assert assistant.post(f"/rules/double/{what}", page=page).status_code == 403
    assert "2 students have a result" in instructor.get("/rules/double/hold").text
    said = instructor.told(instructor.post("/rules/double/hold"))
    assert said == "The results of exercise 1 are held back: students see none of them."
    with small.book.database.reading() as connection:
        assert held_exercises(connection, small.course) == {"double"}
    assert instructor.post("/rules/double/hold", page="/roster").status_code == 409
    said = instructor.told(instructor.post("/rules/double/publish"))
    assert said == "The results of exercise 1 are published: 2 students can see theirs."
    with small.book.database.reading() as connection:
        assert held_exercises(connection, small.course) == set()
    assert ("published", "Ines Instructor", "exercise double: 2 students") in history(small)


class Letters:
    """A mailer that keeps what it sends, and does not take one address."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, text: str) -> None:
        """Keep a mail."""
        if to.startswith("bob"):
            raise MailError("the server did not take it")
        self.sent.append((to, subject, text))


def test_publishing_puts_scores_out_in_the_same_transaction_and_writes_to_each(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise, letters = small.course.exercises[0], Letters()
    with small.book.database.writing() as connection:
        hold_back(connection, small.course, exercise, author="I")

    def fails(*_given: object) -> int:
        raise ZeroDivisionError

    def puts(*_given: object) -> tuple[int, bool]:
        return 7, True

    seen = ScoresSeen((), 0, 0)
    monkeypatch.setattr(publishing, "put_published", fails)
    with pytest.raises(ZeroDivisionError), small.book.database.writing() as connection:
        publish(connection, small.course, exercise, author="I", seen=seen)
    with small.book.database.reading() as connection:
        assert held_exercises(connection, small.course) == {"double"}
    monkeypatch.setattr(publishing, "put_published", puts)
    with small.book.database.writing() as connection:
        found = publish(connection, small.course, exercise, author="I", seen=seen)
    assert (found.people, found.scores) == (2, 7)
    assert [one.email for one in found.addressees] == ["ann@x.example", "bob@x.example"]
    sent = write_to(small.book, letters, found.addressees, "S", "Hello {name}", author="I")
    assert (sent, letters.sent) == (1, [("ann@x.example", "S", "Hello ann")])
    assert history(small)[-1] == ("mailed", "I", "1 of 2 mails: S")
    text = (
        "Hello {name},\n\nthe results of exercise 1 (Double) are there: http://x/exercises/double\n"
    )
    titled = "T: results of exercise 1"
    write_to(
        small.book, letters, found.addressees, titled, text, author="I",
        speaks=lambda _address: language("fr"),
    )  # fmt: skip
    assert letters.sent[-1][1:] == (
        "T\xa0: résultats de l'exercice 1",
        text.replace("Hello {name}", "Bonjour ann")
        .replace("the results of exercise", "les résultats de l'exercice")
        .replace("are there:", "sont là\xa0:"),
    )


def test_a_change_by_hand_is_shown_before_it_is_stored(
    small: SmallClass, instructor: Visitor
) -> None:
    page = f"/class/people/{small.people['bob']}"
    fields = {"kind": "points", "value": "+1.5", "about": "exercise:double", "reason": "right"}
    shown = instructor.post(f"{page}/change", fields, page=page)
    assert "The total is 1 and becomes 2.5 of 4." in shown.text
    assert "Nothing." in instructor.get(page).text.partition('id="changes"')[2][:200]
    said = instructor.told(instructor.post(f"{page}/change/store", kept(shown), page=page))
    assert said == "Change 1 holds for bob. The total is 2.5 of 4."
    # Once: the same page, sent again, changes nothing.
    assert instructor.post(f"{page}/change/store", kept(shown), page=page).status_code == 409
    again = instructor.post(f"{page}/change", fields, page=page)
    assert "The same was done already" in again.text
    no_reason = instructor.post(f"{page}/changes/1", {"reason": " "}, page=page)
    assert no_reason.status_code == 422
    back = instructor.post(f"{page}/changes/1", {"reason": "a mistake"})
    assert instructor.told(back) == "Change 1 of bob was taken back."


def test_a_change_that_was_shown_on_another_total_is_not_stored(
    small: SmallClass, instructor: Visitor
) -> None:
    page = f"/class/people/{small.people['bob']}"
    fields = {"kind": "points", "value": "+1", "about": "exercise:double", "reason": "a"}
    mine = instructor.post(f"{page}/change", fields, page=page)
    other = small.visitor(PortalRole.ADMIN)
    theirs = other.post(f"{page}/change", {**fields, "reason": "b"}, page=page)
    assert other.post(f"{page}/change/store", kept(theirs), page=page).status_code == 303
    late = instructor.post(f"{page}/change/store", kept(mine), page=page)
    assert late.status_code == 409
    assert "The total has changed since you looked" in late.text


@pytest.mark.parametrize(
    ("kind", "value", "status"),
    [("comment", "", 200), ("points", "+1", 403), ("extension", "1d", 403), ("excused", "", 403),
     ("answer", "1", 422), ("nonsense", "", 422)],
)  # fmt: skip
def test_an_assistant_writes_comments_and_changes_no_points(
    small: SmallClass, assistant: Visitor, kind: str, value: str, status: int
) -> None:
    page = f"/class/people/{small.people['bob']}"
    fields = {"kind": kind, "value": value, "about": "", "reason": "see me"}
    assert assistant.post(f"{page}/change", fields, page=page).status_code == status


def test_an_extension_is_seen_where_the_deadlines_are(
    small: SmallClass, instructor: Visitor
) -> None:
    shown = instructor.post("/rules/double", RULES)
    instructor.post("/rules/double/store", kept(shown), page="/roster")
    page = f"/class/people/{small.people['cat']}"
    assert "2 January 2026, 11:00 UTC" in instructor.get(page).text
    fields = {"kind": "extension", "value": "2d", "about": "exercise:double", "reason": "ill"}
    extended = instructor.post(f"{page}/change", fields, page=page)
    instructor.post(f"{page}/change/store", kept(extended), page=page)
    assert "4 January 2026, 11:00 UTC" in instructor.get(page).text


def test_staff_see_all_checks_and_the_files(small: SmallClass, assistant: Visitor) -> None:
    page = assistant.get(f"/class/people/{small.people['bob']}/work").text
    assert "# bob" in page
    assert "double.double.right" in page
    for other in ("0", "99999", "x", "1" * 30):
        assert assistant.get(f"/class/people/{other}").status_code == 404


def test_a_roster_is_shown_before_it_is_stored(small: SmallClass, instructor: Visitor) -> None:
    table = b"id,name,email\nann,ann,new@x.example\nbob,bob,bob@x.example\ndan,Dan <b>,\n,Zed,\n"
    shown = upload(instructor, "/roster", "/roster", table)
    text = html.unescape(re.sub(r"<[^>]+>", " ", shown.text))
    assert "New: 1" in text
    assert "No longer on the roster: 1" in text
    assert "new@x.example" in text
    assert re.search(r"Left out, since their line has no id: 1\s+Zed", text)
    assert "<b>" not in shown.text.partition("<main")[2]
    with small.book.database.reading() as connection:
        names = select(Participant.name).where(Participant.enrolled)
        assert set(connection.execute(names).scalars()) == {"ann", "bob", "cat"}
    said = instructor.told(instructor.post("/roster/store", kept(shown), page="/roster"))
    assert said == "The roster is stored. 3 students: 1 new, 1 no longer, 1 changed."
    with small.book.database.reading() as connection:
        assert set(connection.execute(names).scalars()) == {"ann", "bob", "Dan <b>"}
    again = upload(instructor, "/roster", "/roster", table)
    said = "The roster of 3 students is the one that is there already."
    assert instructor.told(again) == f"{said} 1 name without an id stayed out: Zed."


def test_a_roster_says_in_which_language_somebody_reads(
    small: SmallClass, instructor: Visitor
) -> None:
    table = b"id,name,language\nann,ann,fr\nbob,bob,\ncat,cat,en\n"
    upload(instructor, "/roster", "/roster", table)
    pages = [small.visitor(PortalRole.STUDENT, one).get("/").text for one in ("ann", "bob", "cat")]
    assert [re.findall(r'<html lang="(\w+)"', one)[0] for one in pages] == ["fr", "en", "en"]
    (small.course.root / ".grader" / "languages.json").unlink()  # other tests have this course


@pytest.mark.parametrize(
    ("table", "said"),
    [(b"", "Choose a file first"), (b"colour\nred\n", "has no column of ids"),
     (b"id,name\nann,a\nann,b\n", "is in line 2"), (b"\x00\xff\x00", "")],
)  # fmt: skip
def test_a_table_that_is_no_roster_is_refused_in_a_sentence(
    instructor: Visitor, table: bytes, said: str
) -> None:
    if table:
        answer = upload(instructor, "/roster", "/roster", table)
    else:
        answer = instructor.post("/roster")
    assert answer.status_code == 422, answer.text
    assert said in html.unescape(answer.text)
    assert "/tmp" not in answer.text  # noqa: S108


def test_what_is_too_large_for_a_table_is_not_read(instructor: Visitor) -> None:
    answer = upload(instructor, "/roster", "/roster", b"x" * (9 << 20))
    assert answer.status_code == 413


def test_exports_are_of_the_class_as_it_is_now(small: SmallClass, instructor: Visitor) -> None:
    page = instructor.get("/exports").text
    forms = re.findall(r'href="/exports/files/([\w-]+)"', page)
    assert len(forms) == 7
    for form in forms:
        answer = instructor.get(f"/exports/files/{form}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert len(answer.content) > 100
    grades = instructor.get("/exports/files/csv").text
    assert '"ann","person-' in grades
    assert ",4,4,4," in grades
    assert "nothing was handed in" in grades
    assert ("exported", "Ines Instructor", "csv") in history(small)
    assert small.visitor(PortalRole.ASSISTANT).get("/exports/files/csv").status_code == 403


def test_feedback_has_nothing_of_what_is_held_back(small: SmallClass, instructor: Visitor) -> None:
    def reports() -> dict[str, str]:
        content = instructor.get("/exports/files/feedback").content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    numbers = [small.people[one] for one in ("ann", "bob")]
    before = reports()
    assert sorted(before) == [f"ann ({numbers[0]})/report.html", f"bob ({numbers[1]})/report.html"]
    assert all("Doubling" in page for page in before.values())
    instructor.post("/rules/double/hold")
    assert not any("double.double.right" in page for page in reports().values())
    assert all("Halving" in page for page in reports().values())


def test_a_table_of_canvas_comes_back_with_points(instructor: Visitor) -> None:
    table = (
        b"Student,ID,SIS User ID,SIS Login ID,Section,Sheet (1)\n"
        b"    Points Possible,,,,,4\nann,11,ann,ann,A,\nzoe,12,zoe,zoe,A,\n"
    )
    answer = upload(instructor, "/exports/fill/canvas", "/exports", table)
    assert answer.status_code == 303, answer.text
    page = instructor.get(answer.headers["location"]).text
    assert "1 line has its points" in page
    assert "bob is not in the table" in page
    file = instructor.get(answer.headers["location"] + "/file")
    assert b"ann,11,ann,ann,A,4" in file.content
    other = instructor.get("/exports/filled/guessed/file")
    assert other.status_code == 404


def test_an_administrator_gives_roles_and_not_to_themselves(
    small: SmallClass, instructor: Visitor
) -> None:
    assert instructor.post("/people/role", {"who": "bob"}, page="/roster").status_code == 403
    admin = small.visitor(PortalRole.ADMIN)
    asked = admin.post("/people/role", {"who": "bob", "role": "assistant"}, page="/roster")
    assert "Make bob assistant?" in asked.text
    given = {"who": "bob", "role": "assistant"}
    said = admin.told(admin.post("/people/role/store", given, page="/roster"))
    assert said == "bob is assistant now, and has to sign in again."
    assert small.visitor(PortalRole.ASSISTANT, "bob").get("/class").status_code == 200
    own = admin.post("/people/role", {"who": "Alan Admin", "role": "student"}, page="/roster")
    assert "Nobody changes their own role" in own.text


def test_the_log_has_what_was_done_and_can_be_searched(
    small: SmallClass, instructor: Visitor, assistant: Visitor
) -> None:
    assert assistant.get("/audit").status_code == 403
    instructor.post("/rules/double/hold")
    page = instructor.get("/audit?what=held back&who=ines").text
    assert page.count("<tr><td") == 1
    assert "exercise double" in page
    assert "<tr><td" not in instructor.get("/audit?what=published").text
    assert "<tr><td" not in instructor.get("/audit?who=%25").text
    assert "<tr><td" in instructor.get("/audit?day=zz&below=x&who=INES").text
    with small.book.database.reading() as connection:
        assert standing_of(connection, small.people["ann"]) is not None


def test_settings_show_no_secret(small: SmallClass, instructor: Visitor) -> None:
    assert instructor.get("/settings").status_code == 403
    page = small.visitor(PortalRole.ADMIN).get("/settings").text
    assert "Invitation links" in page
    assert "password" not in page.casefold()
