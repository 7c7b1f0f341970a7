"""Write results as JUnit XML, valid for Jenkins's schema (junit-10) and read by build servers.

A fault of the submission is a failure. A grader error is an error, and so is a submission that
cannot be graded: it has no points.
"""

from __future__ import annotations

__all__ = ["junit_xml"]

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.exports.feedback import OUR_ERROR, feedback_text
from grader.exports.safe_cells import decimals, number
from grader.report.text import clean, line, out_of
from grader.results import Outcome, reckon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results import CheckResult, CourseInfo, ExerciseResult, SubmissionResult

ELEMENT = {
    Outcome.SKIPPED: "skipped",
    Outcome.UNREADABLE: "error",
    Outcome.GRADER_ERROR: "error",
}
# Characters that XML 1.0 cannot represent.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(submissions: Sequence[SubmissionResult], course: CourseInfo | None = None) -> bytes:
    """Return the checks of one submission, or of a class, as JUnit test cases.

    Each exercise of each submission is a test suite.

    Parameters
    ----------
    submissions : sequence of SubmissionResult
        The results of one submission, or of a class.
    course : CourseInfo, optional
        The course, for its titles.

    Returns
    -------
    bytes
        XML (UTF-8), elements ``testsuites/testsuite/testcase``.
    """
    titles = {exercise.id: exercise.title for exercise in course.exercises} if course else {}
    suites = [
        _suite(result, exercise, titles.get(exercise.id, exercise.id))
        for result in submissions
        for exercise in result.exercises
    ]
    root = ET.Element("testsuites", {"name": _xml(course.title if course else "grader")})
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _suite(result: SubmissionResult, exercise: ExerciseResult, title: str) -> ET.Element:
    outcomes = [check.outcome for check in exercise.checks]
    failed = [o for o in outcomes if o is not Outcome.PASSED and o not in ELEMENT]
    suite = ET.Element(
        "testsuite",
        {
            "name": _xml(f"{result.student}: {title}" if result.student else title),
            "tests": str(len(outcomes)),
            "failures": str(len(failed)),
            "errors": str(sum(ELEMENT.get(outcome) == "error" for outcome in outcomes)),
            "skipped": str(outcomes.count(Outcome.SKIPPED)),
            "time": f"{sum(check.wall_seconds for check in exercise.checks):.3f}",
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(result, exercise):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for check in exercise.checks:
        suite.append(_case(check, f"{result.slug or 'submission'}.{exercise.id}"))
    return suite


def _properties(result: SubmissionResult, exercise: ExerciseResult) -> list[tuple[str, str]]:
    unread = any(check.outcome is Outcome.UNREADABLE for check in exercise.checks)
    found = [] if unread else [("score", str(number(exercise.score)))]
    reckoned = reckon(result)
    if reckoned.is_changed:
        found += [
            ("final_score_of_submission", str(decimals(reckoned.total))),
            ("final_max_score_of_submission", str(decimals(reckoned.most))),
        ]
    found += [
        ("max_score", str(number(exercise.max_score))),
        ("withheld", str(number(exercise.withheld))),
    ]
    if result.digest:
        found.append(("digest", _xml(result.digest)))
    return found


def _case(check: CheckResult, classname: str) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "name": _xml(f"{check.id}: {check.claim}"),
            "classname": _xml(classname),
            "time": f"{check.wall_seconds:.3f}",
        },
    )
    if check.outcome is Outcome.PASSED:
        return case
    text = feedback_text(check)
    message = check.message or (OUR_ERROR if check.outcome is Outcome.GRADER_ERROR else text)
    points = f"{number(check.points)} {out_of(check.max_points)}"
    if check.outcome is Outcome.UNREADABLE:
        points = "no grade"
    element = ET.SubElement(
        case,
        ELEMENT.get(check.outcome, "failure"),
        {"type": check.outcome.value, "message": _xml(f"{line(message, 300)} ({points})")},
    )
    element.text = _xml(clean(text, 4_200))
    return case


def _xml(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", clean(text, 4_400))
