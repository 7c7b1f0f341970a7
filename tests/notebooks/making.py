"""Notebooks made from the texts of their cells."""

from __future__ import annotations

__all__ = ["code", "notebook", "text"]

import json
from textwrap import dedent
from typing import Any


def code(source: str, **metadata: Any) -> dict[str, Any]:
    """Return a cell of code as Jupyter saves it."""
    lines = dedent(source).strip("\n").splitlines(keepends=True)
    return {
        "cell_type": "code", "metadata": metadata, "source": lines, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def text(source: str) -> dict[str, Any]:
    """Return a cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": dedent(source).strip("\n")}


def notebook(*cells: str | dict[str, Any], **metadata: Any) -> bytes:
    """Return a notebook of format 4.4; a plain string is a cell of code."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"kernelspec": kernel, **metadata},
        "cells": [code(cell) if isinstance(cell, str) else cell for cell in cells],
    }
    return json.dumps(made).encode()
