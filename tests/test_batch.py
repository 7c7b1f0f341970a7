"""Workers that die take nothing with them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader import batch
from grader.batch import Plan, grade_class
from grader.intake import Layout, list_entries
from grader.results import Outcome

if TYPE_CHECKING:
    from grader.results import SubmissionResult

ROOT = Path(__file__).resolve().parents[1]
FILE = "warm_up/neuron.py"


def make_class(folder: Path, names: list[str]) -> Path:
    for name in names:
        (folder / name / "warm_up").mkdir(parents=True)
        (folder / name / FILE).write_text("def relu(z):\n    return z * (z > 0)\n")
    return folder


def graded(tmp_path: Path, names: list[str]) -> dict[str, SubmissionResult]:
    entries = list_entries([make_class(tmp_path / "class", names)], Layout((FILE,)))
    plan = Plan(
        course_root=ROOT, exercises=("0",), salt=b"s", out=tmp_path / "out", isolation="none"
    )
    return {result.student: result for result in grade_class(plan, entries, 2)}


@pytest.mark.parametrize("deadly_once", [True, False])
def test_a_worker_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deadly_once: bool
) -> None:
    """The kernel kills a worker as it grades: graded again; killed again, points are withheld."""
    monkeypatch.setenv("TEST_DEADLY_MARK", str(tmp_path / "mark") if deadly_once else "")
    monkeypatch.setattr(batch, "_work", deadly_work)
    results = graded(tmp_path, ["ann", "deadly", "bea", "cat", "dan", "eve"])
    honest = {results[name].score for name in ("ann", "bea", "cat", "dan", "eve")}
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


REAL_WORK = batch._work
