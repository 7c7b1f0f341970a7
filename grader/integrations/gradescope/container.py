"""Where things are in Gradescope's container, and what the autograder was made to do."""

from __future__ import annotations

__all__ = ["SETTINGS", "Places", "Settings", "read_settings"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.exports.formats import MINUTES

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "settings.json"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders below ``/autograder``."""

    root: Path

    @property
    def source(self) -> Path:
        """What the zip held."""
        return self.root / "source"

    @property
    def course(self) -> Path:
        """The course, with its solutions and the salt."""
        return self.source / "course"

    @property
    def submission(self) -> Path:
        """What was handed in."""
        return self.root / "submission"

    @property
    def metadata(self) -> Path:
        """What Gradescope says of the submission."""
        return self.root / "submission_metadata.json"

    @property
    def results(self) -> Path:
        """What Gradescope reads."""
        return self.root / "results" / "results.json"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the autograder was made to do.

    Attributes
    ----------
    exercises : tuple of str
        Their ids.
    hidden : str
        When Gradescope shows hidden checks.
    isolation : str
        The only level that will do, or empty for the best that holds.
    patience : float
        By what limits of elapsed time are multiplied: a container has a share of a processor.
    minutes : int
        After which Gradescope ends the container.
    """

    exercises: tuple[str, ...]
    hidden: str = "after_published"
    isolation: str = ""
    patience: float = 4.0
    minutes: int = MINUTES


def read_settings(places: Places) -> Settings:
    """Return what the zip says.

    Raises
    ------
    UsageError
        Where there is none, or another grader's.
    """
    path = places.source / SETTINGS
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{path} cannot be used ({error}): this command runs inside the container that "
            "`grader gradescope-zip` made a zip for."
        ) from error
