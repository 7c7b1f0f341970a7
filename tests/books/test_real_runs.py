"""`grader grade` as real processes: two at once on one book, and with the clock set back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from grader.cli.main import main
from grader.gradebook import Gradebook
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_SECONDS = 120.0
# Waits in the submission until the test says go: so two runs are under way at once for certain.
WAITS = """
import os, time
open(os.path.join({folder!r}, "here-%d" % os.getpid()), "w").close()
while not os.path.exists(os.path.join({folder!r}, "go")):
    time.sleep(0.02)
def double(x):
    return x + x
"""
# Time of day as this program and its libraries see it, two days ago; deadlines have another clock.
SET_BACK = """
import datetime, sys, time
import grader.results.verdicts as verdicts
BACK = 2 * 86_400
real = time.time
time.time = lambda: real() - BACK
time.time_ns = lambda: int((real() - BACK) * 1e9)
class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
verdicts.datetime = Clock
from grader.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
GRADER = ("-m", "grader")
Here = Callable[..., tuple[int, str]]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a folder with a course and a class of one."""
    from_scripts("kills_class").make(tmp_path)
    for who in ("bo", "cy", "di", "ed"):
        shutil.rmtree(tmp_path / "class" / who)
    return tmp_path


def command(world: Path, out: str) -> list[str]:
    return [
        *("grade", str(world / "class"), "--course", str(world / "course")),
        *("--out", str(world / out), "--gradebook", str(world / "book.sqlite")),
        *("--workers", "1", "--isolation", "none"),
    ]


def start(world: Path, out: str, program: tuple[str, ...] = GRADER) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *program, *command(world, out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=world,
    )


@pytest.fixture
def here(world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Return what runs the command in this process: the one beside the processes in question."""
    monkeypatch.chdir(world)

    def run(out: str, *more: str) -> tuple[int, str]:
        code = main([*command(world, out), *more])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, said


def asked(world: Path, question: str) -> list[tuple[Any, ...]]:
    with Gradebook(str(world / "book.sqlite")) as book, book.database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def scores(world: Path, out: str) -> dict[str, float]:
    with Gradebook(str(world / "book.sqlite")) as book:
        known = {one.student: one.score for one in book.results()}
    document = json.loads((world / out / "results.json").read_bytes())
    assert {one["student"] for one in document["submissions"]} == known.keys()
    return known


def test_two_runs_at_once_share_a_book_and_not_a_folder(world: Path, here: Here) -> None:
    gate = world / "gate"
    gate.mkdir()
    (world / "class" / "ada" / "work" / "double.py").write_text(WAITS.format(folder=str(gate)))
    runs = []
    for name in ("one", "two"):  # the first one makes the book
        runs.append(start(world, name))
        end = time.monotonic() + PATIENCE_SECONDS
        while len(list(gate.glob("here-*"))) < len(runs) and time.monotonic() < end:
            assert all(run.poll() is None for run in runs), list(map(ended, runs))
            time.sleep(0.02)
    one, two = runs
    third = here("one")
    (gate / "go").touch()
    said = [ended(one), ended(two)]
    assert [code for code, _ in said] == [0, 0], said
    assert third[0] == 2
    assert f"Another grading is writing to {world / 'one'} (process {one.pid})" in third[1]
    assert scores(world, "one") == scores(world, "two") == {"ada": 2.0}
    # One row that is not settled would be from an error of ours, after which a run tried again.
    rows = asked(world, "SELECT exercise, settled FROM exercise_grades ORDER BY exercise, id")
    assert rows == [("double", True), ("halve", True)], said
    for table in ("results", "people", "submissions", "attempts"):
        assert asked(world, f"SELECT count(*) FROM {table}") == [(1,)]  # noqa: S608 - ours


def test_a_clock_that_was_set_back_changes_neither_which_result_counts_nor_what_is_known(
    world: Path, here: Here
) -> None:
    work = world / "class" / "ada" / "work" / "double.py"
    right = work.read_text()
    work.write_text("def double(x):\n    return x\n")
    roster = world / "roster.csv"
    roster.write_text("id,name\n1,ada\n2,bo\n")
    assert here("out", "--roster", str(roster))[0] == 0
    who = asked(world, "SELECT name FROM people WHERE enrolled ORDER BY name")
    assert who == [("ada",), ("bo",)]  # though nothing came of Bo
    work.write_text(right)
    assert ended(start(world, "out", ("-c", SET_BACK)))[0] == 0
    times = [at for (at,) in asked(world, "SELECT graded_at FROM results ORDER BY id")]
    assert len(times) == 2
    assert times[1] < times[0]  # so the clock was really set back
    assert scores(world, "out") == {"ada": 2.0}  # the later result counts, whatever its time says
    code, said = here("out")
    assert code == 0, said
    assert asked(world, "SELECT count(*) FROM results") == [(2,)]  # nothing is graded again
    history = asked(world, "SELECT detail FROM history WHERE what = 'graded' ORDER BY id")
    assert history == [("result 1, run 1",), ("result 2, run 2",)]
