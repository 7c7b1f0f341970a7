"""Reads a notebook: from the submitted bytes to cells of Python as plain data.

Named in the `preload` of the profile for reading, so that IPython's transformer is imported before
any notebook is there. Only what is needed is read: outputs, metadata and ids are ignored, and so
are errors in them.
"""

from __future__ import annotations

__all__ = ["read", "read_python"]

import json
from typing import Any

from grader.runner.source_repairs import CHARACTERS, LAYOUT
from grader.runner.tools.cell_sources import translate
from grader.runner.tools.notebook_bytes import Unreadable, parse
from grader.runner.tools.python_files import cells_of

MAX_CELLS = 5_000
MAX_CHARACTERS = 4 << 20
MAX_HEADINGS = 8
MAX_HEADING = 200
# The names of a cell's text, in the formats 4 to 1.
TEXTS = ("source", "input", "code", "text")
# What is told of cells that are Python in another form only.
TOLD = {
    CHARACTERS: (
        "has characters that are no Python, as web pages and word processors put them there "
        "(no-break spaces, typographic quotes): they were read as the usual ones"
    ),
    LAYOUT: "has the prompts of a console in its cells: it was read without them",
}
OTHER_LANGUAGES = {
    "ir": "R",
    "irkernel": "R",
    "julia": "Julia",
    "octave": "Octave",
    "scala": "Scala",
}


def read(content: bytes) -> bytes:
    """Return the cells of a notebook, or what is wrong with it, as JSON.

    Returns
    -------
    bytes
        An object with ``problem`` (it continues "the file …"; empty if the file can be read),
        ``notes`` (of the same form) and ``cells`` (`grader.notebooks.Cell` explains the fields).
    """
    try:
        notes: list[str] = []
        cells = _cells(parse(content, notes), notes)
        found = {"problem": "", "notes": notes, "cells": cells}
    except Unreadable as error:
        found = {"problem": str(error), "notes": [], "cells": []}
    except RecursionError:
        found = {"problem": "is nested too deeply to be a notebook", "notes": [], "cells": []}
    return json.dumps(found).encode("ascii")


def read_python(content: bytes) -> bytes:
    """Return the statements of a Python file in the form in which `read` returns cells."""
    try:
        problem, cells = cells_of(content)
    except RecursionError:
        problem, cells = "is nested too deeply to be a program", []
    return json.dumps({"problem": problem, "notes": [], "cells": cells}).encode("ascii")


def _cells(notebook: dict[str, Any], notes: list[str]) -> list[dict[str, Any]]:
    _refuse_other_languages(notebook)
    raw = notebook.get("cells")
    if type(raw) is not list:
        raw = _upgraded(notebook)
    if len(raw) > MAX_CELLS:
        raise Unreadable(f"has {len(raw):,} cells, and at most {MAX_CELLS:,} are read")
    whole = [cell for cell in raw if type(cell) is dict]
    kept = [cell for cell in whole if not _is_feedback(cell)]
    if len(whole) < len(raw):
        notes.append("has cells of no known form, which were left out")
    left = MAX_CHARACTERS
    cells: list[dict[str, Any]] = []
    count = 0
    for number, cell in enumerate(kept, 1):
        text = _text(next((cell[key] for key in TEXTS if key in cell), None))
        left -= len(text)
        if left < 0:
            raise Unreadable(
                f"has more than {MAX_CHARACTERS >> 20} million characters in its cells"
            )
        kind = cell.get("cell_type")
        runs = kind == "code" and bool(text.strip())
        count += runs
        cells.append(_cell(cell, kind, text, number, count if runs else 0, notes))
    notes[:] = dict.fromkeys(notes)
    return cells


def _is_feedback(cell: dict[str, Any]) -> bool:
    """Say whether it is a text that the grader put into the notebook when it gave it back."""
    ours = _inner(_inner(cell, "metadata"), "grader").get("feedback") is True
    return ours and cell.get("cell_type") == "markdown"


def _cell(
    cell: dict[str, Any], kind: object, text: str, number: int, count: int, notes: list[str]
) -> dict[str, Any]:
    """Return one cell as plain data; `count` is 0 for cells that Jupyter does not number."""
    metadata = cell.get("metadata")
    metadata = metadata if type(metadata) is dict else {}
    found: dict[str, Any] = {
        "kind": kind if kind in ("code", "markdown", "raw") else "raw",
        "number": number,
        "count": count,
        "text": text,
        "headings": _headings(text, kind),
        "file": _plain(_inner(metadata, "grader").get("file")) or "",
        "nbgrader": {k: _plain(v) for k, v in list(_inner(metadata, "nbgrader").items())[:20]},
    }
    if count:
        found |= translate(text)
        if told := TOLD.get(found.pop("told")):
            notes.append(told)
    return found


def _text(source: object) -> str:
    """Return a cell's text, which is one string or a list of lines."""
    if type(source) is list:
        source = "".join(line for line in source if type(line) is str)
    text = source if type(source) is str else ""
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


def _headings(text: str, kind: object) -> list[str]:
    """Return the headings of a text cell, or the first comments of a code cell."""
    lines = text.splitlines()
    if kind == "code":
        begin = next((i for i, line in enumerate(lines) if line.strip()), 0)
        found = []
        for line in lines[begin:]:
            if not line.startswith("#"):
                break
            found.append(line)
    else:
        found = [line for line in lines if line.lstrip().startswith("#")]
    return [line.strip("#% \t")[:MAX_HEADING] for line in found[:MAX_HEADINGS]]


def _inner(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    value = metadata.get(name)
    return value if type(value) is dict else {}


def _plain(value: object) -> Any:
    """Return a scalar unchanged, and None for every other value."""
    if type(value) is str:
        return value[:1000].encode("utf-8", "replace").decode()
    if type(value) is float and value - value != 0:
        return None
    return value if type(value) in (int, float, bool) else None


def _word(value: object) -> str:
    return value if type(value) is str else ""


def _refuse_other_languages(notebook: dict[str, Any]) -> None:
    metadata = _inner(notebook, "metadata")
    kernel, language = _inner(metadata, "kernelspec"), _inner(metadata, "language_info")
    named = (_word(kernel.get("language")), _word(language.get("name")))
    name = _word(kernel.get("name")).lower().partition("-")[0]
    spoken = next(filter(None, (*named, OTHER_LANGUAGES.get(name))), "")
    if spoken and "python" not in spoken.lower():
        shown = "".join(char for char in spoken[:20] if char.isalnum() or char in "+#- ")
        raise Unreadable(f"is a notebook in {shown or 'another language'}, not in Python")


def _upgraded(notebook: dict[str, Any]) -> list[Any]:
    """Return the cells of a notebook before format 4, which has them inside worksheets."""
    sheets = notebook.get("worksheets")
    if type(sheets) is not list and type(notebook.get("nbformat")) is not int:
        raise Unreadable("is JSON, but no notebook: it has no cells")
    if type(sheets) is not list:
        raise Unreadable("is a notebook without cells")
    lists = [sheet.get("cells") for sheet in sheets if type(sheet) is dict]
    return [_old(cell) for cells in lists if type(cells) is list for cell in cells]


def _old(cell: object) -> object:
    """Return an old cell in today's form: a heading was a cell type of its own."""
    if type(cell) is not dict or cell.get("cell_type") != "heading":
        return cell
    level = cell.get("level")
    depth = level if type(level) is int and 1 <= level <= 6 else 1
    return {"cell_type": "markdown", "source": "#" * depth + " " + _text(cell.get("source"))}
