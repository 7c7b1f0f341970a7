"""Refuse a manifest with equal names that results could not tell apart."""

from __future__ import annotations

__all__ = ["refuse_doubles"]

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Listed(Protocol):
    """An exercise in the manifest."""

    @property
    def id(self) -> str: ...

    @property
    def number(self) -> str: ...

    @property
    def files(self) -> list[str]: ...


def refuse_doubles(name: str, entries: Sequence[Listed]) -> None:
    """Refuse exercises with the same id or number, files listed twice, and files with equal stems.

    Parameters
    ----------
    name : str
        The manifest's name, for the message.
    entries : sequence of Listed
        The exercises in the manifest.

    Raises
    ------
    CourseError
        A name occurs more than once.
    """
    stems = [f"{entry.id}: {Path(file).stem}" for entry in entries for file in entry.files]
    for what, values in (
        ("the id", [entry.id for entry in entries]),
        ("the number", [entry.number for entry in entries]),
        ("the file", [file for entry in entries for file in entry.files]),
        ("files of the name", stems),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                raise CourseError(
                    f"{name} has {what} {value!r} {count} times: results could not tell them apart."
                )
