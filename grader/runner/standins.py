"""What a notebook imports for Jupyter's sake, and what does nothing where nobody looks.

``from IPython.display import display`` or ``import ipywidgets`` in the cell that holds functions
must not cost the functions. The modules below take any call and any attribute and do nothing; none
of it is plain data, so that no answer can be made of it.
"""

from __future__ import annotations

__all__ = ["Nothing", "install"]

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NAMES = ("IPython", "ipywidgets", "google.colab", "tqdm")


class Nothing:
    """Takes part in everything and does nothing; a decorator leaves the function as it is."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return the function that is decorated or tried interactively, or nothing."""
        del named
        return arguments[0] if arguments and callable(arguments[0]) else Nothing()

    def __getattr__(self, name: str) -> Any:
        """Have every attribute but Python's own."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __enter__(self) -> Self:
        """Begin nothing, as in ``with Output():``."""
        return self

    def __exit__(self, *_: object) -> None:
        """End nothing."""

    def __iter__(self) -> Iterator[Any]:
        """Hold nothing."""
        return iter(())

    def __getitem__(self, key: Any) -> Any:
        """Hold nothing under any key."""
        return Nothing()

    def __bool__(self) -> bool:
        """Be nothing."""
        return False


class _Bar(Nothing):
    """A progress bar that shows nothing and lets everything through."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, **__: Any) -> None:
        self._iterable = iterable

    @staticmethod
    def write(*_: Any, **__: Any) -> None:
        """Write nothing: a bar is not in the way."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)


def _range(*arguments: int, **_: Any) -> _Bar:
    return _Bar(range(*arguments))


class _Module(ModuleType):
    """A module in which every name is something harmless."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "get_ipython":
            import builtins  # noqa: PLC0415  (set where the first cell is run)

            return getattr(builtins, name)
        if name == "version_info":  # Matplotlib asks for it
            return (9, 0, 0, "")
        if self.__name__.partition(".")[0] == "tqdm":
            return {"trange": _range, "tnrange": _range}.get(name, _Bar)
        return Nothing()


class _Finder(MetaPathFinder, Loader):
    """Finds some modules, and what lies in them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take what is ours."""
        del path, target
        if not any(fullname == name or fullname.startswith(f"{name}.") for name in self._names):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


def install() -> None:
    """Let the modules be found; a second time does nothing."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    # Before the real ones, where they are installed: grading is then the same on every machine.
    sys.meta_path.insert(0, _Finder(NAMES))
    # Of this one other packages are a part, such as one of TensorFlow's.
    sys.meta_path.append(_Finder(("google",)))
