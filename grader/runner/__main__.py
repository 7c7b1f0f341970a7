"""The runner as a process of its own: ``python -m grader.runner CHANNEL_FD``."""

from __future__ import annotations

import socket
import sys

from grader.runner.serve import serve

if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
