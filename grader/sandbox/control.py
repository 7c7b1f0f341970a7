"""The messages between the judge and a zygote: one per packet, with open files attached.

Each kind of message is a named tuple, which both sides use. It is sent as a JSON list: the name of
the kind, then the fields in their order.
"""

from __future__ import annotations

__all__ = [
    "Branch",
    "Caps",
    "Child",
    "ChildEnded",
    "Closed",
    "ForkNext",
    "ForkWithLimits",
    "KillChild",
    "Message",
    "Ready",
    "Reap",
    "UnknownChild",
    "ZygoteFailed",
    "ZygoteSpec",
    "receive",
    "send",
]

import json
import socket
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_MESSAGE = 1 << 16
MAX_FILES = 4

Caps = dict[str, int]  # the fields of `steps.box.BoxCaps`


class ZygoteSpec(NamedTuple):
    """The judge's first message: what kind of zygote to become.

    Attributes
    ----------
    level : str
        ``full`` or ``reduced``.
    stubs : str
        Absolute path of the folder of stubs.
    preload, without : list of str
        Modules to import; names of the steps of isolation to leave out, which tests ask for.
    caps : dict
        The limits of the first child.
    """

    level: str
    stubs: str
    preload: list[str]
    without: list[str]
    caps: Caps


class ForkNext(NamedTuple):
    """The judge has taken the child that was ready: fork the next one."""


class ForkWithLimits(NamedTuple):
    """The judge needs other limits: end this child, and fork one that has them."""

    pid: int
    caps: Caps


class Branch(NamedTuple):
    """Fork a zygote that has these modules, too; the packet carries its end of a line of its own.

    It sends `Ready` there, and serves the judge as the first one does; it ends with either.
    """

    modules: list[str]


class KillChild(NamedTuple):
    """End this child; the judge needs no answer, and has given its folder this path."""

    pid: int
    home: str


class Reap(NamedTuple):
    """The same, but the judge waits for its usage: `ChildEnded`, or `UnknownChild`."""

    pid: int
    home: str


class Ready(NamedTuple):
    """The zygote has done its imports; its folder, as it sees it."""

    home: str


class Child(NamedTuple):
    """A child is ready: its number as the zygote sees it, its folder and its limits.

    The packet carries the child's channel, its output and its pidfd.
    """

    pid: int
    home: str
    caps: Caps


class ChildEnded(NamedTuple):
    """A child has ended: its exit code (a signal is negative), and its usage."""

    code: int
    cpu_seconds: float
    peak_kib: int


class UnknownChild(NamedTuple):
    """The zygote has no such child, or has it no longer."""


class ZygoteFailed(NamedTuple):
    """The zygote cannot go on; why."""

    error: str


Message = (
    ZygoteSpec
    | ForkNext
    | ForkWithLimits
    | Branch
    | KillChild
    | Reap
    | Ready
    | Child
    | ChildEnded
    | UnknownChild
    | ZygoteFailed
)
_KINDS: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (
        ZygoteSpec,
        ForkNext,
        ForkWithLimits,
        Branch,
        KillChild,
        Reap,
        Ready,
        Child,
        ChildEnded,
        UnknownChild,
        ZygoteFailed,
    )
}


class Closed(Exception):
    """The other side has gone."""


def send(control: socket.socket, message: Message, files: Sequence[int] = ()) -> None:
    """Send a message and copies of open files."""
    raw = json.dumps([type(message).__name__, *message]).encode()
    try:
        if files:
            socket.send_fds(control, [raw], list(files))
        else:
            control.send(raw)
    except OSError as error:
        raise Closed(str(error)) from error


def receive(control: socket.socket) -> tuple[Message, list[int]]:
    """Return the next message and the files that came with it.

    Raises
    ------
    Closed
        If the other side is gone, or no message came before the socket's timeout.
    """
    try:
        raw, files, _flags, _address = socket.recv_fds(control, MAX_MESSAGE, MAX_FILES)
    except OSError as error:
        raise Closed(str(error) or type(error).__name__) from error
    if not raw:
        raise Closed("its end of the line is closed")
    kind, *fields = json.loads(raw)
    return _KINDS[kind](*fields), files
