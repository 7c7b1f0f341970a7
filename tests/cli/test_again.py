"""Grading again into a folder of reports: who is added, replaced, kept; what is never touched."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.cli.main import main
from grader.keeping import GradingKind, opened
from grader.keeping.merging import matched, still_missing
from grader.results import ClassResult, Delivery, Person, SubmissionResult, from_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Grade = Callable[..., tuple[int, str]]

RIGHT = "def double(x):\n    return x + x\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def grade(course: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> Grade:
    """Return what grades paths into `out` and gives the exit code and what was said."""

    def run(*arguments: object, course: Path = course) -> tuple[int, str]:
        words = ["grade", *map(str, arguments), "--out", str(out), "--course", str(course)]
        code = main([*words, "--workers", "1"])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


@pytest.fixture(autouse=True)
def _each_grading_has_its_own_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass: two gradings of nothing within a second could not be told apart."""
    times = (f"2026-01-31T09:{n // 60:02}:{n % 60:02}Z" for n in itertools.count())
    monkeypatch.setattr("grader.executors.tasks.now", lambda: next(times))


def hand_in(folder: Path, name: str, text: str = RIGHT) -> Path:
    path = folder / name / "work" / "double.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def read(out: Path) -> ClassResult:
    return from_json((out / "results.json").read_bytes(), ClassResult)


def scores(out: Path) -> dict[str, float]:
    return {one.student: one.score for one in read(out).submissions}


