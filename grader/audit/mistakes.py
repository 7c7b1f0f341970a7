"""Known mistakes, handed in: each has to be named, and to cost only what has to do with it."""

from __future__ import annotations

__all__ = ["MistakeAudit", "audit_mistakes"]

import functools
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.audit.direct import FromModule
from grader.audit.run import Subject, run_exercise

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Mapping

    from grader.checks import Misconception
    from grader.course import Course, Exercise, Part

SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeAudit:
    """A known mistake put into the reference.

    Attributes
    ----------
    diagnosed : bool
        Whether a failing check named it, at every seed.
    also_named : tuple of str
        Other mistakes that explain the same output, at every seed.
    strangers : tuple of str
        Checks that failed without having asked for the function that is wrong.
    problem : str
        Why it could not be tried; empty where it was.
    """

    file: str
    name: str
    of: str
    diagnosed: bool
    also_named: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    problem: str = ""


def audit_mistakes(
    course: Course, exercise: Exercise, files: Mapping[str, bytes]
) -> list[MistakeAudit]:
    """Put each known mistake of an exercise into the reference and see what the checks say."""
    return [
        _audit_mistake(course, exercise, part, known, files)
        for part in exercise.parts
        for known in part.misconceptions
    ]


def _audit_mistake(
    course: Course,
    exercise: Exercise,
    part: Part,
    known: Misconception,
    files: Mapping[str, bytes],
) -> MistakeAudit:
    blank = MistakeAudit(file=part.file, name=known.name, of=known.of, diagnosed=False)
    right = getattr(part.reference, known.of, None)
    if known.example is not None:
        patch: Any = known.example
    elif callable(right):
        patch = FromModule(functools.partial(_bound, known.wrong, right))
    elif not inspect.signature(known.wrong).parameters:
        patch = known.wrong()
    else:
        problem = f"`{known.of}` is a constant: give the mistake an `example`"
        return MistakeAudit(**{**_fields(blank), "problem": problem})
    subject = Subject(files=files, patches={part.file: {known.of: patch}})
    named: list[set[str]] = []
    strangers: set[str] = set()
    for seed in SEEDS:
        ran = run_exercise(course, exercise, subject, seed)
        failed = [r for r in ran if r.fails]
        named.append({d.name for r in failed for d in r.result.diagnoses})
        strangers |= {r.name for r in failed if known.of not in r.asked}
    always = set.intersection(*named)
    return MistakeAudit(
        file=part.file,
        name=known.name,
        of=known.of,
        diagnosed=known.name in always,
        also_named=tuple(sorted(always - {known.name})),
        strangers=tuple(sorted(strangers)),
    )


def _bound(
    wrong: Callable[..., Any], right: Callable[..., Any], module: types.ModuleType
) -> Callable[..., Any]:
    """Return the wrong version as a function with the right one's parameters.

    Parameters that it has beyond those are names of the same file, such as the submission's own
    `gradient`.
    """
    own = list(inspect.signature(right).parameters)
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    extra = [
        name
        for name, parameter in inspect.signature(wrong).parameters.items()
        if name not in own and parameter.kind in named
    ]

    def call(*arguments: Any) -> Any:
        return wrong(*arguments, **{name: getattr(module, name) for name in extra})

    functools.update_wrapper(call, right)
    return call


def _fields(audit: MistakeAudit) -> dict[str, Any]:
    return {name: getattr(audit, name) for name in audit.__slots__}
