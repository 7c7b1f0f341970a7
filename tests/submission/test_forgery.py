"""A submission that speaks for the runner: its word is its own, and it ends nothing but itself.

Whatever a submission writes to the channel stands for what it would have returned: a forged answer
can say what an honest one could. It cannot answer a query that was not yet asked.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, Failed, SubmissionError

if TYPE_CHECKING:
    from grader.submission import Session

FORGER = '''
import gc, json, os, socket, struct, sys, threading, time


def channel():
    """Find the socket by trying."""
    for fd in range(3, 200):
        try:
            s = socket.socket(fileno=os.dup(fd))
            s.getpeername()
            return s
        except OSError:
            continue


def frame(header, body=b""):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(raw), len(body)) + raw + body


def request_number():
    """Find the number of the query in the frames above."""
    here = sys._getframe()
    while here is not None:
        server = here.f_locals.get("self")
        if hasattr(server, "_request"):
            return server._request
        here = here.f_back


def answer(value):
    return frame({"id": request_number(), "op": "value", "value": value, "buffers": []})


def fine():
    return 42


def answers_by_itself():
    channel().sendall(answer(7))
    os._exit(0)


def answers_twice():
    channel().sendall(answer(7))
    return 8


def answers_with_noise_behind_it():
    channel().sendall(answer(7) + b"x" * 100)
    time.sleep(60)


def answers_for_another():
    channel().sendall(frame({"id": 5, "op": "value", "value": 7, "buffers": []}))
    return 8


def answers_in_advance():
    s = channel()
    def later():
        time.sleep(0.1)
        for _ in range(10):
            s.sendall(answer_for_next)
    answer_for_next = frame({"id": request_number() + 1, "op": "value", "value": 7, "buffers": []})
    threading.Thread(target=later, daemon=True).start()
    return 1


def raises_in_our_name():
    channel().sendall(frame({
        "id": request_number(), "op": "raised", "kind": "exception", "type": "<i>" * 99,
        "message": ["no", "text"], "frames": [["/etc/passwd", 1, "root"], ["work.py", "x"], 5,
        ["ex/work.py", -5, "f"], ["ex/work.py", 10**30, "f"]], "buffers": [],
    }))
    time.sleep(60)


def calls_back():
    channel().sendall(frame({
        "id": request_number(), "op": "callback", "callback": 0, "arguments": {"list": []},
        "buffers": [],
    }))
    time.sleep(60)


def sleeps_in_our_name():
    channel().sendall(frame({
        "id": request_number(), "op": "raised", "kind": "unrun", "message": "`f` is not there",
        "buffers": [],
    }))
    time.sleep(60)


def unknown_kind():
    channel().sendall(frame({"id": request_number(), "op": {"a": []}, "buffers": []}))
    time.sleep(60)


def noise():
    channel().sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n" * 10)
    time.sleep(60)


def announces_gigabytes():
    channel().sendall(struct.pack(">II", 2, 4_000_000_000))
    time.sleep(60)


def nests():
    channel().sendall(frame(b"[" * 1_000_000))
    time.sleep(60)


def long_number():
    channel().sendall(frame(b'{"id":' + b"9" * 900_000 + b',"buffers":[]}'))
    time.sleep(60)


def drips():
    s = channel()
    s.sendall(struct.pack(">II", 1000, 0))
    while True:
        s.sendall(b" ")
        time.sleep(0.01)


def floods():
    s = channel()
    while True:
        s.sendall(frame({"id": 0, "op": "value", "value": 0, "buffers": []}) * 1000)


def stops_reading():
    for fd in range(3, 200):
        try:
            os.close(fd)
        except OSError:
            pass
    time.sleep(60)


def shuts():
    channel().shutdown(socket.SHUT_RDWR)
    time.sleep(60)
'''


def call(session: Session, name: str, *arguments: Any) -> Any:
    return session.call("ex/work.py", name, arguments).value


def test_a_forged_answer_says_no_more_than_an_honest_one(opened: Any) -> None:
    session = opened(FORGER)
    assert call(session, "answers_by_itself") == 7
    assert call(session, "fine") == 42  # whoever comes after a dead process is not to blame
    assert "after `answers_by_itself` had given its answer" in session.notes[0]


def test_a_second_answer_is_no_answer_to_the_next_question(opened: Any) -> None:
    session = opened(FORGER)
    assert call(session, "answers_twice") == 7
    with pytest.raises(Crashed, match="is not an answer"):
        call(session, "fine")
    assert call(session, "fine") == 42


def test_an_answer_counts_whatever_comes_behind_it(opened: Any) -> None:
    """Otherwise it would depend on how much the judge reads at once."""
    session = opened(FORGER)
    assert call(session, "answers_with_noise_behind_it") == 7
    with pytest.raises(Crashed, match="a frame announces"):
        call(session, "fine")
    assert call(session, "fine") == 42


def test_the_next_question_cannot_be_answered_in_advance(opened: Any) -> None:
    session = opened(FORGER)
    assert call(session, "answers_in_advance") == 1
    time.sleep(0.3)
    with pytest.raises(Crashed, match="an answer to another question"):
        call(session, "fine")
    assert call(session, "fine") == 42


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("answers_for_another", "an answer to another question"),
        ("calls_back", "a call to a function that was not given"),
        ("unknown_kind", "an answer of no known kind"),
        ("noise", "a frame announces"),
        ("announces_gigabytes", "a frame announces"),
        ("nests", "a header is not JSON"),
        ("long_number", "a header is not JSON"),
        ("floods", "an answer to another question"),
    ],
)
def test_what_is_no_answer_ends_the_process(opened: Any, name: str, sentence: str) -> None:
    session = opened(FORGER, call_seconds=3.0)
    with pytest.raises(Crashed, match=sentence):
        call(session, name)
    assert call(session, "fine") == 42
    assert session.close().restarts == 1


@pytest.mark.parametrize("name", ["drips", "stops_reading", "shuts"])
def test_a_channel_that_is_closed_or_drips_ends_at_the_deadline(opened: Any, name: str) -> None:
    session = opened(FORGER, call_seconds=0.4)
    with pytest.raises(SubmissionError):
        call(session, name)
    assert call(session, "fine") == 42


def test_a_forged_exception_is_read_with_care(opened: Any) -> None:
    with pytest.raises(Crashed) as caught:
        call(opened(FORGER, call_seconds=3.0), "raises_in_our_name")
    assert all(frame.file == "ex/work.py" for frame in caught.value.frames)
    assert all(frame.code == "" for frame in caught.value.frames)
    assert len(caught.value.message) < 500


def test_what_has_no_name_is_not_woken(opened: Any) -> None:
    """Only a query about a name of a file is asked again, after what defines that was woken."""
    session = opened(FORGER, call_seconds=3.0, import_seconds=3.0)
    with pytest.raises(Failed, match="`f` is not there"):
        session.cell("ex/work.py", FORGER + "\nsleeps_in_our_name()\n", label="cell 1")
    session = opened(FORGER + "\nsleeps_in_our_name()\n", import_seconds=3.0)
    with pytest.raises(Failed, match="`f` is not there"):
        call(session, "fine")


def test_a_forger_at_import_is_refused(opened: Any) -> None:
    session = opened(FORGER + '\nchannel().sendall(b"x" * 100)\n')
    for _ in range(3):
        with pytest.raises(Crashed, match="is not an answer"):
            call(session, "fine")
