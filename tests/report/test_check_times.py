"""Which checks take most of a class's time: ranked, in the class's own file, and on its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.keeping import link_again
from grader.report import render_class, write_class
from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    SubmissionResult,
    class_json,
    from_json,
)
from grader.statistics import check_times

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("a", "b", "c")
COURSE = CourseInfo(
    title="A course", digest="d",
    exercises=(
        ExerciseInfo(
            id="one", number="1", title="One", files=("f.py",), max_points=6,
            checks=tuple(CheckInfo(id=f"one.f.{k}", claim=k, max_points=2) for k in NAMES),
        ),
    ),
)  # fmt: skip


def checked(name: str, outcome: Outcome, seconds: float = 0.0) -> CheckResult:
    return CheckResult(
        id=f"one.f.{name}", file="f.py", claim=name, outcome=outcome, points=0, max_points=2,
        skipped_for="one.f.a" if outcome is Outcome.SKIPPED else "", wall_seconds=seconds,
    )  # fmt: skip


def timed(seconds: dict[str, float], slug: str) -> SubmissionResult:
    """Return a submission whose checks of exercise one took so long; others did not run."""
    checks = [checked(name, Outcome.PASSED, took) for name, took in seconds.items()]
    checks += [checked(name, Outcome.SKIPPED) for name in NAMES if name not in seconds]
    exercise = ExerciseResult(id="one", checks=tuple(checks))
    return SubmissionResult(student=slug, slug=slug, digest=slug, exercises=(exercise,))


def test_checks_are_ranked_by_what_they_take_of_the_class() -> None:
    """One slow submission of one check counts less than a check that is slow for everybody."""
    group = [timed({"a": 0.2, "b": 1.0, "c": 0.004}, f"s{n}") for n in range(4)]
    group.append(timed({"a": 2.0, "b": 1.0}, "slow"))
    found = check_times(ClassResult(course=COURSE, submissions=tuple(group)))
    assert [(one.check, one.n) for one in found] == [("one.f.b", 5), ("one.f.a", 5)]
    first, second = found
    assert (first.median, first.longest, first.total) == (1.0, 1.0, 5.0)
    assert (second.median, second.longest, second.longest_of.slug) == (0.2, 2.0, "slow")
    assert second.share == pytest.approx(2.8 / 7.816)


def test_the_classs_page_ranks_slow_checks_from_the_classs_own_file() -> None:
    group = [timed({"a": 0.204, "b": 0.01}, f"s{n}") for n in range(3)]
    whole = ClassResult(course=COURSE, submissions=tuple(group))
    read = from_json(class_json(whole), ClassResult)
    [found] = check_times(read)
    assert (found.check, found.median) == ("one.f.a", 0.2)
    page = render_class(read)
    assert "Which checks take longest" in page
    assert 'href="instructor/s0.html#' in page
    quick = replace(whole, submissions=(timed({"a": 0.09}, "s0"),))
    assert "Which checks take longest" not in render_class(quick)


def test_the_classs_page_leads_to_similar_submissions_once_they_were_looked_for(
    tmp_path: Path,
) -> None:
    write_class(ClassResult(course=COURSE, submissions=(timed({"a": 0.2}, "s0"),)), tmp_path)
    page = tmp_path / "index.html"
    link = 'href="instructor/similar.html"'
    assert link_again(tmp_path)
    assert link not in page.read_text()
    (tmp_path / "instructor" / "similar.html").write_text("pairs")
    assert link_again(tmp_path)
    assert link in page.read_text()
    assert not link_again(tmp_path / "nothing")
