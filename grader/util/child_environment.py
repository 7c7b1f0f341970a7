"""The environment of a process that we start: what it gets of ours is chosen here, and only here.

There are three, each with more than the one before:

- `empty`, for a child that only reads what others wrote, or is tried itself;
- `bare`, for a child that runs what others wrote, or tries what such a child will find: what a
  process needs to find programs and libraries;
- `personal`, for a child that works as whoever gave the command would: all but the grader's own
  variables, some of which are secrets.
"""

from __future__ import annotations

__all__ = ["bare", "empty", "personal"]

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Without it Windows starts nothing.
_TO_START = ("SYSTEMROOT",)
_TO_FIND = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# Variables that tell older OpenBLAS builds which kernels suit the processor.
_TO_FIND_BEGIN = ("OPENBLAS_",)
# Tokens, passwords, the place of the gradebook. The language is no secret, and reaches a child.
_OURS = "GRADER_"
_LANGUAGE = "GRADER_LANG"


def empty() -> dict[str, str]:
    """Return an environment without anything of ours."""
    return {name: value for name, value in os.environ.items() if name in _TO_START}


def bare(*given: Mapping[str, str], home: str) -> dict[str, str]:
    """Return what a process needs to find programs and libraries, and what is given.

    Parameters
    ----------
    *given : mapping
        Further variables; a later mapping counts before an earlier one.
    home : str
        The folder for the files that programs make for themselves.
    """
    made = empty() | {
        name: value
        for name, value in os.environ.items()
        if name in _TO_FIND or name.startswith(_TO_FIND_BEGIN)
    }
    made |= {"HOME": home, "TMPDIR": home, "MPLCONFIGDIR": home}
    for more in given:
        made |= more
    return made


def personal(*given: Mapping[str, str]) -> dict[str, str]:
    """Return this process's variables without the grader's own, and what is given, as `bare`."""
    made = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) or name == _LANGUAGE
    }
    for more in given:
        made |= more
    return made
