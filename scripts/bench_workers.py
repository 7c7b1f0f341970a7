"""Measure whether as many workers as processors leave any of these idle.

A worker's judge waits while its runner works, and the other way round. What counts is how long
neither of them has anything to do: so much of a processor a worker leaves to others, and no further
worker can gain more. It is looked up from outside, many times a second, whether any process of a
worker is running or ready to run; so it can be measured while others use the machine, too. Then a
class is graded by as many workers as there are processors, and by one more, by turns: on a machine
that others use as well this says only who gets more of it. Adds its numbers to `build/bench.json`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench_complete import grade_and_render, students, with_one_thread
from bench_course import NUMPY_EXERCISES, ROOT
from bench_numbers import keep
from bench_sides import Side, wall

from grader.course import load_course
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Course
    from grader.intake.sealed import Sealed

ROUNDS = 3
LOOK_SECONDS = 0.01
PARENT, CPU = 1, slice(11, 15)  # fields of /proc/<pid>/stat behind the name, from the state on
BUSY = {"R", "D"}


@dataclass(frozen=True, slots=True)
class Look:
    """What the processes of a worker do at a moment, and what they have used so far."""

    busy: bool
    cpu_seconds: float


def look(root: int) -> Look:
    """Return whether a process, or one that it has started, is running, ready or at a disk."""
    found: dict[int, list[str]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            found[int(entry.name)] = text.rpartition(") ")[2].split()
    ours, more = set[int](), {root}
    while more:
        ours |= more
        more = {pid for pid, fields in found.items() if int(fields[PARENT]) in ours} - ours
    known = [found[pid] for pid in ours if pid in found]
    ticks = sum(int(part) for fields in known for part in fields[CPU])
    return Look(any(fields[0] in BUSY for fields in known), ticks / os.sysconf("SC_CLK_TCK"))


def idle_share(course: Course, share: Sequence[Sealed]) -> float:
    """Return which part of a worker's time none of its processes has anything to do.

    Its time is that in which it has nothing to do, and the processor seconds that it uses: where
    others use the machine, it takes longer for what it does, and as long for what it waits for.
    """
    side = Side(course, best_level(), share, grade_and_render)
    begun, started, idle = look(side.pid), time.perf_counter(), []
    side.start()
    done = threading.Thread(target=side.times)
    done.start()
    while done.is_alive():
        idle.append(not look(side.pid).busy)
        time.sleep(LOOK_SECONDS)
    waited = statistics.fmean(idle) * (time.perf_counter() - started)
    used = look(side.pid).cpu_seconds - begun.cpu_seconds
    side.close()
    print(f"{len(idle):,} looks: idle for {waited:.2f} s, and busy for {used:.2f} of a processor")
    return waited / (waited + used)


def gains(course: Course, share: Sequence[Sealed], rounds: int) -> list[float]:
    """Return how much faster a class is graded with one worker more than processors, by turns."""
    count = len(os.sched_getaffinity(0))
    usual, more = (
        [Side(course, best_level(), share[k::workers], grade_and_render) for k in range(workers)]
        for workers in (count, count + 1)
    )
    walls = [(wall(usual), wall(more)) for _ in range(rounds)]
    for side in (*usual, *more):
        side.close()
    print("seconds with as many workers as processors, and with one more:", walls)
    return [one / other for one, other in walls]


def main() -> None:
    """Measure, print and keep the numbers."""
    with_one_thread()
    parser = argparse.ArgumentParser(description="Do as many workers as processors suffice?")
    parser.add_argument("--students", type=int, default=12, metavar="N")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="0: no class")
    options = parser.parse_args()
    course = load_course(ROOT).only(NUMPY_EXERCISES)
    share = students(course, options.students)
    numbers = {"worker_idle_share": idle_share(course, share)}
    if options.rounds:
        numbers["one_more_worker_throughput"] = statistics.median(
            gains(course, share, options.rounds)
        )
    for name, value in numbers.items():
        print(f"{name:<36} {value:10.3f}")
    keep(numbers)


if __name__ == "__main__":
    main()