def test_a_late_comer_joins_the_class(
    handed_in: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    grade(handed_in)
    page = (out / "ada" / "index.html").read_bytes()
    code, said = grade(hand_in(tmp_path / "late", "eva"))
    assert code == 0
    assert scores(out) == {"ada": 3, "bo": 0, "cy": 0, "di": 0, "eva": 3}
    assert "1 new: eva" in said
    assert "4 kept from an earlier grading" in said
    assert "ada, bo, cy, di" in said
    assert (out / "ada" / "index.html").read_bytes() == page
    index = (out / "index.html").read_text()
    for name in ("ada", "bo", "cy", "di", "eva"):
        assert f'href="{name}/index.html"' in index


def test_who_is_named_again_is_replaced_in_place(
    handed_in: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    grade(handed_in)
    _, said = grade(hand_in(tmp_path / "late", "bo"))
    assert list(scores(out)) == ["ada", "bo", "cy", "di"]
    assert scores(out)["bo"] == 3
    assert "1 graded again, in place of the earlier result: bo (0 → 3)" in said
    assert json.loads((out / "bo" / "result.json").read_bytes())["exercises"]
    assert not (out / "bo-2").exists()


def test_the_same_class_again_says_so_and_changes_nothing(
    handed_in: Path, out: Path, grade: Grade
) -> None:
    grade(handed_in)
    before = scores(out)
    _, said = grade(handed_in)
    assert scores(out) == before
    assert "4 graded again" in said
    assert "kept" not in said


def test_a_first_grading_has_nothing_to_say_of_earlier_ones(handed_in: Path, grade: Grade) -> None:
    assert not re.search("kept|new:|again", grade(handed_in)[1])


def test_replace_leaves_only_what_is_graded_now(
    handed_in: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    grade(handed_in)
    (out / "cy" / "remarks.txt").write_text("mine")
    (out / "plans").mkdir()
    _, said = grade(hand_in(tmp_path / "late", "bo"), "--replace")
    assert list(scores(out)) == ["bo"]
    assert "3 taken away: ada, cy, di" in said
    assert "1 not removed, since other files are in the folder: cy" in said
    assert not (out / "ada").exists()
    assert not (out / "instructor" / "ada.html").exists()
    assert [path.name for path in (out / "cy").iterdir()] == ["remarks.txt"]
    assert (out / "plans").is_dir()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("A course of one function", "Another course", "another course"),
        ('id = "double"', 'id = "twice"', "other"),
    ],
)
def test_another_course_is_refused_and_nothing_is_lost(
    course: Path, handed_in: Path, out: Path, grade: Grade, old: str, new: str, words: str
) -> None:
    grade(handed_in)
    before = (out / "results.json").read_bytes()
    manifest = course / "assignments" / "course.toml"
    manifest.write_text(manifest.read_text().replace(old, new))
    (course / "solutions" / "checks" / "double").rename(
        course / "solutions" / "checks" / ("twice" if "twice" in new else "double")
    )
    code, said = grade(handed_in / "ada")
    assert code == 2
    assert words in said
    assert "--replace" in said
    assert len(said.splitlines()) == 1
    assert (out / "results.json").read_bytes() == before
    assert grade(handed_in / "ada", "--replace")[0] == 0
    assert list(scores(out)) == ["ada"]


def test_public_checks_alone_do_not_join_a_full_grading(
    handed_in: Path, out: Path, grade: Grade
) -> None:
    grade(handed_in)
    code, said = grade(handed_in / "ada", "--public-only")
    assert (code, len(scores(out))) == (2, 4)
    assert "of all checks" in said


def test_a_trial_gives_way_and_never_joins(
    handed_in: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    grade(handed_in, "--trial")
    assert len(scores(out)) == 4
    _, said = grade(hand_in(tmp_path / "real", "eva"))
    assert list(scores(out)) == ["eva"]
    assert "4 taken away" in said
    code, said = grade(handed_in, "--trial")
    assert code == 2
    assert "no trial" in said
    assert list(scores(out)) == ["eva"]


def test_a_folder_that_is_not_ours_is_nobodys_report(
    handed_in: Path, out: Path, grade: Grade
) -> None:
    (out / "Ada").mkdir(parents=True)
    (out / "Ada" / "index.html").write_text("mine")
    grade(handed_in)
    assert (out / "Ada" / "index.html").read_text() == "mine"
    assert {one.student: one.slug for one in read(out).submissions}["ada"] == "ada-2"
    grade(handed_in)  # and again: the folder that is ours by now is taken
    assert {one.student: one.slug for one in read(out).submissions}["ada"] == "ada-2"
    assert not (out / "ada-3").exists()


def test_a_page_that_is_not_ours_is_not_overwritten(
    handed_in: Path, out: Path, grade: Grade
) -> None:
    out.mkdir()
    (out / "index.html").write_text("my homepage")
    code, said = grade(handed_in)
    assert code == 2
    assert "not of the grader" in said
    assert (out / "index.html").read_text() == "my homepage"


def test_results_that_cannot_be_read_are_not_overwritten(
    handed_in: Path, out: Path, grade: Grade
) -> None:
    out.mkdir()
    (out / "results.json").write_text("{}")
    assert grade(handed_in)[0] == 2
    assert (out / "results.json").read_text() == "{}"
    assert grade(handed_in, "--replace")[0] == 0
    assert len(scores(out)) == 4


def test_what_a_killed_grading_left_is_taken_away(
    handed_in: Path, out: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("grader.report.write_class", die)
        assert grade(handed_in)[0] == 130
    assert (out / "ada" / "index.html").is_file()
    assert not (out / "results.json").exists()
    grade(hand_in(tmp_path / "late", "eva"))
    assert sorted(path.name for path in out.iterdir() if path.is_dir()) == ["eva", "instructor"]


def test_two_gradings_at_once_cannot_overwrite_each_other(
    course: Path, handed_in: Path, out: Path, grade: Grade
) -> None:
    grade(handed_in)
    before = (out / "results.json").read_bytes()
    kind = GradingKind(course=read(out).course)
    with opened(out, kind):
        command = [sys.executable, "-m", "grader", "grade", str(handed_in / "ada")]
        command += ["--out", str(out), "--course", str(course)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Another grading is writing to" in done.stderr
    assert "process" in done.stderr
    assert (out / "results.json").read_bytes() == before
    assert grade(handed_in / "ada")[0] == 0  # the lock is gone with its holder


def test_kept_results_of_an_older_course_are_told(
    course: Path, handed_in: Path, grade: Grade
) -> None:
    grade(handed_in)
    checks = course / "solutions" / "checks" / "double" / "check_double.py"
    checks.write_text(checks.read_text() + "\n# mended\n")
    _, said = grade(handed_in / "ada")
    assert "3 of those kept were graded with another version of the course" in said


def test_a_roster_knows_those_who_are_kept(
    handed_in: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n1,ada\n2,bo\n3,cy\n4,di\n5,eva\n6,finn\n")
    grade(handed_in, "--roster", roster)
    assert [one.name for one in read(out).missing] == ["eva", "finn"]
    grade(hand_in(tmp_path / "late", "eva"))
    assert [one.name for one in read(out).missing] == ["finn"]
    grade(hand_in(tmp_path / "later", "finn"), "--roster", roster)
    whole = read(out)
    assert not whole.missing
    assert not whole.strangers
    assert len(whole.submissions) == 6
    assert whole.submissions[0].delivery.people[0].id == "1"


# ---------------------------------------------------------------------------- who is who


def one(name: str, slug: str = "s", **delivery: object) -> SubmissionResult:
    return SubmissionResult(
        student=name,
        slug=slug,
        digest="",
        exercises=(),
        delivery=Delivery(**delivery),  # type: ignore[arg-type]
    )


MOODLE = {"platform": "moodle", "id": "7"}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (one("Ann"), one("Ann"), True),
        (one("Ann"), one("ann"), False),
        (one("Zo\u00e9"), one("Zoe\u0301"), True),
        (one("Ann", **MOODLE), one("Ann Lee", **MOODLE), True),
        (one("Ann", **MOODLE), one("Ann", platform="moodle", id="8"), False),
        (one("Ann", **MOODLE), one("Ann"), True),
        (one("Ann", people=(Person(id="1"),)), one("A. L.", people=(Person(id="1"),)), True),
        (one("Ann", people=(Person(id="1"),)), one("Ann", people=(Person(id="2"),)), False),
        (
            one("Ann, attempt 1", attempt=1, attempts=2, **MOODLE),
            one("Ann, attempt 2", attempt=2, attempts=2, **MOODLE),
            False,
        ),
    ],
)
def test_who_is_the_same_person(old: SubmissionResult, new: SubmissionResult, same: bool) -> None:
    found = matched([(new.student, new.delivery)], [old])
    assert found == [old if same else None]


def test_two_of_one_name_stay_two() -> None:
    earlier = [one("Ann", "ann"), one("Ann", "ann-2")]
    names = [(each.student, each.delivery) for each in earlier]
    assert matched(names, earlier) == earlier


def test_who_handed_in_since_is_not_missing() -> None:
    missing = (Person(id="1", name="Ann"), Person(id="2", name="Bo"), Person(id="3"))
    names = [("ann", Delivery()), ("x", replace(Delivery(), id="3"))]
    assert still_missing(missing, names) == (missing[1],)


def test_reports_are_not_written_among_the_submissions(
    course: Path, handed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(handed_in.rglob("*"))
    for out in (handed_in, handed_in / "ada", handed_in / "ada" / "reports"):
        words = ["grade", str(handed_in), "--out", str(out), "--course", str(course)]
        assert main(words) == 2
        assert "The reports would lie among the submissions" in capsys.readouterr().err
    assert sorted(handed_in.rglob("*")) == before


def test_reports_in_the_folder_of_the_class_are_no_submission(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = hand_in(hand_in(tmp_path / "class", "ada"), "bo", "pass\n")
    out = folder / "reports"
    words = ["grade", str(folder), "--out", str(out), "--course", str(course), "--workers", "1"]
    assert main(words) == 0
    assert main(words) == 0
    assert scores(out) == {"ada": 3, "bo": 0}
    assert "2 graded again" in capsys.readouterr().out


# ---------------------------------------------------------------------------- what is known


def test_what_a_gradebook_knows_is_not_said_to_be_graded_again(
    handed_in: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    book = ("--gradebook", tmp_path / "book.sqlite")
    grade(handed_in, *book)
    files = [path for path in out.rglob("*") if path.is_file() and path.name != ".lock"]
    before = {path: path.read_bytes() for path in files}
    hand_in(handed_in, "bo")
    _, said = grade(handed_in, *book)
    assert "1 graded again, in place of the earlier result: bo (0 → 3)" in said
    assert "3 known already, and not graded again: ada, cy, di" in said
    after = {path: path.read_bytes() for path in before}
    changed = {path.relative_to(out).as_posix() for path in before if before[path] != after[path]}
    theirs = {"bo/index.html", "bo/result.json", "instructor/bo.html", "instructor/bo.json"}
    assert changed == {*theirs, "index.html", "results.json"}
    _, said = grade(handed_in, *book, "--afresh")
    assert "4 graded again" in said
    assert "known already" not in said


def test_a_time_out_is_tried_again_unless_it_is_to_count_as_known(
    course: Path, out: Path, grade: Grade, tmp_path: Path
) -> None:
    manifest = course / "assignments" / "course.toml"
    manifest.write_text(manifest.read_text().replace("call_seconds = 1.0", "call_seconds = 0.2"))
    mark = tmp_path / "mark"
    endless = f"open({str(mark)!r}, 'a').write('x')\ndef double(x):\n    while True: pass\n"
    handed_in = hand_in(tmp_path / "class", "ann", endless)
    options = ("--gradebook", tmp_path / "book.sqlite", "--isolation", "none")
    grade(handed_in, *options)
    tried = mark.read_text()
    _, said = grade(handed_in, *options, "--reuse-time-outs")
    assert "1 graded again" in said
    grade(handed_in, *options, "--reuse-time-outs")
    assert mark.read_text() == 2 * tried
    assert scores(out) == {"ann": 0}
