"""The messages between the judge and a zygote: one per packet, with open files attached."""

from __future__ import annotations

__all__ = ["Closed", "receive", "send"]

import json
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_MESSAGE = 1 << 16
MAX_FILES = 4


class Closed(Exception):
    """The other side has gone."""


def send(control: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send a message and copies of open files."""
    raw = json.dumps(message).encode()
    try:
        if files:
            socket.send_fds(control, [raw], list(files))
        else:
            control.send(raw)
    except OSError as error:
        raise Closed(str(error)) from error


def receive(control: socket.socket) -> tuple[dict[str, Any], list[int]]:
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
    message: dict[str, Any] = json.loads(raw)
    return message, files
