"""Measure what a class leaves on disk: its file, which every gradebook reads, and its pages.

The sample class is graded as `make grade` does it. Adds its numbers to `build/bench.json`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench_numbers import keep
from bench_pages import LIMITS, measured

from grader.cli.main import main as grader
from grader.results import ClassResult, from_json

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "submissions"
MOST_KIB = 20.0


def class_json_kib_per_student(reports: Path) -> float:
    """Return the size of the class's file divided by the number of its submissions."""
    content = (reports / "results.json").read_bytes()
    return len(content) / 1024 / len(from_json(content, ClassResult).submissions)


def main() -> int:
    """Grade, measure, and fail if a number exceeds its promised limit."""
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        reports = Path(folder) / "reports"
        workers = str(len(os.sched_getaffinity(0)))
        grader(["grade", str(CLASS), "--out", str(reports), "--workers", workers, "--trial"])
        numbers = {"class_json_kib_per_student": class_json_kib_per_student(reports)}
        numbers |= measured(reports)
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    keep(numbers)
    most = LIMITS | {"class_json_kib_per_student": MOST_KIB}
    return 0 if all(value <= most[name] for name, value in numbers.items()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
