"""Compare grading at each isolation level with the same checks in one plain process, the floor.

Each side is a process that does nothing else, like a worker of `grader grade`. The sides take
turns, one class each time: a shared machine drifts, and one side's effects on caches and the kernel
must not be measured as the other's.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import time
from typing import TYPE_CHECKING

from grader.authoring.audit.direct import Direct
from grader.judge import Judge
from grader.results import Outcome
from grader.sandbox.doctor import LEVELS, best_level, make_launcher, obstacle
from grader.sandbox.plain import PlainLauncher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.course import Course
    from grader.intake.sealed import Sealed
    from grader.results import SubmissionResult
    from grader.sandbox.launcher import Launcher, RunnerSpec

    Times = list[float]
    Task = Callable[[Judge, Sealed], SubmissionResult]

ROUNDS = 5


class Floor(Direct):
    """A session in this process; none of the measured submissions is a notebook."""

    def __init__(self, launcher: Launcher, spec: RunnerSpec, *, seed: int = 0, **_: object) -> None:
        super().__init__(launcher, spec, seed=seed)


def judge_of(course: Course, side: str) -> Judge:
    """Return the judge of a level, or of the floor."""
    if side == "floor":
        return Judge(course, PlainLauncher(), b"bench", session=Floor)
    return Judge(course, make_launcher(side), b"bench")


def outcomes(result: SubmissionResult) -> list[Outcome]:
    """Return the outcomes of the checks of all exercises."""
    return [check.outcome for exercise in result.exercises for check in exercise.checks]


def grade(judge: Judge, sealed: Sealed) -> SubmissionResult:
    """Grade one submission: what a side does, unless it is told another task."""
    return judge.grade(sealed)


class Side:
    """A warm process that grades its submissions each time it is asked to; `pid` is its number."""

    def __init__(
        self, course: Course, side: str, share: Sequence[Sealed], task: Task = grade
    ) -> None:
        self.side = side
        self._line, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self._line.close()
            _work(course, side, share, theirs, task)
        theirs.close()
        self._line.recv(1)

    def start(self) -> None:
        """Ask it to grade all of them once."""
        self._line.send(b".")

    def times(self) -> Times:
        """Wait until it has finished, and return the wall seconds of each submission."""
        with self._line.dup() as line, line.makefile() as text:
            times: Times | None = json.loads(text.readline())
        if times is None:
            raise SystemExit(f"{self.side}: the checks do not work any more, so no time counts")
        return times

    def close(self) -> None:
        """End the process."""
        self._line.send(b"!")
        self._line.close()
        os.waitpid(self.pid, 0)


def _work(
    course: Course, side: str, share: Sequence[Sealed], line: socket.socket, task: Task
) -> None:
    judge = judge_of(course, side)
    for sealed in share:
        task(judge, sealed)
    line.send(b".")
    while line.recv(1) == b".":
        times: Times = []
        broken = False
        for sealed in share:
            started = time.perf_counter()
            result = task(judge, sealed)
            times.append(time.perf_counter() - started)
            broken = broken or Outcome.GRADER_ERROR in outcomes(result)
        line.sendall(json.dumps(None if broken else times).encode() + b"\n")
    judge.launcher.close()
    os._exit(0)


def in_turn(sides: Sequence[Side], rounds: int) -> dict[str, list[Times]]:
    """Let the sides take turns; return the wall seconds of each submission, round by round."""
    taken: dict[str, list[Times]] = {side.side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            side.start()
            taken[side.side].append(side.times())
    return taken


def bench_levels(course: Course, found: Sequence[Sealed], rounds: int = ROUNDS) -> dict[str, float]:
    """Compare each available level with the floor: class medians, median over the rounds."""
    names = ["floor", *(level for level in LEVELS if not obstacle(level))]
    sides = [Side(course, name, found) for name in names]
    taken = in_turn(sides, rounds)
    for side in sides:
        side.close()
    middles = {name: [statistics.median(times) for times in taken[name]] for name in names}
    numbers = {}
    for name in names:
        label = {"floor": "floor", "none": "grade"}.get(name, f"grade_{name}")
        numbers[f"{label}_wall_ms"] = 1e3 * statistics.median(middles[name])
        if name != "floor":
            ratio = "ratio_to_floor" if name == "none" else f"ratio_to_floor_{name}"
            both = zip(middles[name], middles["floor"], strict=True)
            numbers[ratio] = statistics.median(one / bare for one, bare in both)
    return numbers


def bench_workers(
    course: Course, found: Sequence[Sealed], rounds: int = ROUNDS
) -> dict[str, float]:
    """Grade a class with one worker and with two; the floor shows what the machine can give."""
    numbers = {}
    for name, label in ((best_level(), "two_worker_speedup"), ("floor", "two_floors_speedup")):
        alone = [Side(course, name, found)]
        two = [Side(course, name, found[::2]), Side(course, name, found[1::2])]
        walls = [(wall(alone), wall(two)) for _ in range(rounds)]
        for side in (*alone, *two):
            side.close()
        numbers[label] = statistics.median(one / both for one, both in walls)
        if name != "floor":
            one = statistics.median(one for one, _ in walls)
            numbers["submissions_per_second"] = len(found) / one
    return numbers


def wall(sides: Sequence[Side]) -> float:
    """Let the sides work at the same time; return the wall seconds until the last is done."""
    started = time.perf_counter()
    for side in sides:
        side.start()
    for side in sides:
        side.times()
    return time.perf_counter() - started
