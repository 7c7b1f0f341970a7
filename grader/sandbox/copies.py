"""Copies of the stubs for runners: where the course lies is nothing that they need to know."""

from __future__ import annotations

__all__ = ["copy_stubs"]

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What programs leave behind, and what nobody imports.
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.ipynb", "*.md")


def copy_stubs(stubs: Path, target: Path) -> None:
    """Copy a course's stubs, with the data that lie beside them.

    Raises
    ------
    OSError
        Where they cannot be read, or the copy cannot be written.
    """
    if stubs.is_dir():
        shutil.copytree(stubs, target, ignore=LEFT_OUT, ignore_dangling_symlinks=True)
