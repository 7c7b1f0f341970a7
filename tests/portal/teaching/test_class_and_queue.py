"""The class as it is now, and the queue: what staff see of it, and what they let happen again."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from grader.gradebook.portal_models import DONE, FAILED, QUEUED, RUNNING
from grader.gradebook.queue_numbers import numbers_of, queued_hand_ins
from grader.portal.identity import PortalRole
from grader.portal.identity.secret import hashed
from grader.portal.identity.sessions import LIFETIMES
from grader.portal.teaching import teaching_room
from grader.portal.teaching.class_pages import class_events
from tests.portal.teaching.conftest import STAFF

if TYPE_CHECKING:
    from tests.portal.teaching.conftest import SmallClass, Visitor


def rows(page: str) -> list[list[str]]:
    """Return the cells of the table of students."""
    body = page.partition('id="students"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def test_the_class_is_everybody_with_what_counts_now(small: SmallClass, assistant: Visitor) -> None:
    small.hand_in("cat", QUEUED)
    page = assistant.get("/class").text
    found = {row[0]: row[1:] for row in rows(page)}
    assert found["ann"][:3] == ["3", "1", "4"]
    assert found["bob"][:3] == ["0", "1", "1"]
    assert found["cat"][:3] == ["–", "–", "–"]
    assert found["cat"][-1] == "waits to be graded"
    assert set(found) == {"ann", "bob", "cat"}  # who only teaches is not of the class
    assert "3 of 3" in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [("show=missing", ["cat"]), ("show=in", ["ann", "bob"]), ("name=BO", ["bob"]),
     ("show=ours", []), ("show=nonsense&page=99999999", ["ann", "bob", "cat"])],
)  # fmt: skip
def test_some_of_the_class_can_be_asked_for(
    assistant: Visitor, asked: str, names: list[str]
) -> None:
    assert [row[0] for row in rows(assistant.get(f"/class?{asked}").text)] == names


def test_a_change_is_told_to_whoever_watches(
    small: SmallClass, assistant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching_room, "LOOK_SECONDS", 0.01)
    room = small.app.state.teaching

    async def watch() -> None:
        stamps = room.stamps()
        first = await anext(stamps)
        assert first == room.memory.stamp()  # at once: the page may be older
        for once in "123":
            changed = room._changed
            await asyncio.to_thread(small.hand_in, "bob", QUEUED, once=once)
            await asyncio.wait_for(changed.wait(), 60)  # while the page reads nothing
            assert await anext(stamps) == room.memory.stamp()
        await stamps.aclose()

    assistant.runner.run(watch())


def test_who_begins_to_watch_again_is_not_told_of_an_old_book(
    small: SmallClass, assistant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching_room, "LOOK_SECONDS", 0.01)
    room = small.app.state.teaching

    async def first() -> object:
        stamps = room.stamps()
        found = await anext(stamps)
        await stamps.aclose()
        return found

    async def watch() -> None:
        await first()
        await room._looking  # nobody watches: it ends
        await asyncio.to_thread(small.hand_in, "bob", QUEUED)
        assert await first() == room.memory.stamp()

    assistant.runner.run(watch())


@pytest.mark.parametrize("how", ["role", "everywhere", "idle"])
def test_whoever_may_see_the_class_no_more_is_told_nothing_more(
    small: SmallClass, assistant: Visitor, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A stream is asked anew for each thing that it tells, and is no use of its session."""
    monkeypatch.setattr(teaching_room, "LOOK_SECONDS", 0.01)
    sessions = small.app.state.entrance.sessions
    person = small.people[STAFF[PortalRole.ASSISTANT]]
    session = hashed(assistant.client.cookies["grader_session"])

    def leave() -> None:
        if how == "role":
            sessions.grant(person, PortalRole.STUDENT, by="a test")
        elif how == "everywhere":
            sessions.end_all(person)
        else:
            later = time.time() + LIFETIMES[PortalRole.ASSISTANT].idle_seconds
            monkeypatch.setattr(sessions, "_clock", lambda: later)

    async def watch() -> None:
        state = {"visitor": sessions.visitor(assistant.client.cookies["grader_session"])}
        scope = {"type": "http", "app": small.app, "state": state, "headers": []}
        response = await class_events(Request(scope))
        assert isinstance(response, StreamingResponse)
        body = aiter(response.body_iterator)
        assert str(await anext(body)).startswith("b'retry")
        assert str(await anext(body)).startswith("b'event: stamp")
        assert sessions.role_in(session) is PortalRole.ASSISTANT
        await asyncio.to_thread(leave)
        await asyncio.to_thread(small.hand_in, "bob", QUEUED, once=how)
        assert [one async for one in body] == []

    assistant.runner.run(watch())


@pytest.mark.parametrize("path", ["/class", "/queue"])
def test_a_page_has_the_stamp_of_the_book_that_it_shows(
    small: SmallClass, assistant: Visitor, path: str
) -> None:
    small.hand_in("cat", QUEUED)
    stamp = small.app.state.teaching.memory.stamp()
    assert f'data-live="/class/events" data-stamp="{stamp}"' in assistant.get(path).text


def test_the_queue_in_numbers(small: SmallClass) -> None:
    small.hand_in("ann", QUEUED, "2026-01-01T10:00:00Z")
    small.hand_in("bob", RUNNING)
    small.hand_in("cat", FAILED)
    small.hand_in("ann", DONE)
    with small.book.database.reading() as connection:
        found = numbers_of(connection)
        waiting = queued_hand_ins(connection, QUEUED, RUNNING)
    assert (found.waiting, found.running, found.failed, found.lately) == (1, 1, 1, 1)
    assert found.oldest_seconds > 0
    assert [one.name for one in waiting] == ["ann", "bob"]


def test_what_failed_by_our_fault_is_graded_again_once(
    small: SmallClass, instructor: Visitor, assistant: Visitor
) -> None:
    number = small.hand_in("cat", FAILED)
    assert "Grade again" not in assistant.get("/queue").text
    where = f"/queue/{number}/again"
    said = instructor.told(instructor.post(where, page="/queue"))
    assert said == f"Hand-in {number} of cat waits to be graded again."
    with small.book.database.reading() as connection:
        [one] = queued_hand_ins(connection, QUEUED)
    assert (one.number, one.tries) == (number, 0)
    small.hand_in("bob", FAILED)  # so that there is a form on the page
    again = instructor.post(where, page="/queue")
    assert again.status_code == 422
    assert "not one that could not be graded" in again.text


def test_older_work_is_not_graded_again_over_newer(small: SmallClass, instructor: Visitor) -> None:
    number = small.hand_in("cat", FAILED)
    small.hand_in("cat", DONE)
    again = instructor.post(f"/queue/{number}/again", page="/queue")
    assert again.status_code == 422
    assert "which counts" in again.text


def test_an_assistant_lets_nothing_be_graded_again(small: SmallClass, assistant: Visitor) -> None:
    number = small.hand_in("cat", FAILED)
    token = assistant.token("/class/people/" + str(small.people["cat"]))
    answer = assistant.runner.run(
        assistant.client.post(
            f"/queue/{number}/again",
            data={"form_token": token},
            headers={"origin": "http://127.0.0.1"},
        )
    )
    assert answer.status_code == 403
    assert small.visitor(PortalRole.STUDENT, "cat").get("/queue").status_code == 403
