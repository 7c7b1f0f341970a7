"""The words in a file that students are given: docstrings and comments, found and replaced.

Code is never touched: what a file does is the same in every language. Each paragraph, heading,
type and comment is a message of the course's catalogue.
"""

from __future__ import annotations

__all__ = ["Prose", "prose_of", "translated"]

import ast
import io
import re
import textwrap
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIDTH = 100
MARK = "write me"
"""Says where students write; notebooks are made by it, so that it is not translated."""

_QUOTES = re.compile(r'\s*[rRuU]?"""')
_LABEL = re.compile(r"(?:\d+|[A-Z])\. +")
_CODE = re.compile(r"``[^`]+``|`[^`]+`")


@dataclass(frozen=True, slots=True)
class Prose:
    """Some words of a file, and where they stand.

    Attributes
    ----------
    text : str
        On one line.
    first, last : int
        Their lines, counted from 0.
    head, hang, tail : str
        What stands before them in their first line and in later ones, and behind the last.
    is_heading : bool
        Whether the line below underlines them.
    wraps : bool
        Whether they may go on in another line.
    """

    text: str
    first: int
    last: int
    head: str
    hang: str
    tail: str = ""
    is_heading: bool = False
    wraps: bool = True


def prose_of(source: str, name: str) -> list[Prose]:
    """Return the words of a Python file or a TOML file, in order.

    Parameters
    ----------
    source : str
        The file's text; valid Python where its name ends in ``.py``.
    name : str
    """
    lines = source.split("\n")
    if name.endswith(".py"):
        found = [*_in_docstrings(ast.parse(source), lines), *_in_python_comments(source, lines)]
    else:
        found = list(_in_comments(lines, range(len(lines))))
    return sorted((one for one in found if _reads(one)), key=lambda one: (one.first, one.head))


def translated(source: str, name: str, words: Mapping[str, str]) -> str:
    """Return a file with its words in another language; what has no translation stays as it is.

    Parameters
    ----------
    source, name : str
    words : mapping
        The translation of each text.
    """
    lines = source.split("\n")
    for one in reversed(prose_of(source, name)):
        said = words.get(one.text, "")
        if said and said != one.text:
            lines[one.first : one.last + 1] = _written(one, said)
    return "\n".join(lines)


def _reads(one: Prose) -> bool:
    if one.text == MARK or not re.search(r"[A-Za-z]{2}", one.text):
        return False
    return one.wraps or one.is_heading or " " in one.text


def _written(one: Prose, said: str) -> list[str]:
    if one.is_heading:
        return [one.head + said, one.head + "-" * len(said)]
    if not one.wraps:
        return [one.head + said + one.tail]
    whole = _CODE.sub(lambda found: found[0].replace(" ", "\x00"), said + one.tail)
    made = textwrap.wrap(
        whole, WIDTH, initial_indent=one.head, subsequent_indent=one.hang,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace("\x00", " ") for line in made]


# ---------------------------------------------------------------------------- docstrings


def _in_docstrings(tree: ast.Module, lines: list[str]) -> Iterator[Prose]:
    for node in ast.walk(tree):
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None:
            string = node.body[0]
            yield from _in_docstring(lines, string.lineno - 1, (string.end_lineno or 1) - 1)


def _in_docstring(lines: list[str], first: int, last: int) -> Iterator[Prose]:
    """Yield the paragraphs, headings and types of a docstring, without examples."""
    opening = _QUOTES.match(lines[first])
    if opening is None:
        return
    shown = lines[first : last + 1]
    indent = " " * (len(opening[0]) - len(opening[0].lstrip()))
    shown[0] = indent + shown[0][opening.end() :]
    closed = shown[-1].rstrip().endswith('"""') and shown[-1].strip() != '"""'
    shown[-1] = shown[-1].rstrip().removesuffix('"""').rstrip()
    at = 0
    while at < len(shown):
        end = _end_of(shown, at)
        for one in _paragraph(shown, at, end):
            head = opening[0] if one.first == 0 else one.head
            tail = '"""' if closed and one.last == len(shown) - 1 else one.tail
            yield Prose(
                one.text, first + one.first, first + one.last, head, one.hang, tail,
                one.is_heading, one.wraps,
            )  # fmt: skip
        at = end + 1


