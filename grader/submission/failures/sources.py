"""The source lines for tracebacks: from a submission's files and from its notebooks' cells."""

from __future__ import annotations

__all__ = ["Sources"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts with source lines. A cell has a label; it is neither written nor counted as a file.

    Attributes
    ----------
    files : mapping
        Paths to contents.
    cells : mapping
        Labels of cells and their texts; more may be added later.
    """

    files: Mapping[str, bytes]
    cells: Mapping[str, bytes]

    def text(self, name: str) -> bytes | None:
        """Return the content of a file or the text of a cell; None if there is neither."""
        return self.files.get(name, self.cells.get(name))
