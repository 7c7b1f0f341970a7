"""Packages that are not installed and that a function imports: they matter where they are used.

A failing import at the top of a file costs what needs it. One inside of a function would cost the
whole function, be the package only for a figure that is commented out.
"""

from __future__ import annotations

__all__ = ["Lacking"]

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from inspect import CO_OPTIMIZED
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.runner.guards import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


class Lacking(MetaPathFinder, Loader):
    """The last of all finders: lets functions of the submission import what nobody has found.

    Parameters
    ----------
    prefix : str
        How the names of the submission's files begin.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._made: list[str] = []

    def forget(self) -> None:
        """Have no such package any more: a later import may be prepared for its absence."""
        while self._made:
            name = self._made.pop()
            if isinstance(sys.modules.get(name), _Lacked):
                del sys.modules[name]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take a package that a function imports and that it does not expect to be missing."""
        del path, target
        if "." in fullname or not self._is_wanted(sys._getframe(1), fullname):  # noqa: SLF001
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def _is_wanted(self, frame: FrameType | None, name: str) -> bool:
        while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
            frame = frame.f_back
        return (
            frame is not None
            and frame.f_code.co_filename.startswith(self._prefix)
            and bool(frame.f_code.co_flags & CO_OPTIMIZED)
            and not guarded(_missing(name), self._prefix)
        )

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module."""
        self._made.append(spec.name)
        return _Lacked(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


class _Lacked(ModuleType):
    """A package of which nothing is there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _missing(self.__name__)


def _missing(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}", name=name)
