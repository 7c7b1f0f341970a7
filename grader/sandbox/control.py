"""The messages between the judge and a zygote: one per packet, with open files attached.

Each kind of message is a named tuple, which both sides use. It is sent as a JSON list: the name of
the kind, then the fields in their order.
"""

from __future__ import annotations

__all__ = [
    "Another",
    "Bury",
    "Caps",
    "Child",
    "ChildEnded",
    "Closed",
    "Message",
    "Next",
    "Ready",
    "Reap",
    "Unknown",
    "Wish",
    "ZygoteFailed",
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


class Wish(NamedTuple):
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


class Next(NamedTuple):
    """The judge has taken the child that was ready: fork the next one."""


class Another(NamedTuple):
    """The judge needs other limits: end this child, and fork one that has them."""

    pid: int
    caps: Caps


class Bury(NamedTuple):
    """End this child; the judge needs no answer."""

    pid: int


class Reap(NamedTuple):
    """End this child and report its usage; the answer is `ChildEnded` or `Unknown`."""

    pid: int


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


class Unknown(NamedTuple):
    """The zygote has no such child, or has it no longer."""


class ZygoteFailed(NamedTuple):
    """The zygote cannot go on; why."""

    error: str


Message = Wish | Next | Another | Bury | Reap | Ready | Child | ChildEnded | Unknown | ZygoteFailed
_KINDS: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (Wish, Next, Another, Bury, Reap, Ready, Child, ChildEnded, Unknown, ZygoteFailed)
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
