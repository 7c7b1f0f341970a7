"""A private PostgreSQL server in a temporary folder, which ends with the process that started it.

It listens on a socket in that folder and on no port. Its data are lost if the machine crashes,
which makes it fast, but not if its processes are killed.
"""

from __future__ import annotations

__all__ = ["ABSENT", "PrivateServer", "programs"]

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psycopg

ABSENT = "PostgreSQL's server is not installed: run scripts/setup_postgresql"
USER = "grader"
# A socket's path is limited to about a hundred characters; the tests' temporary folders are longer.
SHORT = "/tmp"  # noqa: S108 - below it a folder that nobody else may enter
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
full_page_writes = off
shared_buffers = 16MB
max_connections = 40
max_wal_size = 64MB
min_wal_size = 32MB
autovacuum = off
jit = off
log_min_messages = fatal
"""
# The guard ends the server as soon as the guard's input closes, which means that the parent ended.
GUARD = (
    '"$1" -D "$2/data" </dev/null >>"$2/log" 2>&1 & echo $! >"$2/pid"; read -r nothing; '
    'kill -QUIT "$(cat "$2/pid")" 2>/dev/null; wait; rm -rf "$2"'
)
PATIENCE_SECONDS = 120.0


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, None if the server is not installed."""
    folders = []
    if pg_config := shutil.which("pg_config"):
        said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
        folders.append(Path(said.stdout.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)  # Debian
    folders += sorted(Path("/usr").glob("pgsql-*/bin"), reverse=True)  # Red Hat
    folders += [
        Path(base, "bin") for base in ("/opt/homebrew/opt/postgresql", "/usr/local", "/usr")
    ]
    return next((one for one in folders if _is_whole(one)), None)


def _is_whole(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))


class PrivateServer:
    """A server that runs until `close`, or until this process ends for any reason.

    Attributes
    ----------
    folder : Path
        The folder of all its files.

    Raises
    ------
    RuntimeError
        PostgreSQL is not installed, or does not start; the message is one sentence.
    """

    def __init__(self) -> None:
        found = programs()
        if found is None:
            raise RuntimeError(ABSENT)
        self._programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="grader-pg-", dir=SHORT))
        self._owner = _unprivileged()
        if self._owner:
            shutil.chown(self.folder, *self._owner.values())
        self._run_initdb()
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(SETTINGS.format(folder=self.folder))
        self._guard: subprocess.Popen[bytes] | None = None
        self.start()

    def _run_initdb(self) -> None:
        command = [str(self._programs / "initdb"), "-D", str(self.folder / "data"), "-U", USER]
        command += ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own
            command, capture_output=True, text=True, check=False, cwd="/", **self._as_owner()
        )
        if done.returncode:
            shutil.rmtree(self.folder)
            raise RuntimeError(f"PostgreSQL's initdb failed: {done.stderr.strip()}")

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.close()

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return int((self.folder / "pid").read_text())

    def start(self) -> None:
        """Start the server, for the first time or after `kill`."""
        left = [*self.folder.glob(".s.PGSQL.*"), self.folder / "data" / "postmaster.pid"]
        for path in left:
            path.unlink(missing_ok=True)
        self._guard = subprocess.Popen(  # noqa: S603 - ours
            ["/bin/sh", "-c", GUARD, "sh", str(self._programs / "postgres"), str(self.folder)],
            stdin=subprocess.PIPE,
            cwd="/",
            **self._as_owner(),
        )
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self.connected("postgres"):
                    return
            except psycopg.OperationalError as error:
                if time.monotonic() > until or self._guard.poll() is not None:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL does not start: {log}") from error
                time.sleep(0.05)

    def kill(self) -> None:
        """Kill all its processes at once, as the kernel does when memory runs out."""
        if self._guard is None or self._guard.stdin is None:
            return
        first = self.pid
        self._guard.kill()  # it would remove the folder
        self._guard.wait()
        self._guard.stdin.close()
        for pid in [first, *_children(first)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE_SECONDS
        while _lives(first) and time.monotonic() < until:
            time.sleep(0.01)

    def close(self) -> None:
        """End the server, and remove its files."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def connected(self, database: str) -> psycopg.Connection[Any]:
        """Return a connection to a database in autocommit mode."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def create(self, database: str, template: str = "template1") -> str:
        """Create a database from a template, and return its address."""
        with self.connected("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"'.encode())
        return self.url(database)

    def _as_owner(self) -> dict[str, Any]:
        return {**self._owner, "extra_groups": []} if self._owner else {}


def _unprivileged() -> dict[str, int]:
    """Return the user and group to run the server as, if we are root: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid}
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _children(first: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == first:
                found.append(int(folder.name))
    return found


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
