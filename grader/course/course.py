"""The course: its manifest, references, checks and misconceptions, loaded and checked.

`assignments/course.toml` lists the exercises. For a file ``gradient/gradient.py`` of the exercise
``gradient``, the reference is ``solutions/gradient/gradient.py``. Its checks and known mistakes are
defined by the modules in ``solutions/checks/gradient``. If an exercise has several files, a module
that is named after one of them, such as ``check_gradient.py``, is only for that one. A module may
define ``backgrounds()``, a tuple of `Contours`, and ``data_files()``, the paths of the files that
it reads: a result is valid only with these data. With ``shown_to_all(reference)`` it may name the
lines (`Series` and `Track`) that its figures show to everybody: a gradebook keeps those once.
A file that ends in ``.toml`` is data: its top-level names are like a Python file's constants.
"""

from __future__ import annotations

__all__ = ["Course", "Exercise", "Part", "find_course", "is_data", "load_course", "read_course"]

import tomllib
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from grader.course.check_modules import drop_young_bytecode, told
from grader.course.collecting import collect
from grader.course.digests import SourceFiles, course_digest, exercise_digest, packages_stamp
from grader.course.doubles import refuse_doubles
from grader.course.hand_in_rules import HandInRules
from grader.course.policies import hand_in_rules_of, policy_of
from grader.course.profiles import RunConfig, imported, packages_of, read_run_configs
from grader.course.references import LazyReference, is_data, load_reference
from grader.errors import CourseError, UsageError, did_you_mean
from grader.languages.catalogue import tag_of
from grader.results import CheckInfo, Contours, CourseInfo, ExerciseInfo, GradePolicy
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType

    from grader.checks import Check, Misconception
    from grader.checks.small_inputs import SmallInputs
    from grader.results import Series, Track
    from grader.sandbox.launcher import Limits, Profile

