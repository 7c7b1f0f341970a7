"""What somebody reads who waits, and the board that it is read from."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.cli.classes import progress
from grader.cli.waiting import PlainLines, Status, line_of
from grader.executors.batch import Plan, grade_entries
from grader.executors.progress_board import Board, Note
from grader.intake import Layout, list_entries
from grader.submission import ProgressEvent

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = ProgressEvent(exercise="MNIST", call="train", limit_seconds=600.0)
EPOCH = ProgressEvent(exercise="MNIST", call="train", limit_seconds=600.0, done=3, of=15)


def test_a_call_is_noted_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.write("ada", ProgressEvent(exercise="MNIST"))
    assert board.read() == []
    board.write("ada", TRAIN)
    [first] = board.read()
    board.write("ada", EPOCH)
    [second] = Board(tmp_path).read()
    assert (second.student, second.doing, second.since) == ("ada", EPOCH, first.since)
    board.write("ada", ProgressEvent(exercise="MNIST"))
    assert list(tmp_path.iterdir()) == []


def test_a_note_of_a_process_that_died_is_wiped_with_its_submission(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path;"
        "from grader.executors.progress_board import Board;"
        "from grader.submission import ProgressEvent;"
        "Board(Path(sys.argv[1])).write('bo', ProgressEvent('MNIST', 'train', 600.0)); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    Board(tmp_path).write("ada", TRAIN)
    assert [note.student for note in Board(tmp_path).read()] == ["bo", "ada"]
    Board(tmp_path).wipe("bo")
    assert [note.student for note in Board(tmp_path).read()] == ["ada"]


@pytest.mark.parametrize("content", [b"", b"\xff", b"{}", b'{"student": 1}', b"[" * 10_000])
def test_what_is_no_note_is_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "123").write_bytes(content)
    (tmp_path / "folder").mkdir()
    assert Board(tmp_path).read() == []
    Board(tmp_path).wipe("ada")


def test_a_board_that_is_gone_troubles_nobody(tmp_path: Path) -> None:
    board = Board(tmp_path / "gone")
    board.write("ada", TRAIN)
    board.wipe("ada")
    assert board.read() == []


def test_a_line_says_who_what_how_long_and_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    since = 1_000.0 - 91.5
    assert line_of(Note("ada", TRAIN, since)) == "ada: train, 1:31 of at most 10:00"
    line = line_of(Note("ada", EPOCH, since), with_student=False)
    assert line == "train, 1:31 of at most 10:00, 3 of 15 epochs"
    hostile = line_of(Note("a\x1b[31m\nb", ProgressEvent("", "x" * 900, 1.0), since))
    assert "\x1b" not in hostile
    assert "\n" not in hostile
    assert len(hostile) < 200


def test_a_pipe_gets_a_line_now_and_then(tmp_path: Path) -> None:
    board, out = Board(tmp_path), Console(file=io.StringIO(), width=200)
    board.write("ada", EPOCH)
    with PlainLines(out, board, every_seconds=0.05):
        waited = time.monotonic() + 60
        while not out.file.getvalue() and time.monotonic() < waited:  # type: ignore[attr-defined]
            time.sleep(0.01)
    assert "ada: train, 0:00 of at most 10:00, 3 of 15 epochs\n" in out.file.getvalue()  # type: ignore[attr-defined]


def test_a_terminal_is_told_anew_each_time(tmp_path: Path) -> None:
    status, board = Status(Board(tmp_path), with_student=False), Board(tmp_path)
    status.title = "grading: MNIST"
    assert str(status.__rich__()) == "grading: MNIST"
    board.write("ada", EPOCH)
    assert str(status.__rich__()) == (
        "grading: MNIST · train, 0:00 of at most 10:00, 3 of 15 epochs"
    )


def test_a_notebook_is_no_terminal_in_which_something_turns(
    course: Path, handed_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel of Jupyter says of its cells that they show colours."""
    monkeypatch.chdir(course)
    command = [sys.executable, "-m", "grader", "check", str(handed_in / "ada")]
    turned = []
    for kernel in ({}, {"JPY_PARENT_PID": "1"}):
        environment = os.environ | {"FORCE_COLOR": "1"} | kernel
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
        assert b"of 2 points" in done.stdout
        turned.append(done.stderr.count(b"grading"))
    assert turned[0] > 0
    assert turned[1] == 0


SLOW = """
import os, time
from pathlib import Path
from grader.runner import progress

def double(x):
    for step in range(12):
        time.sleep(0.1)
        progress.tell(step + 1, 12)
    return 2 * x
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_the_workers_of_a_class_note_what_takes_long(
    course: Path, tmp_path: Path, workers: int
) -> None:
    manifest = course / "assignments" / "course.toml"
    manifest.write_text(manifest.read_text().replace("call_seconds = 1.0", "call_seconds = 150.0"))
    for name in ("ada", "bo"):
        folder = tmp_path / "slow" / name / "work"
        folder.mkdir(parents=True)
        (folder / "double.py").write_text(SLOW)
    (tmp_path / "board").mkdir()
    board = Board(tmp_path / "board")
    plan = Plan(
        course_root=course,
        exercises=(),
        salt=b"salt",
        out=tmp_path / "out",
        isolation="none",
        board=tmp_path / "board",
    )
    seen = io.StringIO()
    out = Console(file=seen, force_terminal=True, width=150)
    entries = list_entries([tmp_path / "slow"], Layout(("work/double.py",)))
    with progress(out, len(entries), board) as done:
        results = grade_entries(plan, entries, workers, done)
    assert [result.score for result in results] == [3, 3]
    assert "double, 0:0" in seen.getvalue()
    assert "of 12 epochs" in seen.getvalue()
    assert board.read() == []
    assert json.loads((tmp_path / "out" / "ada" / "result.json").read_text())["student"] == "ada"


def test_checking_in_a_pipe_leaves_stdout_to_the_verdicts(course: Path, handed_in: Path) -> None:
    command = [sys.executable, "-m", "grader", "check", str(handed_in / "ada")]
    done = subprocess.run(
        [*command, "--course", str(course)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TMPDIR": str(handed_in.parent)},
    )
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert not list(handed_in.parent.glob("grader-*"))
