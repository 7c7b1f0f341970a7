"""What the names in a platform's download say: of whom, in time or late, which attempt.

Moodle writes ``Full Name_<participant>_assignsubmission_file[_]`` for a folder, and in front of
each file's name where folders are switched off [1]_. Canvas writes
``lastfirst[_LATE]_<user>_<attachment>_<file>``, ``anon_<letters>`` for the user where grading is
anonymous, and ``_text.html`` or ``_link.html`` for what is no file [2]_; a name that was handed in
before gets a number, ``gradient-1.py``.

References
----------
.. [1] Moodle, ``mod/assign/classes/downloader.php``: ``get_student_prefix`` leaves no ``_``
   in a name.
.. [2] Canvas, ``lib/content_zipper.rb``: ``get_filename``, ``add_upload_submission``,
   ``add_text_or_url``.
"""

from __future__ import annotations

__all__ = ["CANVAS", "MOODLE", "Told", "numbered", "told_by_canvas", "told_by_moodle"]

import re
from typing import NamedTuple

from grader.intake.display import clean

MOODLE, CANVAS = "moodle", "canvas"

_MOODLE = re.compile(
    r"(?P<who>[^/]*?)(?:_(?P<id>[0-9]{1,18}))?_assignsubmission_(?P<plugin>[a-z0-9]+)"
    r"(?:_(?P<rest>.*))?",
    re.DOTALL,
)
# In lower case is what a student is called, in upper case what Canvas says.
_CANVAS = re.compile(
    r"(?:(?P<who>.*?)_)??(?P<late>LATE_)?(?P<id>[0-9]{1,18}|anon_[A-Za-z0-9]{3,12})_"
    r"(?:(?P<attachment>[0-9]{1,18})_(?P<file>.+)|(?P<page>text|link)\.html)",
    re.DOTALL,
)
_GROUP = re.compile(
    r"(?:group|gruppe|groupe|grupo|gruppo|groep|team|equipe|équipe)\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?P<stem>.*[^-])-(?P<number>[0-9]{1,3})", re.DOTALL)
# Most of an ending such as ".tar.gz" is found by hand: `a.b-1.py` has its number before the last.
_DOUBLE = (".tar.gz", ".tar.bz2", ".tar.xz")


class Told(NamedTuple):
    """What one name in a download says.

    Attributes
    ----------
    platform : str
        `MOODLE` or `CANVAS`.
    key : str
        What tells the student apart from all others: the platform's number, or the name where
        there is none.
    id : str
        The platform's number; empty where there is none.
    who : str
        The student's or the group's name, as far as the platform tells it.
    file : str
        The name under which the student handed the file in; empty for a folder.
    late, group : bool
        What the name says of that.
    is_text : bool
        Whether it is something that was written on the platform's page, and no file.
    label : str
        What the name of a feedback file begins with.
    order : int
        Grows with time, for files of one student.
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


def told_by_moodle(name: str, is_folder: bool) -> Told | None:
    """Return what a name in Moodle's download says, or None where it is not one."""
    found = _MOODLE.fullmatch(name)
    if found is None or not found["who"]:
        return None
    rest = found["rest"] or ""
    if is_folder == bool(rest):
        return None
    who = " ".join(found["who"].split("_"))
    number = found["id"] or ""
    label = "_".join((clean(who).replace("_", " "), number, "assignsubmission_file", ""))
    return Told(
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


def told_by_canvas(name: str) -> Told | None:
    """Return what the name of a file in Canvas' download says, or None where it is not one."""
    found = _CANVAS.fullmatch(name)
    if found is None:
        return None
    number, attachment = found["id"], found["attachment"] or ""
    who = found["who"] or ""
    if not who and not number.startswith("anon_"):
        return None
    start = [clean(who)] if who else []
    start += ["LATE"] if found["late"] else []
    return Told(
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
    """Return a file's name without the number that Canvas gives a second one, and the number.

    A name without a number is returned as it is, with 0.
    """
    double = next((end for end in _DOUBLE if file.lower().endswith(end)), "")
    stem, dot, ending = file.rpartition(".")
    if double:
        stem, dot, ending = file[: -len(double)], "", file[-len(double) :]
    found = _NUMBERED.fullmatch(stem)
    if found is None:
        return file, 0
    return f"{found['stem']}{dot}{ending}", int(found["number"])
