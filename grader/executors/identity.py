"""A cluster worker's identity: it may grade an exercise only if it would get the same verdicts.

A worker announces each exercise that it can grade as a Dask resource, named by a digest over
everything that the verdicts depend on. A task requires that resource, so the scheduler gives it to
no other worker, even to one that joins later.
"""

from __future__ import annotations

__all__ = ["WorkerIdentity"]

import hashlib
from typing import TYPE_CHECKING

import msgspec

from grader.version import build

if TYPE_CHECKING:
    from grader.course import Course

_DIGITS = 32


class WorkerIdentity(msgspec.Struct, frozen=True):
    """Everything that verdicts depend on, except the submission.

    Attributes
    ----------
    version : str
        The grader's version.
    isolation : str
        The isolation level of runners.
    salt : str
        A digest of the salt; the salt cannot be computed from it.
    exercises : dict of str to tuple of str
        For each exercise, the digest of everything in the course that its verdicts depend on, and
        the versions of the packages that it runs with.
    """

    version: str
    isolation: str
    salt: str
    exercises: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, course: Course, salt: bytes, isolation: str) -> WorkerIdentity:
        """Return the identity of a process that grades this course with this salt."""
        return cls(
            version=build(),
            isolation=isolation,
            salt=_digest("salt", salt.hex()),
            exercises={
                one.id: (course.exercise_digests[one.id], one.packages_stamp)
                for one in course.exercises
            },
        )

    @property
    def resources(self) -> dict[str, str]:
        """For each exercise, the name of the Dask resource that a worker announces."""
        same = (self.version, self.isolation, self.salt)
        return {
            name: f"grader-{_digest(name, *same, *has)[:_DIGITS]}"
            for name, has in self.exercises.items()
        }

    def lacking(self, other: WorkerIdentity) -> str:
        """Return how `other` differs from this identity, as a sentence's end; empty if equal."""
        if other.version != self.version:
            return f"it has the grader {other.version}, not {self.version}"
        if other.isolation != self.isolation:
            return f"its isolation level is {other.isolation}, not {self.isolation}"
        if other.salt != self.salt:
            return "it has another salt"
        differing = [
            (name, other.exercises[name][0] != has[0] if name in other.exercises else True)
            for name, has in self.exercises.items()
            if other.exercises.get(name) != has
        ]
        if any(of_course for _, of_course in differing):
            names = ", ".join(name for name, of_course in differing if of_course)
            return f"it has another version of the course ({names})"
        if differing:
            names = ", ".join(name for name, _ in differing)
            return f"it has other versions of the packages that exercises are run with ({names})"
        return ""


def _digest(*parts: str) -> str:
    sha = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        sha.update(len(encoded).to_bytes(8, "big"))
        sha.update(encoded)
    return sha.hexdigest()
