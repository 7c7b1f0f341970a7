"""Answers that are data, not code: a TOML file, read as a module of its top-level names.

Reading is not harmless: input can drive a parser into deep recursion, or keep it busy. So it
happens here, in the process that can be thrown away, and only plain values are sent on.

A file that is not valid TOML is read line by line (`grader.runner.lines`). A header that is missing
or misspelled is corrected if the course's own file leaves no doubt.
"""

from __future__ import annotations

__all__ = ["MAX_BYTES", "REMARKS", "read_table"]

import codecs
import contextlib
import json
import re
import tomllib
import unicodedata
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.runner.failures import RefusedRequest
from grader.runner.lines import LineEntry, not_toml, read_lines, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MAX_BYTES = 64 << 10
REMARKS = "__remarks__"
"""The name under which a module holds remarks: what was corrected, and lines that are no answer."""
_ALIKE = 0.75  # how similar a header must be to be recognised
MANY_STRANGE = 3
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

Template = dict[str, tuple[str, ...]]
_NUMBERED = re.compile(r"(?:q|question)?_?(\d{1,2})")


def read_table(path: Path, file: str, template: Path | None = None) -> ModuleType:
    """Return a module that holds the file's top-level names; nothing is run.

    Parameters
    ----------
    path : Path
        The path of the file.
    file : str
        Its name in messages.
    template : Path, optional
        The file as the course hands it out: it tells which names belong under which header.

    Returns
    -------
    ModuleType
        Its `REMARKS` are sentences for the author. An answer that cannot be read is a table as
        `grader.runner.lines.unread` makes it.

    Raises
    ------
    RefusedRequest
        Of kind ``unreadable``, if the file is too large.
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
    """Decode a file in the encodings that editors use; return the text and remarks about it."""
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
    """Return the names under each header of the course's own file, empty if there is none."""
    try:
        found = tomllib.loads(template.read_text("utf-8")) if template else {}
    except (OSError, ValueError, RecursionError):  # in a kit it may be the student's, unfinished
        return {}
    return {name: tuple(table) for name, table in found.items() if isinstance(table, dict)}


def _entries(text: str, file: str, known: Template) -> tuple[list[LineEntry], list[str]]:
    with contextlib.suppress(ValueError, RecursionError):
        # What is not here is no TOML, has a number of too many digits, or is nested too deeply.
        return list(_flat(tomllib.loads(text))), []
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError, RecursionError):
            return list(_flat(json.loads(text))), [not_toml(file)]
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
    """The answers under their headers, in the layout of the course's own file."""

    def __init__(self, known: Template, file: str, entries: Iterable[LineEntry]) -> None:
        self._known = known
        self._file = file
        self._headers = {_known_header(entry.table, known) for entry in entries}
        self._header = ""  # as it is written
        self._table = ""  # the header under which answers are put
        self._lines: dict[tuple[str, str], int] = {}
        self._before = ("", "")  # the place of the answer before
        self._by_place = _by_place(known, entries)
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
        is_numbered = entry.key.strip().isdecimal()
        if isinstance(entry.value, dict) and (is_numbered or entry.key in self._known):
            # `questions.minimum = 1`, `1. minimum = 1`
            table = entry.table if is_numbered else entry.key
            for key, value in entry.value.items():
                self._add(LineEntry(entry.line, table, key, value))
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
        self._before = table, key

    def _place(self, entry: LineEntry) -> tuple[str, str]:
        """Return the header under which an answer belongs, and the course's name for it."""
        elsewhere = {t: key for t in self._known if (key := self._key(t, entry.key))}
        own = elsewhere.pop(self._table, "")
        missing = [table for table in elsewhere if table not in self._headers | self.found.keys()]
        # If a name occurs twice, it belongs under two headers, one of which is missing.
        # Twice in a row it is one question, whose empty line was left above the answer.
        again = (self._table, own) == self._before
        if own and not (missing and own in self.found.get(self._table, {}) and not again):
            return self._table, own
        if missing:
            self._go_on_below(missing[0])
            return self._table, elsewhere[self._table]
        for table, key in elsewhere.items():
            return table, key
        if entry.key in self._by_place:
            self._tell_of_places()
            return next(iter(self._known)), self._by_place[entry.key]
        return self._table, entry.key

    def _tell_of_places(self) -> None:
        said = (
            f"{self._file} has other names for the questions: its answers were taken in the order "
            "of the questions. Keep the names of the template."
        )
        if said not in self.remarks:
            self.remarks.append(said)

    def _key(self, table: str, key: str) -> str:
        """Return the course's name under a header that a written name means; empty if none."""
        plain = _plain(key)
        names = self._known[table]
        if table == next(iter(self._known)) and (number := _NUMBERED.fullmatch(plain)):
            place = int(number[1]) - 1
            return names[place] if 0 <= place < len(names) else ""
        short = plain.replace("_", "")
        return next((name for name in names if name.replace("_", "") == short), "")

    def _go_on_below(self, table: str) -> None:
        """Go on as if a missing header had been read."""
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


def _plain(key: str) -> str:
    """Return a name without accents, capitals and blanks."""
    letters = unicodedata.normalize("NFKD", key.strip())
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return plain.replace("-", "_").replace(" ", "_").casefold()


def _by_place(known: Template, entries: Iterable[LineEntry]) -> dict[str, str]:
    """Return the course's name for each name of a file that has translated them.

    As many answers as there are questions stand under one header, the names that are known at
    their own places. A few unknown names are slips, which are told.
    """
    if not known:
        return {}
    names = next(iter(known.values()))
    short = [name.replace("_", "") for name in names]
    others = {_plain(name).replace("_", "") for table in known.values() for name in table}
    tables: dict[str, list[str]] = {}
    for entry in entries:
        tables.setdefault(entry.table, []).append(entry.key)
    for keys in tables.values():
        plain = [_plain(key).replace("_", "") for key in keys]
        strange = {k: n for k, p, n in zip(keys, plain, names, strict=False) if p not in others}
        in_place = all(
            one not in others or one == own for one, own in zip(plain, short, strict=False)
        )
        if len(set(keys)) == len(keys) == len(names) and in_place and len(strange) >= MANY_STRANGE:
            return strange
    return {}


def _known_header(header: str, known: Template) -> str:
    """Return the course's header that a written one means, or the written one."""
    if not header or header in known:
        return header
    import difflib  # noqa: PLC0415  (few files need it, and every runner would carry it)

    close = difflib.get_close_matches(header.strip().casefold()[:60], known, 1, _ALIKE)
    return close[0] if close else header
