"""Measure what a cluster costs beside local processes, and what a submission costs in many.

`dask_to_local_ratio`: the speed of two workers of a Dask cluster on this machine, divided by that
of two local processes; both grade a class by turns, and the median of the ratios counts.
`growth_50_to_5000`: the time for a submission in a class of 5,000, divided by that in a class of
50, with local processes, a new gradebook, reports and the class's page; classes of 50 are graded
before and after.
Neither includes the start: measuring begins when a quarter of the class is graded.

The growth is one of processor seconds, of this process and all below it, so that others who use
the machine change it little. The ratio is one of wall seconds, since a cluster may also wait; its
like in processor seconds is kept beside it (`dask_to_local_processor_ratio`), and the load.
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
# So many small classes are graded before the large one, and as many after it.
AROUND = 3
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


@dataclass(frozen=True)
class Cost:
    """Seconds since some moment, or milliseconds for a submission.

    Attributes
    ----------
    processor : float
        Of this process and all below it, those too that have ended.
    """

    wall: float
    processor: float

    @classmethod
    def now(cls) -> Cost:
        """Return the seconds until now."""
        ticks: dict[int, int] = {}
        parents: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                words = path.read_text().rpartition(")")[2].split()
                number = int(path.parent.name)
                parents[number] = int(words[1])
                ticks[number] = sum(map(int, words[11:15]))
        ours, wall = {os.getpid()}, time.perf_counter()
        while more := {one for one, above in parents.items() if above in ours} - ours:
            ours |= more
        ended = sum(ticks.get(one, 0) for one in ours)
        return cls(wall, ended / os.sysconf("SC_CLK_TCK"))

    def __str__(self) -> str:
        """Return both in words."""
        return f"{self.wall:.1f} ms ({self.processor:.1f} of the processor)"


@dataclass
class Timed:
    """A class to grade with a measured time, into a new gradebook if `with_book` says so."""

    course: Path
    exercise: str
    handed_in: Path
    out: Path
    with_book: bool = False

    def grade(self, executor: Executor | None = None) -> Cost:
        """Grade it; return what a submission costs, over the last three quarters."""
        course = load_course(self.course, [self.exercise])
        found = open_class(course, self.handed_in)
        begun = len(found) // 4  # every worker is at work by then
        seen: list[Cost | None] = []
        shutil.rmtree(self.out, ignore_errors=True)
        books = self.out.with_name("books")
        shutil.rmtree(books, ignore_errors=True)
        grading = grade_class(
            course,
            found,
            self.out,
            workers=executor or WORKERS,
            gradebook=str(books / "book.sqlite") if self.with_book else "none",
            isolation=best_level(),
            done=lambda _: seen.append(Cost.now() if len(seen) == begun else None),
        )
        start, end, count = seen[begun], Cost.now(), len(seen) - begun - 1
        if start is None or any(
            one.provisional or one.score < one.max_score for one in grading.results
        ):
            raise SystemExit("a reference is not right any more, so no time counts")
        return Cost(
            wall=1e3 * (end.wall - start.wall) / count,
            processor=1e3 * (end.processor - start.processor) / count,
        )


def bench_ratio(timed: Timed, place: SchedulerPlace, rounds: int) -> dict[str, float]:
    """Grade a class with local processes and with the cluster, alternately."""
    here: list[Cost] = []
    there: list[Cost] = []
    for number in range(rounds):
        for side in ((here, there), (there, here))[number % 2]:
            executor = Cluster(place=place, tell=print) if side is there else None
            side.append(timed.grade(executor))
        print(f"local {here[-1]}, Dask {there[-1]}", flush=True)
    both = list(zip(here, there, strict=True))
    return {
        "dask_to_local_ratio": statistics.median(one.wall / two.wall for one, two in both),
        "dask_to_local_processor_ratio": statistics.median(
            one.processor / two.processor for one, two in both
        ),
        "two_local_workers_ms": statistics.median(one.wall for one in here),
        "two_dask_workers_ms": statistics.median(one.wall for one in there),
    }


def bench_growth(few: Timed, many: Timed, count: int) -> dict[str, float]:
    """Grade a small class before and after a large one."""
    before = [few.grade() for _ in range(AROUND)]
    large = many.grade()
    small = [*before, *(few.grade() for _ in range(AROUND))]
    print(f"small: {', '.join(map(str, small))}; large: {large}")
    return {
        f"growth_{FEW}_to_{count}": large.processor / statistics.median(s.processor for s in small),
        f"submission_ms_of_{count}": large.wall,
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

        def timed(kind: str, exercise: str, count: int, *, with_book: bool = False) -> Timed:
            handed_in = make_class(folder / kind, course, exercise, count)
            return Timed(course, exercise, handed_in, folder / "out", with_book)

        numbers: dict[str, float] = {}
        if options.rounds:
            with cluster_of(course, folder) as place:
                subject = timed("class", options.exercise, options.submissions)
                numbers |= bench_ratio(subject, place, options.rounds)
        if options.many:
            small = timed("few", options.cheap, FEW, with_book=True)
            large = timed("many", options.cheap, options.many, with_book=True)
            numbers |= bench_growth(small, large, options.many)
    for label, value in numbers.items():
        print(f"{label:<32} {value:10.3f}")
    print(f"load {os.getloadavg()[0]:.1f}")
    keep(numbers)
    slow = numbers.get("dask_to_local_ratio", LEAST_RATIO) < LEAST_RATIO
    return 1 if slow or numbers.get(f"growth_{FEW}_to_{options.many}", 0.0) > MOST_GROWTH else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    raise SystemExit(main())
