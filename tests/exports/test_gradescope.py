"""``results.json`` as Gradescope's specification has it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, Literal

import msgspec
import pytest

from grader.exports.formats import HIDDEN
from grader.exports.gradescope import gradescope_results, smallest_results
from grader.results import CheckResult, CourseInfo, Outcome, SubmissionResult, Visibility

Format = Literal["text", "html", "simple_format", "md", "ansi"]
Shown = Literal["hidden", "after_due_date", "after_published", "visible"]
ELEMENTS = {"p", "strong", "em", "code", "pre", "ul", "li"}


class Test(msgspec.Struct, forbid_unknown_fields=True):
    """A test as the specification has it; nothing of it is called a test by pytest."""

    __test__ = False
    name: str
    output: str
    number: str
    tags: list[str]
    score: float | None = None
    max_score: float | None = None
    status: Literal["passed", "failed"] | None = None
    name_format: Format = "text"
    output_format: Format = "text"
    visibility: Shown = "visible"
    extra_data: dict[str, Any] = {}


class Results(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    output: str
    tests: list[Test] = []
    score: float | None = None
    execution_time: float = 0
    output_format: Format = "simple_format"
    test_output_format: Format = "text"
    test_name_format: Format = "text"
    visibility: Shown = "visible"
    stdout_visibility: Shown = "hidden"
    extra_data: dict[str, Any] = {}


class Elements(HTMLParser):
    """Follows what is open, and finds what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        assert tag in ELEMENTS
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:  # noqa: D102
        self.text.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: D102
        raise AssertionError(data)


def text_of(html: str) -> str:
    elements = Elements()
    elements.feed(html)
    elements.close()
    assert not elements.open
    return "".join(elements.text)


def read(content: bytes) -> Results:
    found = msgspec.json.decode(content, type=Results)
    assert found.score is not None or any(test.score is not None for test in found.tests)
    return found


def test_each_check_is_a_test_with_its_points(graded: SubmissionResult, course: CourseInfo) -> None:
    found = read(gradescope_results(graded, course))
    assert [(t.score, t.max_score, t.status) for t in found.tests] == [
        (2, 2, "passed"),
        (1.5, 3, "failed"),
        (0, 2, "failed"),
        (0, 2, "failed"),
        (0, 2, "failed"),
    ]
    assert sum(test.score or 0 for test in found.tests) == graded.score
    assert found.score is None
    assert found.tests[1].number == "2.2"
    assert found.tests[1].name == (
        "Learning data: `gradients` are the derivatives of the squared error."
    )
    assert found.tests[3].tags == ["data", "over_limit", "hidden"]
    assert found.execution_time == 1.25


def test_a_student_reads_the_mistake_the_lines_and_what_the_figures_show(
    graded: SubmissionResult,
) -> None:
    said = text_of(read(gradescope_results(graded)).tests[1].output)
    for words in (
        "grad_w1",
        "Half of it: e² has 2e. (lecture, eq. 24)",
        "[0.5, 1.0]",
        "net/learn.py, line 7, in gradients: return g",
        "Look at the factor.",
        "Loss: It stays where it was.",
        "line  value",
        "hello\nworld",
    ):
        assert words in said


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_checks_are_shown_when_the_instructor_says(
    graded: SubmissionResult, hidden: Shown
) -> None:
    found = read(gradescope_results(graded, hidden=hidden))
    for test, check in zip(found.tests, graded.exercises[0].checks, strict=True):
        public = check.visibility is Visibility.PUBLIC
        assert test.visibility == ("visible" if public else hidden)


def test_what_everybody_sees_at_once_says_nothing_of_hidden_checks(
    graded: SubmissionResult,
) -> None:
    exercise = graded.exercises[0]

    def with_hidden(outcome: Outcome) -> Results:
        checks: list[CheckResult] = [
            replace(c, outcome=outcome, points=2 if outcome is Outcome.PASSED else 0)
            if c.visibility is Visibility.HIDDEN
            else c
            for c in exercise.checks
        ]
        changed = replace(graded, exercises=(replace(exercise, checks=tuple(checks)),))
        return read(gradescope_results(changed))

    one, two = with_hidden(Outcome.PASSED), with_hidden(Outcome.FAILED)
    assert (one.output, one.extra_data, one.score) == (two.output, two.extra_data, two.score)
    assert [t for t in one.tests if t.visibility == "visible"] == [
        t for t in two.tests if t.visibility == "visible"
    ]


def test_an_error_of_ours_has_no_score_and_takes_none(provisional: SubmissionResult) -> None:
    found = read(gradescope_results(provisional))
    ours = found.tests[-1]
    assert (ours.score, ours.max_score, ours.status) == (None, None, None)
    assert "neither given nor taken" in text_of(ours.output)
    assert "provisional" in text_of(found.output)
    assert "4 points" in text_of(found.output)
    assert found.extra_data["withheld"] == 4
    assert "About ours" not in str(found)


def test_where_all_is_ours_there_is_still_a_score_for_gradescope(
    provisional: SubmissionResult,
) -> None:
    exercise = provisional.exercises[0]
    checks = tuple(replace(c, outcome=Outcome.GRADER_ERROR, points=0) for c in exercise.checks)
    found = read(
        gradescope_results(replace(provisional, exercises=(replace(exercise, checks=checks),)))
    )
    assert found.score == 0
    assert "No points are lost" in text_of(found.output)


def test_what_could_not_be_opened_says_why(refused: SubmissionResult) -> None:
    found = read(gradescope_results(refused))
    assert "The archive is broken." in text_of(found.output)
    assert all(test.score == 0 for test in found.tests)


def test_hostile_texts_stay_texts(hostile: SubmissionResult) -> None:
    content = gradescope_results(hostile)
    assert len(content) <= 1 << 20
    found = read(content)
    text_of(found.output)
    for test in found.tests:
        text_of(test.output)
        assert len(test.output) <= 16_384
        assert "\n" not in test.name


@pytest.mark.parametrize("size", [200_000, 20_000, 4_000])
def test_it_is_as_small_as_it_has_to_be_and_keeps_the_points(
    graded: SubmissionResult, size: int
) -> None:
    exercise = graded.exercises[0]
    checks = tuple(
        replace(exercise.checks[1], id=f"data.learn.n{n}", printed="x" * 9_000) for n in range(10)
    )
    found = gradescope_results(
        replace(graded, exercises=(replace(exercise, checks=checks),)), size=size
    )
    assert len(found) <= max(size, 6_000)
    assert [test.score for test in read(found).tests] == [1.5] * 10


def test_the_smallest_is_a_score_and_a_sentence() -> None:
    found = read(smallest_results(12.5, "The disk was full.\n" * 100))
    assert found.score == 12.5
    assert len(found.output) < 700
