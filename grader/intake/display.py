"""Names that students chose, changed so that they can be shown and used for report folders."""

from __future__ import annotations

__all__ = ["clean", "quoted", "slugs"]

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MAX_SHOWN = 80
_MAX_SLUG = 60
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o"})
# Names of devices in Windows, and names of the report's own pages.
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin", "conout"]
    + ["index", "assets", "static", "results", "instructor"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)


def clean(text: str, length: int = _MAX_SHOWN) -> str:
    """Return a text on one line, without control characters or marks that change the direction.

    Parameters
    ----------
    text : str
        Any text, even with lone surrogates.
    length : int
        The maximal number of characters; a longer text loses its middle.

    Returns
    -------
    str
        Never empty: ``unnamed`` if nothing can be shown.
    """
    text = unicodedata.normalize("NFC", text[: 4 * length] if len(text) > 8 * length else text)
    kept = "".join(
        " " if unicodedata.category(char) in ("Zl", "Zp") or char in "\t\n\r" else char
        for char in text
        if char in "\t\n\r" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    kept = " ".join(kept.split())
    if len(kept) > length:
        half = (length - 1) // 2
        kept = f"{kept[:half]}…{kept[-half:]}"
    return kept or "unnamed"


def quoted(name: str) -> str:
    """Return a name in quotation marks, to be used in a sentence."""
    return '"' + clean(name).replace('"', "'") + '"'


def slugs(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return the name of each report's folder.

    Parameters
    ----------
    names : Sequence of str
        Names for display, in the order of the class.
    taken : iterable of str
        Names that must not be used, whatever their case.

    Returns
    -------
    list of str
        ASCII letters, digits, ``-`` and ``_``; all different, even if case is ignored, and allowed
        as names on every system.
    """
    used = {name.lower() for name in taken}
    following: dict[str, int] = {}
    # Names that need no change go first: a look-alike must not take the plain name from them.
    order = sorted(range(len(names)), key=lambda at: _slug(names[at]) != names[at])
    found = {at: _free(_slug(names[at]), used, following) for at in order}
    return [found[at] for at in range(len(names))]


def _slug(name: str) -> str:
    spelled = unicodedata.normalize("NFC", name).translate(_LETTERS)
    ascii_only = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", ascii_only).strip("-")[:_MAX_SLUG].strip("-")
    if not slug:
        return "submission"
    return f"{slug}_" if slug.lower() in _RESERVED else slug


def _free(slug: str, taken: set[str], following: dict[str, int]) -> str:
    key = slug.lower()
    candidate, number = slug, following.get(key, 2)
    while candidate.lower() in taken:
        candidate = f"{slug}-{number}"
        number += 1
    following[key] = number
    taken.add(candidate.lower())
    return candidate
