"""A plain runner that connects back, as where no socket can be handed over (Windows)."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from grader.errors import Crashed, GraderError, OverLimit
from grader.sandbox import subprocesses
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "ex/work.py"
CODE = b"""
import os, sys

def double(x):
    print("asked for", x)
    print("to stderr", file=sys.stderr)
    return 2 * x

def leave():
    os._exit(3)

def endless():
    while True:
        pass

def told():
    try:
        command = open("/proc/self/cmdline").read().replace("\\0", " ")
    except OSError:
        command = ""
    return [sys.argv, sys.stdin.read(), dict(os.environ), command]
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Return a session whose runners connect back."""
    monkeypatch.setattr(subprocesses, "CAN_HAND_OVER", False)
    spec = RunnerSpec(
        files={FILE: CODE},
        folder="ex",
        stubs=tmp_path,
        profile=Profile(name="numpy"),
        limits=Limits(call_seconds=1.0),
    )
    opened = Session(PlainLauncher(), spec)
    yield opened
    opened.close()


def test_values_and_output_come_back(session: Session) -> None:
    assert session.call(FILE, "double", [21]).value == 42
    printed = ""
    until = time.monotonic() + 60
    while "to stderr" not in printed and time.monotonic() < until:  # it comes by way of a thread
        printed += session.take_printed()
    assert printed == "asked for 21\nto stderr\n"


def test_its_end_is_told_apart(session: Session) -> None:
    with pytest.raises(Crashed, match="3"):
        session.call(FILE, "leave", [])
    with pytest.raises(OverLimit):
        session.call(FILE, "endless", [])
    assert session.call(FILE, "double", [1]).value == 2
    usage = session.close()
    assert usage.restarts >= 1


def test_the_word_is_nowhere_for_a_submission_to_read(session: Session) -> None:
    told = str(session.call(FILE, "told", []).value)
    assert "submission/ex/work.py" in told
    assert not any(len(part) == 64 and part.isalnum() for part in told.replace("'", " ").split())


def test_a_stranger_who_connects_first_is_hung_up_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = socket.create_server
    strangers: list[threading.Thread] = []
    heard: list[bytes] = []

    def intrude(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"0" * 64)
            try:
                heard.append(line.recv(100))
            except ConnectionResetError:  # hung up on with its words unread
                heard.append(b"")

    def watched(*arguments: object, **options: object) -> socket.socket:
        server = create(*arguments, **options)  # type: ignore[arg-type]
        stranger = threading.Thread(target=intrude, args=(server.getsockname()[1],))
        stranger.start()
        strangers.append(stranger)
        return server

    monkeypatch.setattr(socket, "create_server", watched)
    assert session.call(FILE, "double", [2]).value == 4
    for stranger in strangers:
        stranger.join(60)
    assert heard == [b""]


def test_a_runner_that_does_not_start_is_our_error(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocesses, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GraderError, match="runner could not be started"):
        session.call(FILE, "double", [2])


def test_the_same_holds_where_nobody_can_be_waited_for_by_name(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "wait4")
    assert session.call(FILE, "double", [3]).value == 6
    with pytest.raises(Crashed):
        session.call(FILE, "leave", [])
    assert session.close().peak_memory_mib is None
