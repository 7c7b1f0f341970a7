"""Which values of the reference public checks use, found by testing very many submissions.

The values may depend on what failed before. So these submissions are tested: the reference, each
known mistake, and the reference with one function that is wrong in each of many ways, from its
first call on or from a later one.
"""

from __future__ import annotations

__all__ = [
    "TriedSubmission",
    "Verdict",
    "explored",
    "is_large",
    "public_part",
    "subjects_of",
    "verdicts",
]

import functools
import itertools
import sys
from dataclasses import dataclass, replace
from inspect import signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.mistakes import handed_in
from grader.authoring.release.recorded_parts import recorded_part
from grader.checks.recording import LISTENER
from grader.course import check_id, is_data
from grader.errors import CourseError
from grader.judge import public_seed
from grader.results import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.checks import Misconception
    from grader.checks.recording import Recording
    from grader.course import Course, Exercise, Part

    Tell = Callable[[int, int, str], None]

LATER = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a public check on a submission."""

    check: str
    outcome: str
    points: float
    message: str


@dataclass(frozen=True, slots=True)
class TriedSubmission:
    """A submission to test.

    Attributes
    ----------
    told : str
        A description for messages.
    name : str
        The function or constant that is wrong; empty if none, several or all are.
    subject : Subject
    names : tuple of str
        The wrong names if there are several: each was tested alone before.
    """

    told: str
    name: str
    subject: Subject
    names: tuple[str, ...] = ()


def explored(
    course: Course, exercise: Exercise, recording: Recording, tell: Tell = lambda *_: None
) -> None:
    """Run the public checks of an exercise on many submissions, and record the values they use."""
    listen = functools.partial(recorded_part, recording)
    heard = replace(exercise, parts=tuple(map(listen, exercise.parts)))
    token = LISTENER.set(recording)
    try:
        for _ in verdicts(course, heard, exercise, tell=tell):
            pass
        for function in _without_parameters(exercise):
            function()
    finally:
        LISTENER.reset(token)


def _without_parameters(exercise: Exercise) -> Iterator[Callable[[], Any]]:
    """Yield the recorded functions without parameters, whether or not a check has called them."""
    checks = [c.run for part in exercise.parts for c in part.checks]
    for module in _used_by([run for run in checks if isinstance(run, FunctionType)]):
        for value in vars(module).values():
            if getattr(value, "is_recorded", False) and not signature(value).parameters:
                yield value


def _used_by(functions: list[FunctionType]) -> list[ModuleType]:
    """Return those of the course's modules that some functions use, and no others."""
    packages = {f.__module__.partition(".")[0] for f in functions}
    found: dict[str, ModuleType] = {}
    names = [f.__module__ for f in functions]
    while names:
        name = names.pop()
        if name in found or name.partition(".")[0] not in packages or name not in sys.modules:
            continue
        found[name] = sys.modules[name]
        for value in tuple(vars(found[name]).values()):
            own = isinstance(value, ModuleType)
            used = value.__name__ if own else str(getattr(value, "__module__", ""))
            if not (own and used.startswith(f"{name}.")):  # a package refers to all its modules
                names.append(used)
    return [found[name] for name in sorted(found)]


def verdicts(
    course: Course,
    judged: Exercise,
    exercise: Exercise,
    amount: float = 0.01,
    tell: Tell = lambda *_: None,
) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
    """Yield each submission's name and the verdicts of the public checks on it.

    Parameters
    ----------
    course : Course
    judged : Exercise
        The exercise whose checks are run: the course's own, the recorded one, or a kit's.
    exercise : Exercise
        The course's own exercise, from which the submissions are made.
    amount : float
        By how much a function's results are off in the small changes; for another amount, all
        values that depend on the submission are different.
    tell : callable
        Called before each submission with its number from 1, the total, and a description.
    """
    judged = replace(judged, parts=tuple(map(public_part, judged.parts)))
    everything = {check_id(judged, part, c) for part in judged.parts for c in part.checks}
    reached: dict[str, set[str]] = {}
    right: tuple[Verdict, ...] = ()
    subjects = list(subjects_of(course, exercise, amount))
    for number, subject in enumerate(subjects, 1):
        tell(number, len(subjects), subject.told)
        names = subject.names or (subject.name,)
        only = everything & set().union(*(reached.get(name, everything) for name in names))
        passed = frozenset(v.check for v in right if v.outcome == "passed")
        ran = run_exercise(
            course, judged, subject.subject, public_seed(exercise.id), only=only, passed=passed
        )
        said = tuple(
            Verdict(r.result.id, r.result.outcome.value, r.result.points, r.result.message)
            for r in ran
        )
        right = right or said
        if subject.name and subject.name not in reached:
            asked = {r.result.id for r in ran if subject.name in r.asked}
            before = {v.check: v.outcome for v in right}
            reached[subject.name] = asked | {v.check for v in said if v.outcome != before[v.check]}
        yield subject.told, said


