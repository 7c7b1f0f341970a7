"""What an audit does, in which pieces, and what the pieces add up to."""

from __future__ import annotations

__all__ = ["Extent", "audit_exercise"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from grader.audit.audit import ExerciseAudit
from grader.audit.known import read_known
from grader.audit.mutants import mutants_of
from grader.audit.work import Job, files_of, results_of, variants_of
from grader.course import is_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.audit.known import Known
    from grader.audit.mistakes import MistakeAudit
    from grader.audit.mutants import Mutant, MutantAudit
    from grader.course import Course, Exercise

T = TypeVar("T")
# Seeds of one job: enough that sending it costs nothing.
SEEDS_AT_ONCE = 10
# The reference comes in two precisions. Alternatives, which may be slow, take a part of the seeds.
REFERENCES, FEWER_SEEDS = 2, 10


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an audit goes.

    Attributes
    ----------
    seeds : int
        With how many inputs the reference is handed in; alternatives are with a tenth of them.
    mutants, mistakes : int, optional
        At most so many mutants and known mistakes of an exercise, evenly chosen; all of them where
        not given.
    level : str
        The isolation of the mutants.
    workers : int
        How many processes share the work.
    """

    seeds: int = 100
    mutants: int | None = None
    mistakes: int | None = None
    level: str = "none"
    workers: int = 1


def audit_exercise(
    course: Course,
    exercise: Exercise,
    extent: Extent,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> ExerciseAudit:
    """Audit one exercise.

    Parameters
    ----------
    progress : callable
        Called with how many pieces are done and how many there are.
    """
    files = files_of(course.root / "solutions", exercise)
    variants = tuple(variants_of(course, exercise, files))
    mutants = [
        mutant
        for part in exercise.parts
        if extent.mutants != 0 and not is_data(part.file)
        for mutant in mutants_of(part.file, files[part.file].decode())
    ]
    mistakes = [
        (place, number)
        for place, part in enumerate(exercise.parts)
        for number in range(len(part.misconceptions))
    ]
    some_mutants = _some(mutants, extent.mutants)
    some_mistakes = _some(mistakes, extent.mistakes)
    jobs = _jobs(exercise, variants, some_mistakes, some_mutants, extent.seeds)
    found: dict[str, list[Any]] = {job.kind: [] for job in jobs} | {"mutant": [], "mistake": []}
    order = {job: place for place, job in enumerate(jobs)}
    results_as_they_come = results_of(jobs, course.root, extent.level, extent.workers)
    for done, (job, result) in enumerate(results_as_they_come, 1):
        found[job.kind].append((order[job], result))
        progress(done, len(jobs))
    results = {kind: [r for _, r in sorted(pairs, key=_first)] for kind, pairs in found.items()}
    known = read_known(course.root / "solutions" / "checks" / exercise.id)
    return ExerciseAudit(
        exercise=exercise.id,
        variants=variants,
        seeds=extent.seeds,
        runs=sum(runs for runs, _ in results["right"]),
        false_fails=tuple(fail for _, fails in results["right"] for fail in fails),
        stub=results["stub"][0],
        lazy=tuple(results["lazy"][0]),
        mistakes=tuple(results["mistake"]),
        mutants=tuple(results["mutant"]),
        stale=(
            *(
                _stale_mutants(known, results["mutant"])
                if extent.mutants != 0 and some_mutants == mutants
                else ()
            ),
            *(_stale_cascades(known, results["mistake"]) if some_mistakes == mistakes else ()),
        ),
    )


def _jobs(
    exercise: Exercise,
    variants: Sequence[str],
    mistakes: Sequence[tuple[int, int]],
    mutants: Sequence[Mutant],
    seeds: int,
) -> list[Job]:
    jobs = [Job(exercise.id, "stub"), Job(exercise.id, "lazy")]
    jobs += [Job(exercise.id, "mistake", place) for place in mistakes]
    jobs += [
        Job(exercise.id, "right", (variant, first, min(first + SEEDS_AT_ONCE, most)))
        for place, variant in enumerate(variants)
        for most in [seeds if place < REFERENCES else max(1, seeds // FEWER_SEEDS)]
        for first in range(0, most, SEEDS_AT_ONCE)
    ]
    return jobs + [Job(exercise.id, "mutant", mutant) for mutant in mutants]


def _some(items: list[T], most: int | None) -> list[T]:
    if most is None or len(items) <= most:
        return items
    return [items[place * len(items) // most] for place in range(most)]


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _stale_mutants(known: Known, mutants: Sequence[MutantAudit]) -> list[str]:
    """Say which of the mutants that are listed as equivalent are caught, or are none any more."""
    fates = {mutant.key: mutant.fate for mutant in mutants}
    return [
        f"{file}: `{before}` to `{after}` is listed as equivalent, and is {what}"
        for file, before, after in sorted(known.equivalent)
        for what in [
            {"equivalent": "", "caught": "caught"}.get(
                fates.get((file, before, after), ""), "no mutant of the reference"
            )
        ]
        if what
    ]


def _stale_cascades(known: Known, mistakes: Sequence[MistakeAudit]) -> list[str]:
    """Say which of the listed cascades there are none of."""
    real = {(mistake.name, check) for mistake in mistakes for check in mistake.cascades}
    return [
        f"the mistake {mistake} does not cost {check}, which is listed"
        for mistake, check in sorted(known.cascades - real)
    ]
