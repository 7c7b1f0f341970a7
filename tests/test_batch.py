"""Workers that die take nothing with them."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import GraderError
from grader.executors import local, tasks
from grader.executors.batch import Plan, grade_entries
from grader.executors.workers import Workers
from grader.intake import Layout, list_entries
from grader.languages.readers import NOBODY
from grader.report import write_student
from grader.results import Outcome
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from grader.results import SubmissionResult

ROOT = Path(__file__).resolve().parents[1]
FILE = "warm_up/neuron.py"


def make_class(folder: Path, names: list[str]) -> Path:
    for name in names:
        (folder / name / "warm_up").mkdir(parents=True)
        (folder / name / FILE).write_text("def relu(z):\n    return z * (z > 0)\n")
    return folder


def graded(tmp_path: Path, names: list[str], workers: int = 2) -> dict[str, SubmissionResult]:
    entries = list_entries([make_class(tmp_path / "class", names)], Layout((FILE,)))
    level = best_level()  # where a runner is a copy, and no new Python
    plan = Plan(
        course_root=ROOT, exercises=("0",), salt=b"s", out=tmp_path / "out", isolation=level
    )
    return {result.student: result for result in grade_entries(plan, entries, workers)}


@pytest.mark.parametrize("deadly_once", [True, False])
def test_a_worker_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deadly_once: bool
) -> None:
    """The kernel kills a worker as it grades: graded again; killed again, points are withheld."""
    monkeypatch.setenv("TEST_DEADLY_MARK", str(tmp_path / "mark") if deadly_once else "")
    monkeypatch.setattr(local, "_work", deadly_work)
    results = graded(tmp_path, ["ann", "deadly", "bea", "cat"])
    honest = {results[name].score for name in ("ann", "bea", "cat")}
    assert len(honest) == 1
    assert honest.pop() > 0
    if deadly_once:
        assert results["deadly"].score == results["ann"].score
        return
    assert results["deadly"].provisional
    assert results["deadly"].score == 0
    checks = [c for e in results["deadly"].exercises for c in e.checks]
    assert {c.outcome for c in checks} == {Outcome.GRADER_ERROR}


def deadly_work(task: Any) -> SubmissionResult:
    """Stand in for the worker's function: die at one submission, once or always."""
    mark = os.environ["TEST_DEADLY_MARK"]
    if task.entry.name == "deadly" and not (mark and Path(mark).exists()):
        if mark:
            Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return REAL_WORK(task)


REAL_WORK = local._work


class Breaking(Workers[Any, Any]):
    """A pool in which a worker dies just before a certain task is submitted."""

    broken = 0

    def submit(self, work: Any, task: Any) -> Any:
        """Break, the first time."""
        if task.entry.name == "deadly" and not Breaking.broken:
            Breaking.broken += 1
            for process in self._pool._processes.values():
                process.kill()
            while True:  # until it is known: then nothing more is taken
                super().submit(work, task)
        return super().submit(work, task)


def test_a_pool_that_breaks_as_a_task_is_handed_over_loses_no_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "Workers", Breaking)
    names = ["ann", "bea", "cat", "deadly", "eve"]
    results = graded(tmp_path, names)
    assert Breaking.broken == 1
    assert sorted(results) == names
    assert len({result.score for result in results.values()}) == 1
    assert not any(result.provisional for result in results.values())


def test_where_no_process_can_be_started_every_submission_has_a_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(Workers, "submit", refuse)
    results = graded(tmp_path, ["ann", "bea", "cat"])
    assert sorted(results) == ["ann", "bea", "cat"]
    (check, *_) = results["ann"].exercises[0].checks
    assert check.outcome is Outcome.GRADER_ERROR
    assert "No process could be started" in check.message
    assert "raise the limit (`ulimit -u`), or use fewer workers" in check.message


def test_shared_memory_that_cannot_be_written_is_said_before_anything_is_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refuse)
    with pytest.raises(GraderError, match=r"need /dev/shm, .*: make it writable, or use --workers"):
        graded(tmp_path, ["ann", "bea", "cat"])


@pytest.mark.sampled(3)
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EFBIG, errno.EDQUOT])
def test_a_full_disk_ends_the_class_in_a_sentence_and_keeps_what_was_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, workers: int
) -> None:
    monkeypatch.setenv("TEST_NUMBER", str(number))
    monkeypatch.setattr(local, "_work", work_on_a_full_disk)
    monkeypatch.setattr(tasks, "write_student", write_until_full)
    names = ["ann", "bea", "full", "zoe"]
    with pytest.raises(GraderError) as raised:
        graded(tmp_path, names, workers)
    said = str(raised.value)
    assert said.startswith("The report of full could not be written: ")
    assert f"{tmp_path / 'out' / 'full'}" in said
    assert said.endswith("The reports that were finished are whole.")
    assert "Errno" not in said
    for name in ("ann", "bea")[: 2 if workers == 1 else 0]:
        assert (tmp_path / "out" / name / "index.html").is_file()


def write_until_full(
    result: SubmissionResult,
    info: Any,
    out: Path,
    notebooks: Any = None,
    readers: Any = None,
    json_of: Any = None,
) -> None:
    """Fail to write the report of one student: the disk is full."""
    if result.student == "full":
        number = int(os.environ["TEST_NUMBER"])
        raise OSError(number, os.strerror(number), str(out / "full"))
    REAL_WRITE(result, info, out, notebooks, readers or NOBODY, json_of=json_of)


def work_on_a_full_disk(task: Any) -> SubmissionResult:
    """Stand in for the worker's function, in whose process nothing was replaced."""
    vars(tasks)["write_student"] = write_until_full
    return REAL_WORK(task)


REAL_WRITE = write_student
