"""Read uploads as a stream: onto disk, under names of the portal's, within limits.

Of the body no more than a piece is in memory at any time. The names that people gave are kept as
words, and name no file of this machine.
"""

from __future__ import annotations

__all__ = ["FormRead", "UploadError", "read_upload"]

import contextlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

import anyio
from python_multipart.exceptions import FormParserError, MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from grader.intake.uploaded import UploadedFile
from grader.results import size_in_words
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request

    from grader.portal.context import PortalContext

FIELD_BYTES = 4096
MOST_FIELDS = 12
# Parts beside files: fields, and fields for files that were left empty.
MOST_OTHER_PARTS = 2 * MOST_FIELDS
PIECE_BYTES = 1 << 18  # so much is collected before it is written, in a thread
NAME_CHARACTERS = 2000
WAIT_SECONDS = 60.0  # for the next piece
WHOLE_SECONDS = 900.0
# A browser shows an answer only when it has sent all: so much is read and thrown away for that.
THROWN_AWAY = 256 << 20


class UploadError(Exception):
    """An upload was refused; has a sentence and the response's status."""

    def __init__(self, said: str, status: int = 413) -> None:
        super().__init__(said)
        self.said = said
        self.status = status


@dataclass(slots=True)
class FormRead:
    """A form with files.

    Attributes
    ----------
    fields : dict of str to str
        Its short fields.
    files : list of UploadedFile
        Its files, in the order in which they came; those that are empty and nameless are none.
    """

    fields: dict[str, str] = field(default_factory=dict)
    files: list[UploadedFile] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """One part of the form, while it is received."""

    name: str = ""
    filename: str | None = None
    value: bytearray = field(default_factory=bytearray)
    file: IO[bytes] | None = None
    path: str = ""


class _Form:
    """Parses a form; data are buffered, and `flush` writes them in a thread."""

    def __init__(self, boundary: bytes, folder: Path, most_files: int) -> None:
        self.read = FormRead()
        self.is_whole = False
        self.pending = 0
        self._folder = folder
        self._most_files = most_files
        self._parts = 0
        self._part = _Part()
        self._header = [bytearray(), bytearray()]
        self._headers: dict[bytes, bytes] = {}
        self._writes: list[tuple[IO[bytes], bytes]] = []
        self._finished: list[IO[bytes]] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_field,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._on_end,
                "on_end": self._on_whole,
            },
        )

    def feed(self, piece: bytes) -> None:
        self._parser.write(piece)

    def flush(self) -> None:
        """Write the buffered data; called in a thread."""
        for file, content in self._writes:
            file.write(content)
        self._writes, self.pending = [], 0
        for file in self._finished:
            file.close()
        self._finished = []

    def close(self) -> None:
        if self._part.file:
            self._part.file.close()
        for file in self._finished:
            file.close()

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > self._most_files + MOST_OTHER_PARTS:
            raise UploadError("This form has too many fields: reload the page.", 400)
        self._part, self._headers = _Part(), {}

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _on_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = [bytearray(), bytearray()]

    def _on_headers(self) -> None:
        said = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(said)
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            return
        name = options[b"filename"].decode("utf-8", "replace")
        self._part.filename = name[:NAME_CHARACTERS]
        if not name:
            return  # a file field that was left empty
        if len(self.read.files) >= self._most_files:
            raise UploadError(
                f"These are more than {counted(self._most_files, 'file')}: hand in the course's "
                "files only, or pack them as a zip."
            )
        path = self._folder / str(len(self.read.files))
        self._part.path = str(path)
        self._part.file = path.open("xb")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.filename is not None:
            if part.file:
                self._writes.append((part.file, data[start:end]))
                self.pending += end - start
            return
        part.value += data[start:end]
        if len(part.value) > FIELD_BYTES:
            raise UploadError("A field of this form is too long: reload the page.", 400)

    def _on_end(self) -> None:
        part = self._part
        if part.file:
            self._finished.append(part.file)
            part.file = None
            self.read.files.append(UploadedFile(part.filename or "", part.path))
        elif part.filename is None:
            if len(self.read.fields) >= MOST_FIELDS:
                raise UploadError("This form has too many fields: reload the page.", 400)
            self.read.fields[part.name] = part.value.decode("utf-8", "replace")

    def _on_whole(self) -> None:
        self.is_whole = True


@contextlib.asynccontextmanager
async def read_upload(request: Request, context: PortalContext) -> AsyncIterator[FormRead]:
    """Read a form with files; the files exist while the context is open.

    Parameters
    ----------
    request : Request
        With a body of ``multipart/form-data``.
    context : PortalContext
        With the limits, and the folder for what comes.

    Raises
    ------
    UploadError
        Where it is too much, too slow, or no such form.
    """
    most = context.settings.upload_bytes
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise UploadError("This is not a form with files: reload the page.", 400)
    too_much = UploadError(
        f"This is more than {size_in_words(most)}, which one hand-in may have: leave out what no "
        "exercise needs, such as data or environments."
    )
    stream = request.stream()
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most + FIELD_BYTES * MOST_FIELDS:
        await _throw_away(stream)
        raise too_much
    folder = await context.ask(context.spool.new)
    form: _Form | None = None
    try:
        form = _Form(boundary, folder, context.settings.upload_files)
        await _read(form, stream, context, most, too_much)
        yield form.read
    finally:
        if form is not None:
            form.close()
        with anyio.CancelScope(shield=True):
            await context.ask(context.spool.remove, folder)


async def _read(
    form: _Form, stream: Any, context: PortalContext, most: int, too_much: UploadError
) -> None:
    came = 0
    try:
        with anyio.fail_after(WHOLE_SECONDS):
            async for piece in _timely(stream):
                came += len(piece)
                if came > most + FIELD_BYTES * MOST_FIELDS:
                    raise too_much
                form.feed(piece)
                if form.pending >= PIECE_BYTES:
                    await context.ask(form.flush)
            await context.ask(form.flush)
    except (FormParserError, MultipartParseError) as error:
        raise UploadError("This form came damaged: try again.", 400) from error
    except TimeoutError as error:
        raise UploadError("This came too slowly: try again on a better connection.", 408) from error
    except UploadError:
        await _throw_away(stream)
        raise
    if not form.is_whole:
        raise UploadError("This form came incomplete: try again.", 400)


async def _timely(stream: Any) -> AsyncIterator[bytes]:
    """Yield the chunks of a body; each has a deadline."""
    pieces = aiter(stream)
    while True:
        with anyio.fail_after(WAIT_SECONDS):
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
        yield piece


async def _throw_away(stream: Any) -> None:
    """Discard the rest, so that the browser gets to read the response."""
    left = THROWN_AWAY
    with contextlib.suppress(TimeoutError), anyio.fail_after(WAIT_SECONDS):
        async for piece in stream:
            left -= len(piece)
            if left < 0:
                return
