"""Imports that worked where the student wrote them: by another folder's name, or from anywhere.

On the student's computer the submission had a folder around it (``from src.helper import f``), or
an editor had put all its folders on the import path. So a module that Python does not find is
looked for by its name among the submission's own files; it has to be clear which file is meant.
A package that exists nowhere (``from project import tools``) is the folder of the modules that are
imported from it.
"""

from __future__ import annotations

__all__ = ["Elsewhere"]

import dis
import itertools
import os
import re
import sys
from functools import cached_property
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

from grader.runner.shims import use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import SourceFileLoader
    from types import FrameType, ModuleType

MOST_FILES = 2_000


class Elsewhere(MetaPathFinder):
    """Finds modules of the submission that Python does not find.

    Parameters
    ----------
    root : str
        The submission's root.
    loader : callable
        Makes the loader that runs a file as a module of some name.
    """

    def __init__(self, root: str, loader: Callable[[str, str], SourceFileLoader]) -> None:
        self._root = root
        self._loader = loader
        self._made: set[str] = set()
        self._base: Path | str = root

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of the one file that is meant, or of a folder around it."""
        del path, target
        frame = _importing(sys._getframe(1))  # noqa: SLF001  (its name alone is private)
        if frame is None or not frame.f_code.co_filename.startswith(f"{self._root}{os.sep}"):
            return None
        above = fullname.rpartition(".")[0]
        if above and above not in self._made:
            return None
        wanted, names = _imported(frame)
        if wanted != fullname and not wanted.startswith(f"{fullname}."):
            wanted, names = fullname, ()
        parts = wanted.split(".")[fullname.count(".") :]
        file = self._found(parts[1:] or parts)
        if file is not None and _defines(file, names):
            if parts[1:]:
                # The folder around all that was handed in is no mistake: nobody is told.
                around = file.relative_to(self._root).with_suffix("").parts == (*parts[1:],)
                return self._package(fullname, [str(self._base)], told=not around)
            if above:
                return None
            return ModuleSpec(fullname, self._loader(fullname, str(file)), origin=str(file))
        folders = self._folders(parts, names)
        return self._package(fullname, folders) if folders else None

    def _package(self, fullname: str, folders: list[str], *, told: bool = True) -> ModuleSpec:
        """Return the spec of a package without a file, in which the rest is found."""
        if told:
            use("packages")
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = folders
        self._made.add(fullname)
        return spec

    def _folders(self, parts: Sequence[str], names: Sequence[str]) -> list[str]:
        """Return the folders of the files that are imported from a package by their names."""
        found = []
        for name in names:
            if self._found([*parts[1:], name]) is None:
                return []
            found.append(str(self._base))
        return list(dict.fromkeys(found))

    def _found(self, parts: Sequence[str]) -> Path | None:
        """Return the file that the last of some names lead to, if it is clear which one."""
        for first in range(len(parts)):
            ending = parts[first:]
            found = [file for file, names in self._files if names[-len(ending) :] == (*ending,)]
            if len(found) == 1:
                self._base = found[0].parents[len(ending) - 1]
                return found[0]
        return None

    @cached_property
    def _files(self) -> list[tuple[Path, tuple[str, ...]]]:
        """The submission's Python files, each with the names that lead to it."""
        files = itertools.islice(Path(self._root).rglob("*.py"), MOST_FILES)
        return [(file, file.relative_to(self._root).with_suffix("").parts) for file in files]


def _defines(file: Path, names: Sequence[str]) -> bool:
    """Say whether a file seems to define some names; otherwise another module is meant."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return all(name == "*" or re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def _importing(frame: FrameType | None) -> FrameType | None:
    """Return the frame whose statement imports."""
    while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame


def _imported(frame: FrameType) -> tuple[str, Sequence[str]]:
    """Return the module that a frame imports just now, and the names that it wants from it."""
    names: Sequence[str] = ()
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == frame.f_lasti:
            is_import = instruction.opname == "IMPORT_NAME"
            return (str(instruction.argval) if is_import else "", names)
        names = instruction.argval if type(instruction.argval) is tuple else ()
    return "", ()
