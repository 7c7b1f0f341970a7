"""Where the gradebook is, and which conditions its results depend on.

Nothing here imports the database library: a command without a gradebook never waits for it.
"""

from __future__ import annotations

__all__ = ["Conditions", "own_book", "place_of_book"]

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.gradebook.codec import digest_of
from grader.version import build

if TYPE_CHECKING:
    from grader.course import Exercise

ENVIRONMENT = "GRADER_GRADEBOOK"
DEFAULT = Path(".grader", "gradebook.sqlite")
NONE = "none"


def place_of_book(named: str | None, course_root: Path) -> str:
    """Return the gradebook's location: the given name, else the environment's, else the default.

    Parameters
    ----------
    named : str, optional
        A file, the URL of a database (``postgresql+psycopg://…``), or ``none``.
    course_root : Path
        The course folder; the default book lies in its ``.grader`` folder.

    Returns
    -------
    str
        Empty where results are not stored.
    """
    named = named or os.environ.get(ENVIRONMENT, "")
    if named == NONE:
        return ""
    return named or str(own_book(course_root))


def own_book(course_root: Path) -> Path:
    """Return where the course's own gradebook lies, whether there is one or not."""
    return course_root / DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a result depends on, besides the submission and the exercise.

    Attributes
    ----------
    salt : bytes
        Secret; the book stores only a digest of it.
    isolation : str
        The isolation level. Results of one level are valid for the others, except those of
        ``none``, which trusts submissions.
    public_only : bool
        Whether hidden checks are left out.
    afresh : bool
        Whether to grade everything again, even where the book has a result.
    reuse_time_outs : bool
        Whether a stored time-out may be used again.
    preview : bool
        Whether to store only exercise results, for later use, and no result of a person.
    """

    salt: bytes
    isolation: str
    public_only: bool = False
    afresh: bool = False
    reuse_time_outs: bool = False
    preview: bool = False

    def stamp(self, exercise: Exercise, digest: str) -> str:
        """Return the digest of everything that the result of an exercise depends on."""
        return digest_of(
            digest, build(), exercise.packages_stamp, digest_of(b"salt", self.salt),
            "trusted" if self.isolation == "none" else "shut in", str(self.public_only),
        )  # fmt: skip
