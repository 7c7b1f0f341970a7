"""The connection to one live runner: exchange frames, drain its output, keep deadlines."""

from __future__ import annotations

__all__ = ["Connection", "RunnerLost"]

import contextlib
import selectors
import socket
import struct
import sys
import threading
import time
from typing import TYPE_CHECKING

from grader.submission.connection.deadline import DeadlinePassed
from grader.submission.connection.headers import decoded_at_once
from grader.util.wording import counted
from grader.wire import FrameReader, WireError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.sandbox.launcher import Process
    from grader.wire import Frame

CHUNK = 1 << 17
MAX_TALK_SECONDS = 0.05
# Most replies come sooner than this. To wait for one by reading takes one system call; to wait for
# the channel and the output takes two, and is needed only where the output stands in the way.
SOON = struct.pack("@ll", 0, 2000) if sys.platform == "linux" else b""  # seconds, microseconds
AT_ONCE = getattr(socket, "MSG_DONTWAIT", 0)
_OF_THREAD = threading.local()


class RunnerLost(Exception):
    """The runner is gone, or breaks the protocol; `malformed` says which."""

    def __init__(self, message: str, *, malformed: bool) -> None:
        super().__init__(message)
        self.malformed = malformed


class Connection:
    """Talks to one runner and never waits for it longer than a deadline.

    Parameters
    ----------
    process : Process
        The live runner.
    max_reply : int
        Maximal size of the buffers of one frame, bytes.
    max_output : int
        The number of bytes of output that are kept between two calls of `take_output`.
    """

    def __init__(self, process: Process, *, max_reply: int, max_output: int) -> None:
        self.process = process
        self._reader = FrameReader(max_body=max_reply, decode=decoded_at_once)
        self._frames: list[Frame] = []
        self._malformed = ""  # the error in the bytes after the whole frames, if they are no frame
        self._max_output = max_output
        self._output = bytearray()
        self._cut = 0
        process.channel.setblocking(bool(SOON))
        if SOON:
            process.channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, SOON)
        process.output.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(process.channel, selectors.EVENT_READ)
        self._selector.register(process.output, selectors.EVENT_READ)

    def close(self) -> None:
        """Forget the sockets (the process's own `end` closes them)."""
        self._selector.close()

    def send(self, frame: bytes, until: float) -> None:
        """Send a frame before a time (on `time.monotonic`).

        Raises
        ------
        DeadlinePassed
            That time has passed.
        Lost
            The channel closed.
        """
        view = memoryview(frame)
        try:
            view = view[self.process.channel.send(view, AT_ONCE) :]
        except BlockingIOError:
            pass
        except OSError as error:
            raise RunnerLost(str(error), malformed=False) from None
        if view:  # rare: the socket was full
            self._send_rest(view, until)

    def _send_rest(self, view: memoryview, until: float) -> None:
        """Send the part for which the socket had no room."""
        self._selector.modify(self.process.channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
        try:
            while view:
                left = until - time.monotonic()
                if left <= 0:
                    raise DeadlinePassed
                if self._wait(left) & selectors.EVENT_WRITE:
                    with contextlib.suppress(BlockingIOError):
                        view = view[self.process.channel.send(view, AT_ONCE) :]
        except OSError as error:
            raise RunnerLost(str(error), malformed=False) from None
        finally:
            self._selector.modify(self.process.channel, selectors.EVENT_READ)

    def receive(self, looks: Iterable[float]) -> Frame:
        """Return the next frame.

        Parameters
        ----------
        looks : iterable of float
            The times (on `time.monotonic`) until which to wait; the next one is taken when a wait
            was in vain. See `Deadline.looks`, which raises errors of its own.

        Raises
        ------
        DeadlinePassed
            The last of them has passed, even if bytes were still coming in.
        Lost
            The channel closed, or the next bytes are not a frame.
        """
        for until in looks:
            while not self._frames:
                if self._malformed:
                    raise RunnerLost(self._malformed, malformed=True)
                left = until - time.monotonic()
                if left <= 0:
                    break
                if self._wait(left) & selectors.EVENT_READ and (frame := self.soon()):
                    return frame
            else:
                return self._frames.pop(0)
        raise DeadlinePassed

    def soon(self) -> Frame | None:
        """Return the next frame if it comes within milliseconds, else None.

        Where a read cannot wait (other systems than Linux), it is there already or None.

        Raises
        ------
        Lost
            The channel closed.
        """
        if not self._frames and not self._malformed:
            chunk = _chunk()
            try:
                count = self.process.channel.recv_into(chunk)
            except BlockingIOError:
                return None
            except OSError as error:
                raise RunnerLost(str(error), malformed=False) from None
            if not count:
                raise RunnerLost("the channel closed", malformed=False)
            try:
                self._frames += self._reader.feed(bytes(chunk[:count]))
            except WireError as error:  # whole frames that came before it still count
                self._malformed = str(error)
        return self._frames.pop(0) if self._frames else None

    @property
    def pending(self) -> bool:
        """True if a frame has come without a request."""
        return bool(self._frames)

    def take_output(self) -> str:
        """Return the submission's output since the last call."""
        until = time.monotonic() + MAX_TALK_SECONDS
        while self._drain() and time.monotonic() < until:
            pass
        text = self._output.decode("utf-8", "replace")
        if self._cut:
            kept = f"{self._max_output >> 10} KiB are kept"
            text += f"\n[… {counted(self._cut, 'more byte')} left out: {kept}]"
        self._output.clear()
        self._cut = 0
        return text

    def _wait(self, seconds: float) -> int:
        """Wait for the channel, draining the output meanwhile; return the events on the channel."""
        ready = 0
        for key, mask in self._selector.select(seconds):
            if key.fileobj is self.process.channel:
                ready = mask
            else:
                self._drain()
        return ready

    def _drain(self) -> bool:
        chunk = _chunk()
        try:
            count = self.process.output.recv_into(chunk)
        except OSError:
            return False
        if not count:
            if self.process.output in self._selector.get_map():
                self._selector.unregister(self.process.output)
            return False
        room = max(0, self._max_output - len(self._output))
        self._output += chunk[: min(room, count)]
        self._cut += max(0, count - room)
        return True


def _chunk() -> memoryview:
    """Return this thread's buffer for incoming bytes; between two calls it holds nothing."""
    if not hasattr(_OF_THREAD, "chunk"):
        _OF_THREAD.chunk = memoryview(bytearray(CHUNK))
    chunk: memoryview = _OF_THREAD.chunk
    return chunk
