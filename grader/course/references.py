"""Load references, the course's own right answers, as modules that no other code can import."""

from __future__ import annotations

__all__ = ["LazyReference", "is_data", "load_reference"]

import hashlib
import sys
import tomllib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError
from grader.util.modules import module_from_file

if TYPE_CHECKING:
    from pathlib import Path


def is_data(file: str) -> bool:
    """Return whether a file of an exercise is data to be read (TOML), not Python to be run."""
    return file.endswith(".toml")


def load_reference(path: Path) -> ModuleType:
    """Load a reference under a unique name; it can import files beside it by their names."""
    if is_data(path.name):
        return _load_data(path)
    name = f"reference_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
    if path.suffix != ".py" or not path.is_file():
        raise CourseError(f"The reference {path.name} is missing from {path.parent.name}.")
    beside = {file.stem for file in path.parent.glob("*.py")}
    # A module of the same name, from a stub or a test, must not hide the file beside it.
    others = {stem: sys.modules.pop(stem) for stem in beside & set(sys.modules)}
    before = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    try:
        return module_from_file(name, path)
    finally:
        sys.path.remove(str(path.parent))
        for added in set(sys.modules) - before:
            if getattr(sys.modules[added], "__file__", None) == str(path.parent / f"{added}.py"):
                del sys.modules[added]
        sys.modules.update(others)


def _load_data(path: Path) -> ModuleType:
    """Load a reference that is data: its top-level names become the module's."""
    module = ModuleType(path.stem)
    try:
        vars(module).update(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CourseError(f"solutions/{path.name} cannot be read: {error}") from error
    return module


class LazyReference(ModuleType):
    """A reference that is loaded when one of its names is needed.

    Importing Keras takes seconds and half a gigabyte, and only an audit needs it, not grading.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path.stem)
        if not path.is_file():
            raise CourseError(f"The reference {path.name} is missing from {path.parent.name}.")
        self.__dict__.update({"path_of_reference": path, "is_loaded": False})

    def __getattr__(self, name: str) -> Any:
        """Load the reference, and return the value of its name."""
        if name.startswith("__") or self.__dict__["is_loaded"]:
            path: Path = self.__dict__["path_of_reference"]
            raise AttributeError(f"The reference {path.stem} has no {name!r}.", name=name)
        loaded = vars(load_reference(self.__dict__["path_of_reference"]))
        self.__dict__.update({**loaded, "is_loaded": True})
        return getattr(self, name)
