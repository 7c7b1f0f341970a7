"""A command that receives a signal to stop cleans up as a failed one does."""

from __future__ import annotations

__all__ = ["Stopped", "stopping"]

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# The signals of a stopped service and of a closed terminal. Ignored signals stay ignored: a
# command that is started by `nohup` goes on.
NAMES = ("SIGTERM", "SIGHUP")


class Stopped(BaseException):
    """The command received a signal to stop; has its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """While the context lasts, the first signal to stop raises `Stopped`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.getsignal(number)
        for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name))
    }

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        for other in before:
            signal.signal(other, signal.SIG_IGN)
        raise Stopped(number)

    caught = [number for number, handler in before.items() if handler is signal.SIG_DFL]
    for number in caught:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
