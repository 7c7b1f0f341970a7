"""What students of this course get, made once in each process: several modules of tests read it.

Its names are known before it is made, so that tests which have them as parameters are collected at
once: each worker collects all tests, and makes what it runs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.authoring.release.handouts import handouts
from grader.authoring.stubs import course_files

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def made() -> Mapping[str, str]:
    """Return the text of each file, in English, by its path in ``assignments``."""
    return handouts(ROOT)


class HandedOut(Mapping[str, str]):
    """The text of each file with this ending, in English, by its path in ``assignments``."""

    def __init__(self, ending: str = "") -> None:
        stubs = list(course_files(ROOT))
        notebooks = [f"notebooks/{name.removesuffix('.py')}.ipynb" for name in stubs]
        self._names = [name for name in (*stubs, *notebooks) if name.endswith(ending)]

    def __getitem__(self, name: str) -> str:
        """Return the text of a file, which is made where none has been yet."""
        return made()[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names; nothing is made."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._names)
