"""Measure a complete submission, and the cost of grading MNIST beyond the submission's own work.

Prints a table and adds its numbers to `build/bench.json`.
"""

from __future__ import annotations

import resource
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_numbers import keep

from grader.course import Course, load_course
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.report import render_student
from grader.sandbox.doctor import best_level, make_launcher
from grader.sandbox.launcher import RunnerSpec
from grader.submission import Session

if TYPE_CHECKING:
    from grader.results import SubmissionResult
    from grader.submission.connection.queries import Query

ROOT = Path(__file__).resolve().parents[1]
NUMPY_EXERCISES = ("0", "1", "2", "3", "4", "5", "6", "7", "9")
RUNS = 5


class Timed(Session):
    """A session that sums up the time in which the submission itself works."""

    own_seconds = 0.0
    train_seconds = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ask, self._asking.ask = self._asking.ask, self._timed  # type: ignore[method-assign]

    def _timed(self, query: Query, file: str = "", *, once: bool = False) -> Any:
        started, before = time.perf_counter(), Timed.own_seconds
        try:
            return self._ask(query, file, once=once)
        finally:
            taken = time.perf_counter() - started
            Timed.own_seconds = before + taken  # includes the time of loading the file
            if "train" in query.doing:
                Timed.train_seconds += taken


def reference(course: Course) -> Sealed:
    """Return the references as one submission."""
    solutions = course.root / "solutions"
    files = {file: (solutions / file).read_bytes() for file in course.files}
    return Sealed("reference", files)


def cpu() -> float:
    """Return the CPU seconds of this process alone; results contain those of runners."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def complete(course: Course) -> dict[str, float]:
    """Grade and render the numpy exercises of one submission, at the best level, warm."""
    small = course.only(NUMPY_EXERCISES)
    judge = Judge(small, make_launcher(best_level()), b"bench")
    sealed = reference(small)
    used = []
    for _ in range(RUNS + 1):
        before = cpu()
        result = judge.grade(sealed, "bench")
        render_student(result, small.info)
        theirs = sum(exercise.usage.cpu_seconds or 0.0 for exercise in result.exercises)
        used.append(cpu() - before + theirs)
    judge.launcher.close()
    return {"complete_submission_cpu_seconds": statistics.median(used[1:])}


def mnist(course: Course) -> dict[str, float]:
    """Train and grade the reference of MNIST: accuracy, training time, and the time beyond it."""
    small = course.only(["8"])
    launcher = make_launcher(best_level())
    [exercise] = small.exercises
    order = RunnerSpec(
        files={}, folder=exercise.folder, stubs=course.stubs, profile=exercise.profile,
        limits=exercise.limits,
    )  # fmt: skip
    waits = []
    launcher.start(order).end()
    for _ in range(RUNS):
        started = time.perf_counter()
        process = launcher.start(order)
        waits.append(time.perf_counter() - started)
        process.end()
    started = time.perf_counter()
    result = Judge(small, launcher, b"bench", session=Timed).grade(reference(small), "bench")
    wall = time.perf_counter() - started
    launcher.close()
    return {
        "fork_ready_ms_keras": 1e3 * statistics.median(waits),
        "mnist_overhead_seconds": wall - Timed.own_seconds,
        "mnist_reference_train_seconds": Timed.train_seconds,
        "mnist_reference_accuracy": accuracy(result),
    }


def accuracy(result: SubmissionResult) -> float:
    """Return the share of hidden digits that was recognised, from the report's table."""
    checks = [check for exercise in result.exercises for check in exercise.checks]
    [table] = next(c for c in checks if c.id.endswith(".new_digits_are_recognised")).evidence.tables
    return float(table.rows[0][-1].removesuffix("%")) / 100


def main() -> None:
    """Measure both and store their numbers."""
    course = load_course(ROOT)
    numbers = complete(course) | mnist(course)
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    keep(numbers)


if __name__ == "__main__":
    main()
