"""Warn about imports that will fail during grading, and about files that hide a library."""

from __future__ import annotations

__all__ = ["hidden", "not_there"]

import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.runner.shims import SILENT, TOLD
from grader.util.imports import imports_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# A file of this name hides the library from all files in its folder, for the student, too.
LIBRARIES = frozenset(["numpy", "matplotlib", "keras", "tensorflow", "pygraphviz", "torch"])
MOST_TOLD = 5


def not_there(
    texts: Mapping[str, bytes], packages: Collection[str], files: Collection[str]
) -> list[str]:
    """Return a warning for each imported package that the grading computer lacks, in file order.

    A student who runs the checks at home has the package installed, and would notice too late.

    Parameters
    ----------
    texts : mapping of str to bytes
        The Python code, by the file of the course that it is graded as, or by its own name.
    packages : collection of str
        The packages installed where work is graded, apart from Python's own modules.
    files : collection of str
        All files that can be imported: the submission's and the course's.
    """
    own = {part for file in files for part in PurePosixPath(file).with_suffix("").parts}
    there = {*sys.stdlib_module_names, *packages, *own, *(n.partition(".")[0] for n in SILENT)}
    there |= {*TOLD, "__future__"}
    missing: dict[str, str] = {}
    for file, text in texts.items():
        if file.endswith(".py"):
            for found in imports_in(text):
                package = found.module.partition(".")[0]
                if package and not found.relative and package not in there:
                    missing.setdefault(package, file)
    told = [
        f"{quoted(file)} imports {quoted(package)}, which is not installed where your work is "
        f"graded: what uses it cannot be run there. Do without it, or ask your instructor."
        for package, file in missing.items()
    ]
    if len(told) > MOST_TOLD:
        told[MOST_TOLD:] = [f"{len(told) - MOST_TOLD} more packages are not installed there."]
    return told


def hidden(files: Iterable[str]) -> list[str]:
    """Return a warning for each file that hides a library from the files beside it."""
    notes = []
    for file in files:
        name = file.rpartition("/")[2].removesuffix(".py")
        if file.endswith(".py") and name in LIBRARIES:
            notes.append(
                f"{file} has the name of a library: beside your other files it hides {name} from "
                "them on your own machine. Rename it."
            )
    return notes
