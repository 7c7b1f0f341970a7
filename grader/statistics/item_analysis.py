"""Item analysis of each check, from test theory: its difficulty and its discrimination.

References
----------
R. Ebel, D. Frisbie, "Essentials of educational measurement", 5th ed., 1991, ch. 13 (difficulty,
discrimination). Corrected item-rest correlation: S. Henrysson, "Correction of item-total
correlations in item analysis", Psychometrika 28, 1963. Interval: R. A. Fisher, "On the probable
error of a coefficient of correlation", Metron 1, 1921.
"""

from __future__ import annotations

__all__ = [
    "LEAST_FOR_DISCRIMINATION",
    "LEAST_ON_A_SIDE",
    "CheckStatistics",
    "DiagnosisPlaces",
    "Discrimination",
    "check_statistics",
]

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.results import Outcome
from grader.statistics.handed_in import CheckPlace, is_judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from grader.results import CheckResult, ClassResult, SubmissionResult

    Floats = NDArray[np.float64]

# With fewer submissions, the 95 % interval around a correlation of 0 exceeds ±0.44, which is
# wider than the distance from no discrimination (0) to very good discrimination (0.4, after Ebel).
LEAST_FOR_DISCRIMINATION = 20
LEAST_ON_A_SIDE = 3
"""At least this many must pass and fail: with fewer, one student would decide the number."""
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisPlaces:
    """A diagnosis, and the checks in which it was made."""

    name: str
    places: tuple[CheckPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrimination:
    """How well a check separates strong from weak students.

    Attributes
    ----------
    value : float or None
        The point-biserial correlation of passing with the share of all other points, from -1 to
        1; None if it is unknown, and `unknown` says why.
    low, high : float or None
        The 95 % confidence interval, approximately.
    n : int
        The number of submissions.
    """

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatistics:
    """The statistics of one check.

    Attributes
    ----------
    handed_in : int
        The number of submissions with a verdict: n.
    passed : int
        The number of them that passed.
    """

    id: str
    exercise: str
    claim: str
    handed_in: int
    passed: int
    discrimination: Discrimination
    diagnoses: tuple[DiagnosisPlaces, ...]

    @property
    def share(self) -> float | None:
        """The share that passed, from 0 to 1 (higher is easier); None without a verdict."""
        return self.passed / self.handed_in if self.handed_in else None


def check_statistics(result: ClassResult) -> tuple[CheckStatistics, ...]:
    """Return the statistics of each check, in the course's order.

    Parameters
    ----------
    result : ClassResult
        Complete or `shortened`.
    """
    declared = {info.id: (one.id, info) for one in result.course.exercises for info in one.checks}
    checks = {key: (exercise, info.claim) for key, (exercise, info) in declared.items()}
    for submission in result.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                checks.setdefault(check.id, (exercise.id, check.claim))
    column = {key: number for number, key in enumerate(checks)}
    shape = (len(result.submissions), len(checks))
    judged, passed = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    points, most = np.zeros(shape), np.zeros(shape)
    for row, submission in enumerate(result.submissions):
        for check in _judged(submission):
            at = row, column[check.id]
            judged[at], passed[at] = True, check.outcome is Outcome.PASSED
            points[at], most[at] = check.points, check.max_points
    bound = _bound(result.submissions, column)
    seen = _diagnoses(result.submissions)
    return tuple(
        CheckStatistics(
            id=key,
            exercise=checks[key][0],
            claim=checks[key][1],
            handed_in=int(judged[:, at].sum()),
            passed=int(passed[:, at].sum()),
            discrimination=_discrimination(at, sorted(bound[at]), judged, passed, points, most),
            diagnoses=seen.get(key, ()),
        )
        for key, at in column.items()
    )


def _judged(submission: SubmissionResult) -> Iterable[CheckResult]:
    return (c for exercise in submission.exercises for c in exercise.checks if is_judged(c))


def _bound(submissions: Sequence[SubmissionResult], column: dict[str, int]) -> dict[int, set[int]]:
    """Return for each check itself and the checks that it waits for, or that wait for it.

    A check that waits for another one fails with it: if it were counted in the rest, the two
    would agree whatever the students know.
    """
    found: dict[int, set[int]] = defaultdict(set)
    for number in column.values():
        found[number].add(number)
    for submission in submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                if check.skipped_for in column:
                    one, other = column[check.id], column[check.skipped_for]
                    found[one].add(other)
                    found[other].add(one)
    return found


def _diagnoses(submissions: Sequence[SubmissionResult]) -> dict[str, tuple[DiagnosisPlaces, ...]]:
    """Return the diagnoses of each check, the most common first."""
    found: dict[str, dict[str, list[CheckPlace]]] = defaultdict(lambda: defaultdict(list))
    for submission in submissions:
        for check in _judged(submission):
            for name in dict.fromkeys(diagnosis.name for diagnosis in check.diagnoses):
                place = CheckPlace(student=submission.student, slug=submission.slug, check=check.id)
                found[check.id][name].append(place)
    return {
        key: tuple(
            DiagnosisPlaces(name=name, places=tuple(places))
            for name, places in sorted(names.items(), key=lambda one: (-len(one[1]), one[0]))
        )
        for key, names in found.items()
    }


def _discrimination(
    at: int,
    bound: Sequence[int],
    judged: NDArray[np.bool_],
    passed: NDArray[np.bool_],
    points: Floats,
    most: Floats,
) -> Discrimination:
    rest_most = most.sum(axis=1) - most[:, bound].sum(axis=1)
    counted = judged[:, at] & (rest_most > 1e-9)
    n = int(counted.sum())
    if n < LEAST_FOR_DISCRIMINATION:
        return Discrimination(n=n, unknown=f"n = {n}, below {LEAST_FOR_DISCRIMINATION}")
    rest = (points.sum(axis=1) - points[:, bound].sum(axis=1))[counted] / rest_most[counted]
    item = passed[counted, at].astype(np.float64)
    sides = int(item.sum()), n - int(item.sum())
    if min(sides) < LEAST_ON_A_SIDE:
        few, is_hard = min(sides), sides[0] < sides[1]
        if few:
            why = f"only {few} passed" if is_hard else f"only {few} did not pass"
        else:
            why = "nobody passed" if is_hard else "nobody did not pass"
        return Discrimination(n=n, unknown=why)
    if float(np.ptp(rest)) < 1e-9:
        return Discrimination(n=n, unknown="all have the same in the rest")
    value = float(np.corrcoef(item, rest)[0, 1])
    centre = math.atanh(min(max(value, -0.999999), 0.999999))
    reach = _Z95 / math.sqrt(n - 3)
    return Discrimination(
        n=n, value=value, low=math.tanh(centre - reach), high=math.tanh(centre + reach)
    )
