"""Rank the known mistakes of a class; each counts once for each student."""

from __future__ import annotations

__all__ = ["RankedMisconception", "ranked_misconceptions"]

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.statistics.handed_in import CheckPlace, is_judged

if TYPE_CHECKING:
    from grader.results import ClassResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedMisconception:
    """A known mistake, and the students who made it.

    Attributes
    ----------
    count : int
        The number of submissions with the mistake.
    of : int
        The number of submissions for the exercises in which somebody made it.
    exercises : tuple of str
        The exercises in which it was made, in the course's order.
    sentence : str
        The sentence that reported it most often.
    places : tuple of CheckPlace
        For each submission with the mistake, the first check that shows it.
    """

    name: str
    count: int
    of: int
    exercises: tuple[str, ...]
    sentence: str
    places: tuple[CheckPlace, ...]


def ranked_misconceptions(result: ClassResult) -> tuple[RankedMisconception, ...]:
    """Return the known mistakes of a class, the most frequent first.

    Parameters
    ----------
    result : ClassResult
        Complete or `shortened`.
    """
    places: dict[str, dict[int, CheckPlace]] = defaultdict(dict)
    where: dict[str, set[str]] = defaultdict(set)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    handed_in: dict[str, set[int]] = defaultdict(set)
    for number, submission in enumerate(result.submissions):
        for exercise in submission.exercises:
            if any(map(is_judged, exercise.checks)):
                handed_in[exercise.id].add(number)
            told = {}
            for check in exercise.checks:
                place = CheckPlace(student=submission.student, slug=submission.slug, check=check.id)
                for diagnosis in check.diagnoses:
                    places[diagnosis.name].setdefault(number, place)
                    told[diagnosis.name] = diagnosis.sentence
            for name, sentence in told.items():
                where[name].add(exercise.id)
                said[name][sentence] += 1
    order = {info.id: number for number, info in enumerate(result.course.exercises)}
    found = [
        RankedMisconception(
            name=name,
            count=len(who),
            of=len(set().union(*(handed_in[exercise] for exercise in where[name]))),
            exercises=tuple(sorted(where[name], key=lambda e: (order.get(e, len(order)), e))),
            sentence=said[name].most_common(1)[0][0],
            places=tuple(who.values()),
        )
        for name, who in places.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))
