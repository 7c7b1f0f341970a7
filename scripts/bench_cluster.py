"""Measure what a cluster costs beside local processes, and what a submission costs in many.

`dask_to_local_ratio`: the speed of two workers of a Dask cluster on this machine, divided by that
of two local processes; both grade classes alternately, and medians are compared.
`growth_50_to_5000`: the time for a submission in a class of 5,000, divided by that in a class of
50, with local processes, reports and the class's page. Neither includes the start: measuring begins
when a quarter of the class is graded.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench_numbers import keep

from grader.api import grade_class, load_course, open_class
from grader.executors.cluster import Cluster
from grader.executors.scheduler import SchedulerPlace
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.executors.batch import Executor

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
FEW = 50
LEAST_RATIO = 0.9
MOST_GROWTH = 1.1
START_SECONDS = 300.0


def make_course(folder: Path) -> Path:
    """Copy the course, with a salt that the workers can read."""
    for name in ("assignments", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".grader").mkdir()
    (folder / ".grader" / "salt").write_text(secrets.token_hex(32))
    return folder


def make_class(folder: Path, course: Path, exercise: str, count: int) -> Path:
    """Write a class whose submissions are the references, each with one line of its own."""
    [wanted] = load_course(course, [exercise]).exercises
    files = {part.file: (course / "solutions" / part.file).read_text() for part in wanted.parts}
    for number in range(count):
        for name, text in files.items():
            path = folder / f"student_{number:05d}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n# {number}\n")
    return folder


@contextlib.contextmanager
def cluster_of(course: Path, folder: Path) -> Iterator[SchedulerPlace]:
    """Start a scheduler and workers on the loopback interface, and yield the scheduler's place."""
    with contextlib.ExitStack() as stack:

        def started(name: str, words: list[str], sign: str) -> re.Match[str]:
            log = folder / f"{name}.log"
            with log.open("wb") as file:
                command = [sys.executable, "-m", *words]
                process = subprocess.Popen(command, stdout=file, stderr=file)  # noqa: S603
            stack.callback(process.wait)
            stack.callback(process.terminate)
            end = time.monotonic() + START_SECONDS
            while time.monotonic() < end and process.poll() is None:
                if found := re.search(sign, log.read_text()):
                    return found
                time.sleep(0.1)
            raise SystemExit(f"no {name}: {log.read_text()}")

        words = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
        found = started("scheduler", [*words, "--no-dashboard"], r"Scheduler at:\s+(tcp://\S+)")
        place = SchedulerPlace(address=found[1])
        words = ["grader", "worker", "--scheduler", found[1], "--course", str(course)]
        words += ["--workers", str(WORKERS), "--isolation", best_level()]
        started("worker", words, "at work for")
        yield place


@dataclass
class Timed:
    """A class to grade with a measured time."""

    course: Path
    exercise: str
    handed_in: Path
    out: Path

    def milliseconds(self, executor: Executor | None = None) -> float:
        """Grade it; return the wall milliseconds for a submission, over the last three quarters."""
        course = load_course(self.course, [self.exercise])
        found = open_class(course, self.handed_in)
        times: list[float] = []
        shutil.rmtree(self.out, ignore_errors=True)
        grading = grade_class(
            course,
            found,
            self.out,
            workers=executor or WORKERS,
            gradebook="none",
            isolation=best_level(),
            done=lambda _: times.append(time.perf_counter()),
        )
        begun = len(times) // 4  # every worker is at work by then
        seconds = time.perf_counter() - times[begun]
        if any(one.provisional or one.score < one.max_score for one in grading.results):
            raise SystemExit("a reference is not right any more, so no time counts")
        return 1e3 * seconds / (len(times) - begun - 1)


def bench_ratio(timed: Timed, place: SchedulerPlace, rounds: int) -> dict[str, float]:
    """Grade a class with local processes and with the cluster, alternately."""
    here: list[float] = []
    there: list[float] = []
    for number in range(rounds):
        for side in ((here, there), (there, here))[number % 2]:
            executor = Cluster(place=place, tell=print) if side is there else None
            side.append(timed.milliseconds(executor))
        print(f"local {here[-1]:.1f} ms, Dask {there[-1]:.1f} ms a submission", flush=True)
    ratios = [one / two for one, two in zip(here, there, strict=True)]
    return {
        "dask_to_local_ratio": statistics.median(ratios),
        "two_local_workers_ms": statistics.median(here),
        "two_dask_workers_ms": statistics.median(there),
    }


def bench_growth(few: Timed, many: Timed, count: int) -> dict[str, float]:
    """Grade a small class before and after a large one."""
    before = few.milliseconds()
    large = many.milliseconds()
    after = few.milliseconds()
    print(f"small: {before:.1f} and {after:.1f} ms each; large: {large:.1f} ms each")
    return {
        f"growth_{FEW}_to_{count}": large / statistics.mean([before, after]),
        f"submission_ms_of_{count}": large,
    }


def main() -> int:
    """Measure, and fail if a number exceeds its promised limit."""
    parser = argparse.ArgumentParser(description="Measure executors.")
    parser.add_argument("--exercise", default="1", help="that is graded for the ratio")
    parser.add_argument("--cheap", default="0", help="that is graded for the growth")
    parser.add_argument("--submissions", type=int, default=40, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--many", type=int, default=5000, metavar="N", help="0 for none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        folder = Path(name)
        course = make_course(folder / "course")

        def timed(kind: str, exercise: str, count: int) -> Timed:
            handed_in = make_class(folder / kind, course, exercise, count)
            return Timed(course, exercise, handed_in, folder / "out")

        numbers: dict[str, float] = {}
        if options.rounds:
            with cluster_of(course, folder) as place:
                subject = timed("class", options.exercise, options.submissions)
                numbers |= bench_ratio(subject, place, options.rounds)
        if options.many:
            small = timed("few", options.cheap, FEW)
            numbers |= bench_growth(small, timed("many", options.cheap, options.many), options.many)
    for label, value in numbers.items():
        print(f"{label:<32} {value:10.3f}")
    keep(numbers)
    slow = numbers.get("dask_to_local_ratio", LEAST_RATIO) < LEAST_RATIO
    return 1 if slow or numbers.get(f"growth_{FEW}_to_{options.many}", 0.0) > MOST_GROWTH else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    raise SystemExit(main())
