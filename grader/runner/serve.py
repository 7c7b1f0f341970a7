"""The loop: one request in, one answer out, until the judge hangs up."""

from __future__ import annotations

__all__ = ["Channel", "Server", "make_ready", "serve"]

import contextlib
import functools
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.runner import own_paths
from grader.runner.environment import prepare, run_as
from grader.runner.failures import RefusedRequest, describe
from grader.runner.graphs import plain_graph
from grader.runner.load import Loader, replaced
from grader.runner.progress import telling
from grader.runner.shims import take_used
from grader.wire import Frame, FrameReader, Opaque, WireError, decode, encode, pieces
from grader.wire.forms import MAX_HANDLES
from grader.wire.records import plain_constant
from grader.wire.replies import (
    At,
    CallBack,
    LoadReport,
    Reply,
    Value,
    plain_report,
    reply_header,
)
from grader.wire.requests import (
    Call,
    Cell,
    Get,
    Load,
    Names,
    Open,
    Request,
    Return,
    Several,
    Tree,
    Use,
    answer_of,
    request_of,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import FrameType

    Spoken = tuple[Value, list[bytes]]

# Requests that may carry hidden data: failures in files that they import are not reported.
HOLDING = (Call, Several, Use)
OF_NO_FILE = (Open, Use)
NOTHING = contextlib.nullcontext()  # the usual case: a call must not pay for more


class Channel:
    """The connection to the judge, frame by frame."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._reader = FrameReader(max_body=256 << 20)
        self._frames: list[Frame] = []

    def receive(self) -> Frame:
        """Return the next frame; end the process if the judge has hung up."""
        while not self._frames:
            data = self._channel.recv(1 << 16)
            if not data:
                os._exit(0)
            self._frames += self._reader.feed(data)
        return self._frames.pop(0)

    def send(self, number: int, reply: Reply, buffers: list[bytes]) -> None:
        """Send the answer to a request; the large buffers are sent without a copy."""
        for piece in pieces(reply_header(number, reply), buffers):
            self._channel.sendall(piece)


class Server:
    """Answers the judge's requests with the results of the submission's code."""

    def __init__(self, link: Channel) -> None:
        self._link = link
        self.loader = Loader("", [], [])  # until the judge tells where the files are
        self._max_bytes = 64 << 20
        self._request: Any = None  # the number of the present request
        self._loading = False
        self._raised = False  # whether the last request failed
        self._held: list[Any] = []

    def answer(self, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Do what one request asks for, and send the result, whatever it raised."""
        self._request, chained, request = request_of(header)
        if not isinstance(request, OF_NO_FILE):
            run_as(f"{self.loader.root}/{request.file}")
        reply: Reply
        try:
            if self._raised and chained:
                raise RefusedRequest("missing", "what was to come before it failed")
            reply, raw = self._done(request, buffers)
            self._raised = False
        except BaseException as error:  # noqa: BLE001  (SystemExit and KeyboardInterrupt are answers too)
            reply, raw = describe(error, self.loader.root), []
            self._raised = True
        self.loader.files.lacking.forget()
        if isinstance(request, HOLDING):
            self.loader.files.forget()
        if used := take_used():
            reply = reply._replace(stood_in=used)
        _flush(sys.stdout)
        _flush(sys.stderr)
        try:
            self._link.send(self._request, reply, raw)
        except WireError as error:  # too many small values make the header too long
            self._raised = True
            self._link.send(
                self._request, describe(RefusedRequest("unsendable", str(error)), ""), []
            )

    def _done(self, request: Request, buffers: list[bytes]) -> Spoken:
        """Do what a request asks for and return the result."""
        match request:
            case Call():
                return self._call(request, buffers)
            case Get(file, name, steps_at):
                value = self.loader.attribute(file, name)
                if steps_at is not None:
                    tool = import_module("grader.runner.every_step")
                    value = tool.makes_every_step(value, f"{self.loader.root}/{file}", steps_at)
                return self._value(plain_constant(value))
            case Several():
                return self._several(request, buffers)
            case Use(module, name, arguments):
                tool = getattr(import_module(f"grader.runner.tools.{module}"), name)
                return self._value(tool(*self._arguments(arguments, buffers)), hold=True)
            case Cell():
                return self._cell(request, buffers)
            case Names(file):
                return self._value(self.loader.cells(file).left())
            case Load():
                return self._load(request)
            case Open():
                return self._open(request)

    def _open(self, request: Open) -> Spoken:
        self._max_bytes = request.max_bytes
        prepare(request)  # before any folder of the submission is on the import path
        self.loader = Loader(request.root, request.paths, request.stub_paths)
        self.loader.files.install()
        own_paths.install(request.root, request.stub_paths)
        make_ready()
        _asked[:] = [self._tell_where]
        return self._value(None)

    def _load(self, request: Load) -> Spoken:
        """Run a file, or its ``__main__`` part; return the borrowed stubs and the failures."""
        self.loader.files.obey(
            {(file, line) for file, line in request.skip},
            hurried=request.hurried,
            tell=None if request.tell is None else self._callback(request.tell),
        )
        self._loading = True
        try:
            self.loader.load(request.file)
            if request.wake:
                self.loader.wake(request.file, request.wake)
        finally:
            self._loading = False
        report = LoadReport(self.loader.borrowed_stubs(), self.loader.files.told())
        return self._value(plain_report(report))

    def _tell_where(self, number: int, frame: FrameType | None) -> None:
        """Tell which statement is running, when the judge interrupts a load that takes too long."""
        del number
        if self._loading:
            self._link.send(self._request, At(*self.loader.files.place(frame)), [])

    def _cell(self, request: Cell, buffers: list[bytes]) -> Spoken:
        """Run one cell of a notebook; send its value if it can be sent."""
        [source] = self._arguments(request.arguments, buffers)
        value = self.loader.cells(request.file).run(
            source, request.label, mode=request.mode, names=frozenset(request.names)
        )
        if not request.want_value:
            return self._value(None)
        try:
            return self._value(plain_graph(value))
        except RefusedRequest as refusal:
            return self._value(Opaque(type(value).__name__[:200], f"it {refusal}"))

    def _call(self, request: Call, buffers: list[bytes]) -> Spoken:
        arity = request.arity
        function = self.loader.function(request.file, request.name, arity)
        arguments = self._arguments(request.arguments, buffers)
        module = self.loader.load(request.file)
        others = dict(zip(request.instead, arguments[arity:], strict=True))
        apart = replaced(module, others) if others else NOTHING
        heard = NOTHING if request.tell is None else telling(self._callback(request.tell))
        with apart, heard:
            result = plain_graph(function(*arguments[:arity]))
        del arguments[arity:]
        if not request.want_arguments:
            return self._value(result, hold=request.hold)
        kept = [None if callable(a) or hasattr(a, "bit_generator") else a for a in arguments]
        return self._value((result, kept))

    def _several(self, request: Several, buffers: list[bytes]) -> Spoken:
        """Call a function several times; encode the results after the last call."""
        function = self.loader.function(request.file, request.name, request.arity)
        calls = self._arguments(request.arguments, buffers)
        cut = len(calls) - len(request.instead)
        others = dict(zip(request.instead, calls[cut:], strict=True))
        with replaced(self.loader.load(request.file), others):
            results = [function(*arguments) for arguments in calls[:cut]]
        return self._value([plain_graph(result) for result in results])

    def _arguments(self, tree: Tree, buffers: list[bytes]) -> list[Any]:
        arguments: list[Any] = decode(tree, buffers, revive=self._callback, recall=self._recall)
        return arguments

    def _hold(self, value: Any) -> int:
        """Keep an object that cannot be sent, and return its number."""
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

    def _value(self, value: Any, *, hold: bool = False) -> Spoken:
        try:
            held = self._hold if hold else None
            tree, raw = encode(value, hold=held, max_bytes=self._max_bytes, share=True)
        except WireError as error:
            raise RefusedRequest("unsendable", str(error)) from None
        return Value(tree), raw

    def _callback(self, number: int) -> Callable[..., Any]:
        """Make the function that calls a function in the judge's process."""

        def call_judge(*arguments: Any) -> Any:
            tree, raw = encode(list(arguments), max_bytes=self._max_bytes)
            self._link.send(self._request, CallBack(number, tree), raw)
            header, buffers = self._link.receive()
            answer = answer_of(header)
            if isinstance(answer, Return):
                return decode(answer.value, buffers)
            raise RuntimeError(answer.message)

        return call_judge


def _flush(stream: Any) -> None:
    """Pass on what was printed, whatever the submission has put in the place of a stream."""
    try:  # noqa: SIM105  (`suppress` takes five times as long, after every request)
        stream.flush()
    except BaseException:  # noqa: BLE001, S110  (it may be anything)
        pass


@functools.cache
def make_ready() -> None:
    """Do what is the same for every submission; a process that forks runners does it for them."""
    own_paths.make_ready()
    if hasattr(signal, "SIGUSR1"):
        signal.signal(signal.SIGUSR1, _ask)


def _ask(number: int, frame: FrameType | None) -> None:
    """Let the server tell which statement is running, if there is one."""
    for tell in _asked:
        tell(number, frame)


_asked: list[Callable[[int, FrameType | None], None]] = []


def serve(channel: socket.socket) -> None:
    """Answer requests on the channel until it closes; never returns.

    Parameters
    ----------
    channel : socket.socket
        One end of a stream socket pair; the judge has the other.
    """
    link = Channel(channel)
    server = Server(link)
    while True:
        server.answer(*link.receive())
