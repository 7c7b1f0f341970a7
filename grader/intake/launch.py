"""Start the process that reads an archive, and check everything that it sends.

The archive is passed as an open file on standard input, and frames come out on standard output. The
process has no other file, an empty environment and limits of its own. A stricter way to start a
process can replace `start`.
"""

from __future__ import annotations

__all__ = ["HelperFrame", "Request", "read_archive", "start"]

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from grader.errors import GraderError, IntakeError
from grader.intake.display import quoted
from grader.intake.unpack import helper_frames as frames
from grader.intake.unpack import names, reasons
from grader.util.child_environment import empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from unpack.main import main; main(sys.argv[2:])"
)
_HOME = Path(__file__).resolve().parent
_CHUNK = 1 << 18
_MAX_FRAME_NAME = 8192
_MAX_SMALL_BODY = 8192
_KINDS = frozenset(
    (
        frames.FILE,
        frames.LEFT_OUT,
        frames.LISTED,
        frames.BYTES,
        frames.REFUSED,
        frames.OURS,
        frames.END,
    )
)


class HelperFrame(NamedTuple):
    """One message of the helper."""

    kind: bytes
    name: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Request:
    """A task for the helper process.

    Attributes
    ----------
    mode : str
        ``tree`` (send the files), ``list`` (send the names) or ``plain`` (send decompressed).
    shown : str
        The archive's name in sentences, quoted.
    file, total, files, entries, stream, memory : int
        The limits that the helper keeps, and that are checked here again.
    seconds, deadline : int, float
        Processor time, and the time (`time.monotonic`) at which the helper is stopped.
    runs : tuple of (int, int)
        The start and the number of records in each run; empty for all records.
    """

    mode: str
    shown: str
    file: int
    total: int
    files: int
    entries: int
    stream: int
    memory: int
    seconds: int
    deadline: float
    runs: tuple[tuple[int, int], ...] = ()

    def arguments(self) -> list[str]:
        """Return the request as the helper's command line."""
        numbers = ",".join(str(getattr(self, name)) for name in frames.HelperLimits.NAMES)
        return [self.mode, numbers, ",".join(f"{start}:{count}" for start, count in self.runs)]


def start(arguments: Sequence[str], archive: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the helper, with a clean environment, no site-packages and its own session."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
        [sys.executable, "-I", "-S", "-B", "-c", _BOOT, str(_HOME), *arguments],
        stdin=archive,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=empty(),
        cwd=os.sep,
        start_new_session=True,
    )


def read_archive(archive: IO[bytes], request: Request) -> Iterator[HelperFrame]:
    """Let the helper read an archive, and yield its content.

    Parameters
    ----------
    archive : binary file
        The task, and its limits.
    request : Request
        What to do with it, and within which limits.

    Yields
    ------
    HelperFrame
        Of the kinds `FILE`, `LEFT_OUT`, `LISTED` and `BYTES`, checked.

    Raises
    ------
    IntakeError
        If the archive cannot be trusted, or takes too long.
    GraderError
        If the helper ended without a message, or sent one that is not allowed.
    """
    try:
        process = start(request.arguments(), archive)
    except OSError as error:
        raise GraderError(f"The process that opens archives cannot be started: {error}.") from error
    with contextlib.closing(_Reader(process, request)) as reader:
        yield from reader.frames()


