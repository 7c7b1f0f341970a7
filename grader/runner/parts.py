"""Divides a file that Python cannot read into statements: those that it can read, and the others.

Lines that only a notebook understands, ``%matplotlib inline`` or ``!pip install``, are translated
as a notebook would do it.
"""

from __future__ import annotations

__all__ = ["Broken", "divided"]

import ast
import importlib.util
import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.runner.conflicts import ConflictError, conflicts
from grader.runner.shims import use
from grader.runner.source_repairs import LAYOUT, laid_out, readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# How much text may be parsed in total, counting repeats, to find where the statements end.
MOST_CHARACTERS = 1 << 21
# ast.PyCF_ALLOW_INCOMPLETE_INPUT: tells "unfinished, may go on below" from "wrong".
INCOMPLETE = 0x4000
_BEGIN = re.compile(r"^(?![\s)\]}#]|(?:else|elif|except|finally)\b)", re.MULTILINE)
_NAME = re.compile(r"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?(\w+)[ \t]*[(=:]")
_MAGIC = re.compile(
    r"^(?P<before>[ \t]*(?:[\w, \t]+=(?!=)[ \t]*)?)(?P<mark>%%?|!!?)(?P<name>\w*)(?P<rest>.*)$"
)
_HELP = re.compile(r"^[ \t]*(?:\?{1,2}[\w.]+|[\w.]+\?{1,2})[ \t]*$")
_DETECTED = re.compile(r" \(detected at line \d+\)$")
_TRIPLE = re.compile(r"\"{3}|'{3}")


@dataclass(frozen=True, slots=True)
class Broken:
    """Lines that are not valid Python.

    Attributes
    ----------
    error : SyntaxError
        What is wrong, and in which line.
    names : frozenset of str
        What they seem to define.
    opens : bool
        Whether they open a text that is never closed: the lines below may belong to it.
    """

    error: SyntaxError
    names: frozenset[str] = frozenset()
    opens: bool = False


def divided(source: bytes, filename: str, error: SyntaxError) -> list[ast.stmt | Broken]:
    """Return the statements of a file that Python cannot read as a whole.

    Parameters
    ----------
    source : bytes
        The file.
    filename : str
        Its name in messages.
    error : SyntaxError
        The error of Python for the whole file.

    Raises
    ------
    SyntaxError
        The same error, if no statement can be read.
    """
    try:
        text = importlib.util.decode_source(source)
    except (SyntaxError, UnicodeError):
        raise error from None
    if (plain := laid_out(text)) != text:
        use(LAYOUT)
    found = _Division(plain, filename).divided()
    broken = [part.error for part in found if isinstance(part, Broken)]
    if len(broken) == len(found):
        raise next((one for one in broken if isinstance(one, ConflictError)), error)
    return found


class _Division:
    """The state of one division, which goes from the first line to the last."""

    def __init__(self, text: str, filename: str) -> None:
        self._lines = list(io.StringIO(text))  # unlike `splitlines`, it ends lines as Python does
        self._filename = filename
        self._left = MOST_CHARACTERS
        self._conflicts = dict(conflicts(self._lines))
        self._found: list[ast.stmt | Broken] = []

    def divided(self) -> list[ast.stmt | Broken]:
        """Find the end of each statement: the first line up to which Python can read it."""
        begins = [i for i, line in enumerate(self._lines) if _BEGIN.match(line)]
        ends = [*begins[1:], len(self._lines)]
        if begins and "".join(self._lines[: begins[0]]).strip():
            begins[0] = 0
        at = 0
        while at < len(begins):
            end = self._conflicts.get(begins[at])
            if end is None:
                at = self._statement(begins, ends, at)
                continue
            error = ConflictError(self._filename, begins[at] + 1, self._lines[begins[at]])
            self._broken(error, begins[at], end)
            at = next((n for n, begin in enumerate(begins) if begin >= end), len(begins))
        return self._found

    def _statement(self, begins: list[int], ends: list[int], at: int) -> int:
        """Take the statement that begins at a place; return the place of the next one."""
        first: SyntaxError | None = None
        for translate in (_as_it_stands, readings, _magics):
            for last in range(at, len(ends)):
                lines = self._lines[begins[at] : ends[last]]
                error: SyntaxError | None = None
                for text, told in translate("".join(lines)):
                    error = self._parsed(text, begins[at])
                    if error is None:
                        use(told)
                        return last + 1
                    is_later = translate is _as_it_stands and last > at
                    first = error if first is None or is_later else first
                if error is None or not _goes_on(error):
                    break
        assert first is not None  # noqa: S101  (for the type checker)
        self._broken(first, begins[at], ends[at])
        return at + 1

    def _parsed(self, text: str, begin: int) -> SyntaxError | None:
        """Keep the statements in some lines, or return the error in them."""
        self._left -= len(text)
        if self._left < 0:
            return SyntaxError("this is no Python", (self._filename, begin + 1, 1, text[:200]))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # warnings come when the statement is compiled
                flags = ast.PyCF_ONLY_AST | INCOMPLETE
                tree = compile(text, self._filename, "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + begin
            return error
        except (ValueError, RecursionError, MemoryError) as error:
            return SyntaxError(str(error), (self._filename, begin + 1, 1, text[:200]))
        self._found += ast.increment_lineno(tree, begin).body
        return None

    def _broken(self, error: SyntaxError, begin: int, end: int) -> None:
        if _goes_on(error):  # parse the whole again: neither message nor class is "incomplete"
            try:
                ast.parse("".join(self._lines[begin:end]), self._filename)
            except SyntaxError as final:
                final.lineno = (final.lineno or 1) + begin
                error = final
        error.msg = _DETECTED.sub("", str(error.msg))
        names = {found[1] for line in self._lines[begin:end] if (found := _NAME.match(line))}
        opens = "triple-quoted" in str(error.msg) and not any(
            _TRIPLE.search(line) for line in self._lines[end:]
        )
        self._found.append(Broken(error, frozenset(filter(str.isidentifier, names)), opens))


def _goes_on(error: SyntaxError) -> bool:
    """Say whether the statement may be complete with more lines."""
    return "incomplete input" in str(error.msg)


def _as_it_stands(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""


def _magics(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text with Python in place of magics, if it has any."""
    if (translated := "".join(_translated(io.StringIO(text)))) != text:
        yield translated, ""


def _translated(lines: Iterable[str]) -> list[str]:
    """Return lines with Python in place of magics."""
    found = []
    for line in lines:
        bare = line.rstrip("\r\n")
        magic = _MAGIC.match(bare)
        if magic is None:
            found.append("pass\n" if _HELP.match(bare) else line)
            continue
        before, mark, name, rest = magic["before"], magic["mark"], magic["name"], magic["rest"]
        if mark == "%%":
            call = "pass" if not before.strip() else "None"
        elif mark == "%":
            call = f"get_ipython().run_line_magic({name!r}, {rest.strip()!r})"
        else:
            shell = "getoutput" if before.strip() else "system"
            call = f"get_ipython().{shell}({(name + rest)!r})"
        found.append(f"{before}{call}\n")
    return found
