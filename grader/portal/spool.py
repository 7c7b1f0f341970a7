"""A private folder for uploads until they are stored; it is removed with the portal."""

from __future__ import annotations

__all__ = ["Spool"]

import secrets
import shutil
from pathlib import Path

from grader.util.scratch import Scratch


class Spool:
    """A folder for uploads; each upload gets a subfolder with a random name."""

    def __init__(self) -> None:
        self._scratch = Scratch()

    def close(self) -> None:
        """Remove the folder with its content."""
        self._scratch.remove()

    def new(self) -> Path:
        """Make a folder for one upload and return it."""
        folder = Path(self._scratch.path) / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        return folder

    def remove(self, folder: Path) -> None:
        """Remove the folder of one upload."""
        shutil.rmtree(folder, ignore_errors=True)
