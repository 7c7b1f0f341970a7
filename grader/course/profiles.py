"""Profiles: the packages, the environment and the limits with which code is run.

The manifest declares them. An exercise has one usual profile, and may have others for submissions
that import certain packages: for example a network in PyTorch, behind the same functions.
"""

from __future__ import annotations

__all__ = ["RunConfig", "imported", "imported_ahead", "packages_of", "read_run_configs"]

import math
import re
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import msgspec

from grader.errors import CourseError
from grader.sandbox.launcher import Limits, Profile
from grader.util.imports import Import, imports_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The imports of a larger file are read each time: the texts are kept along with them.
LARGEST_KEPT = 1 << 16
# Small packages of which no profile speaks, and which a runner would take 20 ms to import.
AHEAD = ("pygraphviz",)
_MAY_BE_ZERO = ("restarts", "callbacks", "output_kib")
# Ways to run a file without an import that names it.
_BY_OTHER_MEANS = re.compile(rb"\b(?:importlib|__import__|imp|runpy|exec|eval|get_ipython)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """One way to run the code of an exercise.

    Attributes
    ----------
    profile : Profile
        The packages to import before a submission, and the environment.
    limits : Limits
        The course's limits, overridden by the profile's and then by the exercise's.
    for_imports : tuple of str
        Packages: a submission that imports one of them is run in this way.
    """

    profile: Profile
    limits: Limits
    for_imports: tuple[str, ...] = ()

    def suits(self, files: Mapping[str, bytes]) -> bool:
        """Return whether a submission imports a package of this way.

        The files are scanned by `grader.util.imports`, and not parsed.
        """
        return bool(self.for_imports) and any(
            found.reaches(package)
            for name, text in files.items()
            if name.endswith(".py")
            for found in _imports_of(text)
            for package in self.for_imports
        )

    def here(self, usual: RunConfig) -> tuple[RunConfig, tuple[str, ...]]:
        """Return this way, or the usual one and the packages that are not installed here.

        An import that nothing uses then costs nothing, and a real use can be reported.
        """
        return (usual, self.for_imports) if self.for_imports and self.obstacle() else (self, ())

    def obstacle(self) -> str:
        """Return why code cannot be run in this way here, empty if it can."""
        packages = dict.fromkeys(name.partition(".")[0] for name in self.profile.preload)
        missing = [package for package in packages if find_spec(package) is None]
        if not missing:
            return ""
        return (
            f"The package {missing[0]} is not installed on the computer that graded this, so it "
            "was not checked. No points are lost: they are open until it is graded again with that "
            "package."
        )


class _ManifestProfile(msgspec.Struct, forbid_unknown_fields=True):
    """A profile as the manifest declares it."""

    preload: tuple[str, ...] = ("numpy", "numpy.random")
    environment: dict[str, str] = {}
    for_imports: tuple[str, ...] = ()
    limits: dict[str, Any] = {}


def packages_of(declared: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the packages that a manifest's profiles name: all that may be installed."""
    return [
        name.partition(".")[0]
        for profile in declared.values()
        for key in ("preload", "for_imports")
        for name in profile.get(key, ())
    ]


def read_run_configs(
    exercise: str,
    names: Sequence[str],
    declared: Mapping[str, Mapping[str, Any]],
    course_limits: Mapping[str, Any],
    own_limits: Mapping[str, Any],
) -> tuple[RunConfig, ...]:
    """Return the ways in which an exercise's code may be run, the usual one first.

    Parameters
    ----------
    exercise : str
        Its id, for messages.
    names : sequence of str
        The exercise's profiles.
    declared : mapping
        All profiles in the manifest.
    course_limits, own_limits : mapping
        The limits of the course and of the exercise.

    Raises
    ------
    CourseError
        If a profile or a limit is not known.
    """
    run_configs: list[RunConfig] = []
    for name in names:
        if name not in declared:
            raise CourseError(
                f"The exercise {exercise} asks for the profile {name!r}: there is none."
            )
        found = msgspec.convert(declared[name], _ManifestProfile)
        if run_configs and not found.for_imports:
            raise CourseError(
                f"The profile {name} is never chosen for {exercise}: say in `for_imports` for the "
                "import of which packages it is."
            )
        limits = {**course_limits, **found.limits, **own_limits}
        unknown = set(limits) - {field.name for field in fields(Limits)}
        if unknown:
            raise CourseError(f"There is no limit {min(unknown)!r} for {exercise} to have.")
        run_configs.append(
            RunConfig(
                profile=Profile(name=name, preload=found.preload, environment=found.environment),
                limits=_possible(msgspec.convert(limits, Limits), exercise),
                for_imports=found.for_imports,
            )
        )
    return tuple(run_configs)


def _possible(limits: Limits, exercise: str) -> Limits:
    """Refuse limits within which nobody could be right, such as a negative number of restarts."""
    for field in fields(Limits):
        value = getattr(limits, field.name)
        if value is None or (value == 0 and field.name in _MAY_BE_ZERO):
            continue
        if not (math.isfinite(value) and value > 0):
            raise CourseError(
                f"The limit {field.name} of {exercise} is {value:g}: it has to be a number above 0."
            )
    return limits


def _imports_of(text: bytes) -> tuple[Import, ...]:
    """Return the imports in a file: each exercise of a submission asks for them, and not once."""
    return _read_imports(text) if len(text) <= LARGEST_KEPT else tuple(imports_in(text))


@lru_cache(maxsize=64)
def _read_imports(text: bytes) -> tuple[Import, ...]:
    return tuple(imports_in(text))


def imported(files: Mapping[str, bytes], own: Iterable[str]) -> dict[str, bytes]:
    """Return some Python files of a submission with all that they import, directly or not.

    The texts are scanned by `grader.util.imports`. The result may contain too many files, for
    instance if another folder has a file of the same name; it contains all of them if a file can
    run others without an import.

    Parameters
    ----------
    files : mapping of str to bytes
        A submission's files.
    own : iterable of str
        The names of the files to begin with; those that were not submitted are skipped.
    """
    by_name: dict[str, list[str]] = {}
    for file in files:
        if file.endswith(".py"):
            *folders, name = file.removesuffix(".py").split("/")
            module = folders[-1] if name == "__init__" and folders else name
            by_name.setdefault(module, []).append(file)
    found: dict[str, bytes] = {}
    left = [file for file in own if file in files]
    while left:
        file = left.pop()
        if file in found:
            continue
        text = found[file] = files[file]
        if _BY_OTHER_MEANS.search(text):
            return dict(files)
        parts = {part for one in _imports_of(text) for part in one.parts()}
        left += [other for part in parts & by_name.keys() for other in by_name[part]]
    return found


def imported_ahead(files: Mapping[str, bytes], own: Iterable[str]) -> tuple[str, ...]:
    """Return the small packages that some files of a submission import, for `RunnerSpec.ahead`.

    The arguments are those of `imported`. Where a package is missed, its import takes a runner
    longer, and nothing else changes.
    """
    texts = [text for name, text in imported(files, own).items() if name.endswith(".py")]
    found = [one for text in texts for one in _imports_of(text)]
    return tuple(name for name in AHEAD if any(one.reaches(name) for one in found))
