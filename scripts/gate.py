"""The quality gate, for a person and for CI: whole by `make test`, in short by `make quick`.

The cheap steps come first, and the first failure ends the gate; at each commit only they run, by
`--cheap` (`.pre-commit-config.yaml`). mypy, which uses one processor, runs beside them and beside
the tests. The tests use one worker more than there are processors; all tests of a module run in one
worker, so that the module's fixtures are made once. What the quick tests run of `grader` is
measured and printed. The duration of a whole gate is stored in `build/bench.json`.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bench_numbers import keep
from quick_coverage import MEASURED, forget, measured

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
DURATIONS = ROOT / "tests" / "durations.json"
CHEAP = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["lint-imports"],
    ["python", "scripts/house.py"],
    ["python", "scripts/make_stubs.py", "--check"],
    ["python", "scripts/make_answers.py", "--check"],
    ["python", "scripts/make_schema.py", "--check"],
    ["python", "scripts/make_catalogues.py", "--check"],
]
MYPY = ["mypy", "--python-version", "{}.{}".format(*sys.version_info)]
REWRITE = ["python", "scripts/rewrite_tests.py"]
PYTEST = ["pytest", "-q", "--dist=loadscope", "--no-loadscope-reorder"]
COVERAGE = ["--cov", "--cov-report=term", "--cov-report=json"]  # the rest is in pyproject.toml
REPORT = "--junit-xml=build/tests.xml"  # for `make durations`
# As the grader's command: threads that share a small product wait for each other in a loop.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# Tests spend a quarter of their time waiting for deadlines and processes.
SPARE = 1
# The part of all the seconds of tests that `make quick` takes, with the quickest modules. A limit
# in seconds would choose fewer modules where durations are from a busy machine.
QUICK_PART = 0.04


def main() -> int:
    """Run the gate; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument("--quick", action="store_true", help="leave out whatever takes long")
    how_much.add_argument("--cheap", action="store_true", help="ask the cheap questions alone")
    how_much.add_argument("--coverage", action="store_true", help="measure what tests run")
    parser.add_argument("--cores", type=int, metavar="N", help="use no more processors than these")
    asked = parser.parse_args()
    if asked.cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.cores])
    cores = processors()
    started = time.monotonic()
    # The processes that run submissions write no compiled code: without it each compiles anew.
    compileall.compile_dir(ROOT / "grader", quiet=1)
    tests = [*PYTEST, f"--numprocesses={cores + SPARE}"]
    if asked.cheap:
        return in_a_row(CHEAP)
    if asked.quick:
        return in_a_row([*CHEAP, [*tests, *quick_modules()]])
    if asked.coverage:
        return in_a_row([*CHEAP, REWRITE, [*tests, *COVERAGE]])
    forget()
    os.environ[MEASURED] = "\n".join(quick_modules())
    code = beside(MYPY, [*CHEAP, REWRITE], [*tests, REPORT]) or measured()
    if code:
        return code
    seconds = time.monotonic() - started
    print(f"\nThe gate took {seconds:.0f} seconds on {cores} processors.")
    keep({f"gate_seconds_{cores}_cores": seconds, "gate_cpu_seconds": processor_seconds()})
    return 0


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_seconds() -> float:
    """Return the processor seconds of all commands that the gate has run."""
    times = os.times()
    return times.children_user + times.children_system


def run(step: list[str]) -> int:
    """Print a command, run it, and return its exit code."""
    say(step)
    return start(step).wait()


def in_a_row(steps: Iterable[list[str]]) -> int:
    """Run steps until one fails; return an exit code."""
    return int(any(run(step) for step in steps))


def beside(aside: list[str], steps: Iterable[list[str]], last: list[str]) -> int:
    """Run a step beside a row of others and return an exit code; the first failure ends all.

    The output of what runs aside is shown in one piece when it has ended.
    """
    say(aside)
    with tempfile.TemporaryFile() as printed, start(aside, printed) as one:
        if in_a_row(steps):
            one.terminate()
            return 1
        say(last)
        with start(last) as other:
            code = one.wait()
            printed.seek(0)
            print(f"\n== {aside[0]} says:\n{printed.read().decode()}", flush=True)
            if code:
                other.terminate()
            return other.wait() or code


def say(step: list[str]) -> None:
    """Print a heading."""
    print("\n==", *step, flush=True)


def start(step: list[str], stdout: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a program from this interpreter's environment."""
    programs = Path(sys.prefix) / "bin"
    command = [str(programs / step[0]), *step[1:]]
    environment = dict.fromkeys(ONE_THREAD, "1") | os.environ
    environment["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # each worker would compile everything anew
    return subprocess.Popen(command, stdout=stdout, env=environment, cwd=ROOT)  # noqa: S603 - ours


def quick_modules() -> list[str]:
    """Return the quick modules of tests: the quickest of those in `tests/durations.json`."""
    seconds = json.loads(DURATIONS.read_text(encoding="utf-8"))
    there = [(took, name) for name, took in seconds.items() if (ROOT / name).is_file()]
    found, left = [], QUICK_PART * sum(took for took, _ in there)
    for took, name in sorted(there):
        left -= took
        if left < 0:
            break
        found.append(name)
    return found


if __name__ == "__main__":
    sys.exit(main())
