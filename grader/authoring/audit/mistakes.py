"""Tests known mistakes: each must be named, and must cost only points that it concerns."""

from __future__ import annotations

__all__ = ["MistakeAudit", "audit_mistake", "handed_in"]

import functools
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.in_process import CheckRun, Subject, run_exercise
from grader.checks import Instead
from grader.checks.explains import own
from grader.checks.misconception import RIGHT
from grader.errors import CourseError
from grader.results import Outcome

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Container, Mapping, Sequence

    from grader.checks import Misconception
    from grader.course import Course, Exercise, Part

SEEDS = (1, 2, 3)
BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeAudit:
    """The result for one known mistake, which was put into the reference.

    Attributes
    ----------
    diagnosed : bool
        Whether a failing check named it, at every seed.
    also_named : tuple of str
        Other mistakes that explain the same output, at every seed.
    unexpected : tuple of str
        Checks that failed although they do not use the wrong function.
    cascades : tuple of str
        Such checks that the author of the checks expects to fail.
    problem : str
        Why the mistake could not be tested; empty if it was.
    """

    file: str
    name: str
    of: str
    diagnosed: bool
    also_named: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()
    problem: str = ""


def audit_mistake(
    course: Course,
    exercise: Exercise,
    files: Mapping[str, bytes],
    part: Part,
    known: Misconception,
    cascades: Container[tuple[str, str]] = (),
    misses: frozenset[str] = frozenset(),
) -> MistakeAudit:
    """Put a known mistake into the reference and see what the checks report.

    With the first seed all checks are run, with the others only those that the mistake can affect.

    Parameters
    ----------
    course, exercise
        The course, and one of its exercises.
    files : mapping
        The reference.
    part, known
        The part of the file, and the known mistake.
    cascades : container of (str, str)
        Mistakes and unrelated checks that fail with them; the author has given the reasons.
    misses : set of str
        Checks that these files do not pass even without the mistake.
    """
    try:
        name, patch = handed_in(part, known)
    except CourseError as error:
        return MistakeAudit(
            file=part.file, name=known.name, of=known.of, diagnosed=False, problem=str(error)
        )
    subject = Subject(files=files, patches={part.file: {name: patch}})
    ran = run_exercise(course, exercise, subject, SEEDS[0])
    asked = {r.result.id for r in ran if name in r.asked or r.fails}
    passed = frozenset(r.result.id for r in ran if r.result.outcome is Outcome.PASSED)
    named = [_named(ran)]
    unexpected = {r.name for r in ran if r.fails and name not in r.asked}
    for seed in SEEDS[1:]:
        again = run_exercise(course, exercise, subject, seed, only=asked, passed=passed)
        named.append(_named(again))
        unexpected |= {r.name for r in again if r.fails and name not in r.asked}
    unexpected -= misses
    always = set.intersection(*named)
    return MistakeAudit(
        file=part.file,
        name=known.name,
        of=known.of,
        diagnosed=known.name in always,
        also_named=tuple(sorted(always - {known.name})),
        unexpected=tuple(sorted(s for s in unexpected if (known.name, s) not in cascades)),
        cascades=tuple(sorted(s for s in unexpected if (known.name, s) in cascades)),
    )


def _named(ran: Sequence[CheckRun]) -> set[str]:
    return {diagnosis.name for r in ran if r.fails for diagnosis in r.result.diagnoses}


def handed_in(part: Part, known: Misconception) -> tuple[str, Any]:
    """Return the name that the mistake replaces, and the value that replaces it.

    Raises
    ------
    CourseError
        If it cannot be determined.
    """
    name = known.of.partition(".")[0]
    example = known.example
    if isinstance(example, Instead):
        # The file may lack the function; then there is none from which to make the wrong one.
        return example.name, FromModule(
            lambda module: example.make(getattr(module, example.name, _missing))
        )
    right = getattr(part.reference, name, None)
    if example is None and "." not in known.of:
        if callable(right):
            return name, FromModule(functools.partial(_answering, known, right))
        if not inspect.signature(known.wrong).parameters:
            return name, known.wrong()
    if example is None:
        raise CourseError(f"`{known.of}` is not a function: give the mistake an `example`")
    if callable(example) and callable(right):
        return name, FromModule(functools.partial(_bound, example, right))
    return name, example


def _missing(*_: Any) -> Any:
    raise CourseError("an example is made from a function that the reference does not have")


def _answering(
    known: Misconception, right: Callable[..., Any], module: types.ModuleType
) -> Callable[..., Any]:
    """Return a wrong version as a function; it gets parameters other than arguments from the file.

    The right result comes from the file's own function, or from the reference if it has none.
    """
    asked = inspect.signature(known.wrong).parameters.values()
    unknown = {RIGHT, *(known.takes or ())}
    named = [p.name for p in asked if p.kind in BY_NAME and p.name not in unknown]
    of_the_right_one = known.asks_for_the_right_one
    own_right = getattr(module, known.of, right)

    def call(*arguments: Any) -> Any:
        functions = {name: getattr(module, name) for name in named}
        answer = own_right(*own(arguments)) if of_the_right_one else None
        return known.answer(arguments, answer, functions)

    functools.update_wrapper(call, right)
    return call


def _bound(
    wrong: Callable[..., Any], right: Callable[..., Any], module: types.ModuleType
) -> Callable[..., Any]:
    """Return an example as a function with the right function's parameters.

    Its further parameters are names in the same file, such as the submission's own `gradient`.
    """
    count = len(inspect.signature(right).parameters)
    parameters = inspect.signature(wrong).parameters.values()
    extra = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD][count:]
    extra += [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]

    def call(*arguments: Any) -> Any:
        return wrong(*arguments, **{name: getattr(module, name) for name in extra})

    functools.update_wrapper(call, right)
    return call
