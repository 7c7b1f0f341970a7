"""Translates the text of a cell to Python: magics, shell lines and help become calls, or nothing.

A cell that is already Python is left unchanged; others go through IPython's own transformer. Lines
keep their numbers, except below a shell command that spans several lines.
"""

from __future__ import annotations

__all__ = ["as_python", "translate"]

import ast
import contextlib
import re
import warnings
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from IPython.core.inputtransformer2 import TransformerManager

from grader.runner.definitions import bound_by
from grader.runner.parts import Broken, divided
from grader.runner.shapes import shapes_of
from grader.runner.source_repairs import LAYOUT, laid_out, readings

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NAMES = 500
MAX_TRANSFORMED = 100_000  # characters; longer cells are data, and are left unchanged
MAX_SPECIAL = 60  # lines with magics and the like: each of them costs a pass over the whole cell
# The rest of the cell is Python that is run as usual.
TRANSPARENT = frozenset(["time", "capture", "prun", "debug"])
SHELLS = frozenset(
    ["bash", "sh", "script", "cmd", "system", "sx", "perl", "ruby", "python", "python2", "python3",
     "pypy", "R", "latex"]
)  # fmt: skip
PAGES = frozenset(["html", "HTML", "javascript", "js", "markdown", "svg", "SVG"])
INSTALLERS = frozenset(["pip", "conda", "mamba", "uv"])
# Magics that delete names: a notebook that tidies up at its end has defined the names all the same.
RESETS = frozenset(["reset", "reset_selective"])
# Words that IPython takes for a magic without a percent sign, if they are a cell's only line.
AUTOMAGIC = INSTALLERS | frozenset(
    ["cd", "ls", "ll", "pwd", "cat", "cp", "mkdir", "mv", "rm", "run", "time", "timeit", "who",
     "whos", "history", "matplotlib", "pylab", "load_ext"]
)  # fmt: skip
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\n]*)\n?")
_SPECIAL = re.compile(r"^[ \t]*[%!?,;/]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
_CONFLICT = re.compile(r"^>{7}(?: |\r?$)", re.MULTILINE)
_NAME = re.compile(r"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?(\w+)[ \t]*[(=:]", re.MULTILINE)


def translate(text: str) -> dict[str, Any]:
    """Return a cell's Python, the names that it defines and imports, and what was left out."""
    left_out: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a text is the student's own matter
        source, body = _python(text, left_out)
        tree = _parsed(body)
        told = ""
        if tree is None and body == source:
            source, tree, told = _read_otherwise(source)
            body = source
        names: set[str] = set()
        if tree is None:  # the other names in it may be needed all the same
            names = {name for name in _NAME.findall(body) if name.isidentifier()}
            tree = _readable(body)
    _note_shell(tree, left_out)
    borrowed = set().union(*map(bound_by, _imports(tree.body)))
    return {
        "source": source,
        "defines": sorted(names | bound_by(tree))[:MAX_NAMES],
        "borrows": sorted(borrowed)[:MAX_NAMES],
        "imports": sorted(_imported(tree))[:MAX_NAMES],
        "shapes": dict(list(shapes_of(tree.body).items())[:MAX_NAMES]),
        "left_out": list(dict.fromkeys(left_out)),
        "told": told,
    }


def _read_otherwise(source: str) -> tuple[str, ast.Module | None, str]:
    """Return a cell that is not Python in a form that is, if there is one, and what is told."""
    plain = source if _CONFLICT.search(source) else laid_out(source)
    for form, told in ((plain, LAYOUT), *readings(plain)):
        if (tree := _parsed(form)) is not None:
            return form, tree, told
    return source, None, ""


def _readable(source: str) -> ast.Module:
    """Return the statements that are Python, in a cell that is not Python as a whole."""
    parts: list[ast.stmt | Broken] = []
    with contextlib.suppress(SyntaxError):
        parts = divided(source.encode("utf-8", "replace"), "cell", SyntaxError("no Python"))
    return ast.Module([part for part in parts if isinstance(part, ast.stmt)], [])


def as_python(text: str) -> tuple[str, ast.Module | None]:
    """Return the text of a file as Python, with magics translated to calls, and its tree.

    Lines keep their numbers as in a cell. The tree is None if the text is not valid Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = _lines(text)
        return source, _parsed(source)


def _python(text: str, left_out: list[str]) -> tuple[str, str]:
    """Return the code to run, and the code in which to look for the names it defines."""
    magic = _CELL_MAGIC.match(text)
    if magic is None:
        source = _lines(text)
        return source, source
    name, line = magic[1], magic[2].strip()
    skipped, body = "\n" * magic[0].count("\n"), text[magic.end() :]
    if name in ("writefile", "file"):
        return f"{skipped[1:]}get_ipython().run_cell_magic({name!r}, {line!r}, {body!r})", ""
    if name in SHELLS or name in PAGES:
        left_out.append(f"%%{name}")
        return "", ""
    inner, named = _python(body, left_out) if name in TRANSPARENT else (_lines(body), "")
    if name == "timeit":
        return f"{skipped[1:]}get_ipython().run_cell_magic({name!r}, {line!r}, {inner!r})", ""
    if name not in TRANSPARENT and _parsed(inner) is None:
        left_out.append(f"%%{name}")
        return "", ""
    wanted = [word for word in line.split() if not word.startswith("-")]
    if name == "capture" and wanted and wanted[0].isidentifier():
        skipped = f"{skipped[1:]}{wanted[0]} = get_ipython().captured()\n"
    return skipped + inner, skipped + (named or inner)


def _lines(text: str) -> str:
    """Return Python for a cell, or for the lines below a cell magic."""
    if len(text) > MAX_TRANSFORMED or _parsed(text) is not None:
        return text
    if _CONFLICT.search(text):  # its markers look like interactive prompts
        return text
    if len(_SPECIAL.findall(text)) > MAX_SPECIAL:
        return text
    words = text.split()
    if "\n" not in text.strip() and words and words[0] in AUTOMAGIC:
        text = text.replace(words[0], f"%{words[0]}", 1)
    blank = len(text) - len(text.lstrip("\n \t"))
    begin = text.rfind("\n", 0, blank) + 1
    try:
        python: str = TransformerManager().transform_cell(text[begin:])  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  (it was made for what a person types: running it will tell)
        return text
    return "\n" * text.count("\n", 0, begin) + python


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the imports at the top level of a cell, also those under an ``if`` or a ``try``."""
    for node in body:
        match node:
            case ast.Import() | ast.ImportFrom():
                yield node
            case ast.If(body=first, orelse=other):
                yield from _imports([*first, *other])
            case ast.Try(body=first, handlers=handlers, orelse=other, finalbody=last):
                caught = [inner for handler in handlers for inner in handler.body]
                yield from _imports([*first, *caught, *other, *last])
            case ast.With(body=first):
                yield from _imports(first)


def _imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str() as module, names=names):
                found |= {module, *(f"{module}.{alias.name}" for alias in names)}
            case ast.Call(
                func=ast.Attribute(attr="run_line_magic"),
                args=[ast.Constant(value="run"), ast.Constant(value=str() as line), *_],
            ):
                words = [word.strip("'\"") for word in line.split()]
                found |= {PurePosixPath(w).stem for w in words if w.endswith((".ipynb", ".py"))}
    return found


def _note_shell(tree: ast.Module, left_out: list[str]) -> None:
    """Note calls that run a shell, install packages or delete names."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id="get_ipython")),
                    attr=("system" | "getoutput"),
                ),
                args=[ast.Constant(value=str() as line), *_],
            ):
                left_out.append(f"!{line[:60]}")
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id="get_ipython")), attr="run_line_magic"
                ),
                args=[ast.Constant(value=str() as name), *_],
            ) if name in INSTALLERS | RESETS:
                left_out.append(f"%{name}")
