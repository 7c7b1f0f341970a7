"""A portal in processes of its own, and people who hand in: to kill it, and to measure it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from grader.gradebook import Gradebook
from grader.gradebook.holders import person_of
from grader.gradebook.personal_tokens import make_token
from grader.results import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
# A launcher hands variables that begin so to every process that it starts.
MARK = "OPENBLAS_MARK_OF_A_PORTAL"
LISTENS = re.compile(r"listens on (http://\S+)")
PATIENCE_SECONDS = 120.0


@dataclass
class RunningPortal:
    """A portal of a course and a book, which can be started again and again at one address.

    Attributes
    ----------
    course : Path
        Its folder.
    book : str
        The gradebook.
    workers : int
        How many grade.
    """

    course: Path
    book: str
    workers: int = 1
    more: tuple[str, ...] = ()
    port: int = 0
    address: str = ""
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start it, and return after how many seconds it listened."""
        begun = time.monotonic()
        command = [
            *(sys.executable, "-m", "grader", "serve", "--course", str(self.course)),
            *("--gradebook", self.book, "--workers", str(self.workers)),
            *("--port", str(self.port), *self.more),
        ]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=ROOT,
            env={**os.environ, MARK: self.mark},
        )
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        for line in self.process.stdout:
            if found := LISTENS.search(line):
                self.address = found[1]
                self.port = int(found[1].rpartition(":")[2])
                return time.monotonic() - begun
        raise SystemExit(f"the portal ended with {self.process.wait()}")

    def stop(self) -> int:
        """Tell it to stop, and return how it ended."""
        if self.process is None:
            return 0
        self.process.terminate()
        ended = self.process.wait(PATIENCE_SECONDS)
        self._let_go()
        return ended

    def _let_go(self) -> None:
        """Close what was heard of it."""
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()

    def kill(self) -> None:
        """Kill it, and wait until all that it had started has gone too."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self._let_go()
        until = time.monotonic() + PATIENCE_SECONDS
        while (left := self.family()) and time.monotonic() < until:
            time.sleep(0.05)  # to look through all processes takes 5 ms of a processor
        if left:
            raise SystemExit(f"these have outlived the portal: {left}")

    def family(self) -> list[int]:
        """Return the processes that live and carry its mark."""
        found = []
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                pid = int(folder.name)
                if f"{MARK}={self.mark}".encode() not in (folder / "environ").read_bytes():
                    continue
                if (folder / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                    found.append(pid)
        return found

    def kill_a_part(self, chance: Any) -> bool:
        """Kill one of its processes, but not the server; say whether there was one."""
        own = self.process.pid if self.process else 0
        parts = sorted(set(self.family()) - {own})
        if parts:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(parts), signal.SIGKILL)
        return bool(parts)


def people(book: str, count: int, beginning: str = "s") -> list[tuple[int, str]]:
    """Put people into a book, and return for each the row and a token."""
    found = []
    with Gradebook(book) as opened, opened.database.writing() as connection:
        for number in range(count):
            called = Person(id=f"{beginning}{number:04}", name=f"Student {beginning} {number:04}")
            person, _ = person_of(connection, called)
            found.append((person, make_token(connection, person, "tried")))
    return found


def hand_in(
    client: httpx.Client, token: str, files: Sequence[tuple[str, bytes]], exercise: str, once: str
) -> int:
    """Hand in as a terminal does; return the number of what was acknowledged.

    Raises
    ------
    httpx.HTTPError
        Where nothing was acknowledged.
    """
    answer = client.post(
        "/api/hand-ins",
        data={"exercise": exercise, "once": once},
        files=[("files", one) for one in files],
        headers={"authorization": f"Bearer {token}"},
    )
    if answer.status_code != 201:
        raise httpx.HTTPStatusError(
            f"{answer.status_code}: {answer.text[:300]}", request=answer.request, response=answer
        )
    return int(answer.json()["number"])
