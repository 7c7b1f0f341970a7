"""The surroundings of a submission: limits, seeds, and plots that nobody will see."""

from __future__ import annotations

__all__ = ["leave_the_project", "prepare", "run_as"]

import contextlib
import functools
import importlib
import random
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.runner import keras_names
from grader.runner import shims as standins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec

    from grader.wire.requests import Open


def prepare(order: Open) -> None:
    """Set up the process before anything of the submission runs.

    Parameters
    ----------
    order : Open
        The judge's request.
    """
    for name in order.preload:
        importlib.import_module(name)
    leave_the_project()
    _forget_our_own_start()
    random.seed(order.seed)
    np.random.seed(order.seed)  # noqa: NPY002  (what a submission calls without a generator)
    sys.breakpointhook = _do_nothing
    for name, mend in _UNATTENDED.items():
        if name in sys.modules:
            mend(sys.modules[name])
    sys.meta_path.insert(0, _Unattended())
    standins.install(order.absent)
    if "keras" in order.preload:
        keras_names.install()
    _limit(order.memory_mib, order.cpu_seconds)


def run_as(path: str) -> None:
    """Let the command line be that of a file that is run itself, without any arguments."""
    sys.argv[:] = [path]


def _forget_our_own_start() -> None:
    """Leave nothing of the command by which this process was started, and of the module it ran."""
    run_as("")
    sys.orig_argv[:] = [sys.executable]
    _started_as.append(sys.modules["__main__"])
    sys.modules["__main__"] = ModuleType("__main__")


# It may be at work still, and a module that nobody holds loses its names.
_started_as: list[ModuleType] = []


@functools.cache
def leave_the_project() -> None:
    """Take the folder that holds `grader` off the import path, unless libraries lie there as well.

    Where we run from a checkout, ``import solutions`` would otherwise find the course's answers.
    """
    project = Path(__file__).resolve().parents[2]
    if project != Path(np.__file__).resolve().parents[1]:
        sys.path[:] = [path for path in sys.path if Path(path).resolve() != project]


def _limit(memory_mib: int, cpu_seconds: float) -> None:
    """Ask the kernel for the limits that it can hold; the judge's deadlines hold without them."""
    try:
        import resource  # noqa: PLC0415  (there is none on Windows)
    except ImportError:
        return
    wanted = {
        "RLIMIT_CORE": 1,  # a byte: with none, the machine's collector of crashes is started
        "RLIMIT_CPU": int(cpu_seconds + time.process_time()) + 1,
        "RLIMIT_DATA": memory_mib << 20,
    }
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            # The soft limit is told by a signal that we can name; the hard one cannot be ignored.
            hard = value + 1 if name == "RLIMIT_CPU" else value
            resource.setrlimit(getattr(resource, name), (value, hard))


def _do_nothing(*_: Any, **__: Any) -> None:
    """Stand for what waits for a person."""


def _without_window(module: ModuleType, name: str) -> None:
    """Let a function that chooses a backend choose the one without a window, whatever is asked."""
    choose = getattr(module, name)

    def choose_no_window(backend: str, **options: Any) -> None:
        del backend
        choose("Agg", **options)

    setattr(module, name, choose_no_window)


def _without_any_window(module: ModuleType) -> None:
    module.use("Agg")
    _without_window(module, "use")


def _without_folder(place: Any, *names: str) -> None:
    """Let pictures be saved to nowhere where their folder is not there: nobody looks at them."""
    for name in names:
        setattr(place, name, _saving(getattr(place, name)))


def _saving(save: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(save)
    def save_or_not(*arguments: Any, **options: Any) -> Any:
        try:
            return save(*arguments, **options)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return None

    return save_or_not


def _without_debugger(module: ModuleType) -> None:
    """Let a debugger that was left in the code go on: there is nobody who could type."""
    for name in ("set_trace", "post_mortem", "pm"):
        setattr(module, name, _do_nothing)


# What is mended in a module as soon as it is there; a submission's own file of that name has not
# what is to be mended.
_UNATTENDED: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _without_any_window,
    "matplotlib.pyplot": lambda module: _without_window(module, "switch_backend"),
    "matplotlib.figure": lambda module: _without_folder(module.Figure, "savefig"),
    "matplotlib.image": lambda module: _without_folder(module, "imsave"),
    "pygraphviz.agraph": lambda module: _without_folder(module.AGraph, "draw", "write"),
    "pdb": _without_debugger,
}


class _Unattended(MetaPathFinder):
    """Lets a submission show pictures and stop in a debugger, though nobody sits there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Wrap the loaders of what is to be mended; other modules are left to the next finder."""
        del path, target
        if fullname not in _UNATTENDED:
            return None
        sys.meta_path.remove(self)
        try:
            spec = find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = _Mended(spec.loader)
        return spec


class _Mended(Loader):
    """Loads a module and takes away what waits for a person."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the real loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the real loader, then mend what it has loaded."""
        self._loader.exec_module(module)
        with contextlib.suppress(AttributeError):  # a file of the submission that has this name
            _UNATTENDED[module.__name__](module)
