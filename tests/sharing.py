"""Helpers of all tests: modules that are in no package, and what is made once for a whole run."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

try:
    import fcntl
except ImportError:  # Windows has no such locks: each worker makes its own there
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    import pytest

Made = TypeVar("Made")
ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"


def from_scripts(name: str) -> Any:
    """Return a module of `scripts`, which are no package and import what lies beside them."""
    if str(SCRIPTS) not in sys.path:
        sys.path.append(str(SCRIPTS))
    return importlib.import_module(name)


@functools.cache
def module_at(path: Path) -> ModuleType:
    """Return a Python file that belongs to no package as a module; each file is loaded once."""
    name = "_".join(path.relative_to(ROOT).with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look there for their types
    spec.loader.exec_module(module)
    return module


def made_once(
    factory: pytest.TempPathFactory, name: str, worker: str, make: Callable[[], Made]
) -> Made:
    """Return what is made by the first worker that asks for it; others wait, and read it.

    Parameters
    ----------
    factory
        Below the folder of which a run keeps what its workers share.
    name : str
        What it is, as a file's name.
    worker : str
        The fixture `worker_id`: "master" where there are no workers, and nothing to share.
    make : callable
        Makes it; it has to be something that can be pickled.
    """
    if worker == "master" or fcntl is None:
        return make()
    folder = factory.getbasetemp().parent
    kept = folder / f"{name}.pickle"
    with _locked(folder / f"{name}.lock"):
        if not kept.exists():
            part = kept.with_suffix(".part")
            part.write_bytes(pickle.dumps(make()))
            part.rename(kept)
    made: Made = pickle.loads(kept.read_bytes())  # noqa: S301 - written above
    return made


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Lock a file against other workers; the lock ends with its process."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
