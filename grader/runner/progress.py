"""How far a long call has come, told to the judge by tools that can see it.

It is only shown to the person who waits; no result depends on it.
"""

from __future__ import annotations

__all__ = ["tell", "telling"]

import contextlib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEAST_SECONDS = 0.25
_listeners: list[Callable[[int, int], object]] = []
_last = 0.0


@contextlib.contextmanager
def telling(listener: Callable[[int, int], object]) -> Iterator[None]:
    """Send the calls of `tell` to a listener while the context lasts."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(done: int, of: int) -> None:
    """Tell that `done` of `of` steps are done; most of the steps that follow fast are left out.

    It never raises: the computation must not be disturbed.
    """
    global _last  # noqa: PLW0603  (one runner, one call at a time)
    now = time.monotonic()
    if not _listeners or now - _last < LEAST_SECONDS:
        return
    _last = now
    with contextlib.suppress(Exception):
        _listeners[-1](int(done), int(of))
