"""Parse the file names of a platform's download: the student, late or not, the attempt.

Moodle writes ``Full Name_<participant>_assignsubmission_file[_]`` for a folder, or before each
file's name if folders are switched off [1]_. Canvas writes
``lastfirst[_LATE]_<user>_<attachment>_<file>``. If grading is anonymous, the user is
``anon_<letters>``. Entries that are not files end in ``_text.html`` or ``_link.html`` [2]_. A name
that was handed in before gets a number, ``gradient-1.py``.

References
----------
.. [1] Moodle, ``mod/assign/classes/downloader.php``: ``get_student_prefix`` leaves no ``_``
   in a name.
.. [2] Canvas, ``lib/content_zipper.rb``: ``get_filename``, ``add_upload_submission``,
   ``add_text_or_url``.
"""

from __future__ import annotations

__all__ = ["CANVAS", "MOODLE", "ParsedName", "numbered", "parse_canvas_name", "parse_moodle_name"]

import re
from typing import NamedTuple

from grader.intake.display import clean

MOODLE, CANVAS = "moodle", "canvas"

_MOODLE = re.compile(
    r"(?P<who>[^/]*?)(?:_(?P<id>[0-9]{1,18}))?_assignsubmission_(?P<plugin>[a-z0-9]+)"
    r"(?:_(?P<rest>.*))?",
    re.DOTALL,
)
# Groups in lower case name the student, groups in upper case are words of Canvas.
_CANVAS = re.compile(
    r"(?:(?P<who>.*?)_)??(?P<late>LATE_)?(?P<id>[0-9]{1,18}|anon_[A-Za-z0-9]{3,12})_"
    r"(?:(?P<attachment>[0-9]{1,18})_(?P<file>.+)|(?P<page>text|link)\.html)",
    re.DOTALL,
)
_GROUP = re.compile(
    r"(?:group|gruppe|groupe|grupo|gruppo|groep|team|equipe|équipe)\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?P<stem>.*[^-])-(?P<number>[0-9]{1,3})", re.DOTALL)
# The number comes before a whole double ending, `a-1.tar.gz`; in `a.b-1.py` the ending is single.
_DOUBLE = (".tar.gz", ".tar.bz2", ".tar.xz")


class ParsedName(NamedTuple):
    """The information in one name of a download.

    Attributes
    ----------
    platform : str
        `MOODLE` or `CANVAS`.
    key : str
        Identifies the student: the platform's number, or the name if there is none.
    id : str
        The platform's number; empty if there is none.
    who : str
        The name of the student or the group, as far as the platform gives it.
    file : str
        The name under which the student handed the file in; empty for a folder.
    late, group : bool
        Whether the name says that it is late, or from a group.
    is_text : bool
        Whether it is text written on the platform's page, and not a file.
    label : str
        The required beginning of a feedback file's name.
    order : int
        Grows with time, for the files of one student.
    """

    platform: str
    key: str
    id: str
    who: str
    file: str
    late: bool
    group: bool
    is_text: bool
    label: str
    order: int


def parse_moodle_name(name: str, is_folder: bool) -> ParsedName | None:
    """Parse a name in Moodle's download; return None if it is not one."""
    found = _MOODLE.fullmatch(name)
    if found is None or not found["who"]:
        return None
    rest = found["rest"] or ""
    if is_folder == bool(rest):
        return None
    who = " ".join(found["who"].split("_"))
    number = found["id"] or ""
    label = "_".join((clean(who).replace("_", " "), number, "assignsubmission_file", ""))
    return ParsedName(
        platform=MOODLE,
        key=number or f"name {who}",
        id=number,
        who=who,
        file=rest,
        late=False,
        group=bool(_GROUP.match(who)),
        is_text=found["plugin"] != "file",
        label=label if number else "",
        order=0,
    )


def parse_canvas_name(name: str) -> ParsedName | None:
    """Parse a file name in Canvas' download; return None if it is not one."""
    found = _CANVAS.fullmatch(name)
    if found is None:
        return None
    number, attachment = found["id"], found["attachment"] or ""
    who = found["who"] or ""
    if not who and not number.startswith("anon_"):
        return None
    start = [clean(who)] if who else []
    start += ["LATE"] if found["late"] else []
    return ParsedName(
        platform=CANVAS,
        key=number,
        id=number,
        who=who or f"Anonymous {number.removeprefix('anon_')}",
        file=found["file"] or f"{found['page']}.html",
        late=bool(found["late"]),
        group=False,
        is_text=not attachment,
        label="_".join((*start, number, attachment, "")) if attachment else "",
        order=int(attachment or 0),
    )


def numbered(file: str) -> tuple[str, int]:
    """Return a file's name without the number that Canvas adds to a repeated name, and the number.

    A name without a number is returned unchanged, with 0.
    """
    double = next((end for end in _DOUBLE if file.lower().endswith(end)), "")
    stem, dot, ending = file.rpartition(".")
    if double:
        stem, dot, ending = file[: -len(double)], "", file[-len(double) :]
    found = _NUMBERED.fullmatch(stem)
    if found is None:
        return file, 0
    return f"{found['stem']}{dot}{ending}", int(found["number"])
