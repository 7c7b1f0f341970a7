"""Measure what the project promises about speed; prints a table and writes `build/bench.json`.

Both sides of a ratio are measured in the same run, in turn, and medians are compared: shared
machines drift. The floor is one process that imports each submission and runs the same checks on
it with no isolation at all.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checks import Rng
from grader.course import Course, load_course
from grader.errors import Crashed, Failed
from grader.intake import Layout, open_submission
from grader.judge import Judge
from grader.report import render_student
from grader.results import Usage
from grader.sandbox.plain import PlainLauncher
from grader.submission import Returned, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from grader.sandbox.launcher import Launcher, Order
    from grader.sealed import Sealed

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "submissions"
FILE = "neural_net/learn_random_data.py"
CHECKS = 10
# These train in the judge, at the same cost on both sides, which would hide the rest.
HEAVY = ("hyperparameters", "generalises", "learn")
# Submissions whose time is their own: they wait for a deadline.
ENDLESS = ("while True",)


class Direct(Session):
    """The floor: the submission in our own process, called directly."""

    def __init__(self, launcher: Launcher, order: Order, *, seed: int = 0) -> None:
        super().__init__(launcher, order, seed=seed)
        self._modules: dict[str, ModuleType] = {}
        self._files = order.files

    def _module(self, file: str) -> ModuleType:
        if file not in self._modules:
            spec = importlib.util.spec_from_loader(Path(file).stem, loader=None)
            if spec is None or file not in self._files:
                raise Failed(f"{file} is missing.")
            module = importlib.util.module_from_spec(spec)
            try:
                exec(compile(self._files[file], file, "exec"), module.__dict__)  # noqa: S102
            except Exception as error:  # noqa: BLE001  (it may raise anything)
                raise Crashed(str(error)) from None
            self._modules[file] = module
        return self._modules[file]

    def call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        *,
        seconds: float | None = None,
        want_arguments: bool = False,
    ) -> Returned:
        """Call the function in this process."""
        del seconds, want_arguments
        given = [a.generator() if isinstance(a, Rng) else a for a in arguments]
        try:
            return Returned(getattr(self._module(file), name)(*given), given)
        except Exception as error:  # noqa: BLE001  (it may raise anything)
            raise Crashed(str(error)) from None

    def get(self, file: str, name: str) -> Any:
        """Read the name in this process."""
        return getattr(self._module(file), name)

    def take_printed(self) -> str:
        """Nothing is captured one by one."""
        return ""

    def close(self) -> Usage:
        """Nothing to close."""
        return Usage()


def ten_checks(course: Course) -> Course:
    """Return the course with exercise 2 alone, and ten checks of it."""
    from dataclasses import replace  # noqa: PLC0415

    [exercise] = course.only(["2"]).exercises
    [part] = exercise.parts
    light = [c for c in part.checks if not any(word in c.name for word in HEAVY)]
    kept = replace(part, checks=tuple(light[:CHECKS]))
    if len(kept.checks) != CHECKS:
        raise SystemExit(f"exercise 2 has only {len(kept.checks)} light checks")
    return Course(course.title, course.root, course.digest, (replace(exercise, parts=(kept,)),))


def mixed_submissions(course: Course, count: int) -> list[Sealed]:
    """Return `count` submissions of the sample class that hold exercise 2, over and over."""
    found = []
    for path in sorted(CLASS.iterdir()):
        if not path.is_dir():
            continue
        sealed = open_submission(path, Layout(course.files))
        text = sealed.files.get(FILE, b"").decode("utf-8", "replace")
        if text and not any(word in text for word in ENDLESS) and "os._exit" not in text:
            found.append(sealed)
    return [found[i % len(found)] for i in range(count)]


def cpu() -> float:
    """Return the CPU seconds of this process and of the children that it has waited for."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, both))


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and the CPU seconds of an action."""
    wall, used = time.perf_counter(), cpu()
    action()
    return time.perf_counter() - wall, cpu() - used


def bench_submissions(course: Course, count: int) -> dict[str, float]:
    """Grade mixed submissions in runners and in this process, in turn."""
    small = ten_checks(course)
    judge = Judge(small, PlainLauncher(), b"bench")
    floor = Judge(small, PlainLauncher(), b"bench", session=Direct)
    graded: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for sealed in mixed_submissions(course, count):
        graded.append(timed(lambda s=sealed: judge.grade(s)))  # type: ignore[misc]
        with contextlib.redirect_stdout(io.StringIO()):
            bare.append(timed(lambda s=sealed: floor.grade(s)))  # type: ignore[misc]
    walls = [wall for wall, _ in graded]
    floors = [wall for wall, _ in bare]
    return {
        "floor_wall_ms": 1e3 * statistics.median(floors),
        "floor_cpu_ms": 1e3 * statistics.median(used for _, used in bare),
        "grade_wall_ms": 1e3 * statistics.median(walls),
        "grade_cpu_ms": 1e3 * statistics.median(used for _, used in graded),
        "ratio_to_floor": statistics.median(w / f for w, f in zip(walls, floors, strict=True)),
    }


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
    count = parser.parse_args().submissions
    course = load_course(ROOT)
    sealed = mixed_submissions(course, 1)[0]
    numbers: dict[str, float] = {}
    numbers |= bench_check(CLASS / sealed.name, 5)
    numbers |= bench_submissions(course, count)
    numbers |= bench_render(course, sealed, 20)
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({k: round(v, 4) for k, v in numbers.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
