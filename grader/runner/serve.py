"""The loop: a request in, one answer out, until the judge hangs up."""

from __future__ import annotations

__all__ = ["Link", "Server", "serve"]

import contextlib
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.runner.failures import Refusal, describe
from grader.runner.graphs import plain_graph
from grader.runner.load import Loader, replaced
from grader.runner.progress import telling
from grader.runner.standins import take_used
from grader.runner.surroundings import prepare, run_as
from grader.wire import Frame, FrameReader, Opaque, WireError, decode, encode, pieces
from grader.wire.forms import MAX_HANDLES

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import FrameType


# Requests that may bring hidden data: what fails in files that are imported meanwhile is not told.
HOLDING = ("call", "several", "use")


class Link:
    """The channel to the judge, frame by frame."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._reader = FrameReader(max_body=256 << 20)
        self._frames: list[Frame] = []

    def receive(self) -> Frame:
        """Return the next frame; where the judge has hung up, the process ends."""
        while not self._frames:
            data = self._channel.recv(1 << 16)
            if not data:
                os._exit(0)
            self._frames += self._reader.feed(data)
        return self._frames.pop(0)

    def send(self, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Send a frame, its large buffers from where they are."""
        for piece in pieces(header, buffers):
            self._channel.sendall(piece)


class Server:
    """Answers the judge's requests with what the submission says."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.loader = Loader("", [], [])  # until the judge has said where the files lie
        self._max_bytes = 64 << 20
        self._request: Any = None
        self._loading = False
        self._raised = False  # whether the last request came to nothing
        self._held: list[Any] = []

    def answer(self, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Do what one request asks for, and say what came of it, whatever it raised."""
        self._request = header["id"]
        if "file" in header and header["op"] != "use":
            run_as(f"{self.loader.root}/{header['file']}")
        try:
            if self._raised and header.get("chained"):
                raise Refusal("missing", "what was to come before it failed")
            content, raw = getattr(self, f"_do_{header['op']}")(header, buffers)
            self._raised = False
        except BaseException as error:  # noqa: BLE001  (SystemExit and KeyboardInterrupt are answers too)
            content, raw = {"op": "raised", **describe(error, self.loader.root)}, []
            self._raised = True
        if header["op"] in HOLDING:
            self.loader.files.forget()
        if used := take_used():
            content["stood_in"] = used
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                stream.flush()
        try:
            self._link.send({"id": self._request, **content}, raw)
        except WireError as error:  # many small values make a header that is too long
            self._raised = True
            refusal = Refusal("unsendable", str(error))
            self._link.send({"id": self._request, "op": "raised", **describe(refusal, "")}, [])

    def _do_open(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        del buffers
        self._max_bytes = header["max_bytes"]
        prepare(header)  # before any folder of the submission is on the import path
        self.loader = Loader(header["root"], header["paths"], header["stub_paths"])
        self.loader.files.install()
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._tell_where)
        return self._value(None)

    def _do_load(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        """Run a file, or wake what sleeps in it; say which stubs it borrows, and what failed."""
        del buffers
        self.loader.files.obey(
            {(file, line) for file, line in header.get("skip", ())},
            hurried=header.get("hurried", False),
            tell=self._callback(header["tell"]) if "tell" in header else None,
        )
        self._loading = True
        try:
            self.loader.load(header["file"])
            if "wake" in header:
                self.loader.wake(header["file"], header["wake"])
        finally:
            self._loading = False
        return self._value([self.loader.borrowed_stubs(), self.loader.files.told()])

    def _tell_where(self, number: int, frame: FrameType | None) -> None:
        """Tell which statement is being loaded, to a judge who has lost its patience."""
        del number
        if self._loading:
            file, line = self.loader.files.place(frame)
            self._link.send({"id": self._request, "op": "at", "file": file, "line": line}, [])

    def _do_cell(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        """Run one cell of a notebook; what its value is, is sent where it can be."""
        [source] = self._arguments(header, buffers)
        cells = self.loader.cells(header["file"])
        value = cells.run(
            source, header["label"], mode=header["mode"], names=frozenset(header["names"])
        )
        if not header["want_value"]:
            return self._value(None)
        try:
            return self._value(plain_graph(value))
        except Refusal as refusal:
            return self._value(Opaque(type(value).__name__[:200], f"it {refusal}"))

    def _do_names(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        del buffers
        return self._value(self.loader.cells(header["file"]).left())

    def _do_get(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        del buffers
        return self._value(self.loader.attribute(header["file"], header["name"]))

    def _do_call(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        function = self.loader.function(header["file"], header["name"], header["count"])
        arguments = self._arguments(header, buffers)
        count, module = header["count"], self.loader.load(header["file"])
        others = dict(zip(header.get("instead", ()), arguments[count:], strict=True))
        listener = self._callback(header["tell"]) if "tell" in header else None
        with replaced(module, others), telling(listener):
            result = plain_graph(function(*arguments[:count]))
        del arguments[count:]
        if not header["want_arguments"]:
            return self._value(result, hold=header["hold"])
        kept = [None if callable(a) or hasattr(a, "bit_generator") else a for a in arguments]
        return self._value((result, kept))

    def _do_several(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        """Call a function several times; what it gave is looked at after the last call."""
        function = self.loader.function(header["file"], header["name"], header["count"])
        calls = self._arguments(header, buffers)
        names = header.get("instead", ())
        cut = len(calls) - len(names)
        others = dict(zip(names, calls[cut:], strict=True))
        with replaced(self.loader.load(header["file"]), others):
            results = [function(*arguments) for arguments in calls[:cut]]
        return self._value([plain_graph(result) for result in results])

    def _do_use(self, header: dict[str, Any], buffers: list[bytes]) -> Frame:
        """Call a function of our own, not of the submission: what to do with what is held here."""
        tool = getattr(import_module(f"grader.runner.tools.{header['file']}"), header["name"])
        return self._value(tool(*self._arguments(header, buffers)), hold=header["hold"])

    def _arguments(self, header: dict[str, Any], buffers: list[bytes]) -> list[Any]:
        arguments: list[Any] = decode(
            header["arguments"], buffers, revive=self._callback, recall=self._recall
        )
        return arguments

    def _hold(self, value: Any) -> int:
        """Keep an object that cannot travel, and return its number."""
        for number, held in enumerate(self._held):
            if held is value:
                return number
        if len(self._held) >= MAX_HANDLES:
            raise WireError(f"has more than {MAX_HANDLES:,} objects that are not plain data")
        self._held.append(value)
        return len(self._held) - 1

    def _recall(self, number: int, type_name: str) -> Any:
        del type_name
        return self._held[number]

    def _value(self, value: Any, *, hold: bool = False) -> Frame:
        try:
            held = self._hold if hold else None
            tree, raw = encode(value, hold=held, max_bytes=self._max_bytes, share=True)
        except WireError as error:
            raise Refusal("unsendable", str(error)) from None
        return {"op": "value", "value": tree}, raw

    def _callback(self, number: int) -> Callable[..., Any]:
        """Make the stand-in for a function that lives in the judge."""

        def call_judge(*arguments: Any) -> Any:
            tree, raw = encode(list(arguments), max_bytes=self._max_bytes)
            frame = {"id": self._request, "op": "callback", "callback": number, "arguments": tree}
            self._link.send(frame, raw)
            header, buffers = self._link.receive()
            if header["op"] != "return":
                raise RuntimeError(header["message"])
            return decode(header["value"], buffers)

        return call_judge


def serve(channel: socket.socket) -> None:
    """Answer requests on the channel until it closes; never returns.

    Parameters
    ----------
    channel : socket.socket
        One end of a stream socket pair; the judge has the other.
    """
    link = Link(channel)
    server = Server(link)
    while True:
        server.answer(*link.receive())
