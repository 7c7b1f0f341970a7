"""The runner as a process of its own: ``python -m grader.runner [MODULE ...] CHANNEL``.

CHANNEL is the number of a file descriptor, or ``connect``. With ``connect``, a line on stdin gives
a port of this machine, and the word that the runner sends there to identify itself. The modules
are imported while the judge is not ready yet; what cannot be imported is reported when the judge
asks for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import select
import signal
import socket
import sys
import threading
import time

from grader.runner.serve import serve

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5


def _connected() -> socket.socket:
    port, word = sys.stdin.readline().split()
    channel = socket.create_connection(("127.0.0.1", int(port)))
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    channel.sendall(word.encode())
    return channel


def _end_with(channel: socket.socket) -> None:
    """Exit when the judge exits, however it ended and whatever the submission is doing."""
    parent = os.getppid() if hasattr(os, "getppid") else 0
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    elif os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    ready, _, _ = select.select([channel], [], [], 0)
    if ready and not channel.recv(1, socket.MSG_PEEK):  # the judge ended before we asked for it
        os._exit(0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    *modules, place = sys.argv[1:]
    line = _connected() if place == "connect" else socket.socket(fileno=int(place))
    _end_with(line)
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    serve(line)
