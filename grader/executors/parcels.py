"""What goes to a worker of a cluster and what comes back: plain data, as compressed bytes.

A submission goes as its content. Neither the salt nor anything of the solutions goes anywhere.
"""

from __future__ import annotations

__all__ = ["Answer", "Parcel", "unpacked", "unpacked_answer"]

from typing import TYPE_CHECKING

import msgspec
import zstandard

from grader.intake.sealed import Sealed
from grader.judge import GradedExercise  # noqa: TC001  (an answer is read back by its types)
from grader.results import Received  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVEL = 3
MOST_BYTES = 1 << 30  # no parcel of ours is larger; what says so is not believed


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """A submission on its way to the workers that grade its exercises.

    Attributes
    ----------
    files : list of (bytes, bytes)
        Names, which may hold what is no text, and contents.
    exercises : tuple of str
        All that are graded of it: what a file is for depends on the others.
    """

    name: str
    files: list[tuple[bytes, bytes]]
    notes: tuple[str, ...]
    received: tuple[Received, ...]
    exercises: tuple[str, ...]
    public_only: bool

    @classmethod
    def of(cls, sealed: Sealed, exercises: Iterable[str], *, public_only: bool) -> Parcel:
        """Make a parcel of a submission."""
        files = [(name.encode("utf-8", "surrogateescape"), c) for name, c in sealed.files.items()]
        return cls(sealed.name, files, sealed.notes, sealed.received, tuple(exercises), public_only)

    @property
    def sealed(self) -> Sealed:
        """The submission."""
        files = {name.decode("utf-8", "surrogateescape"): c for name, c in self.files}
        return Sealed(self.name, files, self.notes, self.received)

    def packed(self) -> bytes:
        """Return it as bytes."""
        return _packed(self)


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What came of an exercise: its result, or else why there is none, in a sentence."""

    graded: GradedExercise | None = None
    problem: str = ""

    def packed(self) -> bytes:
        """Return it as bytes."""
        return _packed(self)


def _packed(value: Parcel | Answer) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(value), _LEVEL)


def unpacked(data: bytes) -> Parcel:
    """Return the parcel that was packed."""
    return msgspec.msgpack.decode(_decompressed(data), type=Parcel)


def unpacked_answer(data: bytes) -> Answer:
    """Return the answer that was packed."""
    return msgspec.msgpack.decode(_decompressed(data), type=Answer)


def _decompressed(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=MOST_BYTES)
