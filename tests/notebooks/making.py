"""Notebooks made from the texts of their cells, by nbformat; what is not valid stays so."""

from __future__ import annotations

__all__ = ["code", "notebook", "text"]

from textwrap import dedent
from typing import Any

import nbformat


def code(source: str, **metadata: Any) -> dict[str, Any]:
    """Return a cell of code."""
    made: dict[str, Any] = nbformat.v4.new_code_cell(_plain(source), metadata=metadata, id="made")
    return made


def text(source: str) -> dict[str, Any]:
    """Return a cell of text."""
    made: dict[str, Any] = nbformat.v4.new_markdown_cell(_plain(source), id="made")
    return made


def notebook(*cells: str | dict[str, Any], **metadata: Any) -> bytes:
    """Return a notebook of format 4.5, with an id for each cell; a plain string is one of code."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook()
    numbered = enumerate((code(cell) if isinstance(cell, str) else cell for cell in cells), 1)
    made.cells = [nbformat.from_dict({**cell, "id": f"cell-{n}"}) for n, cell in numbered]
    made.metadata = nbformat.from_dict({"kernelspec": kernel, **metadata})
    # In ASCII, since one test has half of a surrogate pair in it.
    return f"{nbformat.writes(made, ensure_ascii=True)}\n".encode()


def _plain(source: str) -> str:
    return dedent(source).strip("\n")
