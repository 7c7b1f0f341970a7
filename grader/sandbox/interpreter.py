"""The folders that a submission must be able to read: those from which this interpreter imports."""

from __future__ import annotations

__all__ = ["layout_here"]

import os
import sys
import sysconfig
from pathlib import Path

from grader.sandbox.steps.box import BoxLayout

SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
RUNNER_FILES = ("__init__.py", "runner", "wire")


def layout_here(level: str, stubs: str, without: frozenset[str]) -> BoxLayout:
    """Return the files and folders that a zygote of this interpreter may see.

    The folder from which `grader` is imported is left out unless packages are installed in it: in a
    checkout, the references are in the same folder.
    """
    package = Path(__file__).resolve().parents[1]
    ours = None if package.parent.name in PACKAGE_FOLDERS else package.parent
    base = Path(sys.base_prefix, "lib")
    linked = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    standard = sysconfig.get_paths()
    wanted = [
        *SYSTEM_LIBRARIES,
        str(base),
        standard["stdlib"],
        standard["platstdlib"],
        *(path for path in sys.path if ours is None or Path(path).resolve() != ours),
        *filter(None, linked),
    ]
    return BoxLayout(
        level=level,
        libraries=tuple(dict.fromkeys(path for path in wanted if Path(path).is_dir())),
        own=tuple(str(package / name) for name in RUNNER_FILES),
        hidden=str(package),
        stubs=str(Path(stubs).resolve()),
        without=without,
    )
