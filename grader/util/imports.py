"""Finds imports in a Python file without parsing it: an untrusted text can crash a parser.

The text is read like Python's own tokenizer reads it, as far as imports depend on it: strings and
comments are skipped, and a statement continues after a backslash or inside a bracket. Lines that
are not Python (a broken line, a cell's `%magic`) are skipped, and reading goes on after them. The
time is proportional to the length of the text, for any text.
"""

from __future__ import annotations

__all__ = ["Import", "imports_in"]

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Every repetition below is possessive (`*+`): skipped text is never read again.
_LETTER = rb"\w\x80-\xff"
_GAP = rb"(?:[ \t\f]|\\\r?\n)*+"
_GAP_IN_BRACKET = rb"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*+)*+"
_END = rb"(?![" + _LETTER + rb"])"
_NAME = rb"(?!(?:from|import)" + _END + rb")[A-Za-z_\x80-\xff][" + _LETTER + rb"]*+"
_DOTTED = _NAME + rb"(?:" + _GAP + rb"\." + _GAP + _NAME + rb")*+"

_NEXT = re.compile(
    rb"(?P<comment>\#)|(?P<triple>'''|\"\"\")|(?P<single>['\"])"
    rb"|(?<![" + _LETTER + rb"])(?P<keyword>from|import)" + _END
)
_LINE_END = re.compile(rb"[\r\n]|\Z")
# From after the opening quotation mark to the closing one, or to the end of what may be a string.
_TRIPLE = {
    quote * 3: re.compile(
        rb"(?:[^\\%b]|\\.|%b(?!%b))*+%b" % (quote, quote, quote * 2, quote * 3), re.DOTALL
    )
    for quote in (b"'", b'"')
}
_SINGLE = {
    quote: re.compile(rb"(?:[^\\\r\n%b]|\\(?:\r\n|.))*+%b?" % (quote, quote), re.DOTALL)
    for quote in (b"'", b'"')
}
_FROM = re.compile(
    _GAP + rb"(?P<dots>(?:\." + _GAP + rb")*+)(?P<module>" + _DOTTED + rb")?+" + _GAP
)
_IMPORT = re.compile(rb"import" + _END)


def _list_of(gap: bytes) -> re.Pattern[bytes]:
    """Return a pattern for names separated by commas, each with an optional ``as`` name."""
    one = _DOTTED + rb"(?:" + gap + rb"as" + _END + gap + _NAME + rb")?+"
    return re.compile(gap + one + rb"(?:" + gap + rb"," + gap + one + rb")*+")


_NAMES = _list_of(_GAP)
_NAMES_IN_BRACKET = _list_of(_GAP_IN_BRACKET)
_OPENING = re.compile(_GAP + rb"\(")
_BESIDE_NAMES = re.compile(rb"#[^\r\n]*+|\\\r?\n|[ \t\f\r\n]++")
_AS = re.compile(rb"(?<![" + _LETTER + rb"])as(?![" + _LETTER + rb"])")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, or one from which names are imported.

    Attributes
    ----------
    module : str
        Its name, with dots; empty in ``from . import x``.
    names : tuple of str
        The names imported from it; empty in ``import module``.
    relative : bool
        Whether it is searched beside the file.
    """

    module: str
    names: tuple[str, ...] = ()
    relative: bool = False

    def reaches(self, package: str) -> bool:
        """Return whether the import loads a package or one of its modules."""
        if self.relative:
            return False
        targets = (self.module, *(f"{self.module}.{name}" for name in self.names))
        return any(f"{target}.".startswith(f"{package}.") for target in targets)

    def parts(self) -> set[str]:
        """Return every part of the dotted names: each may be the name of a file or a folder."""
        return {part for name in (self.module, *self.names) for part in name.split(".") if part}


def imports_in(text: bytes) -> Iterator[Import]:
    """Yield the imports in a file, in their order, wherever they are.

    Parameters
    ----------
    text : bytes
        Python in UTF-8, or something similar.

    Yields
    ------
    Import
    """
    text = text.removeprefix(codecs.BOM_UTF8)
    position = 0
    never_closed: set[bytes] = set()
    while found := _NEXT.search(text, position):
        position, mark = found.end(), found.group()
        if found["comment"]:
            position = _LINE_END.search(text, position).start()  # type: ignore[union-attr]
        elif found["triple"]:
            if mark in never_closed:
                continue
            if closed := _TRIPLE[mark].match(text, position):
                position = closed.end()
            else:  # an unclosed string: rather find an import too many than miss one
                never_closed.add(mark)
        elif found["single"]:
            position = _SINGLE[mark].match(text, position).end()  # type: ignore[union-attr]
        elif mark == b"import":
            names, position = _names_at(text, position)
            yield from (Import(name) for name in names)
        else:
            begun = _FROM.match(text, position)
            position = begun.end()  # type: ignore[union-attr]
            if keyword := _IMPORT.match(text, position):
                names, position = _names_at(text, keyword.end())
                module, dots = begun["module"], begun["dots"]  # type: ignore[index]
                if module or dots:
                    yield Import(_plain(module or b""), names, relative=bool(dots))


def _names_at(text: bytes, start: int) -> tuple[tuple[str, ...], int]:
    """Return the names in the list that begins here, and where the list ends."""
    opening = _OPENING.match(text, start)
    pattern = _NAMES_IN_BRACKET if opening else _NAMES
    found = pattern.match(text, opening.end() if opening else start)
    if found is None:
        return (), start
    listed = _BESIDE_NAMES.sub(b" ", found.group()).split(b",")
    return tuple(_plain(_AS.split(entry)[0]) for entry in listed), found.end()


def _plain(dotted: bytes) -> str:
    """Return a dotted name without the blanks that may surround its dots."""
    return _BESIDE_NAMES.sub(b"", dotted).decode("utf-8", "replace")
