"""What an attack could reach if it were let, and what it may leave behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import socket
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grader
from grader.sandbox.steps.privileges import UNUSED_ID

HERE = Path(__file__).parent
SALT = b"grains of the salt: thirteen thin thorns"
# Of this process alone, and no part of another's: several levels may be tried side by side.
MARK = f"hostile-{os.getpid():08}"
KEY = 0x6873_0001 + 2 * (os.getpid() % 0x7FFF)  # what is shared by us is one below


def processes() -> dict[int, str]:
    """Return the pid and the name of all that descends from this process, with its state."""
    parents: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
            state, parent = rest.split()[:2]
            if state == "Z" and int(parent) == os.getpid():
                # An orphan that came to us in place of the machine's first process.
                os.waitpid(int(folder.name), os.WNOHANG)
                continue
            parents[int(folder.name)] = int(parent), f"{name} {state}"
    found = {os.getpid()}
    while more := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= more
    return {pid: parents[pid][1] for pid in found - {os.getpid()}}


def traces() -> list[str]:
    """Return what of the attacks lies in places that outlive them."""
    found = [
        str(path)
        for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108
        for path in (Path(folder).iterdir() if Path(folder).is_dir() else ())
        if MARK in path.name
    ]
    for kind in ("shm", "sem", "msg"):
        table = Path("/proc/sysvipc", kind)
        if table.exists() and re.search(rf"^\s*{KEY}\s", table.read_text(), re.MULTILINE):
            found.append(f"{kind} {KEY}")
    abstract = Path("/proc/net/unix").read_text()
    return found + [line for line in abstract.splitlines() if f"@{MARK}-left" in line]


@dataclass
class World:
    """What an attack could reach if it were let: files, servers, a bystander."""

    place: Path
    stack: contextlib.ExitStack
    tcp: socket.socket = field(init=False)
    servers: list[socket.socket] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Lay everything out where every user can get at it."""
        for parent in (self.place, *self.place.parents):
            if parent.name.startswith("pytest-"):
                parent.chmod(0o755)
        self.place.chmod(0o755)
        shutil.copytree(HERE / "course", self.place / "course")
        shutil.copytree(HERE / "controls", self.place / "class")
        for name in ("open", "tmp"):
            (self.place / name).mkdir()
            (self.place / name).chmod(0o777)
        (self.place / "salt").write_bytes(SALT)
        self.mine = self.place / "mine.txt"
        self.mine.write_text("not to be touched")
        self.mine.chmod(0o644)
        if os.geteuid() == 0:
            # As it is for an ordinary user: what he owns belongs to who attacks as well.
            os.chown(self.mine, UNUSED_ID, UNUSED_ID)
        self.tcp = self._serve(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = self._serve(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._serve(socket.AF_UNIX, socket.SOCK_STREAM, str(self.place / "unix"))
        (self.place / "unix").chmod(0o777)
        self._serve(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{MARK}-server")
        libc = ctypes.CDLL(None)
        shared = libc.shmget(KEY - 1, 4096, 0o1000 | 0o666)
        self.stack.callback(libc.shmctl, shared, 0, None)
        self.hints: dict[str, Any] = {
            "COURSE": str(self.place / "course"),
            "CLASS": str(self.place / "class"),
            "OPEN": str(self.place / "open"),
            "MINE": str(self.mine),
            "SALT": str(self.place / "salt"),
            "PACKAGE": str(Path(grader.__file__).parent),
            "JUDGE": os.getpid(),
            "PORT": self.tcp.getsockname()[1],
            "UDP_PORT": udp.getsockname()[1],
            "UNIX": str(self.place / "unix"),
            "ABSTRACT": f"\0{MARK}-server",
            "KEY": KEY,
            "SHARED_KEY": KEY - 1,
            "MARK": MARK,
        }

    def _serve(self, family: int, kind: int, address: Any) -> socket.socket:
        server = self.stack.enter_context(socket.socket(family, kind))
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.setblocking(False)
        self.servers.append(server)
        return server

    def visitors(self) -> int:
        """Return how many have come to the servers since the last time."""
        count = 0
        for server in self.servers:
            with contextlib.suppress(BlockingIOError):
                while True:
                    if server.type == socket.SOCK_STREAM:
                        server.accept()[0].close()
                    else:
                        server.recv(100)
                    count += 1
        return count

    def untouched(self) -> bool:
        """Say whether the file is as it was."""
        mode = self.mine.stat().st_mode & 0o777
        return mode == 0o644 and self.mine.read_text() == "not to be touched"
