"""Write a submission's result as the ``results.json`` of a Gradescope autograder.

Public checks are always shown. Hidden checks are shown when the instructor says. While any check
is hidden, Gradescope shows no total, so nothing that is always shown may reveal it.
"""

from __future__ import annotations

__all__ = ["gradescope_results", "smallest_results"]

from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from grader.exports.feedback import feedback_html
from grader.exports.safe_cells import decimals, number
from grader.report.changes_view import change_lines
from grader.report.text import clean, line, plural, rich
from grader.results import Outcome, State, Visibility, reckon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.results import CheckResult, CourseInfo, ExerciseResult, SubmissionResult

SIZE = 1 << 20
FEEDBACK = 16_384
TITLE = 250


def gradescope_results(
    result: SubmissionResult,
    course: CourseInfo | None = None,
    *,
    hidden: str = "after_published",
    size: int = SIZE,
    blank: bool = False,
) -> bytes:
    """Return the ``results.json`` of a submission.

    A check without a verdict, because of a grader error or an unreadable submission, gets neither a
    score nor a status: it costs nothing, and the notice above the checks says what to do.

    Parameters
    ----------
    result : SubmissionResult
        The result of one submission.
    course : CourseInfo, optional
        The course, for the numbers and titles of exercises.
    hidden : str
        When hidden checks are shown: one of `grader.exports.formats.HIDDEN`.
    size : int
        The maximum size in bytes; the checks' feedback is shortened to fit.
    blank : bool
        Whether to leave the score out if the submission cannot be graded. Gradescope itself
        rejects such a file.

    Returns
    -------
    bytes
        JSON (UTF-8).
    """
    limit = FEEDBACK
    while True:
        document = _document(result, course, hidden, limit)
        if blank and result.state is State.UNREADABLE:
            document.pop("score", None)
        content = msgspec.json.encode(document)
        if len(content) <= size or not limit:
            return content
        limit = limit // 2 if limit > 256 else 0


def smallest_results(score: float, notice: str) -> bytes:
    """Return the shortest ``results.json`` that Gradescope accepts: a score and a sentence.

    Parameters
    ----------
    score : float
        Points earned.
    notice : str
        The sentence for the student.
    """
    return msgspec.json.encode({"score": number(score), "output": line(notice, 600)})


def _document(
    result: SubmissionResult, course: CourseInfo | None, hidden: str, limit: int
) -> dict[str, Any]:
    tests = list(_tests(result, course, hidden, limit))
    document: dict[str, Any] = {
        "output": _overview(result),
        "output_format": "html",
        "test_output_format": "html",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "execution_time": round(sum(e.usage.wall_seconds for e in result.exercises), 2),
        "extra_data": {
            "provisional": result.provisional,
            "state": result.state.value,
            "withheld": number(result.withheld),
            "isolation": result.isolation,
            "grader_version": result.grader_version,
            "course_digest": result.course_digest,
            "submission_digest": result.digest,
        },
        "tests": tests,
    }
    found = reckon(result)
    if found.is_changed and not found.excused:
        document["score"] = decimals(found.total)  # overrides the sum of the tests
    elif not any("score" in test for test in tests):
        # Gradescope requires a score, here or in a test.
        document["score"] = 0
    return document


def _tests(
    result: SubmissionResult, course: CourseInfo | None, hidden: str, limit: int
) -> Iterator[dict[str, Any]]:
    known = {exercise.id: exercise for exercise in course.exercises} if course else {}
    for place, exercise in enumerate(result.exercises, 1):
        info = known.get(exercise.id)
        title = info.title if info else line(exercise.id.replace("_", " "))
        label = info.number if info else str(place)
        for count, check in enumerate(exercise.checks, 1):
            test = _test(check, hidden, limit)
            test["name"] = line(f"{title}: {check.claim}", TITLE)
            test["number"] = f"{label}.{count}"
            test["tags"] = [exercise.id, check.outcome.value, check.visibility.value]
            yield test


def _test(check: CheckResult, hidden: str, limit: int) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name_format": "text",
        "output": feedback_html(check, limit),
        "output_format": "html",
        "visibility": "visible" if check.visibility is Visibility.PUBLIC else hidden,
        "extra_data": {"id": check.id},
    }
    if check.outcome not in (Outcome.GRADER_ERROR, Outcome.UNREADABLE):
        test["score"] = number(check.points)
        test["max_score"] = number(check.max_points)
        test["status"] = "passed" if check.outcome is Outcome.PASSED else "failed"
    return test


def _overview(result: SubmissionResult) -> str:
    """Return the notice above the checks, which everybody sees at once."""
    paragraphs = []
    if result.provisional:
        sentence = (
            "This grade is provisional: an error of the grader (not your fault) keeps "
            f"{plural(result.withheld, 'point')} open. No points are lost. "
            "The instructor can grade it again (Rerun Autograder)."
        )
        paragraphs.append(Markup("<p><strong>{}</strong></p>").format(sentence))
    if result.refused:
        refused = rich(clean(f"This has no grade yet. {result.refused}"))
        paragraphs.append(Markup("<p><strong>{}</strong></p>").format(refused))
    elif result.unread:
        unread = rich(clean(f"A part of this has no grade yet. {' '.join(result.unread)}"))
        paragraphs.append(Markup("<p><strong>{}</strong></p>").format(unread))
    if reckon(result).excused:
        sentence = (
            "You are excused from this assignment. Gradescope cannot say so: the score that it "
            "shows here is not your grade."
        )
        paragraphs.append(Markup("<p><strong>{}</strong></p>").format(sentence))
    if changes := change_lines(result):
        items = [Markup("<li>{}</li>").format(rich(one)) for one in changes]
        paragraphs.append(Markup("<ul>{}</ul>").format(Markup("").join(items)))
    notes = [*result.notes, *(note for e in result.exercises for note in _notes(e))]
    if notes:
        items = [Markup("<li>{}</li>").format(rich(clean(note))) for note in notes[:50]]
        paragraphs.append(Markup("<ul>{}</ul>").format(Markup("").join(items)))
    if result.isolation:
        sentence = f"Graded by version {result.grader_version}, isolation: {result.isolation}."
        paragraphs.append(Markup("<p>{}</p>").format(sentence))
    return str(Markup("\n").join(paragraphs))


def _notes(exercise: ExerciseResult) -> tuple[str, ...]:
    return tuple(f"{line(exercise.id.replace('_', ' '))}: {note}" for note in exercise.notes)
