"""Health, numbers and logs: what programs are told, and what nobody is told."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from grader.gradebook.portal_models import DONE, FAILED, QUEUED
from grader.portal.identity import PortalRole
from grader.portal.operations import health
from grader.portal.operations.json_logs import JsonLines, begin_logs, request_number, scrubbed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.portal.teaching.conftest import SmallClass


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Yield what is logged, as lines of JSON, while a test runs."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines("run1"))
    logger = logging.getLogger("grader")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(before)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def ask(small: SmallClass, path: str, client: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Ask as somebody who has not signed in."""
    transport = httpx.ASGITransport(small.app, client=(client, 9), raise_app_exceptions=False)
    asked = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
    return small.runner.run(asked.get(path, headers=headers))


def test_the_process_is_alive_and_whether_it_can_work_is_another_question(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = small.app.state.context
    assert ask(small, "/healthz").text == "ok\n"
    found = ask(small, "/readyz")
    assert found.status_code == 503  # nobody grades in this one
    assert found.json()["checks"] == {
        "database": True, "schema": True, "disk": True, "workers": False
    }  # fmt: skip
    context.dispatcher = object()
    assert ask(small, "/readyz").json()["ready"] is True
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    assert ask(small, "/readyz").json()["checks"]["disk"] is False
    monkeypatch.setattr(health, "HEAD", "9999")
    assert ask(small, "/readyz").json()["checks"]["schema"] is False
    context.stopping = True
    assert ask(small, "/readyz").json()["checks"]["workers"] is False
    assert ask(small, "/healthz").status_code == 200


def test_numbers_are_for_this_machine_or_who_has_the_token(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(small, "/metrics").status_code == 200
    assert ask(small, "/metrics", "192.0.2.9").status_code == 403
    # What a proxy of this machine passes on comes from elsewhere.
    for header in ("x-forwarded-for", "x-forwarded-proto", "forwarded", "via"):
        assert ask(small, "/metrics", **{header: "192.0.2.9"}).status_code == 403
    assert ask(small, "/metrics", host="grader.example.org").status_code == 403
    assert ask(small, "/metrics", "192.0.2.9", authorization="Bearer ").status_code == 403
    monkeypatch.setenv(health.METRICS_TOKEN, "right")
    for said, status in (("right", 200), ("wrong", 403), ("", 403)):
        answer = ask(small, "/metrics", "192.0.2.9", authorization=f"Bearer {said}")
        assert answer.status_code == status


def numbers(small: SmallClass) -> dict[str, float]:
    text = ask(small, "/metrics").text
    found = re.findall(r"^([a-z_]+(?:\{[^}]*\})?) ([-+.e\d]+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_hand_ins_are_counted_once_whoever_grades_them(small: SmallClass) -> None:
    before = numbers(small)
    assert before["grader_hand_ins_graded_total"] == 0
    small.hand_in("ann", QUEUED)
    small.hand_in("bob", FAILED)
    small.hand_in("cat", DONE)
    for _ in range(2):  # asking again counts nothing again
        found = numbers(small)
        assert found['grader_hand_ins_total{exercise="double"}'] == 3
        assert found["grader_hand_ins_graded_total"] == 1
        assert found["grader_errors_total"] == 1
        assert found["grader_queue_waiting"] == 1
        assert found["grader_queue_failed"] == 1
        assert found["grader_wait_seconds_count"] == 1
        assert found["grader_grading_seconds_count"] == 1


def test_requests_are_counted_by_route_and_never_by_path(small: SmallClass) -> None:
    for path in ("/class/people/123456", "/invitation/a-secret", "/no/such/page", "/nonsense"):
        ask(small, path)
    text = ask(small, "/metrics").text
    assert 'route="/class/people/{person}"' in text
    assert 'route="none",status="404"} 2.0' in text.replace('method="GET",', "")
    for secret in ("123456", "a-secret", "nonsense"):
        assert secret not in text


def test_a_line_of_the_log_has_numbers_and_no_names(small: SmallClass, log: io.StringIO) -> None:
    visitor = small.visitor(PortalRole.INSTRUCTOR)
    bob = small.people["bob"]
    answer = visitor.get(f"/class/people/{bob}?name=bob&token=SECRET", **{"x-secret": "SECRET"})
    fields = {"kind": "comment", "reason": "SECRET words about bob"}
    visitor.post(f"/class/people/{bob}/change", fields, page=f"/class/people/{bob}")
    found = lines(log)
    assert found[0]["run"] == "run1"
    assert found[0]["request"] == answer.headers["x-request-id"]
    assert found[0]["route"] == "/class/people/{person}"
    assert (found[0]["status"], found[0]["role"]) == (200, "instructor")
    assert found[0]["person"] == small.people["Ines Instructor"]
    cookie = visitor.client.cookies["grader_session"]
    for secret in ("SECRET", "bob", "Ines", cookie, "form_token"):
        assert secret not in log.getvalue()
    assert len({line["request"] for line in found}) == len(found)


def test_an_error_says_where_it_happened_and_not_what_was_sent(
    small: SmallClass, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("bob@x.example said SECRET")

    monkeypatch.setattr(small.app.state.teaching.memory.__class__, "look", fails)
    visitor = small.visitor(PortalRole.INSTRUCTOR)
    visitor.client._transport = httpx.ASGITransport(small.app, raise_app_exceptions=False)
    answer = visitor.get("/class")
    assert answer.status_code == 500
    assert "not through your fault" in answer.text
    [line] = [one for one in lines(log) if one["level"] == "error"]
    assert line["request"] == answer.headers["x-request-id"]
    error = line["error"]
    assert isinstance(error, dict)
    assert error["type"] == "ValueError"
    assert any("test_operations.py" in frame for frame in error["frames"])
    assert "SECRET" not in log.getvalue()
    assert "bob" not in log.getvalue()


@pytest.mark.parametrize(
    ("said", "gone"),
    [("Authorization: Bearer abc.def", "abc.def"), ("?token=abc&x=1", "abc"),
     ("to ann@x.example", "ann@x.example"), ("postgresql://grader:pw@db/course", "pw"),
     ("https://g.example/invitation/short", "short"), (f"key {'k' * 43} is bad", "k" * 43),
     ("password=hunter2", "hunter2")],
)  # fmt: skip
def test_what_looks_like_a_secret_is_not_written_down(said: str, gone: str) -> None:
    assert gone not in scrubbed(said)


def test_a_sentence_of_ours_stays_as_it_is() -> None:
    said = "hand-in 7 could not be graded: the process ended (grader/portal/dispatching.py, line 9)"
    assert scrubbed(said) == said


def test_logs_go_to_a_file_that_can_be_moved_away(tmp_path: Path) -> None:
    root, grader = logging.getLogger(), logging.getLogger("grader")
    before = root.handlers[:], root.level, grader.level
    try:
        run = begin_logs(str(tmp_path / "log"))
        (tmp_path / "log").rename(tmp_path / "old")
        logging.getLogger("grader.portal").info("second")
        for handler in root.handlers:
            handler.close()
        first, second = ((tmp_path / name).read_text() for name in ("old", "log"))
        assert json.loads(first)["run"] == json.loads(second)["run"] == run
        assert json.loads(second)["said"] == "second"
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        grader.setLevel(before[2])


def test_a_request_has_its_number_in_threads_too(small: SmallClass, log: io.StringIO) -> None:
    def work() -> None:
        logging.getLogger("grader.portal").warning("in a thread")

    async def asked() -> None:
        request_number.set("7")
        await small.app.state.context.ask(work)

    asyncio.run(asked())
    assert lines(log)[0]["request"] == "7"
