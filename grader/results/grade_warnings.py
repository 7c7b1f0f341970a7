"""Sentences for the instructor about grades that need attention; usually none."""

from __future__ import annotations

__all__ = ["class_warnings", "grade_warnings"]

from typing import TYPE_CHECKING

from grader.results.final import reckon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.results.verdicts import SubmissionResult

LISTED = 8


def grade_warnings(result: SubmissionResult) -> Iterator[str]:
    """Yield sentences about things to look at before a submission's grade is exported.

    Parameters
    ----------
    result : SubmissionResult
        The result, with its changes by hand and the course's rules.
    """
    yield from class_warnings([result])


def class_warnings(results: Sequence[SubmissionResult]) -> Iterator[str]:
    """Yield the same for many submissions; those with equal sentences are grouped.

    Parameters
    ----------
    results : sequence of SubmissionResult
        The results, with their changes by hand and the course's rules.
    """
    found = [(one, reckon(one)) for one in results if one.adjustments or one.policy.rules]
    if unknown := [one.student for one, sums in found if sums.unknown_late]:
        yield (
            f"Whether it was handed in late, and by how much, cannot be told for "
            f"{_names(unknown)}; no points were subtracted. `grader adjust PERSON --handed-in` "
            "takes the time."
        )
    if waiting := [one.student for one, sums in found if sums.waiting]:
        yield f"Answers wait for a person, of {_names(waiting)}: `grader grade-by-hand`."
    for one, _ in found:
        yield from _changes(one)


def _changes(result: SubmissionResult) -> Iterator[str]:
    for one in result.adjustments:
        what = f"{result.student}: number {one.number} ({one.reason})"
        if one.stale and one.question:
            yield f"{what} graded an answer that is another now: `grader grade-by-hand` has it."
        elif one.stale and (about := one.check or one.exercise):
            yield (
                f"{what} was made by hand before {about} was handed in or changed in the course. "
                "It still counts: look again, then `grader adjust` it by --confirm or --revoke."
            )
        elif one.stale:
            yield (
                f"{what} was made by hand before the work that counts now was handed in and "
                "graded. It still counts: look again, then `grader adjust` it by --confirm or "
                "--revoke."
            )
        if not one.counts:
            yield f"{what} is of a part of the group alone, and does not count."


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"{', '.join(names[:LISTED])}{more}"
