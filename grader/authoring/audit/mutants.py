"""Mutants: the reference with one small thing changed, which the checks have to catch.

The changes are cosmic-ray's: another operator, another comparison, another number, a flipped
condition. A mutant may never return, so that each runs in a runner with short deadlines. Those
that no check can catch, since they are right, are listed by hand in ``audit.toml`` beside the
checks, with the reason. Choices, such as ``HYPERPARAMETERS``, are left alone: another choice that
passes is as right.
"""

from __future__ import annotations

__all__ = ["Mutant", "MutantAudit", "audit_mutant", "mutants_of"]

import ast
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.course import Course
from grader.errors import CourseError
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from grader.authoring.audit.known import Known
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
LIGHT_SECONDS = 30.0  # of a stand-in that trains


@dataclass(frozen=True, slots=True)
class Mutant:
    """A reference with one small change: its first line that differs, before and after."""

    file: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is listed by: a number of a line would not hold for long."""
        return self.file, self.before, self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantAudit:
    """One mutant: where, what, and what became of it (``caught``, ``survived``, ``equivalent``)."""

    file: str
    line: int
    before: str
    after: str
    fate: str
    by: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is listed by."""
        return self.file, self.before, self.after


def audit_mutant(
    course: Course,
    exercise: Exercise,
    files: Mapping[str, bytes],
    mutant: Mutant,
    launcher: Launcher,
    known: Known,
) -> MutantAudit:
    """Hand in a mutant and see whether a check of its file fails.

    Parameters
    ----------
    course, exercise
        The course, and which of its exercises.
    files : mapping
        The reference.
    mutant : Mutant
    launcher : Launcher
        What the mutant is run by.
    known : Known
        Those that are as right as the reference, and the stand-in of a reference that takes long.
    """
    seconds = LIGHT_SECONDS if known.light else SECONDS
    limits = replace(exercise.limits, import_seconds=seconds, call_seconds=seconds)
    part = next(part for part in exercise.parts if part.file == mutant.file)
    judge = Judge(_alone(course, replace(exercise, limits=limits), part), launcher, b"mutant")
    handed_in = {**files, mutant.file: mutant.source.encode()}
    if known.light:
        handed_in = known.light.below(handed_in)
    by = _caught_by(judge, Sealed("mutant", handed_in), known.light.misses if known.light else ())
    fate = "caught" if by else "equivalent" if mutant.key in known.equivalent else "survived"
    return MutantAudit(
        file=mutant.file,
        line=mutant.line,
        before=mutant.before,
        after=mutant.after,
        fate=fate,
        by=by,
    )


def mutants_of(file: str, source: str, without: frozenset[str] = frozenset()) -> Iterator[Mutant]:
    """Yield a mutant for each change inside the solution regions of a reference.

    Parameters
    ----------
    file, source : str
        The reference's path in the course, and its text.
    without : set of str
        Functions that are left as they are.
    """
    from cosmic_ray import plugins  # noqa: PLC0415  (the audit's alone, in an extra)
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415

    inside = _solution_lines(source) - _lines_of_choices(source) - _lines_of(source, without)
    seen = {source}
    for name in sorted(plugins.operator_names()):
        if not _wanted(name.partition("/")[2]):
            continue
        operator = plugins.get_operator(name)()
        for occurrence in itertools.count():
            mutated = mutate_code(source, operator, occurrence)
            if mutated is None:
                break
            line, before, after = _difference(source, mutated)
            if line in inside and mutated not in seen:
                seen.add(mutated)
                yield Mutant(file, line, before, after, mutated)


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


def _lines_of_choices(source: str) -> set[int]:
    """Return the lines of the dicts that a module names in capitals, such as HYPERPARAMETERS."""
    chosen = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Dict)
        and all(isinstance(name, ast.Name) and name.id.isupper() for name in node.targets)
    ]
    return {line for n in chosen for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}


def _lines_of(source: str, functions: frozenset[str]) -> set[int]:
    found = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in functions
    ]
    return {line for n in found for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}


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


def _caught_by(judge: Judge, sealed: Sealed, misses: Container[str]) -> str:
    """Return the name of the first check that does not pass, and would without the change."""
    [exercise] = judge.grade(sealed).exercises
    for check in exercise.checks:
        name = check.id.rpartition(".")[2]
        if check.outcome is Outcome.GRADER_ERROR:
            raise CourseError(
                f"The check {check.id} fails itself, and not what it checks. {check.message}"
            )
        if check.outcome not in (Outcome.PASSED, Outcome.SKIPPED) and name not in misses:
            return name
    return ""
