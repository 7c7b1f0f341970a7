"""Measure what a class leaves on disk: the class's file, which every page and gradebook reads.

The sample class is graded as `make grade` does it. Adds its number to `build/bench.json`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench_numbers import keep

from grader.cli.main import main as grader
from grader.results import ClassResult, from_json

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "submissions"
MOST_KIB = 20.0


def class_json_kib_per_student(reports: Path) -> float:
    """Return the size of the class's file, by the number of its submissions."""
    content = (reports / "results.json").read_bytes()
    return len(content) / 1024 / len(from_json(content, ClassResult).submissions)


def main() -> int:
    """Grade, measure, and fail where a student takes more than is promised."""
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        reports = Path(folder) / "reports"
        workers = str(len(os.sched_getaffinity(0)))
        grader(["grade", str(CLASS), "--out", str(reports), "--workers", workers, "--trial"])
        size = class_json_kib_per_student(reports)
    print(f"{'class_json_kib_per_student':<32} {size:10.3f}")
    keep({"class_json_kib_per_student": size})
    return 0 if size <= MOST_KIB else 1


if __name__ == "__main__":
    raise SystemExit(main())
