"""The audit of an exercise: what it found, as data, and how it is found."""

from __future__ import annotations

__all__ = ["ExerciseAudit", "audit_exercise"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.audit.mistakes import MistakeAudit, audit_mistakes
from grader.audit.mutants import MutantAudit, audit_mutants
from grader.audit.run import Subject, run_exercise
from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from grader.course import Course, Exercise
    from grader.sandbox.launcher import Launcher

# Alternatives that are as right as the reference: `solutions/alternatives/<name>/<the tree>`.
ALTERNATIVES = "alternatives"


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseFail:
    """A check that failed a right answer."""

    check: str
    variant: str
    seed: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseAudit:
    """What the audit of one exercise found.

    Attributes
    ----------
    runs : int
        How often a check ran on a right answer.
    false_fails : tuple of FalseFail
        When it did not pass.
    stub_points : float
        What the untouched stub earns: it should be nothing.
    stub_errors : tuple of str
        Checks that failed by an error of ours on the stub.
    """

    exercise: str
    variants: tuple[str, ...]
    runs: int
    false_fails: tuple[FalseFail, ...]
    stub_points: float
    stub_errors: tuple[str, ...]
    mistakes: tuple[MistakeAudit, ...]
    mutants: tuple[MutantAudit, ...]

    def fate(self, name: str) -> int:
        """Return how many mutants met a fate: ``caught``, ``survived``, ``equivalent``."""
        return sum(mutant.fate == name for mutant in self.mutants)

    @property
    def mutation_score(self) -> float:
        """The part of the mutants that was caught, equivalent ones aside; 1 of none."""
        alive = self.fate("survived")
        caught = self.fate("caught")
        return caught / (caught + alive) if caught + alive else 1.0

    @property
    def diagnosed(self) -> int:
        """How many known mistakes were named."""
        return sum(mistake.diagnosed for mistake in self.mistakes)

    @property
    def clean(self) -> bool:
        """True where a course author has nothing to mend."""
        return not (
            self.false_fails
            or self.stub_points
            or self.stub_errors
            or self.fate("survived")
            or self.diagnosed < len(self.mistakes)
        )

    def summary(self) -> dict[str, Any]:
        """Return the numbers, for JSON."""
        return {
            "runs": self.runs,
            "false_fails": len(self.false_fails),
            "mutants": len(self.mutants),
            "caught": self.fate("caught"),
            "equivalent": self.fate("equivalent"),
            "misconceptions": len(self.mistakes),
            "diagnosed": self.diagnosed,
            "stub_points": self.stub_points,
            "stub_errors": list(self.stub_errors),
            "mutation_score": round(self.mutation_score, 4),
            "survivors": [
                {"file": m.file, "line": m.line, "before": m.before, "after": m.after}
                for m in self.mutants
                if m.fate == "survived"
            ],
            "undiagnosed": [m.name for m in self.mistakes if not m.diagnosed],
            "failed_right_answers": [
                {"check": f.check, "variant": f.variant, "seed": f.seed, "message": f.message}
                for f in self.false_fails
            ],
        }


def audit_exercise(
    course: Course,
    exercise: Exercise,
    launcher: Launcher,
    *,
    seeds: int,
    progress: Callable[[str], None] = lambda _: None,
) -> ExerciseAudit:
    """Audit one exercise.

    Parameters
    ----------
    course, exercise
        The course and the exercise of it.
    launcher : Launcher
        Starts the runners of mutants.
    seeds : int
        How many seeds the right answers are run with.
    progress : callable
        Called with a word for what is being done, at every step.
    """
    files = _files(course.root / "solutions", exercise)
    variants = _variants(course, exercise, files)
    runs = 0
    failed: list[FalseFail] = []
    for name, subject in variants.items():
        for seed in range(seeds):
            progress(f"right answers: {name}")
            for ran in run_exercise(course, exercise, subject, seed):
                runs += 1
                if ran.result.outcome is not Outcome.PASSED:
                    failed.append(
                        FalseFail(
                            check=ran.result.id,
                            variant=name,
                            seed=seed,
                            message=ran.result.message,
                        )
                    )
    progress("the stub")
    stub = run_exercise(course, exercise, Subject(files=_files(course.stubs, exercise)), 0)
    progress("known mistakes")
    mistakes = audit_mistakes(course, exercise, files)
    mutants = audit_mutants(course, exercise, files, launcher, lambda: progress("mutants"))
    return ExerciseAudit(
        exercise=exercise.id,
        variants=tuple(variants),
        runs=runs,
        false_fails=tuple(failed),
        stub_points=sum(ran.result.points for ran in stub),
        stub_errors=tuple(
            ran.result.id for ran in stub if ran.result.outcome is Outcome.GRADER_ERROR
        ),
        mistakes=tuple(mistakes),
        mutants=tuple(mutants),
    )


def _files(root: Path, exercise: Exercise) -> dict[str, bytes]:
    """Return the Python files of the exercise's folder."""
    found = (root / exercise.folder).glob("*.py")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(found)}


def _variants(course: Course, exercise: Exercise, files: Mapping[str, bytes]) -> dict[str, Subject]:
    """Return the right answers: the reference in two precisions, and each alternative."""
    variants = {
        "reference": Subject(files=files),
        "reference in float32": Subject(files=files, dtype=np.float32),
    }
    folder = course.root / "solutions" / ALTERNATIVES
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        own = _files(path, exercise)
        if any(part.file in own for part in exercise.parts):
            variants[path.name] = Subject(files={**files, **own})
    return variants