MANIFEST = Path("assignments", "course.toml")
# Packages that the judge imports in any case.
OURS = frozenset(["numpy"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of an exercise: its reference, its checks, known mistakes and small inputs."""

    file: str
    reference: ModuleType
    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    backgrounds: Callable[[], tuple[Contours, ...]] | None
    data_files: Callable[[], tuple[Path, ...]] | None = None
    small_inputs: tuple[SmallInputs, ...] = ()
    shown_to_all: Callable[[ModuleType], tuple[Series | Track, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise."""

    id: str
    number: str
    title: str
    folder: str
    points: float
    profile: Profile
    limits: Limits
    parts: tuple[Part, ...]
    bonus: bool = False
    other_run_configs: tuple[RunConfig, ...] = ()

    @property
    def data_files(self) -> list[Path]:
        """The files that its checks read, anywhere on disk."""
        return [path for part in self.parts if part.data_files for path in part.data_files()]

    @property
    def packages_stamp(self) -> str:
        """The versions of the packages with which its code is run."""
        ways = (RunConfig(profile=self.profile, limits=self.limits), *self.other_run_configs)
        preloads = [
            name
            for run_config in ways
            for name in (*run_config.profile.preload, *run_config.for_imports)
        ]
        return packages_stamp(preloads, [run_config.profile.environment for run_config in ways])

    def run_config(self, files: Mapping[str, bytes]) -> RunConfig:
        """Return how to run a submission with these files: by its imports, or as usual."""
        usual = RunConfig(profile=self.profile, limits=self.limits)
        if not self.other_run_configs:
            return usual
        code = imported(files, [part.file for part in self.parts])
        return next(
            (run_config for run_config in self.other_run_configs if run_config.suits(code)), usual
        )

    def run_config_here(self, files: Mapping[str, bytes]) -> tuple[RunConfig, tuple[str, ...]]:
        """Return how to run a submission on this machine, and the packages missing for it."""
        return self.run_config(files).here(RunConfig(profile=self.profile, limits=self.limits))

    def info(self) -> ExerciseInfo:
        """Return the facts that report pages need."""
        checks = tuple(
            CheckInfo(
                id=check_id(self, part, check),
                claim=check.claim,
                max_points=check.points,
                visibility=check.visibility,
                file=part.file,
            )
            for part in self.parts
            for check in part.checks
        )
        return ExerciseInfo(
            id=self.id,
            number=self.number,
            title=self.title,
            files=tuple(part.file for part in self.parts),
            max_points=self.points,
            checks=checks,
            bonus=self.bonus,
        )


@dataclass(frozen=True)
class Course:
    """A course, as loaded by `load_course`."""

    title: str
    root: Path
    digest: str
    exercises: tuple[Exercise, ...]
    packages: tuple[str, ...] = ()
    policy: GradePolicy = field(default_factory=GradePolicy)
    hand_in: HandInRules = field(default_factory=HandInRules)
    lang: str = ""

    @property
    def stubs(self) -> Path:
        """The folder of the stubs."""
        return self.root / "assignments"

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that a submission may contain."""
        return tuple(part.file for exercise in self.exercises for part in exercise.parts)

    @cached_property
    def info(self) -> CourseInfo:
        """The facts that report pages need; contours are computed here, once."""
        found: dict[str, Contours] = {}
        for exercise in self.exercises:
            for part in exercise.parts:
                for contours in part.backgrounds() if part.backgrounds else ():
                    found[contours.name] = contours
        return CourseInfo(
            title=self.title,
            digest=self.digest,
            exercises=tuple(exercise.info() for exercise in self.exercises),
            backgrounds=tuple(found.values()),
        )

    @cached_property
    def exercise_digests(self) -> dict[str, str]:
        """For each exercise, a digest of all that its verdicts depend on."""
        files = SourceFiles(self.root)
        return {
            one.id: exercise_digest(
                files,
                one.id,
                [part.file for part in one.parts],
                repr((one.folder, one.bonus, one.profile, one.limits, one.other_run_configs)),
                one.data_files,
            )
            for one in self.exercises
        }

    def only(self, names: Iterable[str]) -> Course:
        """Return the course with only the exercises of these ids or numbers."""
        return replace(self, exercises=_named(self.exercises, list(names)))


class _Named(Protocol):
    """An object with an id and a number."""

    @property
    def id(self) -> str: ...

    @property
    def number(self) -> str: ...


Kind = TypeVar("Kind", bound=_Named)


def _named(exercises: Sequence[Kind], names: list[str]) -> tuple[Kind, ...]:
    """Return the exercises of these ids or numbers; all of them if no name is given."""
    for name in [name or "''" for name in names]:
        if not any(name in (e.id, e.number) for e in exercises):
            known = ", ".join(f"{e.number} ({e.id})" for e in exercises)
            guess = did_you_mean(name, [e.id for e in exercises])
            raise UsageError(f"There is no exercise {name}: choose from {known}.{guess}")
    return tuple(e for e in exercises if not names or {e.id, e.number} & set(names))


def check_id(exercise: Exercise, part: Part, check: Check) -> str:
    """Return the id of a check; it stays the same in later versions."""
    return f"{exercise.id}.{Path(part.file).stem}.{check.name}"


# ---------------------------------------------------------------------------- finding and loading


def find_course(start: Path | None = None) -> Path:
    """Return the course's root: the given folder, or the nearest one above with a manifest.

    In a checkout, the course beside the program is not used from another folder: it is probably
    not the course that was meant.

    Raises
    ------
    UsageError
        If there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in [here] if start else [here, *here.parents]:
        if (folder / MANIFEST).is_file():
            return folder
    if start:
        raise UsageError(
            f"No course in {here}: it needs {MANIFEST.as_posix()}; name one by --course."
        )
    raise UsageError(
        f"No course in {here} or above it: go into its folder, or name that by --course. (`grader "
        "course new my-course` begins one of your own.)"
    )


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """The form of the manifest."""

    title: str
    exercises: list[_ManifestExercise]
    packages: tuple[str, ...] = ()
    profiles: dict[str, dict[str, Any]] = {}
    limits: dict[str, Any] = {}
    policy: dict[str, Any] = {}
    lang: str = ""


class _ManifestExercise(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    number: str
    title: str
    folder: str
    files: list[str]
    points: float
    profile: str = "numpy"
    other_profiles: tuple[str, ...] = ()
    bonus: bool = False
    limits: dict[str, Any] = {}
    late: dict[str, Any] = {}
    by_hand: dict[str, Any] = {}
    hand_in: dict[str, Any] = {}


class PartOf(Protocol):
    """Makes a part of an exercise."""

    def __call__(self, exercise: str, file: str, files: list[str], *, at_once: bool) -> Part: ...


def load_course(root: Path, names: Iterable[str] = ()) -> Course:
    """Load the course in a folder that holds ``assignments`` and ``solutions``.

    Parameters
    ----------
    root : Path
        The folder.
    names : iterable of str
        Ids or numbers of the exercises to load; all of them if empty.

    Raises
    ------
    CourseError
        If anything is not consistent, in one sentence for the course's author.
    UsageError
        If no exercise has such a name.
    """
    manifest = _manifest(root)
    drop_young_bytecode(root / "solutions")
    course = read_course(root, names, partial(_load_part, root))
    for exercise in course.exercises:
        _add_up(exercise)
    answers = [file for entry in manifest.exercises for file in entry.files if is_data(file)]
    data = [path for exercise in course.exercises for path in exercise.data_files]
    return replace(course, digest=course_digest(root, root / MANIFEST, answers, data))


def read_course(root: Path, names: Iterable[str], part_of: PartOf) -> Course:
    """Return the course of a manifest, without a digest; the caller makes its parts.

    Parameters
    ----------
    root : Path
        The folder that contains ``assignments``, with the manifest and the stubs.
    names : iterable of str
        As for `load_course`.
    part_of : callable
        Makes a part from an exercise's id, one of its files and all its files. ``at_once`` says
        whether importing the reference is cheap.

    Raises
    ------
    CourseError, UsageError
        As for `load_course`.
    """
    manifest = _manifest(root)
    refuse_doubles(MANIFEST.as_posix(), manifest.exercises)
    policy = policy_of(MANIFEST.as_posix(), manifest.policy, manifest.exercises)
    hand_in = hand_in_rules_of(MANIFEST.as_posix(), manifest.policy, manifest.exercises)
    entries = _named(manifest.exercises, list(names))
    try:
        exercises = tuple(_exercise(entry, manifest, part_of) for entry in entries)
    except msgspec.ValidationError as error:  # in a profile or in limits
        raise CourseError(f"{MANIFEST.as_posix()}: {error}") from error
    packages = (*manifest.packages, *packages_of(manifest.profiles))
    lang = tag_of(manifest.lang, MANIFEST.as_posix(), CourseError)
    return Course(manifest.title, root, "", exercises, packages, policy, hand_in, lang)


def _manifest(root: Path) -> _Manifest:
    try:
        raw = tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))
        return msgspec.convert(raw, _Manifest)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CourseError(f"{MANIFEST.as_posix()}: {error}") from error


def _exercise(entry: _ManifestExercise, manifest: _Manifest, part_of: PartOf) -> Exercise:
    names = (entry.profile, *entry.other_profiles)
    usual, *others = read_run_configs(
        entry.id, names, manifest.profiles, manifest.limits, entry.limits
    )
    at_once = all(name.partition(".")[0] in OURS for name in usual.profile.preload)
    return Exercise(
        id=entry.id,
        number=entry.number,
        title=entry.title,
        folder=entry.folder,
        points=entry.points,
        profile=usual.profile,
        limits=usual.limits,
        other_run_configs=tuple(others),
        parts=tuple(part_of(entry.id, file, entry.files, at_once=at_once) for file in entry.files),
        bonus=entry.bonus,
    )


def _add_up(exercise: Exercise) -> None:
    """Refuse an exercise whose checks do not add up to the points in the manifest."""
    total = sum(check.points for part in exercise.parts for check in part.checks)
    if abs(total - exercise.points) > 1e-9:
        raise CourseError(
            f"The checks of {exercise.id} add up to {counted(total, 'point')}, not to "
            f"{exercise.points:g} as in {MANIFEST.name}."
        )


def _load_part(root: Path, exercise: str, file: str, files: list[str], *, at_once: bool) -> Part:
    found = collect(root, exercise, file, files)
    return Part(
        file=file,
        reference=_reference(root, root / "solutions" / file, at_once=at_once),
        checks=found.checks,
        misconceptions=found.misconceptions,
        backgrounds=found.backgrounds,
        data_files=found.data_files,
        small_inputs=found.small_inputs,
        shown_to_all=found.shown_to_all,
    )


def _reference(root: Path, path: Path, *, at_once: bool) -> ModuleType:
    try:
        return load_reference(path) if at_once or is_data(path.name) else LazyReference(path)
    except CourseError:
        raise
    except (Exception, SystemExit) as error:  # an author's file may raise anything
        raise CourseError(told(error, root, path)) from error
