"""What shows that a change of structure changes no result: `scripts/same_results.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from compared_results import compared, differences  # noqa: E402
from kills_class import make  # noqa: E402
from same_results import graded, interpreter_of  # noqa: E402

from grader.languages import language, say, speaking  # noqa: E402
from grader.report.annotated import annotated  # noqa: E402
from grader.report.text import graded_when  # noqa: E402


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("same")
    make(folder)
    return folder


def test_a_notebook_with_feedback_is_compared_without_the_time_of_grading() -> None:
    cell = b'{"source": ["Graded on 1 December 2026, 0%d:19 UTC.\\n", "%s"]}'
    assert compared(cell % (2, b"right")) == compared(cell % (3, b"right"))
    assert compared(cell % (2, b"right")) != compared(cell % (2, b"wrong"))


@pytest.mark.parametrize("tag", ["", "fr"])
def test_a_notebook_and_a_page_are_compared_without_the_moment_of_grading(tag: str) -> None:
    moments = ("2026-12-01T04:55:00+00:00", "2026-11-30T23:09:59+00:00")
    with speaking(language(tag, ROOT) if tag else None):
        said = [f"{say(graded_when([moment]))}." for moment in moments]
    assert said[0] != said[1]
    notebooks = [annotated([], [f"2 of 3 points. {one}"]).encode() for one in said]
    pages = [f"<p>2 of 3 points. {one}</p>".encode() for one in said]
    for one, other in (notebooks, pages):
        assert compared(one) == compared(other)
        assert compared(one) != compared(other.replace(b"2 of", b"1 of"))


def test_a_class_s_page_is_compared_without_how_long_exercises_ran() -> None:
    """Whether all processor times are known depends on what was ended, and when."""
    row = "<tr><th>1 Doubling<small>%s</small></th><td>5</td><td>%s</td></tr>\n<p>2 of 3 points."
    known = (row % ("seconds of a processor", "0.10 s")).encode()
    unknown = (row % ("elapsed seconds: a busy machine makes them longer", "0.30 s")).encode()
    assert compared(known) == compared(unknown)
    assert compared(known) != compared(unknown.replace(b"Doubling", b"Halving"))
    assert compared(known) != compared(unknown.replace(b"2 of", b"1 of"))


def test_an_edited_check_is_seen(world: Path) -> None:
    here, course = Path(sys.executable), world / "course"
    check = course / "solutions" / "checks" / "double" / "check_double.py"
    one = ("--workers", "1")
    before = graded(here, course, world / "class", world / "before", *one)
    check.write_text(check.read_text().replace("3.0", "4.0"))
    found = differences(before, graded(here, course, world / "class", world / "edited", *one))
    assert "bo/index.html" in {line.partition(": ")[0] for line in found}


def test_the_other_trees_grader_is_imported_and_the_packages_of_this_one(tmp_path: Path) -> None:
    package = tmp_path / "tree" / "grader"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("which = 'the other one'\n")
    python = interpreter_of(package.parent, tmp_path)
    code = "import grader, numpy; print(grader.which)"
    done = subprocess.run(
        [python, "-P", "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.stdout.strip(), done.stderr) == ("the other one", "")


def test_dates_and_times_are_left_out_and_points_are_not() -> None:
    one = b'{"graded_at": "today", "points": 2, "usage": {"wall_seconds": 1}}'
    assert compared(one) == compared(one.replace(b"today", b"tomorrow"))
    found = differences({"a": compared(one)}, {"a": compared(one.replace(b"2", b"3"))})
    assert len(found) == 1
    assert found[0].startswith("a: ")
    assert differences({"a": b""}, {}) != []
