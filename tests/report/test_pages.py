"""Whole pages: well formed, complete, accessible, and as they were looked at."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.report import render_class, render_instructor, render_student
from grader.results import ClassResult, CourseInfo, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Callable

SLUGS = ["ada-lovelace", "emile-picard", "grace-hopper", "mohammed", "noa-levi", "sofia", "tim"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_students_page_has_nothing_to_stumble_over(
    sample: ClassResult, student: Callable[[str], SubmissionResult], reader: Any, slug: str
) -> None:
    assert reader(render_student(student(slug), sample.course)).problems == []


def test_the_classs_page_has_nothing_to_stumble_over(sample: ClassResult, reader: Any) -> None:
    assert reader(render_class(sample)).problems == []


def test_empty_results_have_pages(reader: Any) -> None:
    course = CourseInfo(title="A course", digest="", exercises=())
    nothing = SubmissionResult(student="", slug="x", digest="", exercises=())
    assert reader(render_student(nothing, course)).problems == []
    assert reader(render_class(ClassResult(course=course, submissions=()))).problems == []
    assert reader(render_class(ClassResult(course=course, submissions=(nothing,)))).problems == []


def test_the_policy_allows_just_the_pages_own_style_and_script(sample: ClassResult) -> None:
    for page in (render_student(sample.submissions[0], sample.course), render_class(sample)):
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
        assert policy is not None
        assert policy[1].startswith("default-src &#39;none&#39;; ")
        for tag in ("style", "script"):
            source = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
            assert len(source) == 1
            digest = base64.b64encode(hashlib.sha256(source[0].encode()).digest()).decode()
            assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]


def test_a_page_refers_to_nothing_outside(sample: ClassResult) -> None:
    for page in (render_student(sample.submissions[1], sample.course), render_class(sample)):
        assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)| on[a-z]+=| style=", page)


def test_seeds_are_the_instructors(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    submission = student("emile-picard")
    seed = str(submission.exercises[0].seed)
    assert seed not in render_student(submission, sample.course)
    assert seed in render_instructor(submission, sample.course)


def test_an_error_of_ours_makes_the_score_a_range_and_keeps_its_words_from_the_student(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    page = render_student(student("noa-levi"), sample.course)
    assert "35–38" in page
    assert "provisional" in page
    assert "3 points are kept open" in page
    assert "our error (points withheld)" in page
    assert "out of memory" not in page
    assert "out of memory" in render_instructor(student("noa-levi"), sample.course)
    report = render_class(sample)
    assert "out of memory" in report
    assert report.index('<h2 id="errors">') < report.index('<h2 id="topics">')


def test_a_refused_submission_gets_a_page_that_helps(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    page = render_student(student("tim"), sample.course)
    assert "its directory is cut off" in page
    assert "gradient/gradient_2.py" in page
    assert "<b>–</b> <span>no grade yet" in page


def test_a_crash_shows_where_and_is_told_once(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    page = render_student(student("grace-hopper"), sample.course)
    assert page.count("START = nunpy.array") == 1
    assert "gradient/gradient.py:4" in page
    assert "5 checks that ended in the same way" in page


def test_advice_begins_with_what_is_worth_most(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    page = render_student(student("emile-picard"), sample.course)
    first = page[page.index("Fix this next") :]
    assert first.index("exactly half") < first.index("coordinates from the same point")
    assert "3 points to win, and 6 points of checks that wait for it" in first


def test_a_full_page_is_small(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    submission = student("ada-lovelace")
    exercises = tuple(
        replace(e, checks=tuple(replace(c, id=f"{c.id}{k}") for k in (1, 2) for c in e.checks))
        for e in submission.exercises
    )
    double = replace(submission, exercises=exercises)
    page = render_student(double, sample.course)
    assert page.count("<figure>") == 12
    assert len(page.encode()) < 300_000


def test_a_large_class_has_a_usable_page(sample: ClassResult, reader: Any) -> None:
    many = tuple(
        replace(submission, slug=f"{submission.slug}-{turn}")
        for turn in range(38)
        for submission in sample.submissions
    )
    page = render_class(replace(sample, submissions=many))
    assert len(page.encode()) < 2_000_000
    assert reader(page).problems == []


def test_pages_are_as_they_were_looked_at(
    sample: ClassResult,
    student: Callable[[str], SubmissionResult],
    golden: Callable[[str, str], None],
) -> None:
    golden("student.html", render_student(student("emile-picard"), sample.course))
    golden("refused.html", render_student(student("tim"), sample.course))
    golden("class.html", render_class(sample))
