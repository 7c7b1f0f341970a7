"""Numbers, blanks and dates as a language writes them; code stays as Python reads it."""

from __future__ import annotations

__all__ = [
    "MONTHS",
    "NARROW",
    "NO_BREAK",
    "NUMBER",
    "date_in",
    "joint",
    "number_in",
    "plural_form",
    "spaced",
    "unit_in",
]

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""As the sentences of the program name them."""

NUMBER = re.compile(r"[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
"""A number as our sentences write it: 1,200.5 or −0.25; not 1e-5, which is Python."""

_CODE = re.compile(r"(`[^`\n]*`|\{\w*\}|<[^<>]*>)")


@cache
def _locale(tag: str) -> Locale:
    from babel import Locale  # noqa: PLC0415  (English needs none of it)

    return Locale.parse(tag)


def number_in(tag: str, text: str) -> str:
    """Return a number that our sentences write, as a language writes it.

    Parameters
    ----------
    tag : str
        The language, such as ``fr``.
    text : str
        Matches `NUMBER`; its digits stay as they are: 2.50 has two decimals.
    """
    symbols = _locale(tag).number_symbols["latn"]
    whole, dot, decimals = text.partition(".")
    whole = whole.replace(",", symbols["group"])
    return f"{whole}{symbols['decimal']}{decimals}" if dot else whole


def unit_in(tag: str, unit: str) -> str:
    """Return a unit of sizes, such as ``MiB``, as a language writes it."""
    return f"{unit[0]}io" if tag == "fr" and unit.endswith("iB") else unit


_DAY = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
_HOUR_OF_DAY = re.compile(rf"({_DAY.pattern}), (\d\d:\d\d UTC)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)(?: (UTC(?:[+-]\d{4})?))?")


def date_in(tag: str, text: str) -> str | None:
    """Return a day, or a moment, that our sentences write, as a language writes it.

    Parameters
    ----------
    tag : str
        The language.
    text : str
        Such as ``31 January 2026``, ``31 January 2026, 09:30 UTC`` or ``2026-01-31 09:30 UTC``; of
        anything else, None is returned.
    """
    day = _DAY.fullmatch(text)
    if day:
        number = MONTHS.index(day[2]) + 1
        return _long(date(int(day[3]), number, int(day[1])), tag)
    at = " à " if tag == "fr" else ", "
    hour = _HOUR_OF_DAY.fullmatch(text)
    if hour:
        return f"{date_in(tag, hour[1])}{at}{hour[5]}"
    moment = _MOMENT.fullmatch(text)
    if not moment:
        return None
    try:
        written = _long(date.fromisoformat(moment[1]), tag)
    except ValueError:
        return None
    return f"{written}{at}{moment[2]}{f' {moment[3]}' if moment[3] else ''}"


def _long(day: date, tag: str) -> str:
    """Return a day in words; the first of a month is an ordinal in French."""
    from babel.dates import format_date  # noqa: PLC0415  (English needs none of it)

    written = format_date(day, "long", locale=tag)
    return f"1er{written[1:]}" if tag == "fr" and day.day == 1 else written


def plural_form(tag: str, text: str) -> int:
    """Return 0 for a number that goes with the singular in a language, 1 for another."""
    value = float(text.replace(",", "").replace("−", "-"))
    whole = int(value) if value.is_integer() else value
    return 0 if _locale(tag).plural_form(abs(whole)) == "one" else 1


def spaced(tag: str, text: str) -> str:
    """Return a translated text with the blanks of its language; code is left as it is.

    In French, a no-break space stands before a colon and inside quotation marks, a narrow one
    before ``; ! ?``, a no-break space before ``%``. Translators type ordinary blanks.
    """
    if tag != "fr":
        return text
    parts = _CODE.split(text)
    parts[::2] = map(_french, parts[::2])
    whole = "".join(parts)
    # A sign may stand right behind code or a placeholder.
    whole = re.sub(r"(?<=[`}>]) (?=:)", NO_BREAK, whole)
    whole = re.sub(r"(?<=[`}>]) (?=%)", NO_BREAK, whole)
    whole = re.sub(r"(?<=[`}>]) (?=[;!?])", NARROW, whole)
    whole = re.sub("« (?=[`{<])", f"«{NO_BREAK}", whole)
    return re.sub("(?<=[`}>]) »", f"{NO_BREAK}»", whole)


def joint(tag: str, sign: str) -> str:
    """Return what joins two parts of a text, such as a colon, with the blanks of a language."""
    if tag == "fr" and sign[:1] in (":", ";"):
        return f"{NO_BREAK if sign[0] == ':' else NARROW}{sign}"
    return sign


def _french(text: str) -> str:
    text = re.sub(r"(?<=\S) (?=:)", NO_BREAK, text)
    text = re.sub(r"(?<=\S) (?=%)", NO_BREAK, text)
    text = re.sub(r"(?<=\S) (?=[;!?])", NARROW, text)
    return text.replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")
