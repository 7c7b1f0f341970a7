"""The runner as a process of its own: ``python -m grader.runner CHANNEL``.

CHANNEL is the number of a descriptor, or ``connect``: then a line on stdin says to which port of
this machine, and the word that is shown there.
"""

from __future__ import annotations

import socket
import sys

from grader.runner.serve import serve


def _connected() -> socket.socket:
    port, word = sys.stdin.readline().split()
    channel = socket.create_connection(("127.0.0.1", int(port)))
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    channel.sendall(word.encode())
    return channel


if __name__ == "__main__":
    serve(_connected() if sys.argv[1] == "connect" else socket.socket(fileno=int(sys.argv[1])))
