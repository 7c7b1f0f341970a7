"""The data sent to a cluster worker and back, as compressed bytes.

A payload holds a submission's content, and neither the salt nor any part of the solutions.
"""

from __future__ import annotations

__all__ = ["ExercisePayload", "SubmissionPayload", "unpacked", "unpacked_answer"]

from typing import TYPE_CHECKING

import msgspec
import zstandard

from grader.intake.sealed import Sealed
from grader.judge import GradedExercise  # noqa: TC001  (an answer is read back by its types)
from grader.results import Received  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVEL = 3
MOST_BYTES = 1 << 30  # our payloads are smaller; data that announce a larger size are refused


class SubmissionPayload(msgspec.Struct, frozen=True, array_like=True):
    """A submission, as sent to the workers that grade its exercises.

    Attributes
    ----------
    files : list of (bytes, bytes)
        Names and contents; a name is bytes because it may not be valid text.
    exercises : tuple of str
        All exercises to grade: a file's purpose may depend on the other exercises.
    """

    name: str
    files: list[tuple[bytes, bytes]]
    notes: tuple[str, ...]
    received: tuple[Received, ...]
    exercises: tuple[str, ...]
    public_only: bool

    @classmethod
    def of(
        cls, sealed: Sealed, exercises: Iterable[str], *, public_only: bool
    ) -> SubmissionPayload:
        """Make the payload of a submission."""
        files = [(name.encode("utf-8", "surrogateescape"), c) for name, c in sealed.files.items()]
        return cls(sealed.name, files, sealed.notes, sealed.received, tuple(exercises), public_only)

    @property
    def sealed(self) -> Sealed:
        """The submission."""
        files = {name.decode("utf-8", "surrogateescape"): c for name, c in self.files}
        return Sealed(self.name, files, self.notes, self.received)

    def packed(self) -> bytes:
        """Return the payload as compressed bytes."""
        return _packed(self)


class ExercisePayload(msgspec.Struct, frozen=True, array_like=True):
    """A worker's answer: an exercise's result, or a sentence that says why there is none."""

    graded: GradedExercise | None = None
    problem: str = ""

    def packed(self) -> bytes:
        """Return the answer as compressed bytes."""
        return _packed(self)


def _packed(value: SubmissionPayload | ExercisePayload) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(value), _LEVEL)


def unpacked(data: bytes) -> SubmissionPayload:
    """Return the payload from compressed bytes."""
    return msgspec.msgpack.decode(_decompressed(data), type=SubmissionPayload)


def unpacked_answer(data: bytes) -> ExercisePayload:
    """Return the answer from compressed bytes."""
    return msgspec.msgpack.decode(_decompressed(data), type=ExercisePayload)


def _decompressed(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=MOST_BYTES)
