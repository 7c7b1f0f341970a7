"""Choose what to look at first: named mistakes, then other failures, by their points.

A mistake is told once, whatever it costs. What is not written yet comes last, in the course's
order: its author knows of it, and begins at the beginning.
"""

from __future__ import annotations

__all__ = ["Advice", "advice_for", "by_file"]

from dataclasses import dataclass, replace

from grader.report.checks import groups_of
from grader.report.text import clean, line, plural, words
from grader.results import (
    CheckResult,
    CourseInfo,
    ExerciseResult,
    Outcome,
    SubmissionResult,
    total_points,
)

# How the judge's messages say that a function, a constant, an entry or a file is missing.
NOT_THERE = ("is not written yet", "is missing from what was handed in")
LAST = 2
_NO_ADVICE = {Outcome.PASSED, Outcome.SKIPPED, Outcome.UNREADABLE, Outcome.GRADER_ERROR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One piece of advice: a check to begin with.

    Attributes
    ----------
    check : str
        The id of the check.
    brief : str
        A few words: the mistake's name, or the claim.
    gain : str
        The points that can be won, and those that wait for it, in words.
    sentence : str
        The diagnosis, or the message where there is none.
    hint : str
        What the judge knows beside it, such as where a name is missing from.
    same : str
        How many more checks fail for the same reason, in a sentence; empty if none does.
    """

    check: str
    claim: str
    where: str
    brief: str
    gain: str
    sentence: str
    lecture: str
    hint: str = ""
    same: str = ""


def by_file(exercise: ExerciseResult) -> dict[str, list[CheckResult]]:
    """Return the checks of an exercise, file by file, in the course's order."""
    files: dict[str, list[CheckResult]] = {}
    for check in exercise.checks:
        files.setdefault(check.file, []).append(check)
    return files


def _waiting(checks: list[CheckResult]) -> dict[str, float]:
    """Return, by the id of a check, the points of all the checks that wait for it."""
    needs = {check.id: check.skipped_for for check in checks if check.skipped_for}
    waiting: dict[str, float] = {}
    for check in checks:
        cause, seen = needs.get(check.id, ""), {check.id}
        while cause and cause not in seen:
            seen.add(cause)
            waiting[cause] = waiting.get(cause, 0.0) + check.max_points
            cause = needs.get(cause, "")
    return waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Failed checks of a file with the same cause, their points, and what waits for them."""

    checks: tuple[CheckResult, ...]
    where: str
    lost: float
    behind: float
    order: tuple[float, ...]

    @property
    def cause(self) -> object:
        """The cause that two failures share: a mistake's name, or why code stopped."""
        check = self.checks[0]
        if check.diagnoses:
            return check.diagnoses[0].name
        return check.hint if check.outcome is Outcome.CRASHED and check.hint else check.id


def _together(places: list[_Place]) -> list[tuple[_Place, int]]:
    """Merge failures with the same cause, in their order."""
    causes: dict[object, list[_Place]] = {}
    for place in sorted(places, key=lambda one: one.order):
        causes.setdefault(place.cause, []).append(place)
    found = []
    for first, *others in causes.values():
        lost = total_points([first.lost, *(one.lost for one in others)])
        behind = total_points([first.behind, *(one.behind for one in others)])
        kind, _, turn = first.order
        order = (kind, 0.0 if kind == LAST else -lost - behind, turn)
        whole = replace(first, lost=lost, behind=behind, order=order)
        found.append((whole, sum(len(one.checks) for one in others)))
    return sorted(found, key=lambda pair: pair[0].order)


def _advice(place: _Place, more: int) -> Advice:
    group, lost, behind = place.checks, place.lost, place.behind
    check = group[0]
    gain = f"{plural(lost, 'point')} to win"
    if behind:
        waits = plural(behind, "point")
        gain = f"{plural(lost, 'point')} to win, and {waits} of checks that wait for it"
    same = ""
    if more:
        one = more == 1
        same = f"{plural(more, 'more check')} {'fails' if one else 'fail'} for the same reason."
    diagnosis = check.diagnoses[0] if check.diagnoses else None
    together = len(group) > 1
    claim = clean(check.claim or check.id)
    if together:
        claim = f"{len(group)} checks of {line(check.file) or 'the answers'}"
    brief = line(check.message, 90) if together and check.message else claim
    return Advice(
        check=check.id,
        claim=claim,
        where=place.where,
        brief=words(diagnosis.name) if diagnosis else brief,
        gain=gain,
        sentence=clean(diagnosis.sentence if diagnosis else check.message, 400),
        lecture=line((diagnosis.lecture if diagnosis else "") or check.lecture, 200),
        hint=clean(check.hint, 1_000),
        same=same,
    )


def advice_for(result: SubmissionResult, course: CourseInfo) -> tuple[Advice, ...]:
    """Return the places to begin: named mistakes first, and of each kind the most valuable.

    Parameters
    ----------
    result : SubmissionResult
        A graded submission.
    course : CourseInfo
        Numbers and titles of the exercises.

    Returns
    -------
    tuple of Advice
        Checks that failed, crashed or went over a limit; those that only wait for another check
        count for that one, and those that fail for the same reason as another one for that one.
    """
    infos = {info.id: info for info in course.exercises}
    waiting = _waiting([check for exercise in result.exercises for check in exercise.checks])
    found: list[_Place] = []
    for exercise in result.exercises:
        info = infos.get(exercise.id)
        place = f"Exercise {line(info.number, 12)}" if info else line(exercise.id)
        for file, checks in by_file(exercise).items():
            for group in groups_of([one for one in checks if one.outcome not in _NO_ADVICE]):
                lost = total_points(check.max_points - check.points for check in group)
                if lost <= 0:
                    continue
                behind = total_points(waiting.get(check.id, 0.0) for check in group)
                where = f"{place} · {line(file)}" if file else place
                kind = _kind(group[0])
                worth = 0.0 if kind == LAST else -lost - behind
                order = (kind, worth, len(found))
                found.append(
                    _Place(checks=tuple(group), where=where, lost=lost, behind=behind, order=order)
                )
    return tuple(_advice(one, more) for one, more in _together(found))


def _kind(check: CheckResult) -> int:
    """Return the sort key: 0 for a named mistake, 2 for unwritten work, 1 for the rest."""
    if check.diagnoses:
        return 0
    return LAST if any(said in check.message for said in NOT_THERE) else 1
