"""Find a missing function that is defined inside a class, by text search."""

from __future__ import annotations

__all__ = ["in_a_class"]

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 60
_CLASS = re.compile(r"class[ \t]+(\w+)")
_METHOD = re.compile(r"[ \t]+(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(")


def in_a_class(name: str, texts: Iterable[str]) -> str:
    """Return a sentence on the class in which a name is defined, empty if there is none.

    Parameters
    ----------
    name : str
        The name that is needed and not defined.
    texts : iterable of str
        Python, of a file or of cells.
    """
    for text in texts:
        around = ""
        for line in text.splitlines():
            if line[:1] not in ("", " ", "\t", "#", ")", "]", "}"):
                found = _CLASS.match(line)
                around = found[1] if found else ""
            method = _METHOD.match(line) if around else None
            if method and method[1] == name and len(around) <= LONGEST_NAME:
                return (
                    f"`{name}` stands in the class `{around}`: a function outside of it is needed."
                )
    return ""
