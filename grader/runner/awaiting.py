"""Top-level ``await``, in a process that may not open sockets."""

from __future__ import annotations

__all__ = ["finish"]

import asyncio
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class _NoSelector:
    """The selector of the event loop: time passes, and no other event can happen."""

    def select(self, timeout: float | None = None) -> list[Any]:
        """Sleep for the timeout; without one, raise, since no event could end the wait."""
        if timeout is None:
            raise RuntimeError("this waits for something that can never come")
        time.sleep(timeout)
        return []


class _Loop(asyncio.BaseEventLoop):
    """An event loop with timers only: asyncio's own loop opens a pair of sockets."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _NoSelector()

    def _process_events(self, event_list: list[Any]) -> None:
        del event_list

    def _write_to_self(self) -> None:
        """Do nothing: there are no other threads to wake the loop."""


_loop: _Loop | None = None


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run the coroutine of a cell until it ends, and return its result."""
    global _loop  # noqa: PLW0603  (tasks of one cell may be awaited in the next)
    if _loop is None:
        _loop = _Loop()
        asyncio.set_event_loop(_loop)
    return _loop.run_until_complete(coroutine)
