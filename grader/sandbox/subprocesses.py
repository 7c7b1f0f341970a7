"""Start a runner as a subprocess with a channel to it, and end it, on every system.

On Linux and macOS the subprocess inherits a socket. On Windows it connects back to the loopback
address and sends a secret that only it was given.
"""

from __future__ import annotations

__all__ = ["ExitUsage", "collect", "kill_group", "start_with_channel"]

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CAN_HAND_OVER = os.name == "posix"
CONNECT_SECONDS = 60.0
LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitUsage:
    """How a subprocess ended: its exit code (negative: a signal), and its usage (None: unknown)."""

    code: int
    by_itself: bool  # whether it ended without being killed by us
    cpu_seconds: float | None = None
    peak_memory_mib: float | None = None


def start_with_channel(
    command: Sequence[str], output: socket.socket, *, cwd: Path, env: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a subprocess that takes a channel.

    Parameters
    ----------
    command : sequence of str
        The command; a descriptor's number, or ``connect``, is added to it.
    output : socket.socket
        Receives its stdout and stderr.
    cwd, env
        As for `subprocess.Popen`.

    Returns
    -------
    Popen, socket.socket
        The process and our end of the channel.

    Raises
    ------
    OSError
        If it cannot be started, or does not connect.
    """
    if CAN_HAND_OVER:
        return _handed_over(command, output, cwd, env)
    return _connected(command, output, cwd, env)


def _handed_over(
    command: Sequence[str], output: socket.socket, cwd: Path, env: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=output.fileno(),
                stderr=output.fileno(),
                cwd=cwd,
                env=dict(env),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
    except BaseException:
        ours.close()
        raise
    return process, ours


def _connected(
    command: Sequence[str], output: socket.socket, cwd: Path, env: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    word = secrets.token_hex(32)
    with socket.create_server((LOCAL, 0)) as server:
        server.settimeout(CONNECT_SECONDS)
        process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [*command, "connect"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(env),
            start_new_session=True,
        )
        assert process.stdin is not None  # noqa: S101  (for the type checker)
        assert process.stdout is not None  # noqa: S101
        threading.Thread(target=_pump, args=(process.stdout, output.dup()), daemon=True).start()
        try:
            with process.stdin as stdin:
                stdin.write(f"{server.getsockname()[1]} {word}\n".encode())
            return process, _accepted(server, word.encode())
        except BaseException:
            process.kill()
            process.wait()
            raise


def _accepted(server: socket.socket, word: bytes) -> socket.socket:
    """Return the connection that sends the secret; close all other connections."""
    until = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < until:
        channel, _ = server.accept()
        channel.settimeout(CONNECT_SECONDS)
        shown = b""
        with contextlib.suppress(OSError):
            while len(shown) < len(word) and (more := channel.recv(len(word) - len(shown))):
                shown += more
        if secrets.compare_digest(shown, word):
            channel.settimeout(None)
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return channel
        channel.close()
    raise TimeoutError("the runner did not connect")


def _pump(source: IO[bytes], target: socket.socket) -> None:
    with source, target, contextlib.suppress(OSError, ValueError):
        while data := os.read(source.fileno(), 1 << 16):
            target.sendall(data)


# ---------------------------------------------------------------------------- ending it


def collect(process: subprocess.Popen[bytes], grace_seconds: float) -> ExitUsage:
    """Wait for a process for a limited time, kill it with its group, and return what it used."""
    if hasattr(os, "wait4"):
        return _waited_for(process, grace_seconds)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(grace_seconds)
    by_itself = process.poll() is not None
    process.kill()
    return ExitUsage(code=process.wait(), by_itself=by_itself)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was started here, and its whole group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _waited_for(process: subprocess.Popen[bytes], grace_seconds: float) -> ExitUsage:
    until = time.monotonic() + grace_seconds
    pid = 0
    while not pid and time.monotonic() < until:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if not pid:
            time.sleep(0.001)
    by_itself = bool(pid)
    kill_group(process)
    if not pid:
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    peak_kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return ExitUsage(
        code=process.returncode,
        by_itself=by_itself,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_memory_mib=peak_kib / 1024,
    )
