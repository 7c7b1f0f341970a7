"""Answers that are data and no code: a TOML file, read as a module of its top-level names.

Reading is not harmless: a parser can be sent into a recursion, or kept busy. So it happens here,
in the process that can be thrown away, and what travels on are plain values.

What is no TOML is read line by line (`grader.runner.lines`), and a header that is missing or
misspelled is put right where the course's own file leaves no doubt.
"""

from __future__ import annotations

__all__ = ["MAX_BYTES", "REMARKS", "read_table"]

import codecs
import tomllib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.runner.failures import RefusedRequest
from grader.runner.lines import LineEntry, read_lines, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MAX_BYTES = 64 << 10
REMARKS = "__remarks__"
"""The name under which a module holds what was put right, and lines that are no answers."""
_ALIKE = 0.75  # how much of a header has to be right for it to be known
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

Template = dict[str, frozenset[str]]


def read_table(path: Path, file: str, template: Path | None = None) -> ModuleType:
    """Return a module that holds the file's top-level names, and runs nothing.

    Parameters
    ----------
    path : Path
        Where the file lies.
    file : str
        How it is called in messages.
    template : Path, optional
        The file as the course hands it out: which names stand below which header.

    Returns
    -------
    ModuleType
        Its `REMARKS` are sentences for its author. An answer that cannot be read is a table as
        `grader.runner.lines.unread` makes it.

    Raises
    ------
    RefusedRequest
        Of the kind ``unreadable``, where it is too large.
    """
    with path.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise RefusedRequest("unreadable", f"{file} is larger than {MAX_BYTES >> 10} KiB")
    text, remarks = _decoded(content, file)
    known = _names_of(template)
    entries, strange = _entries(text, file, known)
    tables = _Tables(known, file, entries)
    module = ModuleType(path.stem)
    for name, value in tables.found.items():
        if not name.startswith("__"):  # Python's own names, some of which would be called
            setattr(module, name, value)
    setattr(module, REMARKS, [*remarks, *tables.remarks, *strange])
    return module


def _decoded(content: bytes, file: str) -> tuple[str, list[str]]:
    """Return the text of a file as editors save it, and what is to be said of that."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace"), []
    try:
        return content.decode(), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    remark = (
        f"{file} is not saved as UTF-8 (line {line}): it was read as Windows-1252. Save it as "
        "UTF-8 in your editor."
    )
    return content.decode("cp1252", "replace"), [remark]


def _names_of(template: Path | None) -> Template:
    """Return the names below each header of the course's own file, as far as there is one."""
    try:
        found = tomllib.loads(template.read_text("utf-8")) if template else {}
    except (OSError, ValueError, RecursionError):  # in a kit it may be the student's, unfinished
        return {}
    return {name: frozenset(table) for name, table in found.items() if isinstance(table, dict)}


def _entries(text: str, file: str, known: Template) -> tuple[list[LineEntry], list[str]]:
    try:
        return list(_flat(tomllib.loads(text))), []
    except (ValueError, RecursionError):  # no TOML, a number of too many digits, nested too deeply
        keys = frozenset(key.casefold() for names in known.values() for key in names)
        tables = frozenset(name.casefold() for name in known)
        return read_lines(text, file, keys, tables)


def _flat(found: Mapping[str, Any]) -> Iterable[LineEntry]:
    for name, value in found.items():
        tables = value if isinstance(value, list) and value else [value]
        if all(isinstance(table, dict) for table in tables):
            for table in tables:
                yield from (LineEntry(0, name, key, inner) for key, inner in table.items())
                if not table:
                    yield LineEntry(0, name, "", None)
        else:
            yield LineEntry(0, "", name, value)


class _Tables:
    """The answers below their headers, as the course's own file has them."""

    def __init__(self, known: Template, file: str, entries: Iterable[LineEntry]) -> None:
        self._known = known
        self._file = file
        self._headers = {_known_header(entry.table, known) for entry in entries}
        self._header = ""  # as it is written
        self._table = ""  # below which the answers belong
        self._lines: dict[tuple[str, str], int] = {}
        self.found: dict[str, Any] = {}
        self.remarks: list[str] = []
        for entry in entries:
            self._add(entry)

    def _add(self, entry: LineEntry) -> None:
        """Put an answer in its place."""
        if entry.table != self._header:
            self._header, self._table = entry.table, _known_header(entry.table, self._known)
            if self._table != self._header:
                self.remarks.append(
                    f"`[{self._header}]` in {self._file} was read as `[{self._table}]`."
                )
        if entry.key in self._known and isinstance(entry.value, dict):  # `questions.minimum = 1`
            for key, value in entry.value.items():
                self._add(LineEntry(entry.line, entry.key, key, value))
            return
        table, key = self._place(entry)
        if not table:
            self.found.setdefault(key, entry.value)
            return
        answers = self.found.setdefault(table, {})
        if not isinstance(answers, dict) or not key:
            return
        if key in answers and answers[key] not in ("", entry.value):
            if entry.value != "":
                answers[key] = self._twice(table, key, entry)
            return
        answers[key] = entry.value
        self._lines[table, key] = entry.line

    def _place(self, entry: LineEntry) -> tuple[str, str]:
        """Return below which header an answer belongs, and its name as the course writes it."""
        elsewhere = {t: key for t in self._known if (key := self._key(t, entry.key))}
        own = elsewhere.pop(self._table, "")
        missing = [table for table in elsewhere if table not in self._headers | self.found.keys()]
        # A name that stands twice belongs below two headers, of which one is missing.
        if own and not (missing and own in self.found.get(self._table, {})):
            return self._table, own
        if missing:
            self._go_on_below(missing[0])
            return self._table, elsewhere[self._table]
        for table, key in elsewhere.items():
            return table, key
        return self._table, entry.key

    def _key(self, table: str, key: str) -> str:
        """Return the name of the course below a header that a name stands for; empty: none."""
        plain = key.strip().replace("-", "_").replace(" ", "_").casefold()
        return plain if plain in self._known[table] else ""

    def _go_on_below(self, table: str) -> None:
        """Take a header as read that is not there."""
        self._table = table
        self.remarks.append(
            f"The line `[{table}]` is missing from {self._file}: the answers were read as if it "
            "were there."
        )

    def _twice(self, table: str, key: str, entry: LineEntry) -> Any:
        before = self._lines.get((table, key), 0)
        where = f"Lines {before} and {entry.line}" if before and entry.line else "Two lines"
        return unread(
            entry.line,
            "",
            f"{where} of {self._file} answer `{key}` differently",
            "keep one of them",
        )


def _known_header(header: str, known: Template) -> str:
    """Return the course's header that one is meant for, or the one that is written."""
    if not header or header in known:
        return header
    import difflib  # noqa: PLC0415  (few files need it, and every runner would carry it)

    close = difflib.get_close_matches(header.strip().casefold()[:60], known, 1, _ALIKE)
    return close[0] if close else header
