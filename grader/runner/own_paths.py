"""Files that the submission reads by a path that was right on the student's computer.

The same program is run from its folder in one editor and from the folder above in another, with
backslashes on one system, without regard to case on two; and some people write the whole path of
their own disk. Where a file to be read is not at its path, the submission's own file is read that
is meant without doubt. A data file of the course that was not handed in is the course's own.
"""

from __future__ import annotations

__all__ = ["install", "make_ready"]

import builtins
import functools
import io
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from numpy.lib import _datasource

from grader.runner.shims import use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_FILES = 2_000
DATA = (".npz", ".npy", ".csv")


def install(root: str, stubs: Sequence[str] = ()) -> None:
    """Let a submission find its own files, and data of the course that it lacks.

    Parameters
    ----------
    root : str
        The submission's root.
    stubs : sequence of str
        Folders of the course's stubs, in which its data files lie.
    """
    make_ready()
    _own.begin(root, stubs)


def make_ready() -> None:
    """Put the replacements in place, which find nothing before `install`.

    A process that forks runners does it once for all of them.
    """
    if getattr(io.open, "__wrapped__", None) is not None:
        return
    builtins.open = io.open = _opening(io.open, _own)
    _datasource.open = _opening(_datasource.open, _own)  # what `np.loadtxt` opens files by
    for name in ("exists", "isfile"):
        setattr(os.path, name, _asking(getattr(os.path, name), _own))


def _opening(really: Callable[..., Any], files: _Files) -> Callable[..., Any]:
    @functools.wraps(really)
    def open(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:  # noqa: A001
        try:
            return really(file, mode, *arguments, **options)
        except (FileNotFoundError, NotADirectoryError):
            own = files.meant(file) if "r" in mode and "+" not in mode else None
            if own is None:
                raise
            use("paths" if files.is_own(own) else "course_data")
        return really(own, mode, *arguments, **options)

    return open


def _asking(really: Callable[[Any], bool], files: _Files) -> Callable[[Any], bool]:
    @functools.wraps(really)
    def ask(path: Any) -> bool:
        return really(path) or files.meant(path, whole=True) is not None

    return ask


class _Files:
    """The submission's files, by the last part of their names."""

    def __init__(self) -> None:
        self.begin("", ())

    def begin(self, root: str, stubs: Sequence[str]) -> None:
        """Find the files below a root, and the data in these folders; none where it is empty."""
        self._place = root
        self._stubs = stubs
        self._by_name: dict[str, list[tuple[str, ...]]] | None = None

    @property
    def _root(self) -> Path:
        return Path(self._place)

    def meant(self, path: Any, *, whole: bool = False) -> str | None:
        """Return the file that is meant by a path that does not exist, None if it is not clear.

        With `whole`, all folders of the path have to be there, too.
        """
        if not isinstance(path, str | os.PathLike) or not isinstance(path := os.fspath(path), str):
            return None
        parts = PurePosixPath(path.replace("\\", "/").casefold()).parts
        if not parts or not self._root.name:
            return None
        found = self._named(parts[-1])
        for count in range(len(parts), len(parts) - 1 if whole else 0, -1):
            near = [own for own in found if _folded(own)[-count:] == parts[-count:]]
            if len(near) == 1:
                return str(self._root.joinpath(*near[0]))
        return None if found else self._of_the_course(parts[-1])

    def is_own(self, path: str) -> bool:
        """Say whether a file is one of the submission."""
        return Path(path).is_relative_to(self._root)

    def _of_the_course(self, name: str) -> str | None:
        """Return the course's data file of that name, where the submission has none."""
        if not name.endswith(DATA):
            return None
        there = (path for folder in self._stubs for path in [Path(folder, name)] if path.is_file())
        return next(map(str, there), None)

    def _named(self, name: str) -> list[tuple[str, ...]]:
        if self._by_name is None:
            self._by_name = {}
            for count, (folder, _, files) in enumerate(os.walk(self._root)):
                parts = Path(folder).relative_to(self._root).parts
                for file in files:
                    self._by_name.setdefault(file.casefold(), []).append((*parts, file))
                if count == MOST_FILES:
                    break
        return self._by_name.get(name, [])


def _folded(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts)


_own = _Files()
