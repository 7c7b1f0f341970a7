"""Where a gradebook is and what its results follow from: what is known before it is opened.

Nothing here needs the database library: who keeps no gradebook never waits for its import.
"""

from __future__ import annotations

__all__ = ["Conditions", "place_of_book"]

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.gradebook.codec import digest_of
from grader.version import __version__

if TYPE_CHECKING:
    from grader.course import Exercise

ENVIRONMENT = "GRADER_GRADEBOOK"
DEFAULT = Path(".grader", "gradebook.sqlite")
NONE = "none"


def place_of_book(named: str | None, course_root: Path) -> str:
    """Return where the gradebook is: as named, as the environment says, or beside the course.

    Parameters
    ----------
    named : str, optional
        A file, the URL of a database (``postgresql+psycopg://…``), or ``none``.
    course_root : Path
        The course, in whose ``.grader`` folder the book is by default.

    Returns
    -------
    str
        Empty where results are not to be kept.
    """
    named = named or os.environ.get(ENVIRONMENT, "")
    if named == NONE:
        return ""
    return named or str(course_root / DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a result follows from, beside the submission and the exercise.

    Attributes
    ----------
    salt : bytes
        Secret; the book keeps a digest of it.
    isolation : str
        How far submissions are shut in: what was graded at one level holds for the others, but for
        ``none``, which trusts them.
    public_only : bool
        Whether hidden checks are left out.
    afresh : bool
        Whether everything is graded again, whatever the book knows.
    reuse_time_outs : bool
        Whether a time-out counts as known.
    preview : bool
        Whether exercises are stored, to be used later, and no result of anybody.
    """

    salt: bytes
    isolation: str
    public_only: bool = False
    afresh: bool = False
    reuse_time_outs: bool = False
    preview: bool = False

    def stamp(self, exercise: Exercise, digest: str) -> str:
        """Return the digest of all that a verdict on an exercise follows from."""
        return digest_of(
            digest, __version__, exercise.packages_stamp, digest_of(b"salt", self.salt),
            "trusted" if self.isolation == "none" else "shut in", str(self.public_only),
        )  # fmt: skip
