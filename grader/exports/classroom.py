"""Encode a result for GitHub Classroom's reporter: JSON in base64.

The reporter prints names and messages into the log of a job. A log line that begins with two
colons is a command to the machine that runs the job; the functions here disarm such texts.
"""

from __future__ import annotations

__all__ = ["classroom_json", "classroom_output"]

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from grader.exports.feedback import feedback_text
from grader.exports.safe_cells import decimals, number
from grader.report.changes_view import change_lines
from grader.report.text import line
from grader.results import Outcome, State, reckon

if TYPE_CHECKING:
    from grader.results import CheckResult, Reckoning, SubmissionResult

VERSION = 1
# The reporter gets it in an environment variable; Linux limits one to 128 KiB.
SIZE = 90_000
MESSAGE = 600
NAME = 150
STATUS = {
    Outcome.PASSED: "pass",
    Outcome.UNREADABLE: "error",
    Outcome.GRADER_ERROR: "error",
}


# States in which no points are reported.
_OPEN = (State.PROVISIONAL, State.UNREADABLE)


def classroom_json(result: SubmissionResult, size: int = SIZE) -> bytes:
    """Return a submission's result as JSON for the reporter.

    If a grader error keeps points open, or the submission cannot be graded, `max_score` is 0: the
    reporter then reports no points, and the points it reported before stay until the next run of
    the job.

    Parameters
    ----------
    result : SubmissionResult
        The result of one submission.
    size : int
        The maximum size in bytes; messages are shortened to fit.
    """
    limit = MESSAGE
    while True:
        content = msgspec.json.encode(_document(result, limit))
        if len(content) <= size or not limit:
            return content
        limit = limit // 2 if limit > 40 else 0


def classroom_output(result: SubmissionResult) -> bytes:
    """Return `classroom_json` in base64 on one line: the step's output `result`."""
    return base64.b64encode(classroom_json(result)) + b"\n"


def _document(result: SubmissionResult, limit: int) -> dict[str, Any]:
    tests = [_test(check, limit) for exercise in result.exercises for check in exercise.checks]
    found = {test["status"] for test in tests}
    reckoned = reckon(result)
    if reckoned.is_changed:
        tests.append(_changes(result, reckoned))
    document: dict[str, Any] = {
        "version": VERSION,
        "status": "error" if "error" in found else "fail" if "fail" in found else "pass",
        "max_score": 0 if result.state in _OPEN else decimals(reckoned.most),
        "tests": tests,
    }
    if result.refused:
        document["message"] = _harmless(result.refused, MESSAGE)
    elif result.provisional:
        document["message"] = (
            "An error of the grader (not your fault) keeps points open: run the job again."
        )
    return document


def _changes(result: SubmissionResult, reckoned: Reckoning) -> dict[str, Any]:
    """Return manual changes and lateness as an extra test, since the reporter sums up the tests."""
    return {
        "name": "What was changed by hand, and lateness",
        "status": "pass",
        "message": _harmless(" ".join(change_lines(result)), MESSAGE),
        "test_code": "",
        "task_id": 0,
        "filename": "",
        "line_no": 0,
        "duration": 0,
        "score": decimals(reckoned.total - reckoned.raw),
    }


def _test(check: CheckResult, limit: int) -> dict[str, Any]:
    first = check.traceback[0] if check.traceback else None
    return {
        "name": _harmless(check.claim, NAME),
        "status": STATUS.get(check.outcome, "fail"),
        "message": _harmless(feedback_text(check), limit) if limit else "",
        "test_code": "",
        "task_id": 0,
        "filename": _harmless(first.file if first else check.file, NAME),
        "line_no": first.line if first else 0,
        "duration": round(check.wall_seconds * 1000),
        "score": number(check.points),
    }


def _harmless(text: str, limit: int) -> str:
    """Return a text as one line that contains no command to a job's machine."""
    shown = line(text, limit)
    while "::" in shown:
        shown = shown.replace("::", ": :")
    return shown.replace("##[", "# #[").replace("##vso", "# #vso")
