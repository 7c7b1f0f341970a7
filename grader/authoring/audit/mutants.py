"""Mutants: the reference with one small thing changed, which the checks have to catch.

The changes are those of cosmic-ray: another operator, another comparison, another number, a negated
condition. A mutant may never return, so each is run in a runner with short deadlines. Mutants that
are right, so that no check can catch them, are listed by hand in ``audit.toml`` beside the checks,
with the reason. Choices, such as ``HYPERPARAMETERS``, are not changed: another choice that passes
is also right.
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

# Kinds of changes that may occur in a student's code; the others make no sense for floats.
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
# The replacements for an operator; all others fail on floats at once.
ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Pow", "FloorDiv")
COMPARING = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
SECONDS = 2.0
LIGHT_SECONDS = 30.0  # for a stand-in that trains


@dataclass(frozen=True, slots=True)
class Mutant:
    """A reference with one small change: the first line that differs, before and after."""

    file: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Its key in the list of equivalent mutants; a line number would soon be wrong."""
        return self.file, self.before, self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantAudit:
    """One mutant: its place, change and fate (``caught``, ``survived``, ``equivalent``)."""

    file: str
    line: int
    before: str
    after: str
    fate: str
    by: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Its key in the list of equivalent mutants."""
        return self.file, self.before, self.after


def audit_mutant(
    course: Course,
    exercise: Exercise,
    files: Mapping[str, bytes],
    mutant: Mutant,
    launcher: Launcher,
    known: Known,
) -> MutantAudit:
    """Run the checks of a mutant's file on it, and see whether one fails.

    Parameters
    ----------
    course, exercise
        The course, and one of its exercises.
    files : mapping
        The reference.
    mutant : Mutant
    launcher : Launcher
        Starts the mutant's runner.
    known : Known
        The equivalent mutants, and the stand-in of a slow reference.
    """
    seconds = LIGHT_SECONDS if known.light else SECONDS
    limits = replace(exercise.limits, import_seconds=seconds, call_seconds=seconds)
    part = next(part for part in exercise.parts if part.file == mutant.file)
    alone = _alone(course, replace(exercise, limits=limits), part)
    judge = Judge(alone, launcher, b"mutant", small_examples=False)
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
        Functions that are not changed.
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
    """Return the line numbers, from 1, of the code that students write."""
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
    """Return the lines of a module's dicts with names in capitals, such as HYPERPARAMETERS."""
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
    """Return the number, old text and new text of the first line that differs."""
    pairs = zip(source.splitlines(), mutated.splitlines(), strict=False)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return number, old.strip(), new.strip()
    return 0, "", ""


def _alone(course: Course, exercise: Exercise, part: Part) -> Course:
    """Return the course with the checks of only one file, which must catch its mutants."""
    kept = replace(exercise, parts=(part,))
    return Course(course.title, course.root, course.digest, (kept,))


def _caught_by(judge: Judge, sealed: Sealed, misses: Container[str]) -> str:
    """Return the name of the first check that fails because of the change."""
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