def _end_of(shown: list[str], at: int) -> int:
    """Return the place of the next empty line."""
    return next((k for k in range(at, len(shown)) if not shown[k].strip()), len(shown))


def _paragraph(shown: list[str], at: int, end: int) -> Iterator[Prose]:
    """Yield the words between two empty lines; lines of other indentation are other words."""
    while at < end and not shown[at].lstrip().startswith(">>>"):
        line, indent = shown[at], _indent(shown[at])
        below = shown[at + 1] if at + 1 < end else ""
        if below.strip() and not below.strip().strip("-"):
            yield Prose(line.strip(), at, at + 1, indent, indent, is_heading=True)
            at += 2
        elif below and len(_indent(below)) > len(indent):
            name, colon, kind = line.partition(" : ")
            head, text = (name + colon, kind) if colon else (indent, line.strip())
            yield Prose(text, at, at, head, head, wraps=False)
            at += 1
        else:
            last = at
            while last + 1 < end and _indent(shown[last + 1]) == indent:
                last += 1
            below = shown[last + 1] if last + 1 < end else ""
            if last > at and len(_indent(below)) > len(indent):
                last -= 1  # what is below belongs to it
            text = " ".join(" ".join(shown[at : last + 1]).split())
            yield Prose(text, at, last, indent, indent)
            at = last + 1


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


# ---------------------------------------------------------------------------- comments


def _in_python_comments(source: str, lines: list[str]) -> Iterator[Prose]:
    alone = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        row, column = token.start[0] - 1, token.start[1]
        if lines[row][:column].strip():
            head = lines[row][: column + 1] + " "
            yield Prose(token.string.lstrip("# "), row, row, head, head, wraps=False)
        else:
            alone.append(row)
    yield from _in_comments(lines, alone)


def _in_comments(lines: list[str], rows: range | list[int]) -> Iterator[Prose]:
    """Yield the words of comments that stand alone: sentences that end at the end of a line."""
    begun: list[int] = []
    for row in rows:
        if begun and (row != begun[-1] + 1 or _begins(lines, begun, row)):
            yield _comment(lines, begun)
            begun = []
        if re.match(r"\s*#+\s*\S", lines[row]):
            begun.append(row)
            if re.search(r"[.?!]$", lines[row].rstrip()) and not _goes_on(lines, row):
                yield _comment(lines, begun)
                begun = []
    if begun:
        yield _comment(lines, begun)


def _goes_on(lines: list[str], row: int) -> bool:
    """Say whether the next comment line is set in below this one, and has no label of its own."""
    below = lines[row + 1] if row + 1 < len(lines) else ""
    if not below.lstrip().startswith("#") or _LABEL.match(_words(below)):
        return False
    return _LABEL.match(_words(lines[row])) is not None and _column(below) > _column(lines[row]) + 3


def _begins(lines: list[str], begun: list[int], row: int) -> bool:
    """Say whether a comment line begins something new: a label, or words as far to the left."""
    words = _words(lines[row])
    if not words or _LABEL.match(words) or words.startswith('"'):
        return True
    labelled = _LABEL.match(_words(lines[begun[0]])) is not None
    return labelled and _column(lines[row]) <= _column(lines[begun[0]])


def _words(line: str) -> str:
    return line.lstrip().lstrip("#").strip()


def _column(line: str) -> int:
    return line.index(_words(line)) if _words(line) else len(line)


def _comment(lines: list[str], rows: list[int]) -> Prose:
    first = lines[rows[0]]
    head = first[: _column(first)]
    label = _LABEL.match(_words(first))
    hang = lines[rows[1]][: _column(lines[rows[1]])] if len(rows) > 1 else head
    if label:
        hang = f"{head}   " if len(rows) == 1 else hang
        head += label[0]
    text = " ".join(" ".join(_words(lines[row]) for row in rows).split())
    text = text[len(label[0].rstrip()) :].lstrip() if label else text
    return Prose(text, rows[0], rows[-1], head, hang)
