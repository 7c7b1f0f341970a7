"""Count what each person has open at the same time, such as streams and uploads."""

from __future__ import annotations

__all__ = ["ConcurrencyLimit"]

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ConcurrencyLimit:
    """A number of places for each person; used in the event loop alone.

    Parameters
    ----------
    most : int
        How many one person may have at the same time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[int, int] = {}

    def taken(self, person: int) -> int:
        """Return how many places a person has now."""
        return self._taken.get(person, 0)

    @contextlib.contextmanager
    def one(self, person: int) -> Iterator[bool]:
        """Yield whether there was a place; if so, the person has it until the end of the block.

        Parameters
        ----------
        person : int
            Their row in the gradebook.
        """
        if self.taken(person) >= self._most:
            yield False
            return
        self._taken[person] = self.taken(person) + 1
        try:
            yield True
        finally:
            left = self._taken.pop(person) - 1
            if left:
                self._taken[person] = left
