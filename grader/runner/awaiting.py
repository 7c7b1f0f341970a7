"""Top-level ``await``, in a process that may have no sockets."""

from __future__ import annotations

__all__ = ["finish"]

import asyncio
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class _Sleeper:
    """What a loop waits with: time passes, and nothing else can happen."""

    def select(self, timeout: float | None = None) -> list[Any]:
        """Wait; without an end there is nothing to wait for."""
        if timeout is None:
            raise RuntimeError("this waits for something that can never come")
        time.sleep(timeout)
        return []


class _Loop(asyncio.BaseEventLoop):
    """An event loop of timers alone: the usual one makes a pair of sockets."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Sleeper()

    def _process_events(self, event_list: list[Any]) -> None:
        del event_list

    def _write_to_self(self) -> None:
        """Wake nobody: there are no other threads."""


_loop: _Loop | None = None


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run what a cell awaits to its end and return what it gives."""
    global _loop  # noqa: PLW0603  (tasks of one cell may be awaited in the next)
    if _loop is None:
        _loop = _Loop()
        asyncio.set_event_loop(_loop)
    return _loop.run_until_complete(coroutine)
