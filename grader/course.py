"""The course: its manifest, references, checks and misconceptions, loaded and found consistent.

`assignments/course.toml` says what the exercises are. For a file ``gradient/gradient.py`` of the
exercise ``gradient``, the reference is ``solutions/gradient/gradient.py``, its checks are in
``solutions/checks/gradient/check_gradient.py`` and the misconceptions, if any, beside them in
``mistakes_gradient.py``. A module there may define ``backgrounds()``, a tuple of `Contours`.
A file that ends in ``.toml`` is data: its top-level names are what a Python file's constants are.
"""

from __future__ import annotations

__all__ = ["Course", "Exercise", "Part", "find_course", "is_data", "load_course"]

import hashlib
import importlib
import importlib.util
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from grader.checks import Check, Misconception
from grader.errors import CourseError, UsageError
from grader.profiles import Way, read_ways
from grader.results import CheckInfo, Contours, CourseInfo, ExerciseInfo, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from grader.sandbox.launcher import Limits, Profile

MANIFEST = Path("assignments", "course.toml")
CHECKS_PACKAGE = "course_checks"
# Packages that the judge imports anyway.
OURS = frozenset(["numpy"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of an exercise: its reference, its checks and the known mistakes in it."""

    file: str
    reference: ModuleType
    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    backgrounds: Callable[[], tuple[Contours, ...]] | None


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
    other_ways: tuple[Way, ...] = ()

    def way(self, files: Mapping[str, bytes]) -> Way:
        """Return how a submission of these files is run: by what it imports, or as usual."""
        usual = Way(profile=self.profile, limits=self.limits)
        return next((way for way in self.other_ways if way.suits(files)), usual)

    def info(self) -> ExerciseInfo:
        """Return what pages need to know of it."""
        checks = tuple(
            CheckInfo(
                id=check_id(self, part, check),
                claim=check.claim,
                max_points=check.points,
                visibility=check.visibility,
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
    """A course, as `load_course` found it."""

    title: str
    root: Path
    digest: str
    exercises: tuple[Exercise, ...]

    @property
    def stubs(self) -> Path:
        """The folder of the stubs."""
        return self.root / "assignments"

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that a submission may hold."""
        return tuple(part.file for exercise in self.exercises for part in exercise.parts)

    @cached_property
    def info(self) -> CourseInfo:
        """What pages need to know of it; contours are computed here, once."""
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

    def only(self, names: Iterable[str]) -> Course:
        """Return the course with just the exercises of these ids or numbers."""
        return Course(self.title, self.root, self.digest, _named(self.exercises, list(names)))


def is_data(file: str) -> bool:
    """Say whether a file of an exercise is data to be read (TOML), not Python to be run."""
    return file.endswith(".toml")


class _Named(Protocol):
    """What has an id and a number."""

    @property
    def id(self) -> str: ...

    @property
    def number(self) -> str: ...


Kind = TypeVar("Kind", bound=_Named)


def _named(exercises: Sequence[Kind], names: list[str]) -> tuple[Kind, ...]:
    """Return the exercises of these ids or numbers, all of them where no name is given."""
    for name in names:
        if not any(name in (e.id, e.number) for e in exercises):
            known = ", ".join(f"{e.number} ({e.id})" for e in exercises)
            raise UsageError(f"There is no exercise {name}: choose from {known}.")
    return tuple(e for e in exercises if not names or {e.id, e.number} & set(names))


def check_id(exercise: Exercise, part: Part, check: Check) -> str:
    """Return the id of a check, stable over versions."""
    return f"{exercise.id}.{Path(part.file).stem}.{check.name}"


# ---------------------------------------------------------------------------- finding and loading


def find_course(start: Path | None = None) -> Path:
    """Return the course's root: the folder given, or the nearest one above with a manifest.

    Raises
    ------
    UsageError
        Where there is none.
    """
    here = (start or Path.cwd()).resolve()
    candidates = [here] if start else [here, *here.parents, Path(__file__).resolve().parents[1]]
    for folder in candidates:
        if (folder / MANIFEST).is_file():
            return folder
    raise UsageError(f"No course in {here}: it needs {MANIFEST.as_posix()}; name one by --course.")


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """The form of the manifest."""

    title: str
    exercises: list[_ManifestExercise]
    profiles: dict[str, dict[str, Any]] = {}
    limits: dict[str, Any] = {}


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


def load_course(root: Path, names: Iterable[str] = ()) -> Course:
    """Load the course in a folder that holds ``assignments`` and ``solutions``.

    Parameters
    ----------
    root : Path
        The folder.
    names : iterable of str
        Ids or numbers of the exercises that are wanted; all of them where there is none.

    Raises
    ------
    CourseError
        Whatever is not consistent, in one sentence for the course's author.
    UsageError
        Where there is no exercise of such a name.
    """
    path = root / MANIFEST
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        manifest = msgspec.convert(raw, _Manifest)
        entries = _named(manifest.exercises, list(names))
        exercises = tuple(_load_exercise(root, entry, manifest) for entry in entries)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CourseError(f"{MANIFEST.as_posix()}: {error}") from error
    data = [file for entry in manifest.exercises for file in entry.files if is_data(file)]
    return Course(manifest.title, root, _digest(root, data), exercises)


def _load_exercise(root: Path, entry: _ManifestExercise, manifest: _Manifest) -> Exercise:
    names = (entry.profile, *entry.other_profiles)
    usual, *others = read_ways(entry.id, names, manifest.profiles, manifest.limits, entry.limits)
    at_once = all(name.partition(".")[0] in OURS for name in usual.profile.preload)
    parts = tuple(_load_part(root, entry.id, file, at_once=at_once) for file in entry.files)
    checks = [check for part in parts for check in part.checks]
    total = sum(check.points for check in checks)
    if abs(total - entry.points) > 1e-9:
        raise CourseError(
            f"The checks of {entry.id} add up to {total:g} points, not to {entry.points:g} as in "
            f"{MANIFEST.name}."
        )
    return Exercise(
        id=entry.id,
        number=entry.number,
        title=entry.title,
        folder=entry.folder,
        points=entry.points,
        profile=usual.profile,
        limits=usual.limits,
        other_ways=tuple(others),
        parts=parts,
        bonus=entry.bonus,
    )


def _load_part(root: Path, exercise: str, file: str, *, at_once: bool) -> Part:
    stem = Path(file).stem
    folder = root / "solutions" / "checks" / exercise
    modules = [_check_module(root, exercise, f"check_{stem}")]
    if (folder / f"mistakes_{stem}.py").is_file():
        modules.append(_check_module(root, exercise, f"mistakes_{stem}"))
    found = [value for module in modules for value in _declared(module)]
    checks = tuple(value for value in found if isinstance(value, Check))
    _find_faults(file, checks)
    backgrounds = [getattr(module, "backgrounds", None) for module in modules]
    path = root / "solutions" / file
    return Part(
        file=file,
        reference=_load_reference(path) if at_once or is_data(file) else _Later(path),
        checks=checks,
        misconceptions=tuple(v for v in found if isinstance(v, Misconception)),
        backgrounds=next(filter(None, backgrounds), None),
    )


def _declared(module: ModuleType) -> Iterator[Any]:
    """Yield what a module defines, and what lies in its tuples: checks may be made from data."""
    for value in vars(module).values():
        yield from value if isinstance(value, tuple) else (value,)


def _find_faults(file: str, checks: tuple[Check, ...]) -> None:
    seen: set[str] = set()
    hidden = {check.name for check in checks if check.visibility is Visibility.HIDDEN}
    for check in checks:
        out_of_sight = hidden.intersection(check.needs)
        if check.name not in hidden and out_of_sight:
            raise CourseError(
                f"{check.name} of {file} is public and needs {out_of_sight.pop()}, which is hidden."
            )
        unknown = [name for name in check.needs if name not in seen]
        if unknown:
            raise CourseError(
                f"The check {check.name} of {file} needs {unknown[0]}, which is not above it."
            )
        seen.add(check.name)


def _check_module(root: Path, exercise: str, name: str) -> ModuleType:
    """Import ``solutions/checks/<exercise>/<name>.py``, in a package of the course's own."""
    folder = root / "solutions" / "checks"
    package = f"{CHECKS_PACKAGE}_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    if package not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            package, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None or not (folder / "__init__.py").is_file():
            raise CourseError("solutions/checks/__init__.py is missing.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[package] = module
        spec.loader.exec_module(module)
    try:
        return importlib.import_module(f"{package}.{exercise}.{name}")
    except ModuleNotFoundError as error:
        raise CourseError(f"solutions/checks/{exercise}/{name}.py: {error}") from error


def _load_reference(path: Path) -> ModuleType:
    """Load a reference under a name of its own; files beside it can be imported by their names."""
    if is_data(path.name):
        return _load_data(path)
    name = f"reference_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise CourseError(f"The reference {path.name} is missing from {path.parent.name}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    beside = {file.stem for file in path.parent.glob("*.py")}
    # Another module of such a name, from a stub or a test, must not be taken for the file beside.
    others = {stem: sys.modules.pop(stem) for stem in beside & set(sys.modules)}
    before = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
        for added in set(sys.modules) - before:
            if getattr(sys.modules[added], "__file__", None) == str(path.parent / f"{added}.py"):
                del sys.modules[added]
        sys.modules.update(others)
    return module


def _load_data(path: Path) -> ModuleType:
    """Load a reference that is data: its top-level names are the module's."""
    module = ModuleType(path.stem)
    try:
        vars(module).update(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CourseError(f"solutions/{path.name} cannot be read: {error}") from error
    return module


class _Later(ModuleType):
    """A reference that is loaded when something in it is asked for.

    Importing Keras takes seconds and half a gigabyte: only an audit has to, and no grading.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path.stem)
        if not path.is_file():
            raise CourseError(f"The reference {path.name} is missing from {path.parent.name}.")
        self.__dict__["path_of_reference"] = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__.update(vars(_load_reference(self.__dict__["path_of_reference"])))
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None


def _digest(root: Path, data: list[str]) -> str:
    """Return the SHA-256 of the manifest and everything in ``solutions`` that grades."""
    sha = hashlib.sha256()
    paths = [root / MANIFEST, *sorted((root / "solutions").rglob("*.py"))]
    paths += [root / "solutions" / file for file in data]
    for path in paths:
        for part in (path.relative_to(root).as_posix().encode(), path.read_bytes()):
            sha.update(len(part).to_bytes(8, "big"))
            sha.update(part)
    return sha.hexdigest()
