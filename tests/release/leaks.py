"""The secret lines of a course, and the unpacked content of a kit, for comparison."""

from __future__ import annotations

import ast
import base64
import binascii
import functools
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from grader.authoring.stubs import BEGIN, END, STUB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORTEST = 24
TRIVIAL = re.compile(r"^(#|\"\"\"|import |from |@|def |class |raise |\)|\]|\})")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{80,}={0,2}")
HIDDEN = re.compile(r"visibility=('hidden'|Visibility.HIDDEN)")
# From here on, a line is looked for inside of others too.
TELLING = 45
# Not secret: lines that everybody writes, and that the grader's own Keras code contains.
IDIOMS = (
    'model.compile(optimizer="adam", loss="sparse_categorical_crossentropy"',
    "if not np.isfinite(losses).all():",
)
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


def secret_lines(root: Path) -> dict[str, str]:
    """Return each line that is secret, with the place where it stands."""
    solutions = root / "solutions"
    answers: dict[str, str] = {}
    secret: dict[str, str] = {}
    shared: set[str] = set()
    for path in sorted(solutions.rglob("*.py")):
        inside = path.relative_to(solutions)
        text = path.read_text(encoding="utf-8")
        if inside.parts[0] == "checks":
            _sort(text, str(inside), secret, shared)
        elif inside.parts[0] != "alternatives":
            answers.update(dict.fromkeys(_answers(text), str(inside)))
    stubs: set[str] = set()
    for path in sorted((root / "assignments").rglob("*.py")):
        stubs |= {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
    kept = {line: place for line, place in secret.items() if line not in shared} | answers
    return {
        line: place
        for line, place in kept.items()
        if len(line) >= SHORTEST
        and not TRIVIAL.match(line)
        and not line.startswith(IDIOMS)
        and line not in stubs
    }


def _answers(text: str) -> Iterator[str]:
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line in {BEGIN, END}:
            inside = line == BEGIN
        elif inside and not line.startswith(STUB):
            yield line


def _sort(text: str, place: str, secret: dict[str, str], shared: set[str]) -> None:
    """Sort definitions: hidden checks, known mistakes and recorded functions are secret."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("misconceptions("):
            secret.update(dict.fromkeys(_versions(node.value, lines), f"{place}: a known mistake"))
        if not isinstance(node, ast.FunctionDef):
            continue
        marks = {ast.unparse(mark) for mark in node.decorator_list}
        names = {mark.partition("(")[0] for mark in marks}
        code = _code_of(node, lines)
        is_hidden = "check" in names and any(HIDDEN.search(mark) for mark in marks)
        if is_hidden or names & {"misconception", "recorded"}:
            secret.update(dict.fromkeys(code, f"{place}: {node.name}"))
        else:
            shared.update(code)


def _versions(table: ast.expr, lines: list[str]) -> Iterator[str]:
    """Yield the lines of the wrong versions in a table: their sentences are what students read."""
    for one in ast.walk(table):
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "Wrong":
            first, last = one.args[0].lineno, one.args[0].end_lineno
            yield from (line.strip() for line in lines[first - 1 : last])


def _code_of(node: ast.FunctionDef, lines: list[str]) -> list[str]:
    """Return the lines below the docstring: that is a sentence which students read."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return []
    return [line.strip() for line in lines[body[0].lineno - 1 : node.end_lineno]]


def opened(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield some bytes, and all that is packed, compressed or encoded in them."""
    yield content
    if depth > 3:
        return
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from opened(archive.read(name), depth + 1)
        return
    for found in BASE64.finditer(content):
        try:
            yield from opened(base64.b64decode(found[0] + b"=" * (-len(found[0]) % 4)), depth + 1)
        except (binascii.Error, ValueError):
            continue
    for found in ZLIB.finditer(content):
        try:
            inflated = zlib.decompressobj().decompress(content[found.start() :], 1 << 24)
        except zlib.error:
            continue
        if len(inflated) > SHORTEST:
            yield from opened(inflated, depth + 1)


@functools.cache
def everything_in(packed: bytes) -> bytes:
    """Return all that a zip holds, opened; what is there several times once."""
    return b"\n".join(dict.fromkeys(opened(packed)))


def leaks(packed: bytes, secret: dict[str, str]) -> dict[str, str]:
    """Return the secret lines that stand anywhere in a zip, with the places that they are from."""
    everything = everything_in(packed).decode("utf-8", "replace")
    plain = everything.replace("\\n", "\n").replace('\\"', '"')  # as texts stand in JSON
    different = {*everything.splitlines(), *plain.splitlines()}
    lines = {line.strip().strip('",').strip() for line in different}
    return {
        line: place
        for line, place in secret.items()
        if line in lines or line.strip('",') in lines or (len(line) >= TELLING and line in plain)
    }
