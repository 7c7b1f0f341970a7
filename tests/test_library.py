"""`import grader`: what a program calls, and the examples of docs/library.md, which are run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.errors import IntakeError, UsageError
from grader.results import State, for_student
from grader.sandbox.doctor import best_level

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "library.md"
EXAMPLES = re.findall(
    r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
NAMED = re.findall(r"`(\w+)", PAGE.read_text(encoding="utf-8").partition("## One")[0])


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a course with a class: one who has solved the warm-up, and one who has not."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("assignments", "solutions"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for student, source in (("ann", "solutions"), ("bob", "assignments")):
        shutil.copytree(ROOT / source / "warm_up", folder / "submissions" / student / "warm_up")
    return folder


@pytest.fixture
def here(where: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(where)
    return where


def test_it_offers_no_more_than_a_dozen_names_and_the_page_has_each() -> None:
    assert len(grader.__all__) <= 12
    assert set(grader.__all__) <= set(NAMED)
    assert set(grader.__all__) <= set(dir(grader))
    for name in grader.__all__:
        assert getattr(grader, name).__doc__


def test_what_it_does_not_offer_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        grader.nothing  # noqa: B018


def test_to_import_it_loads_none_of_it() -> None:
    code = "import sys, grader; print([m for m in sys.modules if m.startswith('grader.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['grader.version']\n"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_page_run(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    exec(compile(example, str(PAGE), "exec"), names)  # noqa: S102  (our own page)
    assert bool(capsys.readouterr().out) == ("print(" in example)


def test_one_submission_is_graded_as_the_class_is(here: Path, tmp_path: Path) -> None:
    course = grader.load_course(here, [0])
    alone = grader.grade(course, here / "submissions" / "ann")
    told: list[str] = []
    graded = grader.grade_class(
        course,
        grader.open_class(course, here / "submissions"),
        tmp_path / "reports",
        done=lambda result: told.append(result.student),
    )
    assert sorted(told) == ["ann", "bob"]
    ann, bob = graded.results
    assert (ann.score, ann.max_score, ann.state) == (alone.score, alone.max_score, State.GRADED)
    assert ann.score == course.only(["warm_up"]).exercises[0].points > bob.score == 0
    read = grader.read_results(tmp_path / "reports")
    assert [one.student for one in read.submissions] == ["ann", "bob"]
    assert [c.outcome for e in read.submissions[0].exercises for c in e.checks] == [
        c.outcome for e in ann.exercises for c in e.checks
    ]
    page = grader.write_report(ann, course, tmp_path / "own" / "ann.html")
    assert "ann" in page.read_text(encoding="utf-8")
    assert for_student(alone).score == alone.score


def test_a_second_grading_into_the_folder_says_what_became_of_the_first(
    here: Path, tmp_path: Path
) -> None:
    course = grader.load_course(here, ["warm_up"])
    for student in ("ann", "bob"):
        found = grader.open_class(course, here / "submissions" / student)
        graded = grader.grade_class(course, found, tmp_path / "reports", isolation=best_level())
    assert graded.change.added == ("bob",)
    assert graded.change.kept == ("ann",)
    assert [one.student for one in graded.whole.submissions] == ["ann", "bob"]


def test_what_is_wrong_is_one_sentence(here: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No course in"):
        grader.load_course(tmp_path)
    with pytest.raises(UsageError, match="no exercise 77"):
        grader.load_course(here, [77])
    course = grader.load_course(here, [0])
    with pytest.raises(grader.GraderError, match="is not there"):
        grader.grade(course, "submissions/nobody")
    (tmp_path / "empty.zip").write_bytes(b"no archive")
    with pytest.raises(IntakeError):
        grader.open_submission(course, tmp_path / "empty.zip")
    with pytest.raises(OSError, match=r"results\.json"):
        grader.read_results(tmp_path)
    (tmp_path / "results.json").write_text("{}")
    with pytest.raises(ValueError, match="not a result"):
        grader.read_results(tmp_path)


def test_who_keeps_no_gradebook_imports_no_database() -> None:
    """It takes longer than all the rest of what a command imports."""
    code = "import sys, grader.cli.check, grader.cli.grade, grader.executors.local\n"
    code += "print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
