"""The environment of a submission: limits, seeds, and plots that nobody will see."""

from __future__ import annotations

__all__ = ["leave_the_project", "make_ready", "prepare", "run_as"]

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

from grader.runner import keras_names, other_versions, shims

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec

    from grader.wire.requests import Open


def prepare(request: Open) -> None:
    """Set up the process before anything of the submission runs.

    Parameters
    ----------
    request : Open
        The judge's request.
    """
    for name in request.preload:
        if name not in sys.modules:  # importing it again would touch as many pages as a request
            importlib.import_module(name)
    leave_the_project()
    _forget_our_own_start()
    random.seed(request.seed)
    np.random.seed(request.seed)  # noqa: NPY002  (what a submission calls without a generator)
    sys.breakpointhook = _do_nothing
    make_ready()
    sys.meta_path.insert(0, _Unattended())
    shims.install(request.absent)
    if "keras" in request.preload:
        keras_names.install(request.stub_paths)
    _limit(request.memory_mib, request.cpu_seconds)


def make_ready() -> None:
    """Change what has been imported as every submission finds it.

    A process that forks runners does it once for all of them.
    """
    for name, mend in _UNATTENDED.items():
        if name in sys.modules and name not in _mended:
            _mended.add(name)
            mend(sys.modules[name])
    _know_other_versions()


@functools.cache
def _know_other_versions() -> None:
    other_versions.install()


_mended: set[str] = set()


def run_as(path: str) -> None:
    """Set the command line to that of a script run without arguments."""
    sys.argv[:] = [path]


def _forget_our_own_start() -> None:
    """Hide the command that started this process, and the module that it ran."""
    run_as("")
    sys.orig_argv[:] = [sys.executable]
    _started_as.append(sys.modules["__main__"])
    sys.modules["__main__"] = ModuleType("__main__")


# The module may still be running, and a module without references loses its names.
_started_as: list[ModuleType] = []


@functools.cache
def leave_the_project() -> None:
    """Remove the folder that holds `grader` from the import path, unless libraries are there, too.

    In a checkout, ``import solutions`` would otherwise find the course's answers.
    """
    project = Path(__file__).resolve().parents[2]
    if project != Path(np.__file__).resolve().parents[1]:
        sys.path[:] = [path for path in sys.path if Path(path).resolve() != project]


def _limit(memory_mib: int, cpu_seconds: float) -> None:
    """Set those limits that the kernel can enforce; the judge's deadlines hold without them."""
    try:
        import resource  # noqa: PLC0415  (there is none on Windows)
    except ImportError:
        return
    wanted = {
        "RLIMIT_CORE": 1,  # a byte: with 0, the system's crash handler is started
        "RLIMIT_CPU": int(cpu_seconds + time.process_time()) + 1,
        "RLIMIT_DATA": memory_mib << 20,
    }
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            # The soft CPU limit sends a signal that we can report; the hard one kills.
            hard = value + 1 if name == "RLIMIT_CPU" else value
            resource.setrlimit(getattr(resource, name), (value, hard))


def _do_nothing(*_: Any, **__: Any) -> None:
    """Replace a function that waits for a person."""


def _without_window(module: ModuleType, name: str) -> None:
    """Make a function that selects a Matplotlib backend select the one without a window."""
    choose = getattr(module, name)

    def choose_no_window(backend: str, **options: Any) -> None:
        del backend
        choose("Agg", **options)

    setattr(module, name, choose_no_window)


def _without_any_window(module: ModuleType) -> None:
    module.use("Agg")
    _without_window(module, "use")


def _without_pause(module: ModuleType) -> None:
    """Show no window, and wait for nobody to look at it."""
    _without_window(module, "switch_backend")
    vars(module)["pause"] = _do_nothing


def _without_folder(place: Any, *names: str) -> None:
    """Ignore an attempt to save a picture in a folder that does not exist: nobody looks at it."""
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
    """Make a debugger that was left in the code continue: nobody could type."""
    for name in ("set_trace", "post_mortem", "pm"):
        setattr(module, name, _do_nothing)


# What to change in a module right after its import. A submission's own file of that name lacks
# the attributes, and is left alone.
_UNATTENDED: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _without_any_window,
    "matplotlib.pyplot": _without_pause,
    "matplotlib.figure": lambda module: _without_folder(module.Figure, "savefig"),
    "matplotlib.image": lambda module: _without_folder(module, "imsave"),
    "pygraphviz.agraph": lambda module: _without_folder(module.AGraph, "draw", "write"),
    "pdb": _without_debugger,
}


class _Unattended(MetaPathFinder):
    """Lets a submission show pictures and stop in a debugger, although nobody is there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Wrap the loaders of modules to change; leave all others to the next finder."""
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
    """Loads a module and replaces the functions that wait for a person."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the real loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the real loader, then mend what it has loaded."""
        self._loader.exec_module(module)
        with contextlib.suppress(AttributeError):  # it is a submission's file with this name
            _UNATTENDED[module.__name__](module)
