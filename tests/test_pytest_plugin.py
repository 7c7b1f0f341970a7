"""`pytest solutions/checks/... --submission PATH`: a course author's debugger."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import grader.authoring.debug.items  # noqa: F401  (once, and not anew in each run below)

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

MANIFEST = """
title = "A course of one function"
[profiles.numpy]
[[exercises]]
id = "double"
number = "1"
title = "Doubling"
folder = "work"
files = ["work/double.py"]
points = 7
"""
CHECKS = '''
from grader.checks import check, misconception

def ask(case):
    case.agrees("double", 3.0)

@check(2)
def doubles(case):
    """`double(x)` is twice x."""
    ask(case)

@check(1, visibility="hidden")
def doubles_what_is_drawn(case):
    """`double(x)` is twice x, for an x that is drawn."""
    x = float(case.rng.integers(10**6))
    case.agrees("double", x)

@check(3, needs=(doubles,))
def doubles_zero(case):
    """`double(0)` is 0."""
    case.agrees("double", 0.0)

@check(1)
def is_a_check_that_breaks(case):
    """This check is broken."""
    raise ZeroDivisionError("our own mistake")

@misconception(of="double", lecture="eq. 1")
def square(x):
    """You squared x instead of doubling it."""
    return x * x
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    files = {
        "assignments/course.toml": MANIFEST,
        "assignments/work/double.py": "def double(x):\n    raise NotImplementedError\n",
        "solutions/work/double.py": "def double(x):\n    return 2 * x\n",
        "solutions/checks/double/check_double.py": CHECKS,
        "right/work/double.py": "def double(x):\n    print('asked', x)\n    return x + x\n",
        "square/work/double.py": "def double(x):\n    print('squaring')\n    return x * x\n",
        "crash/work/double.py": "def double(x):\n    return x['two']\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return tmp_path


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(course: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs pytest in the course and gives its exit code and what it printed."""
    monkeypatch.chdir(course)

    def run_pytest(*arguments: str) -> tuple[int, str]:
        done = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--rootdir=.", *arguments)
        return int(done.ret), f"{done.stdout}\n{done.stderr}"

    return run_pytest


def test_without_a_submission_it_says_what_to_give(run: Run) -> None:
    code, text = run("solutions")
    assert code == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "were not run: say on whose submission, by --submission PATH." in text


def test_each_check_is_an_item_and_a_failure_reads_as_in_a_report(run: Run) -> None:
    code, text = run("-v", "solutions", "--submission", "square")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "double/double.py::doubles FAILED" in text
    assert re.search(r"double/double\.py::doubles_zero SKIPPED", text)
    for shown in (
        "`double(x)` is twice x.",
        "You squared x instead of doubling it. (lecture, eq. 1)",
        "expected 6",
        "came     9",
        "it printed:",
        "squaring",
    ):
        assert shown in text
    told = text.partition("FAILURES")[2].partition("is_a_check_that_breaks")[0]
    assert "grader/" not in told  # nothing of our own
    assert "Error" not in told


MORE = """
from grader.checks import check

@check(2)
def doubles_halves(case):
    \"\"\"`double` takes halves.\"\"\"
    case.agrees("double", 0.5)
"""


def test_checks_of_any_module_in_the_folder_are_items(course: Path, run: Run) -> None:
    folder = course / "solutions" / "checks" / "double"
    (folder / "more.py").write_text(MORE, encoding="utf-8")
    (folder / "helper.py").write_text("ANSWER = 42\n", encoding="utf-8")
    manifest = course / "assignments" / "course.toml"
    points = re.search(r"points = (\d+)", text := manifest.read_text("utf-8"))
    assert points is not None
    manifest.write_text(text.replace(points[0], f"points = {int(points[1]) + 2}"), "utf-8")
    _, text = run("-v", "solutions", "--submission", "right")
    assert text.count("double/double.py::doubles_halves PASSED") == 1
    assert text.count("double/double.py::doubles PASSED") == 1
    _, text = run("-v", "solutions/checks/double/more.py", "--submission", "right")
    assert "1 passed" in text


def test_a_crash_shows_the_line_of_the_submission(run: Run) -> None:
    _, text = run("solutions/checks/double", "--submission", "crash", "-x")
    assert "work/double.py, line 2, in double: return x['two']" in text
    assert "1 failed" in text
    assert "stopping after 1 failures" in text


def test_a_check_that_is_broken_shows_its_own_line(run: Run) -> None:
    _, text = run("solutions", "--submission", "right", "-k", "breaks")
    assert "check_double.py" in text
    assert "our own mistake" in text
    assert "items.py" not in text
    assert "1 failed, 3 deselected" in text


def test_one_that_is_picked_runs_without_what_it_needs(run: Run) -> None:
    code, text = run("solutions", "--submission", "right", "-k", "zero", "-rP")
    assert code == 0
    assert "1 passed" in text
    assert "asked 0.0" in text


def test_a_debugger_opens_in_the_check_and_the_submission_still_answers(course: Path) -> None:
    typed = "p case.student.double(7.0)\nw\nq\n"
    arguments = ("solutions", "--submission", "square", "-k", "doubles and not drawn", "--pdb")
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(
        command, cwd=course, input=typed, capture_output=True, text=True, timeout=600, check=False
    )
    text = done.stdout
    assert "(Pdb) 49.0" in text
    where = text.partition("(Pdb) 49.0")[2]
    assert re.search(r"> \S+check_double\.py\(\d+\)ask\(\)", where)


def test_inputs_follow_from_the_seed_the_salt_or_what_was_handed_in(course: Path, run: Run) -> None:
    def drawn(*options: str) -> str:
        chosen = ("-k", "drawn", "-rP", *options)
        code, text = run("solutions", "--submission", "right", *chosen)
        assert code == 0, text
        found = re.search(r"asked (\S+)", text)
        assert found, text
        return found[1]

    (course / "salt").write_text("ab" * 32)
    by_seed = drawn("--exercise-seed", "5")
    assert by_seed == drawn("--exercise-seed", "5")
    assert len({by_seed, drawn(), drawn("--salt-file", "salt")}) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--submission", "nobody"), "There is no submission nobody."),
        (
            ("--submission", "right", "--salt-file", "course.toml", "--exercise-seed", "1"),
            "Give --salt-file or --exercise-seed",
        ),
        (("--submission", "right", "--salt-file", "nowhere"), "The salt nowhere cannot be read"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    code, text = run("solutions", *arguments)
    assert code != 0
    assert sentence in text
    assert "Traceback" not in text
    assert "items.py" not in text


def test_a_package_that_is_not_installed_is_named(course: Path, run: Run) -> None:
    manifest = course / "assignments" / "course.toml"
    text = manifest.read_text().replace("[profiles.numpy]", "[profiles.numpy]\npreload = ['nox']")
    manifest.write_text(text)
    _, text = run("solutions", "--submission", "right", "-k", "zero")
    assert "An error of the grader, or of this machine: " in text
    assert "The package nox is not installed" in text
    assert "items.py" not in text


def test_checks_of_no_exercise_are_refused(course: Path, run: Run) -> None:
    (course / "solutions/checks/double/check_half.py").write_text("")
    _, text = run("solutions", "--submission", "right")
    assert "double/check_half.py belong to no exercise of assignments/course.toml" in text


def test_nothing_heavy_is_imported_unless_it_is_wanted() -> None:
    code = "import sys, grader.authoring.debug.plugin; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
