"""Import what a command needs, without looking for garbage in it."""

from __future__ import annotations

__all__ = ["import_whole", "keep_to_the_end"]

import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def import_whole(name: str) -> ModuleType:
    """Import a module, in a process that is ours, and with it all that it needs.

    Classes and functions that are made by an import stay to the end. Python's collector would look
    at all of them several times meanwhile, and whenever it looks at everything later on; now it
    does neither. A course is loaded afterwards, and can still be let go.
    """
    if name in sys.modules:
        return sys.modules[name]
    collecting = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def keep_to_the_end() -> None:
    """Let a process that is about to end leave its memory to the system.

    Python looks for garbage among everything when it ends, several times. Buffers are flushed, and
    what was registered for the end is done, all the same.
    """
    gc.freeze()
