"""A student's kit as a course: its public checks use recorded values in place of the reference."""

from __future__ import annotations

__all__ = ["FORMAT", "JUDGE", "Kit", "KnownMistake", "find_kit", "load_kit"]

import functools
import hashlib
import importlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from grader.authoring.release.recorded_small_inputs import replayed_small_inputs
from grader.checks import Check, Misconception
from grader.checks.recording import Recording, lacking
from grader.course import Course, Part, read_course
from grader.course.check_modules import declared, names_about
from grader.errors import CourseError, UsageError
from grader.util.modules import module_from_file
from grader.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.checks import Case

FORMAT = 1
# The kit's folder with the grader's data, and the names of the files in it.
JUDGE = "judge"
DESCRIPTION, RECORDING, CHECKS = "kit.json", "recording", "checks"
AGAIN = "unpack the kit again"


class KnownMistake(msgspec.Struct, frozen=True):
    """The public data of a known mistake; its values are in the recording."""

    name: str
    of: str
    sentence: str
    lecture: str


class Kit(msgspec.Struct, frozen=True):
    """The data of a kit about itself.

    Attributes
    ----------
    format : int
    grader : str
        The version of the grader that made it.
    course : str
        The digest of the course.
    exercises : tuple of str
        The ids of the exercises in it.
    mistakes : dict
        The known mistakes of each file.
    """

    format: int
    grader: str
    course: str
    exercises: tuple[str, ...]
    mistakes: dict[str, list[KnownMistake]]


def find_kit(start: Path) -> Path | None:
    """Return the kit that contains a path; None if there is none."""
    here = start.resolve()
    kits = (f for f in (here, *here.parents) if (f / JUDGE / DESCRIPTION).is_file())
    return next(kits, None)


def load_kit(root: Path, names: Iterable[str] = ()) -> Course:
    """Load a kit as a course that has only public checks.

    Parameters
    ----------
    root : Path
        The folder into which the kit was unpacked.
    names : iterable of str
        Ids or numbers of the exercises to load; all of them if empty.

    Raises
    ------
    UsageError
        If it is damaged, or made for another version of the grader, in one sentence.
    """
    judge = root / JUDGE
    try:
        kit = msgspec.json.decode((judge / DESCRIPTION).read_bytes(), type=Kit)
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{JUDGE}/{DESCRIPTION} cannot be read ({error}): {AGAIN}.") from error
    if kit.format != FORMAT or kit.grader != __version__:
        raise UsageError(
            f"This kit was made for version {kit.grader} of the grader, and this is "
            f"{__version__}: install the one that lies in the kit, as INSTRUCTIONS.md says."
        )
    try:
        recording = Recording.from_bytes((judge / RECORDING).read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(f"{JUDGE}/{RECORDING} cannot be used ({error}): {AGAIN}.") from error
    modules = _Modules(judge / CHECKS, recording)
    try:
        part_of = functools.partial(_part, kit, recording, modules)
        course = read_course(judge, kit.exercises, part_of).only(names)
    except CourseError as error:
        raise UsageError(f"{JUDGE} is damaged ({error}): {AGAIN}.") from error
    return replace(course, digest=kit.course)


def _part(
    kit: Kit,
    recording: Recording,
    modules: _Modules,
    exercise: str,
    file: str,
    files: list[str],
    *,
    at_once: bool,
) -> Part:
    del at_once
    names = names_about(modules.folder / exercise, file, files)
    found = [modules.load(f"{exercise}.{name}") for name in names]
    checks = tuple(_guarded(c, recording) for c, _ in declared(found) if isinstance(c, Check))
    if not checks:
        raise CourseError(f"{CHECKS}/{exercise} holds no check of {file}")
    return Part(
        file=file,
        reference=_Replayed(file, recording),
        checks=checks,
        misconceptions=tuple(
            _known(file, known, recording) for known in kit.mistakes.get(file, [])
        ),
        backgrounds=next(filter(None, (getattr(m, "backgrounds", None) for m in found)), None),
        small_inputs=replayed_small_inputs(recording, file),
    )


def _guarded(check: Check, recording: Recording) -> Check:
    """Make a check end as a grader error if a value is missing, even if it caught that error."""

    def run(case: Case) -> None:
        missed = len(recording.missed)
        try:
            check.run(case)
        finally:
            if len(recording.missed) > missed:
                raise lacking(recording.missed[missed])

    return replace(check, run=run)


def _known(file: str, known: KnownMistake, recording: Recording) -> Misconception:
    name = f"{file}:{known.name}"

    def wrong(*arguments: Any) -> Any:
        if not recording.holds(name, *arguments):
            raise LookupError(name)
        return recording.replay(name, *arguments)

    return Misconception(known.name, known.of, known.sentence, wrong, known.lecture)


class _Replayed(ModuleType):
    """Replaces a reference: its functions are replayed, and it has no constants."""

    def __init__(self, file: str, recording: Recording) -> None:
        super().__init__(Path(file).stem)
        self.__dict__["recording_of"] = (file, recording)

    def __getattr__(self, name: str) -> Any:
        file, recording = self.__dict__["recording_of"]
        if name.startswith("__") or name.isupper():
            raise AttributeError(name)
        return recording.function(f"{file}:{name}")


@dataclass(frozen=True, slots=True)
class _Modules:
    """The kit's checks as a package of their own, from which `RECORDING` can be imported."""

    folder: Path
    recording: Recording

    def load(self, name: str) -> ModuleType:
        """Import a module, such as ``warm_up.check_neuron``.

        Raises
        ------
        CourseError
            If it cannot be imported.
        """
        key = hashlib.sha256(f"{self.folder}|{id(self.recording)}".encode()).hexdigest()[:12]
        package = f"kit_checks_{key}"
        # All files of a kit have the same date: compiled ones would seem valid for the next kit.
        writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            if package not in sys.modules:
                start = self.folder / "__init__.py"
                module_from_file(package, start, package=True, RECORDING=self.recording)
            return importlib.import_module(f"{package}.{name}")
        except Exception as error:
            sys.modules.pop(package, None)
            raise CourseError(f"{CHECKS}/{name}: {error}") from error
        finally:
            sys.dont_write_bytecode = writes
