"""JUnit XML by the rules of Jenkins's schema junit-10, which are written out here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.exports.junit import junit_xml

if TYPE_CHECKING:
    from grader.results import ClassResult, SubmissionResult

TIME = re.compile(r"[0-9]{1,3}(,?[0-9]{3})*\.[0-9]*|[0-9]+\.[0-9]*")
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "time", "classname"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error", "skipped"},
}


def valid(content: bytes) -> ET.Element:
    root = ET.fromstring(content)  # noqa: S314  (our own)
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.keys()) == ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        if "time" in element.keys():  # noqa: SIM118  (an element is no mapping)
            assert TIME.fullmatch(element.get("time", ""))
    for suite in root:
        cases = suite.findall("testcase")
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(count) == str(sum(case.find(tag) is not None for case in cases))
        assert suite.get("tests") == str(len(cases))
    for count in ("tests", "failures", "errors"):
        assert root.get(count) == str(sum(int(suite.get(count, "")) for suite in root))
    return root


def test_what_the_submission_did_is_a_failure_and_what_we_did_an_error(group: ClassResult) -> None:
    root = valid(junit_xml(group.submissions, group.course))
    second = root[1]
    kinds = [[(e.tag, e.get("type")) for e in case] for case in second.findall("testcase")]
    assert kinds == [
        [],
        [("failure", "failed")],
        [("failure", "crashed")],
        [("failure", "over_limit")],
        [("skipped", "skipped")],
        [("error", "grader_error")],
    ]
    assert second.get("name") == "Émile Borel: Learning data"


def test_the_points_and_the_mistake_are_there(graded: SubmissionResult) -> None:
    root = valid(junit_xml([graded]))
    failure = root.find(".//failure")
    assert failure is not None
    assert "(1.5 of 3 points)" in failure.get("message", "")
    assert "Half of it" in (failure.text or "")
    properties = {p.get("name"): p.get("value") for p in root.iter("property")}
    assert (properties["score"], properties["max_score"]) == ("3.5", "11")


def test_ids_tell_all_cases_of_a_class_apart(group: ClassResult) -> None:
    root = valid(junit_xml(group.submissions, group.course))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(cases)) == len(cases)


def test_any_text_is_well_formed(hostile: SubmissionResult) -> None:
    root = valid(junit_xml([hostile]))
    assert len(root.findall(".//testcase")) == 5


def test_a_class_of_nobody_is_well_formed() -> None:
    assert valid(junit_xml([])).get("tests") == "0"
