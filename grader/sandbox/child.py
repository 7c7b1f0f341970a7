"""One child of a zygote: it locks itself down, gets the submission, and serves the judge."""

from __future__ import annotations

__all__ = ["become", "point_to"]

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING, NoReturn

from grader.runner.hdf5 import open_through
from grader.sandbox.shelf import lay_out
from grader.sandbox.steps import INSIDE, StepFailed, take

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from grader.runner.writable_files import Slots
    from grader.sandbox.steps.box import Box
    from grader.wire.handover import Handover

MAX_SUBMISSION = 1 << 30

# `grader.wire` is imported only in functions: it imports numpy, which may start threads. The guard
# imports this module, and a process with threads cannot create a user namespace.


def become(
    box: Box,
    channel: socket.socket,
    output: socket.socket,
    serve: Callable[[socket.socket], None],
    slots: Slots | None,
) -> NoReturn:
    """Turn a process that has just been forked into a runner.

    Parameters
    ----------
    box : Box
        The data that the steps of the lock-down need.
    channel, output : socket.socket
        The child's ends of the channel to the judge and of the socket for its output.
    serve : callable
        The runner's loop.
    slots : Slots or None
        Gives the existing files that may be written, at a level where none may be created.
    """
    try:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        box.keep = (channel.fileno(),)
        take(INSIDE[box.layout.level], box)
        handover, contents = _receive(channel)
        if os.environ.get("HOME") != box.home:  # at level full, the zygote has set it
            point_to(box.home)
        if slots is not None:
            slots.begin(box.slots, box.home)
            open_through(slots)
        files = zip(handover.names, contents, strict=True)
        os.chdir(lay_out(handover.root, dict(files), handover.folder))
        _say(channel)
        serve(channel)
    except StepFailed as error:
        _refuse(channel, "step", error)
    except BaseException as error:  # noqa: BLE001  (the zygote's exit handlers must not run here)
        _refuse(channel, "files", error)
    finally:
        os._exit(1)


def point_to(home: str) -> None:
    """Set every variable that names a program's own folder to this folder."""
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.environ[name] = home
    tempfile.tempdir = None


def _receive(channel: socket.socket) -> tuple[Handover, list[bytes]]:
    """Return the first frame, which is for the child and not the runner; exit if none arrives."""
    from grader.wire import receive_one  # noqa: PLC0415
    from grader.wire.handover import handover_of  # noqa: PLC0415

    try:
        header, contents = receive_one(channel, max_body=MAX_SUBMISSION)
    except ConnectionError:
        os._exit(0)
    return handover_of(header), contents


def _refuse(channel: socket.socket, what: str, error: BaseException) -> None:
    with contextlib.suppress(OSError):
        _say(channel, what, str(error)[:400])


def _say(channel: socket.socket, what: str = "", error: str = "") -> None:
    """Report that this runner is ready; if `what` is given, report what has failed."""
    from grader.wire import pack  # noqa: PLC0415
    from grader.wire.handover import NotReady, state_header  # noqa: PLC0415

    channel.sendall(pack(state_header(NotReady(what, error) if what else None), []))
