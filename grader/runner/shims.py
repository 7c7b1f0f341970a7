"""Stand-ins for packages that show, time or debug: nobody looks, so they do nothing.

``from IPython.display import display`` or ``import ipdb`` in a file must not cost its functions.
The stand-ins accept any call and any attribute and do nothing. They return no plain data, so no
answer can be built from them.

A package that computes has no stand-in: if it is not installed, code that uses it fails. A package
that the course allows and that is not installed here can still be imported. Code that uses it
fails with a message of its own, so that no points are lost because of our installation.
"""

from __future__ import annotations

__all__ = ["MOST_USED", "Nothing", "install", "take_used", "use"]

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Jupyter's own packages, and progress bars: nobody expects them to do anything here.
SILENT = ("IPython", "ipywidgets", "google.colab", "tqdm")
# Packages that write logs that nobody reads here: replaced only if they are not installed.
WRITERS = {"tensorboardX": "tensorboardX", "torch.utils.tensorboard": "tensorboard"}
# Stand-ins that the student is told of.
_ALWAYS = (
    "bokeh",
    "ipdb",
    "line_profiler",
    "memory_profiler",
    "numba",
    "plotly",
    "pudb",
    "seaborn",
    "wandb",
)
TOLD = (*_ALWAYS, *WRITERS)
MOST_USED = 64
_used: dict[str, None] = {}


def use(name: str) -> None:
    """Note that a stand-in was used: the judge is told with the next answer."""
    if name and len(_used) < MOST_USED:
        _used[name] = None


def take_used() -> list[str]:
    """Return the stand-ins noted since the last call."""
    used = list(_used)
    _used.clear()
    return used


class Nothing:
    """Accepts everything and does nothing; as a decorator it returns the function unchanged."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return the argument if it is a function to decorate, else an object that does nothing."""
        del named
        return arguments[0] if arguments and callable(arguments[0]) else Nothing()

    def __getattr__(self, name: str) -> Any:
        """Return an object that does nothing for every attribute but Python's own."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __enter__(self) -> Self:
        """Begin an empty context, as in ``with Output():``."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the context."""

    def __iter__(self) -> Iterator[Any]:
        """Iterate over nothing."""
        return iter(())

    def __getitem__(self, key: Any) -> Any:
        """Return an object that does nothing for any key."""
        return Nothing()

    def __bool__(self) -> bool:
        """Be false."""
        return False


class _Bar(Nothing):
    """A progress bar that shows nothing and passes every item through."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, **__: Any) -> None:
        self._iterable = iterable

    @staticmethod
    def write(*_: Any, **__: Any) -> None:
        """Write nothing."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)


def _range(*arguments: int, **_: Any) -> _Bar:
    return _Bar(range(*arguments))


def _vectorize(*arguments: Any, **_: Any) -> Any:
    """Apply a function to each element, as `numba.vectorize` does, with or without arguments."""
    import numpy as np  # noqa: PLC0415  (few submissions need it here)

    bare = arguments and isinstance(arguments[0], FunctionType)
    return np.vectorize(arguments[0]) if bare else np.vectorize


class _Module(ModuleType):
    """A module in which every name stands for something harmless."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "get_ipython":
            import builtins  # noqa: PLC0415  (set where the first cell is run)

            return getattr(builtins, name, Nothing())
        if name == "version_info":  # Matplotlib asks for it
            return (9, 0, 0, "")
        package = self.__name__.partition(".")[0]
        if package == "tqdm":
            return {"trange": _range, "tnrange": _range}.get(name, _Bar)
        if package == "numba" and name in ("prange", "vectorize"):
            return range if name == "prange" else _vectorize
        return Nothing()


class _Absent(ModuleType):
    """A package that is not installed: it can be imported, and every use of it fails."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if (whole := f"{self.__name__}.{name}") in WRITERS:  # `from torch.utils import tensorboard`
            return importlib.import_module(whole)
        raise _not_installed(self.__name__.partition(".")[0])


def _not_installed(package: str) -> ModuleNotFoundError:
    use(package)
    return ModuleNotFoundError(
        f"No module named {package!r}: it is not installed where this is graded", name=package
    )


class _Finder(MetaPathFinder, Loader):
    """Finds some modules and their submodules."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec if the name is one of ours."""
        del path, target
        if not any(fullname == name or fullname.startswith(f"{name}.") for name in self._names):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module."""
        package = spec.name.partition(".")[0]
        for told in (package, *WRITERS):
            if told in TOLD and f"{spec.name}.".startswith(f"{told}."):
                use(told)
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


class _Writers(_Finder):
    """Finds packages that write logs, if they are not installed."""

    def __init__(self, absent: Sequence[str]) -> None:
        super().__init__([*WRITERS])
        self._absent = absent

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec if no other finder would find the module."""
        spec = super().find_spec(fullname, path, target)
        if spec is None or fullname.partition(".")[0] in self._absent:
            return spec
        needed = next(n for name, n in WRITERS.items() if f"{fullname}.".startswith(f"{name}."))
        return None if PathFinder.find_spec(needed) else spec


class _Absence(_Finder):
    """Finds packages that are not installed, and nothing in them."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module; importing a module inside the package counts as a use."""
        package, _, inner = spec.name.partition(".")
        if inner and not any(name.startswith(f"{spec.name}.") for name in WRITERS):
            raise _not_installed(package)
        return _Absent(spec.name)


def install(absent: Sequence[str] = ()) -> None:
    """Make the stand-ins importable.

    Parameters
    ----------
    absent : sequence of str
        Packages that are not installed and that the submission may ask for.
    """
    # Before the real packages: grading is then the same on every machine.
    sys.meta_path.insert(0, _Finder((*SILENT, *_ALWAYS)))
    if absent:
        sys.meta_path.insert(0, _Absence(absent))
    sys.meta_path.insert(0, _Writers(absent))
    # `google` is also a part of other packages, such as one of TensorFlow's, so it comes last.
    sys.meta_path.append(_Finder(("google",)))
