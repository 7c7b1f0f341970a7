"""Mutants: the reference with one small thing changed, which the checks have to catch.

The changes are cosmic-ray's: another operator, another comparison, another number, a flipped
condition. A mutant may never return, so that each runs in a runner with short deadlines. Those
that no check can catch, since they are right, are listed by hand in ``equivalent.toml`` beside
the checks, with the reason.
"""

from __future__ import annotations

__all__ = ["MutantAudit", "audit_mutants", "mutants_of"]

import itertools
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from grader.course import Course
from grader.errors import CourseError
from grader.judge import Judge
from grader.results import Outcome
from grader.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from grader.course import Exercise, Part
    from grader.sandbox.launcher import Launcher

# Kinds of change that a student's code could hold; the others make nonsense of floats.
KINDS = (
    "ReplaceBinaryOperator",
    "ReplaceComparisonOperator",
    "ReplaceUnaryOperator",
    "NumberReplacer",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ZeroIterationForLoop",
)
# Of the replacements of one operator these stay: the others fail on floats at once.
ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Pow", "FloorDiv")
COMPARING = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantAudit:
    """One mutant: where, what, and what became of it (``caught``, ``survived``, ``equivalent``)."""

    file: str
    line: int
    before: str
    after: str
    fate: str
    by: str = ""


class _Equivalent(msgspec.Struct, forbid_unknown_fields=True):
    """A mutant that is as right as the reference."""

    file: str
    before: str
    after: str
    reason: str


def audit_mutants(
    course: Course,
    exercise: Exercise,
    files: Mapping[str, bytes],
    launcher: Launcher,
    progress: Callable[[], None] = lambda: None,
) -> list[MutantAudit]:
    """Hand in each mutant of an exercise's references and see whether a check fails."""
    limits = replace(exercise.limits, import_seconds=SECONDS, call_seconds=SECONDS)
    short = replace(exercise, limits=limits)
    listed = {
        (known.file, known.before, known.after)
        for known in _equivalents(course.root / "solutions" / "checks" / exercise.id)
    }
    audits = []
    for part in exercise.parts:
        judge = Judge(_alone(course, short, part), launcher, b"mutant")
        source = files[part.file].decode()
        for line, mutated in mutants_of(source):
            _, before, after = _difference(source, mutated)
            by = _caught_by(judge, Sealed("mutant", {**files, part.file: mutated.encode()}))
            equivalent = (part.file, before, after) in listed
            fate = "caught" if by else "equivalent" if equivalent else "survived"
            audits.append(
                MutantAudit(file=part.file, line=line, before=before, after=after, fate=fate, by=by)
            )
            progress()
    return audits


def mutants_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, mutated source) for each change inside the solution regions of a reference."""
    from cosmic_ray import plugins  # noqa: PLC0415  (the audit's alone, in an extra)
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415

    inside = _solution_lines(source)
    seen = {source}
    for name in sorted(plugins.operator_names()):
        if not _wanted(name.partition("/")[2]):
            continue
        operator = plugins.get_operator(name)()
        for occurrence in itertools.count():
            mutated = mutate_code(source, operator, occurrence)
            if mutated is None:
                break
            line = _difference(source, mutated)[0]
            if line in inside and mutated not in seen:
                seen.add(mutated)
                yield line, mutated


def _wanted(name: str) -> bool:
    kind, *operators = name.split("_")
    if kind not in KINDS:
        return False
    known = {"ReplaceBinaryOperator": ARITHMETIC, "ReplaceComparisonOperator": COMPARING}.get(kind)
    return known is None or set(operators) <= set(known)


def _solution_lines(source: str) -> set[int]:
    """Return the numbers of the lines that students write, from 1."""
    inside: set[int] = set()
    open_region = False
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() == "### BEGIN SOLUTION":
            open_region = True
        elif line.strip() == "### END SOLUTION":
            open_region = False
        elif open_region and not line.strip().startswith("#"):
            inside.add(number)
    return inside


def _difference(source: str, mutated: str) -> tuple[int, str, str]:
    """Return number, old text and new text of the first line that differs."""
    pairs = zip(source.splitlines(), mutated.splitlines(), strict=False)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return number, old.strip(), new.strip()
    return 0, "", ""


def _alone(course: Course, exercise: Exercise, part: Part) -> Course:
    """Return the course with the checks of one file alone: they have to catch its mutants."""
    kept = replace(exercise, parts=(part,))
    return Course(course.title, course.root, course.digest, (kept,))


def _caught_by(judge: Judge, sealed: Sealed) -> str:
    """Return the name of the first check that does not pass."""
    [exercise] = judge.grade(sealed).exercises
    for check in exercise.checks:
        if check.outcome not in (Outcome.PASSED, Outcome.SKIPPED):
            return check.id.rpartition(".")[2]
    return ""


def _equivalents(folder: Path) -> list[_Equivalent]:
    """Read ``equivalent.toml`` beside an exercise's checks; there may be none."""
    path = folder / "equivalent.toml"
    if not path.is_file():
        return []
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(raw.get("equivalent", []), list[_Equivalent])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CourseError(f"solutions/checks/{folder.name}/equivalent.toml: {error}") from error
