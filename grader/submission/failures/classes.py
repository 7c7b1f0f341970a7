"""Find what a missing name may be, by text search: it has another place, or is spelled otherwise.

A function may stand in a class, a constant in a function, or the name may be nearly the right one.
"""

from __future__ import annotations

__all__ = ["elsewhere"]

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME, MOST_NAMES = 60, 200
_AROUND = re.compile(r"(?P<kind>class|(?:async[ \t]+)?def)[ \t]+(?P<name>\w+)")
# A function, or a constant.
_INSIDE = re.compile(
    r"[ \t]+(?:(?:async[ \t]+)?def[ \t]+(?P<function>\w+)[ \t]*\(|"
    r"(?P<constant>[A-Z][A-Z0-9_]*)[ \t]*(?::[^=\n]{0,80})?=(?!=))"
)
_BOUND = re.compile(
    r"(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([^\W\d]\w{0,59})[ \t]*(?:[(:]|=(?!=))"
)
# So nearly the same are `EXPERIMENT` and `EXPERIENCE`, and not `edge_width` and `edge_color`.
NEARLY = 0.8


def elsewhere(name: str, texts: Iterable[str]) -> str:
    """Return a sentence on where else a name is defined, or on the one that is nearly it.

    Empty if there is no such thing.

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
    if other := _nearly(name, kept):
        return f"There is `{other}`: is it meant? Names have to be exactly those of the stub."
    return ""


def _nearly(name: str, texts: Iterable[str]) -> str:
    """Return the name at the top level that is most like another one; empty if none is."""
    lines = (line for text in texts for line in text.splitlines())
    found = {bound[1].casefold(): bound[1] for bound in map(_BOUND.match, lines) if bound}
    near = difflib.get_close_matches(name.casefold(), list(found)[:MOST_NAMES], 1, NEARLY)
    return found[near[0]] if near else ""


def _around(name: str, texts: Iterable[str], *, is_class: bool) -> str:
    """Return the name of what is around a definition, at the top level; empty if nothing is."""
    for text in texts:
        around: re.Match[str] | None = None
        for line in text.splitlines():
            if line[:1] not in ("", " ", "\t", "#", ")", "]", "}"):
                around = _AROUND.match(line)
                continue
            inner = _INSIDE.match(line)
            if around is None or inner is None or name not in inner.groups():
                continue
            if is_class == (around["kind"] == "class") and len(around["name"]) <= LONGEST_NAME:
                return around["name"]
    return ""
