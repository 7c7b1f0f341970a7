"""What the instructor has to know of how a grade came about: a sentence each, mostly none."""

from __future__ import annotations

__all__ = ["told_of"]

from typing import TYPE_CHECKING

from grader.results.final import reckon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.results.verdicts import SubmissionResult


def told_of(result: SubmissionResult) -> Iterator[str]:
    """Yield what a person has to look at before the grade of a submission is passed on.

    Parameters
    ----------
    result : SubmissionResult
        With what was changed by hand, and the course's rules.
    """
    found = reckon(result)
    name = result.student
    if found.unknown_late:
        late = " (the platform says that it is late)" if result.delivery.late else ""
        yield (
            f"{name}: whether it was handed in late, and by how much, cannot be told{late}; "
            "nothing was taken off. `grader adjust` takes the time by --handed-in."
        )
    for one in result.adjustments:
        about = one.check or one.exercise or "the whole"
        if one.stale and one.question:
            yield f"{name}: the answer graded by hand (number {one.number}) is another now."
        elif one.stale:
            yield (
                f"{name}: {about} was changed in the course after somebody changed its points by "
                f"hand (number {one.number}: {one.reason}). It still counts: look again, then "
                "--confirm or --revoke it."
            )
        if not one.counts:
            yield (
                f"{name}: a change by hand (number {one.number}: {one.reason}) is of some of the "
                "group alone, and does not count."
            )
    if found.waiting:
        answers = "1 answer waits" if found.waiting == 1 else f"{found.waiting} answers wait"
        yield f"{name}: {answers} for a person: `grader grade-by-hand`."
