"""Where the lines of a traceback are read: in a submission's files, and in its notebooks' cells."""

from __future__ import annotations

__all__ = ["Sources"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Sources:
    """What has lines. A cell is no file: it is neither laid out nor counted, and has a label.

    Attributes
    ----------
    files : mapping
        Paths to contents.
    cells : mapping
        Labels of cells to their texts; more may be added to it later.
    """

    files: Mapping[str, bytes]
    cells: Mapping[str, bytes]

    def text(self, name: str) -> bytes | None:
        """Return the content of a file, or the text of a cell; None where there is neither."""
        return self.files.get(name, self.cells.get(name))
