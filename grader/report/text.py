"""Format texts and numbers for a page; make hostile characters harmless.

Escaping is not done here: Jinja does it for every string. What escaping lets through is treated
here: terminal codes, control characters, characters that turn the reading direction around, and
sheer length.
"""

from __future__ import annotations

__all__ = [
    "BLOCK",
    "FREE_TEXT",
    "LINE",
    "PRINTED",
    "PRINTED_BY_RIGHT",
    "alphabetical",
    "anchor",
    "cell",
    "clean",
    "compared_when",
    "decade",
    "exact_points",
    "graded_when",
    "line",
    "out_of",
    "own_words",
    "plural",
    "points",
    "rich",
    "say_value",
    "sentence_case",
    "short",
    "spoken",
    "unique",
    "value",
    "words",
]

import functools
import re
import unicodedata
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.languages import ENGLISH, say, say_marked
from grader.languages.typography import MONTHS, NUMBER
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE = 600
BLOCK = 1_500
PRINTED = 4_000
PRINTED_BY_RIGHT = 800  # output of passed checks is cut shorter: nobody searches it for a reason
MOST_KNOWN = 1 << 10
FREE_TEXT = 4_100  # a little more than a result holds of an answer, so that its note stays

_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor movements
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # window titles and other strings
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BACKSPACED = re.compile(r"\x08+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_MARK_RUN = re.compile(f"({_MARKS}{{3}}){_MARKS}+")
_RARE = re.compile(f"{_MARKS}|[\U000e0000-\U000e0fff]")  # printable, and yet to be looked at
_CODE = re.compile(r"`([^`\n]+)`")
_EMPHASIS = re.compile(r"(?<![\w*&])\*(\w(?:[\w ]*\w)?)\*(?![\w*])")
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9_-]+")
_MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _show(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def clean(text: str, limit: int = LINE) -> str:
    r"""Return a text with visible control characters, cut to a maximal length.

    Parameters
    ----------
    text : str
        Anything at all, such as what a submission printed.
    limit : int
        How many characters are kept; a note says how many there were.

    Returns
    -------
    str
        Terminal codes are gone, unseen characters have a visible name, line ends are ``\n``.
    """
    if (
        len(text) <= limit
        and text.replace("\n", "").isprintable()
        and (text.isascii() or not _RARE.search(text))
    ):
        return text  # most texts of a class's page, of which there are a hundred thousand
    cut = text[:limit]
    cut = _LINE_END.sub("\n", _ANSI.sub("", cut))
    cut = _UNSEEN.sub(_show, _BACKSPACED.sub("", cut))
    cut = _MARK_RUN.sub(r"\1", cut)
    if len(text) > limit:
        return f"{cut.rstrip()} … (cut here: {len(text):,} characters in all)"
    return cut


def line(text: str, limit: int = 120) -> str:
    """Return a text on one line, for names and labels."""
    return " ".join(clean(text, limit).split())


def alphabetical(name: str) -> str:
    """Return the sort key of a name: É is sorted beside E, not after Z."""
    spread = unicodedata.normalize("NFKD", line(name))
    return "".join(c for c in spread if not unicodedata.combining(c)).casefold()


def rich(text: str) -> Markup:
    """Return one of our texts in the page's language, escaped.

    `this` becomes ``<code>``, and *this* ``<em>``.
    """
    return _rich(say_marked(text), emphasis=True)


def own_words(text: str) -> Markup:
    """Return a person's own text, escaped, with `this` as ``<code>``; it is not translated."""
    return _rich(text)


def spoken(text: str) -> Markup:
    """Return one of our texts in the page's language, escaped."""
    said = say_marked(text)
    # A page says "passed" and "2 of 2 points" a hundred times.
    return _known_spoken(said) if len(said) <= LINE else _written_spoken(said)


def _written_spoken(said: str) -> Markup:
    return _marked_up(escape(said))


_known_spoken = functools.lru_cache(MOST_KNOWN)(_written_spoken)


def value(text: str) -> Markup:
    """Return a value, or words that describe it, escaped; numbers as Python writes them."""
    return escape(text) if NUMBER.fullmatch(text) else spoken(text)


def say_value(text: str) -> str:
    """Return a value as it is, or words that describe one in the page's language."""
    return text if NUMBER.fullmatch(text) else say(text)


def cell(text: str) -> Markup:
    """Return a table's cell: numbers as Python writes them, words in the page's language."""
    return _rich(text if NUMBER.fullmatch(text) else say_marked(text))


def _marked_up(text: Markup) -> Markup:
    """Return escaped text in which untranslated parts are marked as English."""
    if ENGLISH[0] not in text:
        return text
    begun = text.replace(ENGLISH[0], Markup('<span lang="en">'))
    return begun.replace(ENGLISH[1], Markup("</span>"))


def _rich(text: str, *, emphasis: bool = False) -> Markup:
    # Claims and hints are the same on every page; what a submission says is longer, or is rare.
    known = _known_rich if len(text) <= LINE else _written_rich
    return known(text, emphasis=emphasis)


def _written_rich(text: str, *, emphasis: bool) -> Markup:
    parts = _CODE.split(text)
    pieces = [
        Markup("<code>{}</code>").format(part)
        if index % 2
        else _stressed(escape(part))
        if emphasis
        else escape(part)
        for index, part in enumerate(parts)
    ]
    return _marked_up(Markup("").join(pieces))


_known_rich = functools.lru_cache(MOST_KNOWN)(_written_rich)


def _stressed(text: Markup) -> Markup:
    """Return escaped text with *this* as ``<em>this</em>``."""
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", str(text)))  # noqa: S704 - it was escaped before


def words(name: str) -> str:
    """Return the identifier as words: ``factor_two_missing`` is "factor two missing"."""
    return line(name.replace("_", " "))


def sentence_case(text: str) -> str:
    """Return the text with a capital at its beginning, unless that is a name such as w2."""
    if any(sign.isdigit() for sign in text.partition(" ")[0]):
        return text
    return text[:1].upper() + text[1:]


@functools.lru_cache(MOST_KNOWN)
def anchor(prefix: str, name: str) -> str:
    """Return an ``id`` for an element: ASCII, no blank, from the name of the thing."""
    ascii_name = unicodedata.normalize("NFKD", name[:120]).encode("ascii", "ignore").decode()
    return f"{prefix}-{_UNSAFE_IN_ID.sub('-', ascii_name).strip('-') or 'x'}"


def unique(name: str, taken: set[str]) -> str:
    """Return the name, with a number if it is taken already, and reserve it."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    taken.add(free)
    return free


@functools.lru_cache(MOST_KNOWN)
def points(value: float) -> str:
    """Return points as a person writes them: 3, 2.5, 0.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def exact_points(value: Decimal) -> str:
    """Return exact points with at most two decimals, halves up: 2.675 is 2.68."""
    return points(float(value.quantize(Decimal("0.01"), ROUND_HALF_UP)))


def plural(count: float, noun: str) -> str:
    """Return the count with its noun: "1 point", "2 points"."""
    return counted(count, noun)


def out_of(most: float, bonus: float = 0.0) -> str:
    """Return the words after points: "of 20 points", "of 10 bonus points"; never "of 0".

    Parameters
    ----------
    most : float
        How many points make the whole.
    bonus : float
        How many can be earned on top of it: what counts where there is nothing else.
    """
    if most > 0:
        return f"of {plural(most, 'point')}"
    return f"of {plural(bonus, 'bonus point')}" if bonus > 0 else "points: nothing here gives any"


def decade(exponent: int) -> str:
    """Return a power of ten: 10⁻⁹."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def short(value: float, digits: int = 3) -> str:
    """Return a number with few characters: 0.25, 12,000, 3·10⁷, 10⁻⁹."""
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-4 <= abs(value) < 1e6:
        text = f"{float(text):,.0f}"
    if "e" not in text:
        return text.replace("-", _MINUS)
    mantissa, exponent = text.split("e")
    power = decade(int(exponent))
    sign = _MINUS if mantissa.startswith("-") else ""
    mantissa = mantissa.lstrip("-")
    return f"{sign}{power}" if mantissa == "1" else f"{sign}{mantissa}·{power}"


def graded_when(moments: Iterable[str]) -> str:
    """Return when something was graded: "Graded on 31 January 2026, 09:30 UTC".

    Parameters
    ----------
    moments : iterable of str
        As `SubmissionResult.graded_at`; what is no moment is left out.

    Returns
    -------
    str
        The days from the first to the last, where these differ; empty where nothing is known.
    """
    known = sorted(filter(None, map(_moment, moments)))
    if not known:
        return ""
    first, last = (_day(one) for one in (known[0], known[-1]))
    if first != last:
        return f"Graded from {first} to {last}"
    return f"Graded on {last}, {known[-1]:%H:%M} UTC"


def compared_when(moment: str) -> str:
    """Return when submissions were compared, as `graded_when` does."""
    known = _moment(moment)
    return f"Compared on {_day(known)}, {known:%H:%M} UTC" if known else ""


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None