def public_part(part: Part) -> Part:
    """Return a part with only its public checks."""
    public = tuple(check for check in part.checks if check.visibility is Visibility.PUBLIC)
    return replace(part, checks=public)


# ---------------------------------------------------------------------------- the submissions


def subjects_of(course: Course, exercise: Exercise, amount: float) -> Iterator[TriedSubmission]:
    """Yield the submissions; for each name, the one that affects the most checks comes first."""
    if is_large(exercise):
        yield from _bare(exercise)
        return
    files = _solutions(course, exercise)
    yield TriedSubmission("the reference", "", Subject(files=files))
    stubs = {file: (course.stubs / file).read_bytes() for file in files}
    yield TriedSubmission("the stubs", "", Subject(files=stubs))
    for part in exercise.parts:
        for name in _names(part):
            # An imported function is also replaced in its own file, which was judged before.
            for file in dict.fromkeys((part.file, _origin(course, part, name))):
                for told, patch in _wrong(part, name, amount):
                    patched = Subject(files=files, patches={file: {name: patch}})
                    yield TriedSubmission(f"{file}, where `{name}` {told}", name, patched)
        yield from _together(part, files, amount)
        for known in part.misconceptions:
            try:
                name, patch = handed_in(part, known)
            except CourseError:
                continue
            patched = Subject(files=files, patches={part.file: {name: patch}})
            yield TriedSubmission(f"{part.file} with {known.name}", name, patched)


def _together(part: Part, files: Mapping[str, bytes], amount: float) -> Iterator[TriedSubmission]:
    """Yield files with two functions that are off, and files with only one function written."""
    functions = [name for name in _names(part) if callable(getattr(part.reference, name))]
    change = _changes(amount)["is off"]
    for pair in itertools.combinations(functions, 2):
        patched = Subject(
            files=files, patches={part.file: {name: _patch(name, change, 0) for name in pair}}
        )
        told = f"{part.file}, where `{pair[0]}` and `{pair[1]}` are off"
        yield TriedSubmission(told, "", patched, pair)
    for name in functions:
        unwritten = {other: _unwritten(other) for other in functions if other != name}
        patched = Subject(files=files, patches={part.file: unwritten})
        yield TriedSubmission(f"{part.file}, where `{name}` alone is written", "", patched)


def _unwritten(name: str) -> Callable[..., Any]:
    def stub(*arguments: Any) -> Any:
        del arguments
        raise NotImplementedError(f"{name}: write me")

    return stub


def is_large(exercise: Exercise) -> bool:
    """Say whether its packages are large, such as Keras; then none of its solutions is run."""
    return exercise.profile.name != "numpy"


def _bare(exercise: Exercise) -> Iterator[TriedSubmission]:
    """Yield files that contain nothing but one known mistake."""
    files = {part.file: b"" for part in exercise.parts}
    yield TriedSubmission("files with nothing in them", "", Subject(files=files))
    for part in exercise.parts:
        for known in part.misconceptions:
            if "." not in known.of and known.example is None:
                patched = Subject(files=files, patches={part.file: {known.of: _alone(known)}})
                yield TriedSubmission(f"{part.file} with {known.name}", "", patched)


