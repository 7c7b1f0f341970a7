"""The files of a submission, and beside them the cells of its notebooks, for tracebacks."""

from __future__ import annotations

__all__ = ["LaidOut"]

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class LaidOut(Mapping[str, bytes]):
    """What a runner is given; the text of a cell is found by its label, and is no file.

    Parameters
    ----------
    files : mapping
        Paths to contents: these alone are counted and laid out.
    cells : mapping
        Labels of cells to their texts: more may be added to it later.
    """

    def __init__(self, files: Mapping[str, bytes], cells: Mapping[str, bytes]) -> None:
        self._files = files
        self._cells = cells

    def __getitem__(self, name: str) -> bytes:
        """Return the content of a file, or the text of a cell."""
        return self._files[name] if name in self._files else self._cells[name]

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a file or such a cell."""
        return name in self._files or name in self._cells

    def __iter__(self) -> Iterator[str]:
        """Give the names of the files."""
        return iter(self._files)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._files)
