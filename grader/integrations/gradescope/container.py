"""The paths in Gradescope's container, and the autograder's settings."""

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
        """The content of the zip."""
        return self.root / "source"

    @property
    def course(self) -> Path:
        """The course, with its solutions and the salt."""
        return self.source / "course"

    @property
    def submission(self) -> Path:
        """The submitted files."""
        return self.root / "submission"

    @property
    def metadata(self) -> Path:
        """Gradescope's metadata about the submission."""
        return self.root / "submission_metadata.json"

    @property
    def results(self) -> Path:
        """The results file that Gradescope reads."""
        return self.root / "results" / "results.json"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of an autograder.

    Attributes
    ----------
    exercises : tuple of str
        Ids of the exercises to grade.
    hidden : str
        When Gradescope shows hidden checks.
    isolation : str
        The required isolation level; empty for the best available one.
    patience : float
        Factor for limits on elapsed time: a container gets only a share of a processor.
    minutes : int
        Minutes after which Gradescope ends the container.
    """

    exercises: tuple[str, ...]
    hidden: str = "after_published"
    isolation: str = ""
    patience: float = 4.0
    minutes: int = MINUTES


def read_settings(places: Places) -> Settings:
    """Return the settings in the zip.

    Raises
    ------
    UsageError
        The settings are missing, or from another version of the grader.
    """
    path = places.source / SETTINGS
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{path} cannot be used ({error}): this command runs inside the container that "
            "`grader gradescope-zip` made a zip for."
        ) from error
