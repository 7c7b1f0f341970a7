"""One sealed copy of a submission: the bytes that are hashed are the bytes that are run."""

from __future__ import annotations

__all__ = ["Sealed"]

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.results import Received


@dataclass(frozen=True)
class Sealed:
    """The files of one submission, held in memory so that nothing can change them.

    Attributes
    ----------
    name : str
        The submission's name (the student's folder or archive), for display.
    files : Mapping of str to bytes
        Relative path with forward slashes, in the course's tree, to the file's content.
    notes : tuple of str
        Sentences for the student about changes and refusals of the intake.
    received : tuple of Received
        The submitted files that cannot be graded as they are.
    """

    name: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = field(default=())
    received: tuple[Received, ...] = field(default=())

    def __post_init__(self) -> None:
        """Freeze the mapping, sorted by name."""
        object.__setattr__(self, "files", MappingProxyType(dict(sorted(self.files.items()))))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the length-prefixed names and contents, as 64 hexadecimal digits."""
        sha = hashlib.sha256()
        for name, content in self.files.items():
            encoded = name.encode("utf-8", "surrogateescape")
            for part in (encoded, content):
                sha.update(len(part).to_bytes(8, "big"))
                sha.update(part)
        return sha.hexdigest()
