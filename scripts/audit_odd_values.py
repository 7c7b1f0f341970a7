"""Let every function and constant of the course give odd values; keep how many, and the errors.

Prints a line for each exercise and adds `fuzzed_values` and `grader_errors` to `build/bench.json`.
Exits with 1 if a check ended in a grader error. `--exercise N` tries one exercise alone, and keeps
nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench_numbers import keep

from grader.authoring.audit import Extent, audit_odd_values
from grader.course import load_course
from grader.errors import GraderError

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Try all values on all exercises whose packages are installed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exercise", metavar="N", help="this exercise alone, by number or name")
    parser.add_argument("--most", type=int, metavar="N", help="so many values of each name")
    options = parser.parse_args()
    extent = Extent(workers=os.cpu_count() or 1, odd=options.most)
    count = errors = 0
    names = [options.exercise] if options.exercise else []
    try:
        exercises = load_course(ROOT).only(names).exercises
    except GraderError as refused:
        parser.error(str(refused))
    for exercise in exercises:
        if obstacle := exercise.run_config({}).obstacle():
            print(f"{exercise.id}: not tried. {obstacle}")
            continue
        audits = audit_odd_values(load_course(ROOT), exercise, extent)
        found = [error for audit in audits for error in audit.errors]
        tried = sum(audit.values for audit in audits)
        print(f"{exercise.id}: {tried:,} odd values, grader errors: {len(found)}", flush=True)
        for error in found[:20]:
            print(f"  {error.check}: `{error.name}` gives {error.value}: {error.message:.200}")
        count, errors = count + tried, errors + len(found)
    print(f"{count:,} odd values, grader errors: {errors}")
    if options.exercise is None and options.most is None:
        keep({"fuzzed_values": count, "grader_errors": errors})
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
