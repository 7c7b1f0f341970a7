"""Answers that are data and no code: a TOML file, read as a module of its top-level names.

Reading is not harmless: a parser can be sent into a recursion, or kept busy. So it happens here,
in the process that can be thrown away, and what travels on are plain values.
"""

from __future__ import annotations

__all__ = ["MAX_BYTES", "read_table"]

import re
import tomllib
from types import ModuleType
from typing import TYPE_CHECKING

from grader.runner.failures import Refusal

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 64 << 10
_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)


def read_table(path: Path, file: str) -> ModuleType:
    """Return a module that holds the file's top-level names, and runs nothing.

    Parameters
    ----------
    path : Path
        Where the file lies.
    file : str
        How it is called in messages.

    Raises
    ------
    Refusal
        Of the kind ``unreadable``, with a sentence that names the line where there is one.
    """
    with path.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _unreadable(f"{file} is larger than {MAX_BYTES >> 10} KiB")
    module = ModuleType(path.stem)
    for name, value in _parsed(_decoded(content, file), file).items():
        if not name.startswith("__"):  # Python's own names, some of which would be called
            setattr(module, name, value)
    return module


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{file} is not text in UTF-8 (line {line}): save it as UTF-8 in your editor"
        raise _unreadable(message) from None


def _parsed(text: str, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = str(error).removesuffix(" (at end of document)")
        placed = _PLACE.fullmatch(what)
        where = f"in line {placed[2]}, column {placed[3]}" if placed else "at its end"
        what = " ".join((placed[1] if placed else what).split())
        raise _unreadable(f"{file} cannot be read {where}: {what}") from None
    except RecursionError:
        raise _unreadable(f"{file} cannot be read: it is nested too deeply") from None
    except ValueError:  # Python's own limit on the digits of an integer
        raise _unreadable(f"{file} cannot be read: a number in it has too many digits") from None


def _unreadable(message: str) -> Refusal:
    return Refusal("unreadable", message)
