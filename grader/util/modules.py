"""Loads a Python file as a module of a given name: the one way in which this program does so."""

from __future__ import annotations

__all__ = ["module_from_file"]

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def module_from_file(name: str, path: Path, *, package: bool = False, **names: Any) -> ModuleType:
    """Run a file as a module, which stays in `sys.modules` if that succeeds.

    Parameters
    ----------
    name : str
        The module's name.
    path : pathlib.Path
        The file.
    package : bool, default: False
        Whether the files beside it are its submodules.
    **names : object
        What the module has from the beginning.

    Returns
    -------
    module
        The module, after its file was run.

    Raises
    ------
    ImportError
        This is no file that Python imports.
    Exception
        What the file raises. The module is taken out of `sys.modules` again.
    """
    places = [str(path.parent)] if package else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=places)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} cannot be imported", name=name)
    module = importlib.util.module_from_spec(spec)
    vars(module).update(names)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
