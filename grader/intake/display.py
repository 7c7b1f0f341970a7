"""Names that students chose, made fit to be shown and to be folders of reports."""

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
# What Windows takes for a device, and what the report itself calls its pages.
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin", "conout"]
    + ["index", "assets", "static", "results", "instructor"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)


def clean(text: str, length: int = _MAX_SHOWN) -> str:
    """Return a text on one line, without control characters or marks that turn the direction.

    Parameters
    ----------
    text : str
        Anything, be it with surrogates.
    length : int
        At most so many characters; a longer one loses its middle.

    Returns
    -------
    str
        Never empty: ``unnamed`` where nothing can be shown.
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
    """Return a name in quotation marks, for a sentence."""
    return '"' + clean(name).replace('"', "'") + '"'


def slugs(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return a name for the folder of each report.

    Parameters
    ----------
    names : Sequence of str
        Names for display, in the order of the class.
    taken : iterable of str
        Names of folders that nobody gets, whatever their case.

    Returns
    -------
    list of str
        ASCII letters, digits, ``-`` and ``_``; different from one another whatever the case, and
        free to be used on every system.
    """
    used = {name.lower() for name in taken}
    following: dict[str, int] = {}
    # Who is called just so goes first: no look-alike gets the plain name before.
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
