"""One level of isolation: a judge, a bystander, and everything that is graded there in a row."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.course import Course, load_course
from grader.judge import Judge
from grader.results import ExerciseResult, SubmissionResult, Usage
from grader.sandbox.doctor import LEVELS, make_launcher
from grader.sandbox.launcher import RunnerSpec
from grader.intake.sealed import Sealed
from grader.submission import Session
from grader.submission.connection import client

from .world import HERE, KEY, SALT, World, processes, traces

if TYPE_CHECKING:
    from grader.sandbox.launcher import Launcher

CONTROLS = ("right", "one_by_one", "squares", "misspelt", "not_written")
SETTLE_SECONDS = 5.0
# What the judge waits for the end of one who has hung up, where it is known that he goes on living.
LITTLE_GRACE_SECONDS = 0.1

CASES = {path.parent.name: tomllib.loads(path.read_text()) for path in HERE.glob("*/expect.toml")}


def at(name: str, level: str) -> dict[str, Any]:
    """Return what is expected of a case at a level."""
    case = {key: value for key, value in CASES[name].items() if key not in LEVELS}
    here = CASES[name].get(level, {})
    if here.get("obtained"):
        case.pop("printed", None)
    return {"obtained": False, "left": False, **case, **here}


def levels_of(name: str) -> list[str]:
    return [level for level in LEVELS if level != "none" or "none" in CASES[name]]


@dataclass
class Graded:
    """A result, and what grading it cost and left."""

    result: SubmissionResult
    wall_seconds: float
    judge_seconds: float
    left: list[str]
    visitors: int

    @property
    def printed(self) -> str:
        """All that it has written."""
        return "\n".join(check.printed for e in self.result.exercises for check in e.checks)


class Arena:
    """One judge and one launcher, in which everything of one level is graded."""

    def __init__(self, level: str, world: World) -> None:
        self.level = level
        self.world = world
        self.course = load_course(world.place / "course")
        self.turn = 0
        launcher = make_launcher(level)
        self.alone = {name: timeless(self._grade(launcher, control(name))) for name in CONTROLS}
        launcher.close()
        self.before, self.known_traces = processes(), traces()
        self.launcher = make_launcher(level)
        self.bystander = self._bystander()
        # With a file that is none of the course's: what reads such files has its own processes.
        right = control("right")
        self._grade(self.launcher, Sealed("first", {**right.files, "tools.py": b"x = 1\n"}))
        self.family = len(self._settled(0))
        gc.collect()  # what earlier tests have left in this process
        self.fds, self.known_files = self._open_files(), self._files()

    def _bystander(self) -> Session:
        exercise = self.course.exercises[0]
        files = control("right").files
        order = RunnerSpec(
            files=files,
            folder=exercise.folder,
            stubs=self.course.stubs,
            profile=exercise.profile,
            limits=replace(exercise.limits, exercise_wall_seconds=600.0),
        )
        session = Session(self.launcher, order)
        session.call("work/attack.py", "double", [1.0])
        return session

    def attack(self, name: str) -> Graded:
        """Grade a case, and look around before and after it."""
        limits = CASES[name].get("limits", {})
        exercises = tuple(
            replace(e, limits=replace(e.limits, **limits)) for e in self.course.exercises
        )
        course = Course(self.course.title, self.course.root, self.course.digest, exercises)
        wall, cpu = time.monotonic(), time.process_time()
        with pytest.MonkeyPatch.context() as patch:
            if CASES[name].get("lives_on"):
                patch.setattr(client, "EXIT_GRACE_SECONDS", LITTLE_GRACE_SECONDS)
            result = self._grade(self.launcher, self._case(name), course)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        return Graded(result, wall, cpu, self._left(), self.world.visitors())

    def turn_of_a_control(self) -> bool:
        """Say whether an honest submission comes next: always, but for a level of slow starts."""
        self.turn += 1
        return self.level != "none" or self.turn % 3 == 0

    def control(self) -> tuple[str, SubmissionResult]:
        """Grade the next honest submission."""
        name = CONTROLS[self.turn % len(CONTROLS)]
        return name, timeless(self._grade(self.launcher, control(name)))

    def _grade(
        self, launcher: Launcher, sealed: Sealed, course: Course | None = None
    ) -> SubmissionResult:
        return Judge(course or self.course, launcher, salt=SALT).grade(sealed)

    def _case(self, name: str) -> Sealed:
        process: Any = self.bystander._runners.connection.process  # type: ignore[union-attr]
        sibling = process._pid if self.level != "none" else process._process.pid
        hints = {**self.world.hints, "SIBLING": sibling, "SIBLING_ROOT": process.root}
        text = "".join(f"{key} = {value!r}\n" for key, value in hints.items())
        files = {"tools.py": (HERE / "tools.py").read_bytes(), "hints.py": text.encode()}
        long = {path: b"#\n" * lines for path, lines in CASES[name].get("lines", {}).items()}
        return Sealed(name, {**files, **long, **submission(HERE / name)})

    def bystander_is_well(self) -> bool:
        """Say whether the submission that runs all the while still answers."""
        return bool(self.bystander.call("work/attack.py", "double", [2.0]).value == 4.0)

    def _left(self) -> list[str]:
        """Return what an attack has left, and take it away."""
        settled = self._settled(self.family)
        extra = len(settled) - self.family
        left = [f"processes: {settled}"] if extra else []
        if self.level == "none" and extra:
            self._clean_up(settled)
        if self._has_more_open(now := self._settled_files()):
            left.append(f"open files: {self.fds}, now {now}")
        else:  # what a test before us had open has been closed: from now on it is not allowed for
            self.fds = now
        left += sorted(set(traces()) - set(self.known_traces))
        left += sorted(self._files() - self.known_files)
        for path in left:
            if path.startswith("/"):
                Path(path).unlink(missing_ok=True)
        libc = ctypes.CDLL(None)
        libc.shmctl(libc.shmget(KEY, 0, 0), 0, None)
        return left

    def _settled(self, count: int) -> dict[int, str]:
        """Return the processes of this level when they are so many, or when the time is up."""
        patience = SETTLE_SECONDS if self.level != "none" else 1.0
        until = time.monotonic() + (patience if count else 0.3)
        while True:
            now = {p: name for p, name in processes().items() if p not in self.before}
            zombies = [name for name in now.values() if name.endswith(" Z")]
            if (len(now) == count and not zombies) or time.monotonic() > until:
                return now
            time.sleep(0.01)

    def _settled_files(self) -> list[int]:
        """Return how many files are open when they are as many as before, or the time is up."""
        until = time.monotonic() + (SETTLE_SECONDS if self.level != "none" else 1.0)
        while (now := self._open_files()) != self.fds and time.monotonic() < until:
            time.sleep(0.01)  # what starts runners may be making the next one
        return now

    def _has_more_open(self, now: list[int]) -> bool:
        """Say whether one of us has more open than before."""
        return len(now) != len(self.fds) or any(n > n0 for n, n0 in zip(now, self.fds, strict=True))

    def _clean_up(self, found: dict[int, str]) -> None:
        process: Any = self.bystander._runners.connection.process  # type: ignore[union-attr]
        for pid in found.keys() - {process._process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _open_files(self) -> list[int]:
        """Return how many files each of us has open, as far as one may know."""
        counts = [len(list(Path("/proc/self/fd").iterdir()))]
        zygotes: dict[str, Any] = getattr(self.launcher, "_zygotes", {})
        for zygote in zygotes.values():
            if zygote._child:  # for the next order: taken from the line, where it is not counted
                counts[0] -= len(zygote._child[1])
            guard = zygote._process.pid
            first = Path(f"/proc/{guard}/task/{guard}/children").read_text().split()[0]
            for pid in (guard, first):
                with contextlib.suppress(OSError):
                    counts.append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
        return counts

    def _files(self) -> set[str]:
        place = self.world.place
        return {str(path) for name in ("open", "tmp") for path in (place / name).iterdir()}

    def close(self) -> list[str]:
        """End everything and return what is left."""
        self.bystander.close()
        self.launcher.close()
        left = [f"process {name}" for name in self._settled(0).values()]
        return left + sorted(set(traces()) - set(self.known_traces))


def submission(folder: Path) -> dict[str, bytes]:
    """Return a submission's files, with an honest file beside the attack."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "expect.toml" and "__pycache__" not in path.parts
    }
    return {"work/neighbour.py": (HERE / "neighbour.py").read_bytes(), **files}


def control(name: str) -> Sealed:
    return Sealed(name, submission(HERE / "controls" / name))


def timeless(result: SubmissionResult) -> SubmissionResult:
    """Return the result without what varies from run to run."""

    def of(exercise: ExerciseResult) -> ExerciseResult:
        usage = Usage(calls=exercise.usage.calls, restarts=exercise.usage.restarts)
        checks = tuple(replace(check, wall_seconds=0.0) for check in exercise.checks)
        return replace(exercise, checks=checks, usage=usage)

    return replace(result, exercises=tuple(map(of, result.exercises)))