def _alone(known: Misconception) -> Callable[..., Any]:
    """Return a wrong version for a file that has no other functions for it to use."""
    return lambda *arguments: known.answer(arguments)


def _solutions(course: Course, exercise: Exercise) -> dict[str, bytes]:
    """Return an exercise's solutions, and the files beside them, which they may import."""
    root = course.root / "solutions"
    paths = {root / part.file for part in exercise.parts}
    for path in tuple(paths):
        paths |= set(path.parent.glob("*.py"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def _names(part: Part) -> list[str]:
    """Return the names that a file defines, according to its reference."""
    return [
        name
        for name, value in vars(part.reference).items()
        if not name.startswith("_")
        and (is_data(part.file) or name.isupper() or _is_written_here(value))
    ]


def _is_written_here(value: Any) -> bool:
    """Say whether it is a function of a solution, perhaps one imported from another solution."""
    code = getattr(value, "__code__", None)
    return code is not None and "solutions" in Path(code.co_filename).parts


def _origin(course: Course, part: Part, name: str) -> str:
    """Return the file of the course that defines a function."""
    code = getattr(getattr(part.reference, name), "__code__", None)
    path = Path(code.co_filename) if code is not None else Path()
    solutions = course.root / "solutions"
    inside = path.is_relative_to(solutions)
    return path.relative_to(solutions).as_posix() if inside else part.file


def _wrong(part: Part, name: str, amount: float) -> Iterator[tuple[str, Any]]:
    if not callable(getattr(part.reference, name)):
        values: tuple[Any, ...] = (None, 1, {}, True, "text", [amount])
        for value in values:
            yield f"is {value!r}", value
        return
    for told, change in _changes(amount).items():
        for calls in (0, *LATER) if told in ("is off", "raises") else (0,):
            said = told if not calls else f"{told} after {calls} calls"
            yield said, _patch(name, change, calls)


def _patch(name: str, change: Callable[..., Any], calls: int) -> FromModule:
    return FromModule(functools.partial(_changed, name, change, calls))


def _changed(name: str, change: Callable[..., Any], calls: int, module: ModuleType) -> Any:
    right = getattr(module, name)
    done = [0]

    def wrong(*arguments: Any) -> Any:
        done[0] += 1
        value = right(*arguments)
        return value if done[0] <= calls else change(value, arguments)

    return wrong


def _raises(value: Any, arguments: Any) -> Any:
    del value, arguments
    raise ValueError("wrong on purpose")


def _each(change: Callable[[np.ndarray], Any]) -> Callable[[Any, Any], Any]:
    """Apply a change to each array or number in a function's result."""

    def changed(value: Any, arguments: Any = ()) -> Any:
        del arguments
        if isinstance(value, tuple | list):
            return type(value)(changed(part) for part in value)
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float | np.number | np.ndarray):
            return change(np.asarray(value, dtype=float))
        return value

    return changed


def _reversed(value: Any, arguments: Any) -> Any:
    del arguments
    return value[::-1] if isinstance(value, tuple) else value


def _changes(amount: float) -> dict[str, Callable[[Any, Any], Any]]:
    return {
        "is off": _each(lambda a: a * (1 + amount) + amount),
        "raises": _raises,
        "gives None": lambda *_: None,
        "gives text": lambda *_: "text",
        "gives its argument": lambda value, arguments: arguments[0] if arguments else value,
        "gives its parts in another order": _reversed,
        "gives one part": lambda v, _: v[0] if isinstance(v, tuple) else [v, v],
        "is double": _each(lambda a: (2 + amount) * a),
        "is negative": _each(lambda a: -(1 + amount) * a),
        "is zero": _each(np.zeros_like),
        "is turned": _each(lambda a: (1 + amount) * a.T),
        "is flat": _each(lambda a: (1 + amount) * np.ravel(a)),
        "has another axis": _each(lambda a: a[None]),
        "is nan": _each(lambda a: np.full_like(a, np.nan)),
        "is cut": _each(lambda a: (1 + amount) * a[:1] if a.ndim else a),
        "is rounded": _each(np.round),
    }
