"""Parse the file names of a download of Blackboard: the user, the attempt, the student's file.

Blackboard's *Assignment File Download* writes ``<title>_<user>_attempt_<time>_<file>``, and for
each attempt a receipt ``<title>_<user>_attempt_<time>.txt`` with the text that was typed on its
page. A title may have underscores, and so may a user name.
"""

from __future__ import annotations

__all__ = ["BLACKBOARD", "parse_blackboard_names"]

import os
import re
from typing import TYPE_CHECKING

from grader.intake.downloads.filenames import ParsedName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BLACKBOARD = "blackboard"
PAGE = "text.html"  # as Canvas calls a text that was typed on its page

_NAME = re.compile(
    r"(?P<who>.+_[^_]+)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL
)


def parse_blackboard_names(texts: Mapping[str, str]) -> dict[str, ParsedName]:
    """Return what the names in a folder say, for those that are Blackboard's.

    Parameters
    ----------
    texts : mapping of str to str
        The names of the files, as text, by the names in the folder.
    """
    found = {name: one for name, text in texts.items() if (one := _NAME.fullmatch(text))}
    users = _users({one["who"] for one in found.values()})
    return {
        name: ParsedName(
            platform=BLACKBOARD,
            key=one["who"],
            id=users[one["who"]],
            who=users[one["who"]],
            file=one["file"] or PAGE,
            late=False,
            group=False,
            is_text=not one["file"],
            label="",
            order=int(one["time"].replace("-", "")),
        )
        for name, one in found.items()
    }


def _users(whole: Iterable[str]) -> dict[str, str]:
    """Return the user in each ``<title>_<user>``: the last word, where this tells all apart."""
    names = {one: one.rpartition("_")[2] for one in whole}
    if len(set(names.values())) == len(names):
        return names
    start = os.path.commonprefix(list(names))  # noqa: RUF071 - of texts, not of paths
    title = start.rpartition("_")[0]
    return {one: one[len(title) + 1 :] for one in names}
