"""The result of an exercise's audit, as data, and what the author has to correct."""

from __future__ import annotations

__all__ = ["ExerciseAudit", "StubAudit"]

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.authoring.audit.chance import Chance
from grader.util.wording import counted

if TYPE_CHECKING:
    from grader.authoring.audit.false_fail import FalseFail
    from grader.authoring.audit.lazy import LazyAudit
    from grader.authoring.audit.mistakes import MistakeAudit
    from grader.authoring.audit.mutants import MutantAudit


@dataclass(frozen=True, slots=True, kw_only=True)
class StubAudit:
    """The points of the untouched stub, which should be 0, and grader errors on it."""

    points: float
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseAudit:
    """The result of the audit of one exercise.

    Attributes
    ----------
    variants : tuple of str
        The right answers that were tried.
    seeds : int
        The number of inputs for the reference; alternatives get a tenth of them.
    runs : int
        How many times a check ran on a right answer.
    false_fails : tuple of FalseFail
        Checks that failed a right answer.
    chance : Chance
        Tells how many of these the stated probabilities explain.
    stale : tuple of str
        Entries of ``audit.toml`` that no longer apply.
    notes : tuple of str
        What was not tested, and what was used in place of the reference.
    """

    exercise: str
    variants: tuple[str, ...]
    seeds: int
    runs: int
    false_fails: tuple[FalseFail, ...]
    stub: StubAudit
    lazy: tuple[LazyAudit, ...]
    mistakes: tuple[MistakeAudit, ...]
    mutants: tuple[MutantAudit, ...]
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chance: Chance = field(default_factory=Chance)

    def fate(self, name: str) -> int:
        """Return the number of mutants with a fate: ``caught``, ``survived``, ``equivalent``."""
        return sum(mutant.fate == name for mutant in self.mutants)

    @property
    def mutation_score(self) -> float:
        """The share of mutants that were caught, not counting equivalent ones; 1 if none."""
        alive = self.fate("survived")
        caught = self.fate("caught")
        return caught / (caught + alive) if caught + alive else 1.0

    @property
    def diagnosed(self) -> int:
        """How many known mistakes were named."""
        return sum(mistake.diagnosed for mistake in self.mistakes)

    @property
    def most_for_nothing(self) -> float:
        """The most points that a submission without any idea earns."""
        return max((lazy.points for lazy in self.lazy), default=0.0)

    @property
    def clean(self) -> bool:
        """True if a course author has nothing to correct."""
        return not self.faults()

    def faults(self) -> list[str]:
        """Return what has to be corrected, in a sentence each."""
        found = [
            f"{f.check} fails a right answer ({f.variant}, seed {f.seed}): {f.message}"
            for f in self.chance.unexplained(self.false_fails)
        ]
        found += [f"{check}: an error of the grader on the stub" for check in self.stub.errors]
        if self.stub.points:
            found.append(f"the untouched stub earns {counted(self.stub.points, 'point')}")
        found += [sentence for lazy in self.lazy for sentence in _of_lazy(lazy)]
        found += [sentence for mistake in self.mistakes for sentence in _of_mistake(mistake)]
        found += [
            f"{m.file}, line {m.line}: no check sees `{m.before}` become `{m.after}`"
            for m in self.mutants
            if m.fate == "survived"
        ]
        return found + [f"audit.toml: {sentence}" for sentence in self.stale]

    def summary(self) -> dict[str, Any]:
        """Return the numbers, for JSON."""
        return {
            "runs": self.runs,
            "false_fails": len(self.false_fails),
            "beyond_chance": len(self.chance.unexplained(self.false_fails)),
            "mutants": len(self.mutants),
            "caught": self.fate("caught"),
            "equivalent": self.fate("equivalent"),
            "misconceptions": len(self.mistakes),
            "diagnosed": self.diagnosed,
            "seeds": self.seeds,
            "variants": list(self.variants),
            "mutation_score": round(self.mutation_score, 4),
            "stub_points": self.stub.points,
            "lazy_points": {lazy.name: lazy.points for lazy in self.lazy},
            "cascades": sum(bool(mistake.cascades) for mistake in self.mistakes),
            "faults": self.faults(),
            "notes": list(self.notes),
        }


def _of_lazy(lazy: LazyAudit) -> list[str]:
    found = [
        f"{check}: an error of the grader where every value is {lazy.name}" for check in lazy.errors
    ]
    if lazy.is_paid:
        found.append(
            f"functions that always return {lazy.name} earn {lazy.points:g} points, by "
            + ", ".join(check.rpartition(".")[2] for check in lazy.passed)
        )
    return found


def _of_mistake(mistake: MistakeAudit) -> list[str]:
    found = []
    if not mistake.diagnosed:
        why = f": {mistake.problem}" if mistake.problem else ""
        found.append(f"{mistake.file}: the mistake {mistake.name} is not named{why}")
    if mistake.unexpected:
        found.append(
            f"{mistake.file}: the mistake {mistake.name} costs checks that ask for something "
            f"else: {', '.join(mistake.unexpected)}"
        )
    return found
