"""``grader submit``: hand in on the portal, from a terminal."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import http.client
import json
import os
import secrets
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from rich.text import Text

from grader.cli import terminal
from grader.errors import GraderError, UsageError, os_error_sentence
from grader.intake.unpack import names

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

EXAMPLE = """\
example:
  export GRADER_PORTAL=https://grader.example.org GRADER_TOKEN=grader_…
                                      (the portal makes a token, on its page Terminal)
  grader submit learn_random_data.py --exercise 2
  grader submit neural_net/           all exercises in it, as a folder
"""
EXIT_CODES = "0 handed in, 1 it was not taken, 2 wrong usage"
PORTAL, TOKEN = "GRADER_PORTAL", "GRADER_TOKEN"
PIECE = 1 << 16
MOST_FILES = 500
TRIES = 4
LOOK_SECONDS = 1.0
MOST_SECONDS = 60.0  # without --wait, nobody waits longer than this


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="files, a folder, a zip or a notebook"
    )
    parser.add_argument(
        "--exercise",
        default="",
        metavar="N",
        help="for this exercise alone, by number or name: files of others stay as they were",
    )
    parser.add_argument(
        "--portal", metavar="URL", help=f"the portal's address ({PORTAL} where not given)"
    )
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help=f"a file that holds the token ({TOKEN} where not given)",
    )
    parser.add_argument(
        "--no-wait", action="store_true", help="do not wait until it has been graded"
    )


def run(options: argparse.Namespace) -> int:
    """Hand in, and print the outcome."""
    portal = _Portal(_address(options), _token(options))
    files = [one for path in options.paths for one in _files(path)]
    if not files:
        raise UsageError("There is no file in what you named.")
    if len(files) > MOST_FILES:
        raise UsageError(f"These are more than {MOST_FILES} files: name those of the exercise.")
    out = terminal.console()
    # The portal takes a form that is sent again for the same hand-in.
    fields = {"once": secrets.token_urlsafe(16), "exercise": options.exercise}
    told = portal.send("/api/hand-ins", fields, files)
    out.print(Text(f"Handed in: {terminal.one_line(str(told.get('url', '')), 300)}"))
    number = int(told.get("number", 0))
    state = portal.ask(f"/api/hand-ins/{number}")
    _print_taken(out, state)
    until = time.monotonic() + (0 if options.no_wait else MOST_SECONDS)
    while state.get("state") in ("queued", "running") and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        state = portal.ask(f"/api/hand-ins/{number}")
    words = {
        "done": "It is graded: the report is on that page.",
        "failed": "It could not be graded, by an error of the grader: it is kept.",
    }
    out.print(words.get(str(state.get("state")), "It waits to be graded: see that page."))
    return 0


def _print_taken(out: Any, state: dict[str, Any]) -> None:
    """Print for which file of the course each file was taken."""
    for one in state.get("taken", ()):
        name = terminal.one_line(str(one.get("name", "")), 120)
        taken_as = terminal.one_line(str(one.get("taken_as", "")), 120)
        out.print(Text(f"  {name}: " + (f"taken as {taken_as}" if taken_as else "kept beside")))
    for note in state.get("notes", ()):
        out.print(Text(f"  {terminal.one_line(str(note), 400)}"))


def _address(options: argparse.Namespace) -> str:
    address = options.portal or os.environ.get(PORTAL, "")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"Name the portal by --portal or {PORTAL}, as https://grader.example.org.")
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not is_here:
        raise UsageError(
            f"{address} is not encrypted, and your token could be read on the way: use https://."
        )
    return str(address).rstrip("/")


def _token(options: argparse.Namespace) -> str:
    token = os.environ.get(TOKEN, "")
    if options.token_file:
        try:
            token = options.token_file.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"The token cannot be read: {os_error_sentence(error)}.") from error
    token = token.strip()
    if not token or not token.isprintable() or not token.isascii() or " " in token:
        raise UsageError(
            f"A token is needed: make one on the portal's page Terminal, and set {TOKEN} or name a "
            "file by --token-file."
        )
    return token


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a path, each by the name under which it is sent."""
    if path.is_file():
        yield path.name, path
    elif path.is_dir():
        root = path.resolve()
        for found in sorted(root.rglob("*")):
            parts = found.relative_to(root).parts
            if found.is_file() and not found.is_symlink() and not names.is_junk(parts):
                yield "/".join((root.name, *parts)), found
    else:
        raise UsageError(f"{path} is not there: check how the path is written.")


