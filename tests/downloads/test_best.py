"""Of several attempts the best counts, or the one that may still become it."""

from __future__ import annotations

from grader.executors.tasks import best_of
from grader.judge import Graded
from grader.results import CheckResult, Delivery, ExerciseResult, Outcome, SubmissionResult


def attempt(number: int, points: float, withheld: float = 0.0) -> SubmissionResult:
    checks = [
        CheckResult(
            id="a", file="f", claim="c", outcome=Outcome.PASSED, points=points, max_points=9.0
        )
    ]
    if withheld:
        error = Outcome.GRADER_ERROR
        checks.append(
            CheckResult(id="b", file="f", claim="c", outcome=error, points=0.0, max_points=withheld)
        )
    return SubmissionResult(
        student="Ada",
        slug="ada",
        digest="",
        exercises=(ExerciseResult(id="e", checks=tuple(checks)),),
        delivery=Delivery(attempt=number, attempts=3),
    )


def the_best_of(results: list[SubmissionResult]) -> SubmissionResult:
    attempts, best = best_of([Graded(None, result) for result in results])
    return attempts[best].result


def test_the_best_is_kept_and_of_equal_ones_the_latest() -> None:
    assert the_best_of([attempt(1, 3.0), attempt(2, 5.0), attempt(3, 4.0)]).delivery.attempt == 2
    assert the_best_of([attempt(1, 5.0), attempt(2, 5.0), attempt(3, 4.0)]).delivery.attempt == 2


def test_an_error_of_ours_never_costs_the_better_attempt() -> None:
    kept = the_best_of([attempt(1, 5.0), attempt(2, 0.0, withheld=9.0), attempt(3, 4.0)])
    assert kept.delivery.attempt == 2
    assert kept.provisional
    assert the_best_of([attempt(1, 5.0), attempt(2, 0.0, withheld=4.0)]).delivery.attempt == 1
    assert the_best_of([attempt(1, 0.0, withheld=5.0), attempt(2, 5.0)]).delivery.attempt == 2


def test_it_is_said_which_one_it_is() -> None:
    kept = the_best_of([attempt(1, 3.0), attempt(2, 1.0)])
    assert kept.notes == ("All 2 attempts were graded; this is the best of them, attempt 1.",)
    assert the_best_of([attempt(1, 3.0)]).notes == ()
