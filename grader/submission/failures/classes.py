"""Find a missing function that is defined inside a class or a function, by text search."""

from __future__ import annotations

__all__ = ["in_a_class"]

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 60
_AROUND = re.compile(r"(?P<kind>class|(?:async[ \t]+)?def)[ \t]+(?P<name>\w+)")
_METHOD = re.compile(r"[ \t]+(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(")


def in_a_class(name: str, texts: Iterable[str]) -> str:
    """Return a sentence on the class or the function in which a name is defined, empty if none.

    Parameters
    ----------
    name : str
        The name that is needed and not defined.
    texts : iterable of str
        Python, of a file or of cells.
    """
    kept = list(texts)
    if around := _around(name, kept, is_class=True):
        return f"`{name}` stands in the class `{around}`: a function outside of it is needed."
    if around := _around(name, kept, is_class=False):
        return f"`{name}` stands in the function `{around}`: it is needed outside of it."
    return ""


def _around(name: str, texts: Iterable[str], *, is_class: bool) -> str:
    """Return the name of what is around a definition, at the top level; empty if nothing is."""
    for text in texts:
        around: re.Match[str] | None = None
        for line in text.splitlines():
            if line[:1] not in ("", " ", "\t", "#", ")", "]", "}"):
                around = _AROUND.match(line)
                continue
            inner = _METHOD.match(line)
            if around is None or inner is None or inner[1] != name:
                continue
            if is_class == (around["kind"] == "class") and len(around["name"]) <= LONGEST_NAME:
                return around["name"]
    return ""
