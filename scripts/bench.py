"""Measure the promised speeds; prints a table and stores it in `build/bench.json`.

Both sides of a ratio are measured alternately in one run, and medians are compared, since shared
machines drift (`bench_sides`).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench_numbers import keep
from bench_sides import bench_levels, bench_workers, judge_of, outcomes

from grader.course import Course, load_course
from grader.intake import Layout, open_submission
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.report import render_student
from grader.results import Outcome
from grader.sandbox.doctor import best_level, make_launcher
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "submissions"
FILE = "neural_net/learn_random_data.py"
CHECKS = 10
HUNDRED = 100
# These train in the judge, at the same cost on both sides, which would hide other differences.
HEAVY = ("hyperparameters", "generalises", "learn")
# Outcomes of submissions that take time of their own, or would end this process: left out.
APART = frozenset([Outcome.OVER_LIMIT, Outcome.CRASHED])
SOON_ENOUGH = 60  # seconds


def ten_checks(course: Course) -> Course:
    """Return the course with ten checks of exercise 2 only."""
    [exercise] = course.only(["2"]).exercises
    [part] = exercise.parts
    light = [c for c in part.checks if not any(word in c.name for word in HEAVY)]
    kept = replace(part, checks=tuple(light[:CHECKS]))
    if len(kept.checks) != CHECKS:
        raise SystemExit(f"exercise 2 has only {len(kept.checks)} light checks")
    return Course(course.title, course.root, course.digest, (replace(exercise, parts=(kept,)),))


def plain_submissions(course: Course) -> list[Sealed]:
    """Return the sample class's submissions of exercise 2 that both sides grade alike.

    A submission that ends or changes its process needs the sandbox: without one, it would distort
    whatever is measured after it in the same process.
    """
    small = ten_checks(course)
    judge = Judge(small, make_launcher(best_level()), b"bench")
    reference = Sealed("reference", {FILE: (course.root / "solutions" / FILE).read_bytes()})
    found = []
    for path in sorted(CLASS.iterdir()):
        if not path.is_dir():
            continue
        sealed = open_submission(path, Layout(course.files))
        if FILE in sealed.files:
            said = outcomes(judge.grade(sealed))
            if not APART.intersection(said) and floor_says(small, sealed, reference) == said:
                found.append(sealed)
    judge.launcher.close()
    return found


def mixed(found: Sequence[Sealed], count: int) -> list[Sealed]:
    """Return `count` submissions, repeating the given ones."""
    return [found[i % len(found)] for i in range(count)]


def floor_says(small: Course, sealed: Sealed, reference: Sealed) -> list[Outcome]:
    """Return the outcomes in a process without isolation; empty if the process was harmed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(SOON_ENOUGH)  # nothing else ends an endless loop here
        judge = judge_of(small, "floor")
        said = outcomes(judge.grade(sealed))
        if set(outcomes(judge.grade(reference))) == {Outcome.PASSED}:
            os.write(write, json.dumps(said).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return [Outcome(value) for value in json.loads(text or "[]")]


def timed(action: Callable[[], object]) -> float:
    """Return the wall seconds of an action."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def bench_start(runs: int) -> dict[str, float]:
    """Measure the time from asking for a runner until it is locked down and ready, best level."""
    launcher = make_launcher(best_level())
    profile = Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1"})
    walls = []
    with tempfile.TemporaryDirectory() as stubs:
        Path(stubs).chmod(0o755)
        order = RunnerSpec(
            files={"a.py": b""}, folder=".", stubs=Path(stubs), profile=profile, limits=Limits()
        )
        launcher.start(order).end()
        for _ in range(runs):
            started = time.perf_counter()
            process = launcher.start(order)
            walls.append(time.perf_counter() - started)
            process.end()
    launcher.close()
    return {"fork_ready_ms_numpy": 1e3 * statistics.median(walls)}


@dataclass(frozen=True, slots=True)
class Held:
    """Resources held by this process and its descendants."""

    memory_mib: float
    descriptors: int
    mounts: int
    zombies: int

    def __str__(self) -> str:
        """Return the resources as the end of a line."""
        return (
            f"{self.memory_mib:.0f} MiB, {self.descriptors} descriptors, {self.mounts} mounts, "
            f"{self.zombies} zombies"
        )


def bench_growth(course: Course, found: Sequence[Sealed], count: int) -> dict[str, float]:
    """Grade many submissions in a row; compare time and resources of the first and last hundred."""
    small = ten_checks(course)
    judge = Judge(small, make_launcher(best_level()), b"bench")
    subjects = mixed(found, count)
    # Both hundreds begin with the same submission, so that their mixture is the same.
    kinds = len(found)
    last = (count - HUNDRED) // kinds * kinds
    for sealed in subjects[:kinds]:
        judge.grade(sealed)
    walls = []
    before = held()
    for place, sealed in enumerate(subjects):
        walls.append(timed(partial(judge.grade, sealed)))
        if place == HUNDRED - 1:
            before = held()
    after = held()
    judge.launcher.close()
    first_ms = 1e3 * statistics.median(walls[:HUNDRED])
    last_ms = 1e3 * statistics.median(walls[last : last + HUNDRED])
    print(f"first hundred: {first_ms:.1f} ms each; after it {before}")
    print(f"last hundred:  {last_ms:.1f} ms each; after it {after}")
    thousands = max(1, count - HUNDRED) / 1000
    return {
        "rss_growth_mib_per_1000": (after.memory_mib - before.memory_mib) / thousands,
        "descriptor_growth": float(after.descriptors - before.descriptors),
        "mount_growth": float(after.mounts - before.mounts),
        "zombie_growth": float(after.zombies - before.zombies),
        "last_hundred_to_first": last_ms / first_ms,
    }


def held() -> Held:
    """Return the resources held by this process and its descendants."""
    time.sleep(0.1)  # the last runner is being removed, and the next one made
    pages = descriptors = mounts = zombies = 0
    for pid in family(os.getpid()):
        place = Path(f"/proc/{pid}")
        try:
            zombies += place.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z"
            pages += int(place.joinpath("statm").read_text().split()[1])
            descriptors += sum(1 for _ in place.joinpath("fd").iterdir())
            mounts += len(place.joinpath("mountinfo").read_text().splitlines())
        except OSError:
            continue
    return Held(pages * resource.getpagesize() / 2**20, descriptors, mounts, zombies)


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def bench_check(path: Path, runs: int) -> dict[str, float]:
    """Measure the whole command `grader check` on exercise 2."""
    command = [sys.executable, "-m", "grader", "check", str(path), "--exercise", "2"]
    walls = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=False, capture_output=True, cwd=ROOT)  # noqa: S603
        walls.append(time.perf_counter() - started)
    return {"check_exercise_2_wall_seconds": statistics.median(walls)}


def bench_render(course: Course, sealed: Sealed, runs: int) -> dict[str, float]:
    """Measure the rendering of one student's page, all exercises."""
    result = Judge(course, PlainLauncher(), b"bench").grade(sealed, "bench")
    info = course.info
    render_student(result, info)
    walls = [timed(lambda: render_student(result, info)) for _ in range(runs)]
    return {"render_student_ms": 1e3 * statistics.median(walls)}


def main() -> None:
    """Run every benchmark."""
    parser = argparse.ArgumentParser(description="Measure the grader's speed.")
    parser.add_argument("--submissions", type=int, default=40, metavar="N")
    parser.add_argument("--many", type=int, default=1000, metavar="N", help="in a row")
    count = parser.parse_args().submissions
    course = load_course(ROOT)
    found = plain_submissions(course)
    sealed = found[0]
    numbers: dict[str, float] = {}
    numbers |= bench_check(CLASS / sealed.name, 5)
    small = ten_checks(course)
    numbers |= bench_levels(small, found)
    numbers |= bench_start(count)
    numbers |= bench_workers(small, mixed(found, count))
    numbers |= bench_growth(course, found, parser.parse_args().many)
    numbers |= bench_render(course, sealed, 20)
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    keep(numbers)


if __name__ == "__main__":
    main()
