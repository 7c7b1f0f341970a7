"""Copies for runners: of the submitted files and of the course's stubs."""

from __future__ import annotations

__all__ = ["copy_files", "copy_stubs"]

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Files that programs leave behind, and files that nobody imports.
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.ipynb", "*.md")


def copy_stubs(stubs: Path, target: Path) -> None:
    """Copy a course's stubs, with the data files beside them.

    Raises
    ------
    OSError
        If they cannot be read, or the copy cannot be written.
    """
    if stubs.is_dir():
        shutil.copytree(stubs, target, ignore=LEFT_OUT, ignore_dangling_symlinks=True)


def copy_files(root: Path, files: Mapping[str, bytes], folder: str) -> Path:
    """Write a submission's files below the root and return the working directory."""
    work = root / folder
    work.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return work