@dataclass(frozen=True, slots=True)
class _Portal:
    """A client of a portal."""

    address: str
    token: str

    def ask(self, path: str) -> dict[str, Any]:
        """Send a request, and return the portal's answer."""
        return self._answer("GET", path, None, {})

    def send(
        self, path: str, fields: dict[str, str], files: Sequence[tuple[str, Path]]
    ) -> dict[str, Any]:
        """Send a form with files, chunk by chunk."""
        boundary = secrets.token_hex(16)
        form = _Form(boundary, fields, files)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(form.length()),
        }
        return self._answer("POST", path, form, headers)

    def _answer(
        self, method: str, path: str, form: _Form | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                status, told = self._once(method, path, form, headers)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if not left:
                    said = os_error_sentence(error) if isinstance(error, OSError) else str(error)
                    raise GraderError(
                        f"The portal {self.address} cannot be reached: {said}."
                    ) from error
            else:
                if status < 300:
                    return told
                if status not in (502, 503, 504) or not left:
                    said = terminal.one_line(str(told.get("said", "")), 600)
                    raise GraderError(f"It was not taken: {said or f'the portal said {status}.'}")
            time.sleep(1.0 + TRIES - left)
        raise GraderError("The portal did not answer.")  # pragma: no cover

    def _once(
        self, method: str, path: str, form: _Form | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(self.address)
        kind: type[http.client.HTTPConnection] = http.client.HTTPConnection
        given: dict[str, Any] = {"timeout": 120}
        if parts.scheme == "https":
            kind = http.client.HTTPSConnection
            given["context"] = ssl.create_default_context()
        connection = kind(parts.hostname or "", parts.port, **given)
        try:
            connection.request(
                method,
                parts.path + path,
                body=None if form is None else form.pieces(),
                headers={**headers, "Authorization": f"Bearer {self.token}"},
            )
            answer = connection.getresponse()
            said = json.loads(answer.read(1 << 20) or b"{}")
            return answer.status, said if isinstance(said, dict) else {}
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class _Form:
    """A form with files, which are read while they are sent."""

    boundary: str
    fields: dict[str, str]
    files: Sequence[tuple[str, Path]]

    def _heads(self) -> Iterator[tuple[bytes, Path | None]]:
        for name, value in self.fields.items():
            yield self._head(f'name="{name}"') + value.encode(), None
        for name, path in self.files:
            shown = quote(name, safe="/ ()[]{}+,;=@!$&'-_.~") if '"' in name else name
            yield self._head(f'name="files"; filename="{shown}"'), path

    def _head(self, said: str) -> bytes:
        return f"--{self.boundary}\r\nContent-Disposition: form-data; {said}\r\n\r\n".encode()

    @property
    def _end(self) -> bytes:
        return f"--{self.boundary}--\r\n".encode()

    def length(self) -> int:
        """Return the size in bytes."""
        parts = sum(
            len(head) + (path.stat().st_size if path else 0) + 2 for head, path in self._heads()
        )
        return parts + len(self._end)

    def pieces(self) -> Iterator[bytes]:
        """Yield the form's bytes in chunks."""
        for head, path in self._heads():
            yield head
            if path is not None:
                with path.open("rb") as file:
                    while piece := file.read(PIECE):
                        yield piece
            yield b"\r\n"
        yield self._end
