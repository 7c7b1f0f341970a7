"""Packages that are not installed and that a function imports: they fail only when they are used.

A failing import at the top of a file costs only the code that needs it. An import inside a function
would cost the whole function, even if the package is only for a figure that is commented out.
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
    """The last finder: lets functions of the submission import packages that were not found.

    Parameters
    ----------
    prefix : str
        How the names of the submission's files begin.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._made: list[str] = []

    def forget(self) -> None:
        """Remove such packages again: a later import may expect its own failure."""
        while self._made:
            name = self._made.pop()
            if isinstance(sys.modules.get(name), _Lacked):
                del sys.modules[name]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take a package that a function imports, unless the function would catch the failure."""
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
    """An empty module in place of a package that is not installed."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _missing(self.__name__)


def _missing(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}", name=name)
