"""How many calls lie between a claim and the runner: who debugs has to step through them."""

from __future__ import annotations

import sys
from types import FrameType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from grader.checks import Case

if TYPE_CHECKING:
    from grader.submission import Session

FILE = "ex/work.py"
SOURCE = "def double(x):\n    return 2 * x\n"
PATH = ["Student.call", "Session.call", "Asking.ask", "Client.ask"]


def paths(session: Session) -> dict[str, list[str]]:
    """Return the functions that are at work, outermost first, at each call of the socket's own."""
    reference = cast("Any", SimpleNamespace(double=lambda x: 2 * x))
    case = Case(session, FILE, reference, (), [1])
    case.agrees("double", 1.0)  # loads the file
    assert session._runners.connection is not None
    channel = session._runners.connection.process.channel
    found: dict[str, list[str]] = {}

    def look(frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and getattr(function, "__self__", None) is channel:
            found.setdefault(function.__name__, above(frame))

    sys.setprofile(look)
    try:
        case.agrees("double", 1.0)
    finally:
        sys.setprofile(None)
    return found


def above(frame: FrameType | None) -> list[str]:
    names: list[str] = []
    while frame is not None and frame.f_code.co_name != "agrees":
        names.insert(0, frame.f_code.co_qualname.replace("__getattr__.<locals>.", ""))
        frame = frame.f_back
    return names


def test_five_calls_lie_between_a_claim_and_the_socket(opened: Any) -> None:
    found = paths(opened(SOURCE))
    assert found["send"] == [*PATH, "Connection.send"]
    assert found["recv_into"] == [*PATH, "Connection.soon"]
