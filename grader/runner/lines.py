"""A file of answers that is not valid TOML, read line by line: a slip costs only its own line.

A line that is valid TOML counts as it stands. Any other line gives an `unread` value in place of
its answer: what is wrong, how to write it, and what was probably meant. A number without quotes is
read as text, however the author writes it.
"""
# ruff: noqa: RUF001 - characters that look like others are what people type

from __future__ import annotations

__all__ = ["LineEntry", "not_toml", "read_lines", "unread"]

import re
import tomllib
from collections import Counter
from typing import Any, NamedTuple

from grader.runner.mends import BAD_LIST, NO_QUOTES, bare, mended

# Characters that a screen hides or shows as a blank: nobody could see why the line is wrong.
_BLANKS = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u202f\u3000\u2009\u200a\u2002\u2003", " ")
    | dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060\0", "")
)
_KEY = r'["\']?(?P<key>[^\W\d][\w’ -]{0,60}?)["\']?'
_SIGN = r"(?P<sign>=>|==|:=|->|<-|→|⇒|=|:|＝|：)"
_ANSWER = re.compile(rf"\s*{_KEY}\s{{0,40}}{_SIGN}\s*(?P<rest>.*)", re.DOTALL)
_UNSIGNED = re.compile(r"\s*(?P<key>[A-Za-z_][A-Za-z0-9_]{0,60})\s+(?P<rest>\S.*)", re.DOTALL)
_HEADER = re.compile(r"\s*\[+\s*[\"']?(?P<name>[\w -]{1,60}?)[\"']?\s*\]*\s*[.,;:]?\s*(?:#.*)?")
_NUMBER = re.compile(r"[-+−–]?\s*[.,]?[\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞][^\"'“”„«»‘’\[\]{}`]{0,60}")
_COMMENT = re.compile(r"\s+#.*$", re.DOTALL)
# A name of the course's, however it is decorated: `- minimum : 1`, `| minimum | 1 |`, `minimum;1`.
_DECORATED = (
    r"[\s>|*_•\-\"']*(?:\d{{1,2}}\s*[.)]\s*)?(?:export\s+)?[*_`\"']*(?P<key>{keys})[*_`\"']*\s*"
    r"(?P<sign>=>|==|:=|->|<-|→|⇒|=|:|＝|：|[,;|\t])\s*[*_]{{0,2}}\s*(?P<rest>.*?)[\s|*]*"
)
# Answers by the numbers of the questions, in a file without any of their names.
_NUMBERED = re.compile(
    r"\s*(?:q|question)?\s*(?:n°)?\s*(?P<key>\d{1,2})\s*(?P<sign>[.):=-])\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
# The beginning of a table of another language, `questions = dict(`, and lines that close one.
_OPENING = re.compile(r"""["']?(?P<name>\w{1,60})["']?\s*[=:]\s*(?:dict\s*\(|\{)\s*""")
_BRACKETS = re.compile(r"[\s{}()\[\],;]+")
_BELOW = re.compile(r"\s*[-*•]\s+(?P<one>\S.*)", re.DOTALL)
LEAST_OF_A_NOTATION = 3
KIND = {BAD_LIST: NO_QUOTES}  # the letters in such a list have none
_SHORT, _MOST_ITEMS = 60, 20
_CLOSING = {'"': '"', "'": "'", "“": '”“"', "„": '“”"', "«": "»", "‘": "’'", "`": "`'", "[": "]"}


class LineEntry(NamedTuple):
    """One answer: the header above it (empty if none), its name, its value.

    `slip` says what is wrong with its line; it is empty if the line was read.
    """

    line: int
    table: str
    key: str
    value: Any
    slip: str = ""


def unread(line: int, written: str, fault: str, mend: str) -> dict[str, Any]:
    """Return the value that replaces an answer that could not be read.

    Parameters
    ----------
    line : int
        The line where it begins, from 1; 0 if it is not known.
    written : str
        What its author wrote, without quotes.
    fault, mend : str
        What is wrong (the beginning of a sentence), and what to write (its end).
    """
    return {"line": line, "written": written, "fault": fault, "mend": mend}


def read_lines(
    text: str, file: str, keys: frozenset[str], tables: frozenset[str]
) -> tuple[list[LineEntry], list[str]]:
    """Return the answers of a file, and a sentence for each line that belongs to none of them.

    Parameters
    ----------
    text : str
        The file.
    file : str
        How it is called in sentences.
    keys, tables : frozenset of str
        Names that the course's own file has, casefolded: what stands before a blank and is one of
        them is one, too.
    """
    reader = _Reader(text, file, keys, tables)
    reader.read()
    return _in_another_notation(reader.entries, reader.strange, file)


def _in_another_notation(
    entries: list[LineEntry], strange: list[str], file: str
) -> tuple[list[LineEntry], list[str]]:
    """Take the answers of a file that is in another notation from its first line to its last.

    A line that is no TOML among others that are is a slip, of which nobody knows what it was to
    be. A file of YAML or of commas has no slip in it, and the answers in it are clear. The same
    slip, three times or more, is a notation, too.
    """
    unclear = [entry for entry in entries if _is_unread(entry.value)]
    read = [entry for entry in entries if entry.value != "" and entry not in unclear]
    numbers = all(type(e.value) in (int, float) or _is_number(e.value) for e in read)
    if len(unclear) < LEAST_OF_A_NOTATION:
        return entries, strange
    if not numbers:
        often = Counter(KIND.get(entry.slip, entry.slip) for entry in unclear)
        unclear = [
            entry
            for entry in unclear
            if often[KIND.get(entry.slip, entry.slip)] >= LEAST_OF_A_NOTATION
        ]
        if not unclear:
            return entries, strange
    plain = [
        entry._replace(value=entry.value["written"]) if entry in unclear else entry
        for entry in entries
    ]
    return plain, [not_toml(file)]


def not_toml(file: str) -> str:
    """Return the remark on a file of answers in another notation."""
    return (
        f"{file} is not written as TOML: the answers were read all the same. Write each as "
        '`name = "answer"`.'
    )


def _is_number(value: Any) -> bool:
    return type(value) is str and bool(_NUMBER.fullmatch(value))


def _is_unread(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == unread(0, "", "", "").keys()


class _Reader:
    def __init__(self, text: str, file: str, keys: frozenset[str], tables: frozenset[str]) -> None:
        if "&quot;" in text:  # copied out of a page
            import html  # noqa: PLC0415  (few files need it, and every runner would carry it)

            text = html.unescape(text)
        self._lines = [line.translate(_BLANKS) for line in re.split(r"\r\n|[\n\r\u2028]", text)]
        self._file = file
        self._keys = keys
        self._tables = tables
        names = "|".join(key.replace("_", "[ _-]?") for key in sorted(keys, key=len, reverse=True))
        self._decorated = re.compile(
            _DECORATED.format(keys=names) if names else "(?!)", re.IGNORECASE | re.DOTALL
        )
        self._is_numbered = bool(names) and not re.search(names, text, re.IGNORECASE)
        self._table = ""
        self.entries: list[LineEntry] = []
        self.strange: list[str] = []

    def read(self) -> None:
        """Go through the lines."""
        at = 0
        while at < len(self._lines):
            line = self._lines[at].strip()
            if not line or line.startswith("#") or _BRACKETS.fullmatch(line):
                at += 1
            elif header := self._header(line):
                self._table = header
                at += 1
            else:
                at = self._answer(at)

    def _header(self, line: str) -> str:
        found = _HEADER.fullmatch(line) if line.startswith("[") else None
        if found:
            return found["name"]
        if (opened := _OPENING.fullmatch(line)) and opened["name"].casefold() not in self._keys:
            return opened["name"]
        name = line.strip(" []():.;,\"'")
        return name if name.casefold() in self._tables else ""

    def _parts(self, line: str) -> re.Match[str] | None:
        """Return name, sign and value of a line that is meant as an answer."""
        found = _ANSWER.fullmatch(line)
        if found and (not self._keys or found["key"].strip().casefold() in self._keys):
            return found
        if decorated := self._decorated.fullmatch(line):
            return decorated
        if found:
            return found
        if self._is_numbered and (numbered := _NUMBERED.fullmatch(line)):
            return numbered
        found = _UNSIGNED.fullmatch(line)
        return found if found and found["key"].casefold() in self._keys else None

    def _answer(self, at: int) -> int:
        """Read the answer that begins in a line; return where the next one may begin."""
        if self._take(at, at):
            return at + 1
        found = self._parts(self._lines[at])
        if found is None:
            if not self._is_below_its_line(at):
                self._tell(at)
            return at + 1
        last = self._last(at, found["rest"])
        if last > at and self._take(at, last):
            return last + 1
        rest = "\n".join((found["rest"], *self._lines[at + 1 : last + 1])).strip()
        key, sign, slip = found["key"].strip(), found.groupdict().get("sign") or "", ""
        plain = _COMMENT.sub("", rest)
        value: Any = _sound(rest) if sign == "=" and not key.isascii() else None
        if value is not None:  # TOML has no such name; nothing else is wrong with the line
            pass
        elif sign and (not plain or plain.startswith("#")):
            value = ""
        elif sign == "=" and _NUMBER.fullmatch(number := plain.rstrip(" ,;")):
            value = number
        else:
            shown = " ".join(self._lines[at].split())
            what, mend = mended(key, sign, rest)
            fault = f"Line {at + 1} of {self._file} (`{_short(shown)}`) {what}"
            value, slip = unread(at + 1, bare(rest), fault, mend), what
        self.entries.append(LineEntry(at + 1, self._table, key, value, slip))
        return last + 1

    def _take(self, first: int, last: int) -> bool:
        """Take some lines unchanged if they are valid TOML."""
        text = "\n".join(self._lines[first : last + 1])
        try:
            found = tomllib.loads(text)
        except (ValueError, RecursionError):  # a broken line, too many digits, too many brackets
            return False
        for key, value in found.items():
            if isinstance(value, dict) and key.casefold() in self._tables:
                self.entries += [LineEntry(first + 1, key, inner, v) for inner, v in value.items()]
            else:
                self.entries.append(LineEntry(first + 1, self._table, key, value))
        return True

    def _last(self, at: int, rest: str) -> int:
        """Return the last line of a value that begins in a line."""
        closing = rest[:3] if rest[:3] in ('"""', "'''") else _CLOSING.get(rest[:1], "")
        if not closing:
            return at
        triple = len(rest) >= 3 and rest[:3] == closing
        if any(mark in rest[len(closing) if triple else 1 :] for mark in _marks(closing, triple)):
            return at
        for number in range(at + 1, len(self._lines)):
            line = self._lines[number]
            if not triple and self._begins(line):
                break
            if any(mark in line for mark in _marks(closing, triple)):
                return number
        return self._end_of_text(at, triple=triple)

    def _end_of_text(self, at: int, *, triple: bool) -> int:
        """Return the last line of an unclosed text: the line before the next answer or header."""
        last = at
        for number in range(at + 1, len(self._lines)):
            line = self._lines[number]
            aside = not line.strip() or line.lstrip().startswith("#")
            if not aside and not self._begins(line):
                last = number
            elif not (aside and triple):  # blank lines between two paragraphs go with the second
                break
        return last

    def _begins(self, line: str) -> bool:
        """Say whether a line begins something new; a text may also contain an equals sign."""
        stripped = line.strip()
        if stripped.startswith("#") or self._header(stripped):
            return True
        found = self._parts(line)
        return found is not None and (not self._keys or found["key"].casefold() in self._keys)

    def _is_below_its_line(self, at: int) -> bool:
        """Say whether a line is the answer to the question above, whose own line has none."""
        above = self.entries[-1] if self.entries else None
        written = self._lines[at].strip()
        if above and self._is_item_of(above, at):
            return True
        if above is None or above.value != "" or above.line != at or len(written) > _SHORT:
            return False
        what = "stands below the line that it is to be in"
        fault = f"Line {at + 1} of {self._file} (`{_short(written)}`) {what}"
        mend = mended(above.key, "=", written)[1]
        value = unread(at + 1, bare(written), fault, mend)
        self.entries[-1] = above._replace(value=value, slip=what)
        return True

    def _is_item_of(self, above: LineEntry, at: int) -> bool:
        """Say whether a line is an item of a list below its question, as YAML has them."""
        item = _BELOW.fullmatch(self._lines[at])
        listed = above.value if isinstance(above.value, list) else []
        if item is None or (above.value != "" and not listed) or len(listed) >= _MOST_ITEMS:
            return False
        if above.line + len(listed) != at:
            return False
        self.entries[-1] = above._replace(value=[*listed, bare(item["one"])])
        return True

    def _tell(self, at: int) -> None:
        shown = _short(" ".join(self._lines[at].split()))
        self.strange.append(
            f"Line {at + 1} of {self._file} (`{shown}`) is not an answer: put `#` before it, or "
            "take it out."
        )


def _sound(written: str) -> Any:
    """Return a value as TOML has it, None if it is none."""
    name = "value"
    try:
        return tomllib.loads(f"{name} = {written}").get(name)
    except (ValueError, RecursionError):
        return None


def _marks(closing: str, triple: bool) -> tuple[str, ...]:
    return (closing,) if triple else tuple(closing)


def _short(text: str) -> str:
    text = text.replace("`", "'")
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 3]}…"
