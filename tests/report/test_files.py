"""Reports on disk."""

from __future__ import annotations

import errno
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.report import read_whole_class, render_class, write_reports, write_student
from grader.results import ClassResult, SubmissionResult, from_json, shortened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_every_link_leads_to_a_file(sample: ClassResult, reader: Any, tmp_path: Path) -> None:
    index = write_reports(sample, tmp_path)
    links = [x for x in reader(index.read_text(encoding="utf-8")).links if not x.startswith("#")]
    assert len({link.partition("#")[0] for link in links}) == 2 * len(sample.submissions)
    assert not list(tmp_path.rglob(".*"))
    pages = [index, *(tmp_path / "instructor").glob("*.html")]
    pages += [tmp_path / one.slug / "index.html" for one in sample.submissions]
    ids = {
        page.resolve(): set(re.findall(r' id="([^"]+)"', page.read_text(encoding="utf-8")))
        for page in pages
    }
    places = 0
    for page in pages:
        for link in reader(page.read_text(encoding="utf-8")).links:
            file, _, place = link.partition("#")
            target = (page.parent / file).resolve() if file else page.resolve()
            assert target in ids, link
            assert not place or place in ids[target], link
            places += bool(file and place)
    assert places > 20


def test_results_can_be_read_back(sample: ClassResult, tmp_path: Path) -> None:
    write_reports(sample, tmp_path)
    short = from_json((tmp_path / "results.json").read_bytes(), ClassResult)
    assert short == shortened(sample)
    assert read_whole_class(short, tmp_path) == sample


def test_the_class_page_says_what_its_file_holds(sample: ClassResult, tmp_path: Path) -> None:
    page = write_reports(sample, tmp_path).read_text(encoding="utf-8")
    short = from_json((tmp_path / "results.json").read_bytes(), ClassResult)
    assert render_class(short) == page


def test_a_file_of_another_grading_is_not_mixed_in(
    sample: ClassResult, student: Callable[[str], SubmissionResult], tmp_path: Path
) -> None:
    write_reports(sample, tmp_path)
    short = from_json((tmp_path / "results.json").read_bytes(), ClassResult)
    again = replace(student("noa-levi"), graded_at="2026-01-31T09:30:00Z")
    write_student(again, sample.course, tmp_path)
    with pytest.raises(ValueError, match=r"noa-levi\.json is of another grading"):
        read_whole_class(short, tmp_path)
    (tmp_path / "instructor" / "noa-levi.json").unlink()
    with pytest.raises(ValueError, match=r"noa-levi\.json cannot be read"):
        read_whole_class(short, tmp_path)


def test_a_students_folder_holds_nothing_of_the_instructors(
    sample: ClassResult, student: Callable[[str], SubmissionResult], tmp_path: Path
) -> None:
    submission = student("noa-levi")
    page = write_student(submission, sample.course, tmp_path)
    data = (page.parent / "result.json").read_bytes()
    assert str(submission.exercises[0].seed).encode() not in data
    assert b"out of memory" not in data
    assert from_json(data, SubmissionResult).score == submission.score


def test_a_page_that_fails_leaves_the_old_one(
    sample: ClassResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write_student(sample.submissions[0], sample.course, tmp_path)
    before = page.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="no room"):
        write_student(sample.submissions[1], sample.course, tmp_path)
    assert page.read_bytes() == before
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize(
    "slug", ["instructor", "Instructor", "..", "a/b", "", "/etc", "a\x00b", "x" * 300, "é"]
)
def test_a_slug_that_is_no_folder_is_refused(
    sample: ClassResult, tmp_path: Path, slug: str
) -> None:
    with pytest.raises(ValueError, match="cannot name a folder"):
        write_student(replace(sample.submissions[0], slug=slug), sample.course, tmp_path)
    assert not list(tmp_path.iterdir())
