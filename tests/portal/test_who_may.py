"""Every route with every role; two students who attack each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.routing import Route

from grader.gradebook.personal_tokens import make_token
from grader.portal.access import EVERYBODY, AllowedRoute
from grader.portal.identity.roles import PortalRole
from grader.portal.teaching import teaching_room
from grader.portal.teaching.long_jobs import LongJobs
from tests.portal.trying import HOME, Portal, source, words

if TYPE_CHECKING:
    from tests.portal.trying import Visiting

GIVEN = {
    "exercise": "random_data", "number:row": "1", "number": "1", "digest": "0", "name": "page.js",
}  # fmt: skip


def address(path: str) -> str:
    """Return the address of a route, with something in place of what varies."""
    return re.sub(r"\{([^}]+)\}", lambda found: GIVEN.get(found[1], "1"), path)


def asked(visiting: Visiting, route: AllowedRoute) -> int:
    """Ask for a route as a page does, and return the status."""
    path = address(route.path)
    if "POST" in (route.methods or ()):
        form = visiting.form("/tokens") if visiting.role else {}
        return visiting.post(path, data=form).status_code
    return visiting.get(path).status_code


def test_every_route_says_for_whom_it_is(here: Portal) -> None:
    routes = [one for one in here.app.routes if isinstance(one, Route)]
    assert len(routes) > 12
    for one in routes:
        assert isinstance(one, AllowedRoute), one.path


def test_a_number_that_no_row_can_have_leads_nowhere(here: Portal) -> None:
    ada = here.visit("ada")
    form = ada.form("/tokens")
    for number in (1 << 63, "9" * 5000, "-1", "%31x"):
        for path in ("/hand-ins/{}", "/hand-ins/{}/report", "/hand-ins/{}/events"):
            assert ada.get(path.format(number)).status_code == 404
        assert ada.post(f"/tokens/{number}/end", data=form).status_code == 404


def test_every_route_with_every_role(here: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching_room, "STREAM_SECONDS", 0.0)
    monkeypatch.setattr(LongJobs, "begin", lambda *_given, **_named: None)
    here.visit("owner").hand_in({"learn_random_data.py": source()})
    here.here.grade()
    for route in (one for one in here.app.routes if isinstance(one, AllowedRoute)):
        if route.may == EVERYBODY:
            continue
        # Each anew: some routes end a session.
        for visiting in (here.nobody(), *(here.visit(role, role) for role in PortalRole)):
            status = asked(visiting, route)
            where = f"{route.path} {route.methods} {visiting.role}: {status}"
            if not visiting.role:
                assert status in (303, 401, 403), where
            elif visiting.role in route.may:
                assert status not in (401, 403, 500), where
            else:
                assert status == 403, where


def test_no_student_reaches_another_ones_work(here: Portal) -> None:
    ada, eve = here.visit("ada"), here.visit("eve")
    secret = b"s3cret_of_ada"
    ada.hand_in({"learn_random_data.py": source(secret), "diary.txt": secret})
    here.here.grade()
    for path in ("/hand-ins/1", "/hand-ins/1/report", "/hand-ins/1/events"):
        assert ada.get(path).status_code == 200
        seen, nothing = eve.get(path), eve.get(path.replace("/1", "/77"))
        assert seen.status_code == nothing.status_code == 404
        # Nobody learns whether there is one.
        assert words(seen) == words(nothing)
    eve.hand_in({"learn_random_data.py": source(b"eve")})
    here.here.grade()
    for path in ("/", "/attempts", "/exercises/random_data", "/hand-ins/2/report"):
        page = eve.get(path).text
        assert "Ada" not in page
        assert "hand-ins/1" not in page
    # By a token, no more than by a page.
    with here.context.book.database.writing() as connection:
        token = make_token(connection, eve.person, "eve's")
    bearer = {"authorization": f"Bearer {token}"}
    assert eve.get("/api/hand-ins/2", **bearer).status_code == 200
    assert eve.get("/api/hand-ins/1", **bearer).status_code == 404
    # And a token is not taken back by others.
    form = ada.form("/tokens")
    assert ada.post("/tokens/1/end", data=form).status_code == 404
    assert eve.post("/tokens/1/end", data=eve.form("/tokens")).status_code == 303
    assert eve.get("/api/hand-ins/2", **bearer).status_code == 401


def test_nobody_hands_in_for_another_one(here: Portal) -> None:
    ada, eve = here.visit("ada"), here.visit("eve")
    once = ada.form("/exercises/random_data")
    ada.hand_in({"learn_random_data.py": source()})
    files = [("files", ("learn_random_data.py", source(b"eve")))]
    action = "/exercises/random_data/hand-ins"
    # Eve's page cannot send Ada's form: the token is Ada's session's.
    assert eve.post(action, data=once, files=files).status_code == 403
    # Another site cannot send Ada's browser here.
    form = ada.form("/exercises/random_data")
    elsewhere = {"origin": "https://evil.example"}
    assert ada.post(action, data=form, files=files, headers=elsewhere).status_code == 403
    # Who is not signed in hands nothing in, with a token that is none neither.
    assert here.nobody().post(action, files=files).status_code in (401, 403)
    bearer = {"authorization": "Bearer grader_guessed"}
    assert here.nobody().post("/api/hand-ins", files=files, headers=bearer).status_code == 401
    assert ada.post("/api/hand-ins", files=files).status_code in (401, 403)
    with here.context.book.database.reading() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM hand_ins").scalar()
    assert count == 1


@pytest.mark.parametrize("path", ["/", "/hand-in", "/nowhere", "/static/0/page.js", "/hand-ins/9"])
def test_every_answer_has_the_headers(here: Portal, path: str) -> None:
    answer = here.visit("ada").get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    if answer.headers["content-type"].startswith("text/html"):
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", answer.text)


def test_the_report_has_no_inline_script_either(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({"learn_random_data.py": source(b"no")})
    here.here.grade()
    text = ada.get("/hand-ins/1/report").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)


def test_a_program_hands_in_with_a_token(here: Portal) -> None:
    ada = here.visit("ada")
    page = ada.post("/tokens", data={**ada.form("/tokens"), "label": "my <b>laptop</b>"})
    token = re.search(r"grader_[\w-]{40,}", page.text)
    assert token
    assert token[0] not in ada.get("/tokens").text
    assert "<b>laptop" not in page.text
    bearer = {"authorization": f"Bearer {token[0]}"}
    sent = here.nobody()
    files = [("files", ("learn_random_data.py", source()))]
    answer = sent.post("/api/hand-ins", files=files, data={"exercise": "2"}, headers=bearer)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"number": 1, "url": f"{HOME}/hand-ins/1"}
    assert sent.get("/api/hand-ins/1", **bearer).json()["state"] == "queued"
    here.here.grade()
    assert sent.get("/api/hand-ins/1", **bearer).json()["state"] == "done"
    with here.context.book.database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT digest FROM personal_tokens").scalar()
    assert token[0] not in str(stored)


@pytest.mark.parametrize("path", ["/hand-ins/1/", "/sign-in/", "/class/", "/x/"])
def test_no_answer_leads_to_the_host_that_a_request_names(here: Portal, path: str) -> None:
    for visiting in (here.nobody(), here.visit("ada"), here.visit("ida", PortalRole.ADMIN)):
        answer = visiting.get(path, host="evil.example")
        assert answer.status_code == 404
        assert "location" not in answer.headers
        assert "evil.example" not in answer.text.replace(path, "")
