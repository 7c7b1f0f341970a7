"""Measure the cost of a notebook, compared with the same code as a file and with a real kernel.

Grades exercise 2 of the references at the best level of this machine, with warm processes, as a
file and as a notebook with a cell for each statement. Adds its numbers to `build/bench.json`; with
``--kernel`` also the time to start an IPython kernel and run the same cells in it.
"""

from __future__ import annotations

import ast
import statistics
import sys
import time
from pathlib import Path

import nbformat
from bench_numbers import keep

from grader.course import load_course
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.sandbox.doctor import best_level, make_launcher

ROOT = Path(__file__).resolve().parents[1]
FILE = "neural_net/learn_random_data.py"
RUNS = 7


def cells_of(source: str) -> list[str]:
    """Return a file's statements, each with the comments above it."""
    lines, cells, begin = source.splitlines(keepends=True), [], 0
    for node in ast.parse(source).body:
        cells.append("".join(lines[begin : node.end_lineno]))
        begin = node.end_lineno or 0
    return cells


def notebook_of(cells: list[str]) -> bytes:
    """Return a notebook of these cells."""
    made = [nbformat.v4.new_code_cell(c, id=f"cell-{k}") for k, c in enumerate(cells, 1)]
    return f"{nbformat.writes(nbformat.v4.new_notebook(cells=made))}\n".encode()


def main() -> None:
    """Grade both alternately, so that the machine's load affects both, and print the ratio."""
    source = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
    cells = cells_of(source)
    as_file = {FILE: source.encode()}
    judge = Judge(load_course(ROOT, ["2"]), make_launcher(best_level()), b"bench")
    seconds: dict[str, list[float]] = {"file": [], "notebook": []}
    for run in range(RUNS + 1):
        # A different notebook each time: the judge remembers those that it has read.
        as_notebook = {"learn_random_data.ipynb": notebook_of([f"run = {run}", *cells])}
        for name, files in (("file", as_file), ("notebook", as_notebook)):
            started = time.perf_counter()
            result = judge.grade(Sealed("bench", files))
            if run:
                seconds[name].append(time.perf_counter() - started)
            if result.score != result.max_score:
                raise SystemExit(f"As a {name} the reference gets {result.score} points.")
    judge.launcher.close()
    numbers = {f"{name}_seconds": statistics.median(taken) for name, taken in seconds.items()}
    ratios = [n / f for n, f in zip(seconds["notebook"], seconds["file"], strict=True)]
    numbers["notebook_ratio_to_file"] = statistics.median(ratios)
    if "--kernel" in sys.argv:
        numbers["kernel_seconds"] = in_a_kernel(cells)
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    keep(numbers)


def in_a_kernel(cells: list[str]) -> float:
    """Return the seconds that a new kernel takes to run the cells, without the main part."""
    from nbclient import NotebookClient  # noqa: PLC0415  (needed for this alone)

    taken = []
    for _ in range(3):
        made = nbformat.reads(notebook_of(cells[:-1]).decode(), as_version=4)
        started = time.perf_counter()
        NotebookClient(made, timeout=60, kernel_name="python3").execute()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
