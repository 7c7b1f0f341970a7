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
    from collections.abc import Sequence
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
    for module, chooser in _CHOOSERS.items():
        if module in sys.modules:
            _without_window(sys.modules[module], chooser)
    sys.meta_path.insert(0, _Plots())
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


def _without_window(module: ModuleType, name: str) -> None:
    """Let a function that chooses a backend choose the one without a window, whatever is asked."""
    choose = getattr(module, name)

    def choose_no_window(backend: str, **options: Any) -> None:
        del backend
        choose("Agg", **options)

    setattr(module, name, choose_no_window)


# Module, and its function that chooses a backend.
_CHOOSERS = {"matplotlib": "use", "matplotlib.pyplot": "switch_backend"}


class _Plots(MetaPathFinder):
    """Lets a submission choose any Matplotlib backend, and gives it the one without a window."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Wrap the loaders of Matplotlib; every other module is left to the next finder."""
        del path, target
        if fullname not in _CHOOSERS:
            return None
        sys.meta_path.remove(self)
        try:
            spec = find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = _Backendless(spec.loader)
        return spec


class _Backendless(Loader):
    """Loads a module of Matplotlib and takes the choice of a backend away."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the real loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the real loader, then replace its chooser."""
        self._loader.exec_module(module)
        chooser = _CHOOSERS[module.__name__]
        if not hasattr(module, chooser):  # a file of the submission that has this name
            return
        if module.__name__ == "matplotlib":
            module.use("Agg")
        _without_window(module, chooser)
