"""Grading one submission of exercise 8, and the model of its reference, trained once."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course import load_course
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, Outcome, SubmissionResult
from grader.sandbox.launcher import RunnerSpec
from grader.submission import Session
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.submission import ProgressEvent

ROOT = Path(__file__).resolve().parents[2]
FILE = "mnist/learn_net.py"
MAKING = "mnist/making.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
SOURCES: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("mnist_sources.py")))


def made_with_keras(program: str, *arguments: Any, beside: str = REFERENCE) -> Any:
    """Return what the function `make` of a program gives, run beside a `learn_net`: the reference.

    The tests' own process never imports TensorFlow, and a runner of the shared launcher is a copy
    of a process that has: as in grading, nothing is imported anew.
    """
    exercise = load_course(ROOT, ["mnist"]).exercises[0]
    order = RunnerSpec(
        files={FILE: beside.encode(), MAKING: program.encode()},
        folder=exercise.folder,
        stubs=ROOT / "assignments",
        profile=exercise.profile,
        limits=exercise.limits,
    )
    session = Session(launcher(), order)
    try:
        return session.call(MAKING, "make", arguments).value
    finally:
        session.close()


class Grade:
    """One graded submission, its checks by name."""

    def __init__(self, result: SubmissionResult) -> None:
        self.result = result
        checks = result.exercises[0].checks
        assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
        self.checks: dict[str, CheckResult] = {c.id.rpartition(".")[2]: c for c in checks}

    @property
    def lost(self) -> set[str]:
        """The checks that did not pass."""
        return {name for name, c in self.checks.items() if c.outcome is not Outcome.PASSED}

    @property
    def named(self) -> set[str]:
        """The mistakes that were recognised."""
        return {d.name for check in self.checks.values() for d in check.diagnoses}


def grade(
    course: Course,
    source: str,
    progress: Callable[[str, ProgressEvent], None] = lambda _student, _doing: None,
    **more: bytes,
) -> Grade:
    names = {"model": "mnist/model.keras", "table": "mnist/table.npz"}
    files = {FILE: source.encode(), **{names[name]: content for name, content in more.items()}}
    judge = Judge(course, launcher(), b"salt", progress=progress)
    return Grade(judge.grade(Sealed("student", files)))
