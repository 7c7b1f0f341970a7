"""Parse the names in a download of Brightspace: the person, the time, the student's file.

Brightspace (D2L) writes a folder for each submission, ``<n>-<n> - <name> - Sep 24, 2026 926 PM``,
or the same before each file's name. Several of one person are several submissions, of which the
last counts there. Whether one of the two numbers is a person's is not the same everywhere: a person
is known by the name.
"""

from __future__ import annotations

__all__ = ["BRIGHTSPACE", "parse_brightspace_names"]

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from grader.intake.downloads.filenames import ParsedName

if TYPE_CHECKING:
    from collections.abc import Mapping

BRIGHTSPACE = "brightspace"
FOLDER, FILE = "folder", "file"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = re.compile(
    r"(?P<number>\d{1,18}-\d{1,18}) ?- ?(?P<who>.+?) ?- ?"
    r"(?P<month>[A-Za-z]{3})[a-z]{0,6}\.? (?P<day>\d{1,2}), (?P<year>\d{4}) "
    r"(?P<hour>\d{1,2})[:_.]?(?P<minute>\d{2}) ?(?P<half>[AaPp])[Mm](?: ?- ?(?P<file>.+))?",
    re.DOTALL,
)


def parse_brightspace_names(
    here: Mapping[str, str], texts: Mapping[str, str]
) -> dict[str, ParsedName]:
    """Return what the names in a folder say, for those that are Brightspace's.

    Parameters
    ----------
    here : mapping of str to str
        The names in the folder, and the kind of each.
    texts : mapping of str to str
        The same names as text.
    """
    found = {}
    for name, kind in here.items():
        one = _NAME.fullmatch(texts[name])
        fits = one is not None and (kind, one["file"] is None) in ((FOLDER, True), (FILE, False))
        if fits and one is not None and one["month"].lower() in _MONTHS:
            found[name] = one
    numbers: dict[str, set[str]] = defaultdict(set)
    for one in found.values():
        numbers[one["who"].casefold()].add(one["number"])
    parsed = {}
    for name, one in found.items():
        who = one["who"]
        # Two numbers of one name may be two people: they stay apart.
        number = one["number"] if len(numbers[who.casefold()]) > 1 else ""
        parsed[name] = ParsedName(
            platform=BRIGHTSPACE,
            key=f"{who.casefold()} {number}".rstrip(),
            id=f"{who} {number}".rstrip(),
            who=f"{who} ({number})" if number else who,
            file=one["file"] or "",
            late=False,
            group=False,
            is_text=False,
            label="",
            order=_order(one),
        )
    return parsed


def _order(one: re.Match[str]) -> int:
    """Return the time as a number that grows: ``202609242126``."""
    hour = int(one["hour"]) % 12 + (12 if one["half"].lower() == "p" else 0)
    day = (int(one["year"]) * 100 + _MONTHS.index(one["month"].lower()) + 1) * 100 + int(one["day"])
    return (day * 100 + hour) * 100 + int(one["minute"])
