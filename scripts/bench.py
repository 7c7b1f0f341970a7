"""Measure what the project promises about speed; prints a table and writes `build/bench.json`.

Both sides of a ratio are measured in the same run, in turn, and medians are compared: shared
machines drift. The floor is one process that imports each submission and runs the same checks on
it with no isolation at all.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.audit.direct import Direct
from grader.course import Course, load_course
from grader.intake import Layout, open_submission
from grader.judge import Judge
from grader.report import render_student
from grader.results import Outcome
from grader.sandbox.doctor import LEVELS, best_level, make_launcher, obstacle
from grader.sandbox.launcher import Launcher, Limits, Order, Profile
from grader.sandbox.plain import PlainLauncher
from grader.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.results import SubmissionResult

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "submissions"
FILE = "neural_net/learn_random_data.py"
CHECKS = 10
HUNDRED = 100
# These train in the judge, at the same cost on both sides, which would hide the rest.
HEAVY = ("hyperparameters", "generalises", "learn")
# Submissions whose time is their own, or that would end this process: they are left out.
APART = frozenset([Outcome.OVER_LIMIT, Outcome.CRASHED])


class Floor(Direct):
    """Submissions in this process; none of those that are measured is a notebook."""

    def __init__(self, launcher: Launcher, order: Order, *, seed: int = 0, **_: object) -> None:
        super().__init__(launcher, order, seed=seed)


def ten_checks(course: Course) -> Course:
    """Return the course with exercise 2 alone, and ten checks of it."""
    [exercise] = course.only(["2"]).exercises
    [part] = exercise.parts
    light = [c for c in part.checks if not any(word in c.name for word in HEAVY)]
    kept = replace(part, checks=tuple(light[:CHECKS]))
    if len(kept.checks) != CHECKS:
        raise SystemExit(f"exercise 2 has only {len(kept.checks)} light checks")
    return Course(course.title, course.root, course.digest, (replace(exercise, parts=(kept,)),))


def plain_submissions(course: Course) -> list[Sealed]:
    """Return those of the sample class that hold exercise 2 and that both sides grade alike.

    One that ends or changes the process that it runs in is for the sandbox alone: the floor, and
    whatever is measured after it in the same process, would measure nothing.
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
    """Return `count` submissions, over and over the same ones."""
    return [found[i % len(found)] for i in range(count)]


def outcomes(result: SubmissionResult) -> list[Outcome]:
    """Return what the checks of the one exercise said."""
    [exercise] = result.exercises
    return [check.outcome for check in exercise.checks]


