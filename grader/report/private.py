"""What a student is not shown: seeds, words of our own errors, and whatever shows secret inputs."""

from __future__ import annotations

__all__ = ["for_student"]

from dataclasses import replace

from grader.results import CheckResult, Evidence, Outcome, Person, SubmissionResult

KEPT_BACK = (
    "This did not end as it should, on inputs that are kept for the next ones: what was said of it"
    " stays with the instructor. The checks above ask for the same on inputs that may be shown."
)


def for_student(result: SubmissionResult) -> SubmissionResult:
    """Return the result without what is the instructor's alone.

    Parameters
    ----------
    result : SubmissionResult
        As it was graded, or as this function returned it before.
    """
    exercises = tuple(
        replace(exercise, seed=0, checks=tuple(map(_check, exercise.checks)))
        for exercise in result.exercises
    )
    people = tuple(Person(name=person.name) for person in result.delivery.people)
    delivery = replace(result.delivery, people=people)
    return replace(result, exercises=exercises, delivery=delivery)


def _check(check: CheckResult) -> CheckResult:
    check = replace(check, for_instructor=Evidence())
    if check.outcome is Outcome.GRADER_ERROR:
        return replace(check, message="", expected="", got="", traceback=())
    if not check.confidential:
        return check
    check = replace(check, printed="")
    # Where the judge has compared, the words are the judge's; elsewhere they may be the runner's.
    ours = check.expected or check.points or check.outcome is not Outcome.FAILED
    if ours and check.outcome is not Outcome.CRASHED:
        return check
    return replace(check, message=KEPT_BACK, hint="", traceback=())
