"""Stand-ins for packages that show, time or debug, and that do nothing where nobody looks.

``from IPython.display import display`` or ``import ipdb`` beside the functions must not cost the
functions. The modules below take any call and any attribute and do nothing; none of it is plain
data, so that no answer can be made of it.

A package that computes has none: where it is not installed, what uses it fails. One that a
submission may ask for, as the course says, and that is not installed here can be imported all the
same; what uses it fails and is told apart, so that no points are lost for what we lack.
"""

from __future__ import annotations

__all__ = ["MOST_USED", "Nothing", "install", "take_used", "use"]

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Jupyter's own, and bars: that they do nothing here goes without saying.
SILENT = ("IPython", "ipywidgets", "google.colab", "tqdm")
# What writes logs that nobody reads here: only where it is not installed.
WRITERS = {"tensorboardX": "tensorboardX", "torch.utils.tensorboard": "tensorboard"}
# Those of which the student is told.
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
    """Note that a stand-in took the place of something: the judge is told with the next answer."""
    if len(_used) < MOST_USED:
        _used[name] = None


def take_used() -> list[str]:
    """Return what was noted since the last time."""
    used = list(_used)
    _used.clear()
    return used


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
        package = self.__name__.partition(".")[0]
        if package == "tqdm":
            return {"trange": _range, "tnrange": _range}.get(name, _Bar)
        if package == "numba" and name == "prange":
            return range
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
    """Finds some modules, and what lies in them."""

    def __init__(self, names: Sequence[str]) -> None:
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
        package = spec.name.partition(".")[0]
        for told in (package, *WRITERS):
            if told in TOLD and f"{spec.name}.".startswith(f"{told}."):
                use(told)
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


class _Writers(_Finder):
    """Finds what writes logs, where that is not installed."""

    def __init__(self, absent: Sequence[str]) -> None:
        super().__init__([*WRITERS])
        self._absent = absent

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take what nobody else would find."""
        spec = super().find_spec(fullname, path, target)
        if spec is None or fullname.partition(".")[0] in self._absent:
            return spec
        needed = next(n for name, n in WRITERS.items() if f"{fullname}.".startswith(f"{name}."))
        return None if PathFinder.find_spec(needed) else spec


class _Absence(_Finder):
    """Finds packages that are not installed, and nothing in them."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module; one that lies in a package is a use of it."""
        package, _, inner = spec.name.partition(".")
        if inner and not any(name.startswith(f"{spec.name}.") for name in WRITERS):
            raise _not_installed(package)
        return _Absent(spec.name)


def install(absent: Sequence[str] = ()) -> None:
    """Let the modules be found.

    Parameters
    ----------
    absent : sequence of str
        Packages that are not installed and that the submission may ask for.
    """
    # Before the real ones, where they are installed: grading is then the same on every machine.
    sys.meta_path.insert(0, _Finder((*SILENT, *_ALWAYS)))
    if absent:
        sys.meta_path.insert(0, _Absence(absent))
    sys.meta_path.insert(0, _Writers(absent))
    # Of this one other packages are a part, such as one of TensorFlow's.
    sys.meta_path.append(_Finder(("google",)))
