"""Measure what isolation costs: ``python scripts/bench_sandbox.py [RUNS]``, medians in ms.

The floor is the same work without any process: the file is run and its function called here.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from grader.sandbox.doctor import obstacle
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Launcher, Limits, Process, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

CODE = "import numpy as np\n\ndef double(x):\n    return 2 * x\n"
FILE = "net/double.py"
CALLS = 15
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


def timed(work: Callable[[], object]) -> float:
    """Return how long some work took, ms."""
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)


def floor() -> None:
    """Do the work of one submission in this process."""
    names: dict[str, Callable[[object], object]] = {}
    exec(compile(CODE, FILE, "exec"), names)  # noqa: S102  (our own code)
    for _ in range(CALLS):
        names["double"](np.arange(3.0))


def measure(launcher: Launcher, spec: RunnerSpec, runs: int) -> dict[str, float]:
    """Return the medians of the parts of a submission's life, and of its whole."""
    launcher.start(spec).end()
    times: dict[str, list[float]] = {"start": [], "load": [], "calls": [], "end": [], "whole": []}
    for _ in range(runs):
        # A class leaves the zygote the time between two submissions, in which checks are compared.
        time.sleep(0.005)
        began = time.perf_counter()
        process = launcher.start(spec)
        times["start"].append(1e3 * (time.perf_counter() - began))
        session = Session(_Given(launcher.level, process), spec)
        times["load"].append(timed(partial(session.get, FILE, "__name__")))
        times["calls"].append(timed(partial(call_often, session)))
        times["end"].append(timed(session.close))
        times["whole"].append(1e3 * (time.perf_counter() - began))
    return {name: statistics.median(values) for name, values in times.items()}


def call_often(session: Session) -> None:
    """Call the function of the file as often as a rich exercise does."""
    for _ in range(CALLS):
        session.call(FILE, "double", [np.arange(3.0)])


class _Given(Launcher):
    """Gives a session the process that was started for it."""

    def __init__(self, level: str, process: Process) -> None:
        self.level = level
        self._process = process

    def start(self, spec: RunnerSpec, greeting: object = None) -> Process:
        """Start nothing."""
        del spec, greeting
        return self._process

    def close(self) -> None:
        """Keep nothing."""


def main() -> None:
    """Print a line for each level that this machine has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=40)
    runs = parser.parse_args().runs
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {runs} runs, medians in ms")
    print(f"floor    {statistics.median(timed(floor) for _ in range(runs)):6.2f}")
    with tempfile.TemporaryDirectory() as stubs:
        Path(stubs).chmod(0o755)
        spec = RunnerSpec(
            files={FILE: CODE.encode()},
            folder="net",
            stubs=Path(stubs),
            profile=Profile(name="numpy", environment=ENVIRONMENT),
            limits=Limits(),
        )
        for level in ("full", "reduced", "none"):
            if problem := obstacle(level):
                print(f"{level:8} cannot be had here: {problem}")
                continue
            launcher = PlainLauncher() if level == "none" else IsolatedLauncher(level)
            parts = measure(launcher, spec, runs if level != "none" else max(5, runs // 8))
            print(f"{level:8} " + "  ".join(f"{name} {ms:6.2f}" for name, ms in parts.items()))
            if isinstance(launcher, IsolatedLauncher):
                launcher.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the judge {peak:.0f} MiB")


if __name__ == "__main__":
    main()