class _Reader:
    """Reads the frames of one helper until its end or its deadline, and always ends it."""

    def __init__(self, process: subprocess.Popen[bytes], request: Request) -> None:
        self._process = process
        self._request = request
        self._buffer = bytearray()
        assert process.stdout is not None  # noqa: S101 - the caller asked for it
        self._pipe = process.stdout
        self._selector: selectors.BaseSelector | None = None
        self._timer: threading.Timer | None = None
        if sys.platform == "win32":
            # Windows cannot wait for a pipe with a timeout; ending the process ends the read.
            self._timer = threading.Timer(self._left(), process.kill)
            self._timer.daemon = True
            self._timer.start()
        else:
            self._selector = selectors.DefaultSelector()
            self._selector.register(self._pipe, selectors.EVENT_READ)

    def _left(self) -> float:
        return max(0.0, self._request.deadline - time.monotonic())

    def _too_late(self) -> IntakeError:
        return IntakeError(f"{self._request.shown} {reasons.REFUSED['time']}.")

    def close(self) -> None:
        """End the helper and the processes that it may have started."""
        if self._timer:
            self._timer.cancel()
        if self._selector:
            self._selector.close()
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._pipe.close()

    def _take(self, length: int) -> bytes:
        """Return the next bytes, or raise the error that explains why there are none."""
        while len(self._buffer) < length:
            if self._left() <= 0 or (self._selector and not self._selector.select(self._left())):
                raise self._too_late()
            data = os.read(self._pipe.fileno(), _CHUNK)
            if not data:
                raise self._ended_early()
            self._buffer += data
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def _ended_early(self) -> Exception:
        """Return the error for a helper that ended early: the archive's fault, or ours."""
        try:
            status = self._process.wait(self._left())
        except subprocess.TimeoutExpired:
            return self._too_late()
        out_of_time = sys.platform != "win32" and status == -signal.SIGXCPU
        if out_of_time or self._left() <= 0:
            return self._too_late()
        return GraderError(
            f"The process that opens {self._request.shown} ended with status {status} before it "
            "had finished; this is not the submission's fault: run it again."
        )

    def _wrong(self, what: str) -> GraderError:
        return GraderError(
            f"The process that opens {self._request.shown} broke its protocol ({what}); "
            "nothing of it was graded: report it to the maintainers of the grader."
        )

    def frames(self) -> Iterator[HelperFrame]:
        """Yield the frames, after checking each of them and their total."""
        total = count = left_out = 0
        while True:
            frame = self._frame(max(0, self._request.total - total))
            if frame.kind == frames.END:
                return
            if frame.kind == frames.REFUSED:
                raise self._refused(frame)
            if frame.kind == frames.OURS:
                raise self._ours(frame)
            if frame.kind == frames.LEFT_OUT:
                left_out += 1
                if frame.body.decode("ascii", "replace") not in reasons.LEFT_OUT:
                    raise self._wrong("a reason that does not exist")
            elif frame.kind == frames.BYTES:
                total += len(frame.body)
            else:
                count += 1
                total += len(frame.body) if frame.kind == frames.FILE else 0
                if names.problem(frame.name):
                    raise self._wrong("a name that had to be left out")
            most = self._request.files if self._request.mode == "tree" else self._request.entries
            if count > most or left_out > self._request.entries:
                raise self._wrong("more entries than agreed")
            yield frame

    def _frame(self, room: int) -> HelperFrame:
        kind, name_length, body_length = frames.HEAD.unpack(self._take(frames.HEAD.size))
        expected = {
            "tree": frames.FILE,
            "list": frames.LISTED,
            "plain": frames.BYTES,
        }[self._request.mode]
        if kind not in _KINDS or (
            kind in (frames.FILE, frames.LISTED, frames.BYTES) and kind != expected
        ):
            raise self._wrong("a frame of an unknown kind")
        most = room if kind in (frames.FILE, frames.BYTES) else _MAX_SMALL_BODY
        if name_length > _MAX_FRAME_NAME or body_length > most:
            raise self._wrong("a frame that is too long")
        if kind == frames.LISTED and body_length != frames.RECORD.size:
            raise self._wrong("a frame of a wrong length")
        try:
            name = self._take(name_length).decode()
        except UnicodeDecodeError:
            raise self._wrong("a name that is not text") from None
        return HelperFrame(kind, name, self._take(body_length))

    def _refused(self, frame: HelperFrame) -> Exception:
        reason = reasons.REFUSED.get(frame.body.decode("ascii", "replace"))
        if reason is None:
            return self._wrong("a reason that does not exist")
        where = f" (seen at {quoted(frame.name)})" if frame.name else ""
        return IntakeError(f"{self._request.shown} {reason}{where}.")

    def _ours(self, frame: HelperFrame) -> GraderError:
        error = GraderError(
            f"The process that opens archives failed on {self._request.shown}; this is not the "
            "submission's fault: report it to the maintainers of the grader."
        )
        error.add_note(frame.body.decode("utf-8", "replace"))
        return error
