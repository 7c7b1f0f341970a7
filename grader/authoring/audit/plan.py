"""The plan of an audit: its jobs, and how their results are combined."""

from __future__ import annotations

__all__ = ["Extent", "audit_exercise", "audit_odd_values"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from grader.authoring.audit.audit import ExerciseAudit
from grader.authoring.audit.chance import Chance
from grader.authoring.audit.jobs import LIGHT, REFERENCES, Job, files_of, results_of, variants_of
from grader.authoring.audit.known import read_known
from grader.authoring.audit.mutants import mutants_of
from grader.course import check_id, is_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.authoring.audit.known import FastReference, Known
    from grader.authoring.audit.mistakes import MistakeAudit
    from grader.authoring.audit.mutants import Mutant, MutantAudit
    from grader.authoring.audit.odd import OddAudit
    from grader.course import Course, Exercise, Part

T = TypeVar("T")
# Seeds in one job: enough that the cost of sending it does not matter.
SEEDS_AT_ONCE = 10
# Alternatives may be slow: they get this fraction of the reference's seeds.
FEWER_SEEDS = 10


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an audit goes.

    Attributes
    ----------
    seeds : int
        The number of inputs for the reference; alternatives get a tenth of them.
    mutants, mistakes : int, optional
        The maximal numbers of mutants and of known mistakes of an exercise, evenly chosen; all by
        default.
    level : str
        The isolation level for mutants.
    workers : int
        How many processes share the work.
    odd : int, optional
        The maximal number of odd values of each function and constant, drawn with a fixed seed;
        all by default.
    light : bool
        Whether slow references are left out, so that only their quick stand-ins are tested.
    """

    seeds: int = 100
    mutants: int | None = None
    mistakes: int | None = None
    level: str = "none"
    workers: int = 1
    odd: int | None = None
    light: bool = False


def audit_exercise(
    course: Course,
    exercise: Exercise,
    extent: Extent,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> ExerciseAudit:
    """Audit one exercise.

    Parameters
    ----------
    course, exercise, extent
        The course, one of its exercises, and how much to test.
    progress : callable
        Called with the number of jobs that are done, and their total.
    """
    files = files_of(course.root / "solutions", exercise)
    known = read_known(course.root / "solutions" / "checks" / exercise.id)
    names = tuple(variants_of(course, exercise, files, known.light))
    if known.light:
        names = tuple(name for name in names if (name == LIGHT) == extent.light)
    seeds = _seeds(extent, known.light)
    variants = tuple((name, _seeds_of(name, seeds)) for name in names)
    mutants = _mutants(exercise, files, known) if extent.mutants != 0 else []
    mistakes = [
        (place, number)
        for place, part in enumerate(exercise.parts)
        for number in range(len(part.misconceptions))
    ]
    some_mutants = _some(mutants, extent.mutants)
    all_mutants = extent.mutants != 0 and some_mutants == mutants
    some_mistakes = _some(mistakes, extent.mistakes)
    at_once = 1 if known.light else SEEDS_AT_ONCE
    jobs = _jobs(exercise, variants, some_mistakes, some_mutants, at_once)
    found: dict[str, list[Any]] = {job.kind: [] for job in jobs} | {"mutant": [], "mistake": []}
    order = {job: place for place, job in enumerate(jobs)}
    results_as_they_come = results_of(jobs, course.root, extent.level, extent.workers)
    for done, (job, result) in enumerate(results_as_they_come, 1):
        found[job.kind].append((order[job], result))
        progress(done, len(jobs))
    results = {kind: [r for _, r in sorted(pairs, key=_first)] for kind, pairs in found.items()}
    chance = Chance(stated=_stated(exercise), runs=dict(variants))
    false_fails = tuple(fail for _, fails in results["right"] for fail in fails)
    return ExerciseAudit(
        exercise=exercise.id,
        variants=names,
        seeds=seeds,
        runs=sum(runs for runs, _ in results["right"]),
        false_fails=false_fails,
        chance=chance,
        stub=results["stub"][0],
        lazy=tuple(results["lazy"][0]),
        mistakes=tuple(results["mistake"]),
        mutants=tuple(results["mutant"]),
        notes=(*_notes(known.light, lightly=extent.light), *chance.sentences(false_fails)),
        stale=(
            *(_stale_mutants(known, results["mutant"]) if all_mutants else ()),
            *(_stale_cascades(known, results["mistake"]) if some_mistakes == mistakes else ()),
        ),
    )


def _seeds(extent: Extent, light: FastReference | None) -> int:
    """Return the number of inputs for each right answer."""
    if light is None:
        return extent.seeds
    return 1 if extent.light else max(1, extent.seeds // light.share)


def _mutants(exercise: Exercise, files: Mapping[str, bytes], known: Known) -> list[Mutant]:
    return [
        mutant
        for part in exercise.parts
        if not is_data(part.file)
        for mutant in mutants_of(part.file, files[part.file].decode(), _replaced(part, known.light))
    ]


def audit_odd_values(
    course: Course,
    exercise: Exercise,
    extent: Extent,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[OddAudit, ...]:
    """Test odd values of every function and constant of an exercise; return a result per file.

    Parameters
    ----------
    course, exercise
        The course, and one of its exercises.
    extent : Extent
        `odd` values of each name; `workers` processes share the work.
    progress : callable
        As in `audit_exercise`.
    """
    jobs = [Job(exercise.id, "odd", (place, extent.odd)) for place in range(len(exercise.parts))]
    found: dict[int, OddAudit] = {}
    came = results_of(jobs, course.root, extent.level, extent.workers)
    for done, (job, audit) in enumerate(came, 1):
        found[job.about[0]] = audit
        progress(done, len(jobs))
    return tuple(found[place] for place in sorted(found))


def _jobs(
    exercise: Exercise,
    variants: Sequence[tuple[str, int]],
    mistakes: Sequence[tuple[int, int]],
    mutants: Sequence[Mutant],
    at_once: int,
) -> list[Job]:
    jobs = [Job(exercise.id, "stub"), Job(exercise.id, "lazy")]
    jobs += [
        Job(exercise.id, "right", (variant, first, min(first + at_once, seeds)))
        for variant, seeds in variants
        for first in range(0, seeds, at_once)
    ]
    jobs += [Job(exercise.id, "mistake", place) for place in mistakes]
    return jobs + [Job(exercise.id, "mutant", mutant) for mutant in mutants]


def _notes(light: FastReference | None, *, lightly: bool) -> tuple[str, ...]:
    if light is None:
        return ()
    what = "everything was" if lightly else "known mistakes and mutants were"
    where = f"where {', '.join(sorted(light.misses))} is not judged"
    rest = f"its {' and '.join(sorted(light.replaces))} are not mutated"
    return (f"{what} tried on the reference's quick stand-in, {where}; {rest}",)


def _stated(exercise: Exercise) -> dict[str, float]:
    """Return the `false_fail` that each check states, by its id."""
    return {
        check_id(exercise, part, check): check.false_fail
        for part in exercise.parts
        for check in part.checks
    }


def _seeds_of(variant: str, seeds: int) -> int:
    return seeds if variant in (*REFERENCES, LIGHT) else max(1, seeds // FEWER_SEEDS)


def _replaced(part: Part, light: FastReference | None) -> frozenset[str]:
    """Return the names in a file whose mutants have no effect, since the stand-in replaces them."""
    return light.replaces if light and light.file == part.file else frozenset()


def _some(items: list[T], most: int | None) -> list[T]:
    if most is None or len(items) <= most:
        return items
    return [items[place * len(items) // most] for place in range(most)]


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _stale_mutants(known: Known, mutants: Sequence[MutantAudit]) -> list[str]:
    """Report mutants listed as equivalent that are caught, or that no longer exist."""
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
    """Report listed cascades that no longer occur."""
    real = {(mistake.name, check) for mistake in mistakes for check in mistake.cascades}
    return [
        f"the mistake {mistake} does not cost {check}, which is listed"
        for mistake, check in sorted(known.cascades - real)
    ]
