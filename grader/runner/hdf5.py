"""HDF5 files behind a slot's name: h5py opens files in C, but also accepts open files."""

from __future__ import annotations

__all__ = ["open_through"]

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.runner.writable_files import Slots

# The mode of Python's `open` for each mode of h5py; "a" is handled below.
MODES = {"r": "rb", "r+": "r+b", "w": "w+b", "w-": "x+b", "x": "x+b"}


def open_through(slots: Slots) -> None:
    """Pass files that Python has opened to h5py, if h5py is imported already.

    Keras writes weights with it. If code imports h5py later, the kernel refuses the files it opens.
    """
    module = sys.modules.get("h5py")
    if module is None:
        return
    begin = module.File.__init__

    def __init__(self: Any, name: Any, mode: str = "r", *arguments: Any, **options: Any) -> None:  # noqa: N807
        by_name = isinstance(name, (str, os.PathLike)) and not arguments and "driver" not in options
        if by_name and (mode != "r" or slots.has(name)):
            how = MODES.get(mode) or ("r+b" if os.path.exists(name) else "w+b")  # noqa: PTH110
            name = slots.open_file(name, how, buffering=0)
            mode = "w" if how in ("x+b", "w+b") else mode
        begin(self, name, mode, *arguments, **options)

    module.File.__init__ = __init__