def floor_says(small: Course, sealed: Sealed, reference: Sealed) -> list[Outcome]:
    """Return what the checks say in a process without isolation; nothing where it is harmed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        judge = Judge(small, PlainLauncher(), b"bench", session=Floor)
        said = outcomes(judge.grade(sealed))
        if set(outcomes(judge.grade(reference))) == {Outcome.PASSED}:
            os.write(write, json.dumps(said).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return [Outcome(value) for value in json.loads(text or "[]")]


def cpu() -> float:
    """Return the CPU seconds of this process and of the children that it has waited for."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, both))


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and the CPU seconds of an action."""
    wall, used = time.perf_counter(), cpu()
    action()
    return time.perf_counter() - wall, cpu() - used


def bench_levels(course: Course, found: Sequence[Sealed], count: int) -> dict[str, float]:
    """Grade mixed submissions at each level that holds here and in this process, in turn."""
    small = ten_checks(course)
    launchers = [make_launcher(level) for level in LEVELS if not obstacle(level)]
    judges = {launcher.level: Judge(small, launcher, b"bench") for launcher in launchers}
    judges["floor"] = Judge(small, PlainLauncher(), b"bench", session=Floor)
    subjects = mixed(found, count)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in judges}
    for judge in judges.values():
        judge.grade(subjects[0])
    for sealed in subjects:
        for name, judge in judges.items():
            taken[name].append(timed(partial(judge.grade, sealed)))
    for name, judge in judges.items():
        if Outcome.GRADER_ERROR in outcomes(judge.grade(subjects[0])):
            raise SystemExit(f"{name}: the checks do not work any more, so the times mean nothing")
    for launcher in launchers:
        launcher.close()
    numbers = {}
    for name, pairs in taken.items():
        label = {"floor": "floor", "none": "grade"}.get(name, f"grade_{name}")
        numbers[f"{label}_wall_ms"] = 1e3 * statistics.median(wall for wall, _ in pairs)
        numbers[f"{label}_cpu_ms"] = 1e3 * statistics.median(used for _, used in pairs)
        if name != "floor":
            ratio = "ratio_to_floor" if name == "none" else f"ratio_to_floor_{name}"
            both = zip(pairs, taken["floor"], strict=True)
            numbers[ratio] = statistics.median(one[0] / bare[0] for one, bare in both)
    return numbers


def bench_start(runs: int) -> dict[str, float]:
    """Time from asking for a runner to having one that is locked and ready, at the best level."""
    launcher = make_launcher(best_level())
    profile = Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1"})
    walls = []
    with tempfile.TemporaryDirectory() as stubs:
        Path(stubs).chmod(0o755)
        order = Order(
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


def bench_class(course: Course, found: Sequence[Sealed], count: int) -> dict[str, float]:
    """Grade a class with one worker and with two, in turn."""
    small = ten_checks(course)
    subjects = mixed(found, count)
    one, two = [], []
    for _ in range(3):
        one.append(with_workers(small, [subjects]))
        two.append(with_workers(small, [subjects[::2], subjects[1::2]]))
    speedups = [alone / both for alone, both in zip(one, two, strict=True)]
    return {
        "two_worker_speedup": statistics.median(speedups),
        "submissions_per_second": count / statistics.median(one),
    }


def with_workers(course: Course, shares: list[list[Sealed]]) -> float:
    """Return the wall seconds in which worker processes grade their shares, once all are warm."""
    workers = []
    for share in shares:
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            work(course, share, theirs)
        workers.append((child, ours))
    for _, ours in workers:
        ours.recv(1)
    started = time.perf_counter()
    for _, ours in workers:
        ours.send(b".")
    for _, ours in workers:
        ours.recv(1)
    wall = time.perf_counter() - started
    for child, _ in workers:
        os.waitpid(child, 0)
    return wall


def work(course: Course, share: list[Sealed], line: socket.socket) -> None:
    """Be a worker: get warm, say so, wait for the word, grade, say so, and end."""
    judge = Judge(course, make_launcher(best_level()), b"bench")
    judge.grade(share[0])
    line.send(b".")
    line.recv(1)
    for sealed in share:
        judge.grade(sealed)
    line.send(b".")
    judge.launcher.close()
    os._exit(0)


@dataclass(frozen=True, slots=True)
class Held:
    """What this process and all below it hold."""

    memory_mib: float
    descriptors: int
    mounts: int
    zombies: int

    def __str__(self) -> str:
        """Return it as the end of a line."""
        return (
            f"{self.memory_mib:.0f} MiB, {self.descriptors} descriptors, {self.mounts} mounts, "
            f"{self.zombies} zombies"
        )


def bench_growth(course: Course, found: Sequence[Sealed], count: int) -> dict[str, float]:
    """Grade many submissions in a row: what is held and the time, first hundred and last."""
    small = ten_checks(course)
    judge = Judge(small, make_launcher(best_level()), b"bench")
    subjects = mixed(found, count)
    # Both hundreds begin with the same submission, so that they are of the same mixture.
    kinds = len(found)
    last = (count - HUNDRED) // kinds * kinds
    for sealed in subjects[:kinds]:
        judge.grade(sealed)
    walls = []
    before = held()
    for place, sealed in enumerate(subjects):
        walls.append(timed(partial(judge.grade, sealed))[0])
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
    """Return what this process and all below it hold: memory, descriptors, mounts, zombies."""
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
    """Return a process and all that it and its children have started."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def bench_check(path: Path, runs: int) -> dict[str, float]:
    """Time the whole command `grader check` on exercise 2."""
    command = [sys.executable, "-m", "grader", "check", str(path), "--exercise", "2"]
    walls = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=False, capture_output=True, cwd=ROOT)  # noqa: S603
        walls.append(time.perf_counter() - started)
    return {"check_exercise_2_wall_seconds": statistics.median(walls)}


def bench_render(course: Course, sealed: Sealed, runs: int) -> dict[str, float]:
    """Time the rendering of one student's page, all exercises."""
    result = Judge(course, PlainLauncher(), b"bench").grade(sealed, "bench")
    info = course.info
    render_student(result, info)
    walls = [timed(lambda: render_student(result, info))[0] for _ in range(runs)]
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
    numbers |= bench_levels(course, found, count)
    numbers |= bench_start(count)
    numbers |= bench_class(course, found, count)
    numbers |= bench_growth(course, found, parser.parse_args().many)
    numbers |= bench_render(course, sealed, 20)
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({k: round(v, 4) for k, v in numbers.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
