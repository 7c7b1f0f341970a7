"""Count how often right arithmetic fails and known mistakes pass; `--write` makes the document.

Everything runs in this process: each check gets inputs from a fresh seed and calls the reference
in several right forms (float64, float32, a mixture, sums from the end), and then each known wrong
version in the place of the right function. What is counted is what the checks themselves decide.
"""

from __future__ import annotations

import argparse
import copy
import inspect
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tolerance_forms import RIGHT, Direct, Functions, as_they_are, holds, margins
from tolerance_text import Count, document

from grader.checks import Case, Check, Misconception
from grader.course import Part, load_course

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "tolerances.md"
SEEDS = 1000
EXERCISES = ("warm_up", "gradient", "random_data")
# Checks that train for thousands of steps are measured separately; checks of random draws and
# constants compare no numbers with a tolerance.
LEFT_OUT = ("hyperparameters_", "training_makes_", "says_", "experiment_", "data_", "outputs_")


def count(exercise: str, place: int, seeds: int) -> Count:
    """Measure one file of the course."""
    part = load_course(ROOT).only([exercise]).exercises[0].parts[place]
    checks = [check for check in part.checks if not check.name.startswith(LEFT_OUT)]
    counted = Count(part.file, tried=len(checks) * seeds)
    for name, make in RIGHT.items():
        functions = make(part)
        with margins() as found:
            failed = [
                check.name
                for check in checks
                for seed in range(seeds)
                if not holds(part, check, functions, (seed, len(check.name)))
            ]
        counted.fails[name] = len(failed)
        counted.worst[name] = max(failed, key=failed.count, default="")
        counted.margins[name] = found
    for known in part.misconceptions:
        functions = as_they_are(part)
        if known.of in functions:
            functions[known.of] = put_in_place(part, known)
            counted.mistakes += 1
            passed = count_passes(part, checks, functions, seeds)
            if passed:
                counted.passes[known.name] = passed
    return counted


def count_passes(part: Part, checks: list[Check], functions: Functions, seeds: int) -> int:
    """Return in how many seeds a wrong version passes all checks."""
    passed, first = 0, list(checks)
    for seed in range(seeds):
        caught = next((c for c in first if not holds(part, c, functions, (seed, 1))), None)
        if caught is None:
            passed += 1
        elif caught is not first[0]:  # from now on, the check that caught it runs first
            first.remove(caught)
            first.insert(0, caught)
    return passed


def put_in_place(part: Part, known: Misconception) -> Any:
    """Return a wrong version with the parameters of the right function."""
    right = getattr(part.reference, known.of)
    if not callable(right):
        return known.wrong()
    asked = inspect.signature(known.wrong).parameters
    functions = {name: getattr(part.reference, name, None) for name in asked}
    own = {name: value for name, value in functions.items() if callable(value)}
    return lambda *arguments: known.answer(arguments, right(*copy.deepcopy(arguments)), own)


def trainings(seeds: int) -> tuple[int, float, float]:
    """Train networks with the typical choice, and run the reference in the check of falling losses.

    Returns
    -------
    failed, largest
        How many trainings miss the criterion of the hyperparameters, and the largest ratio to it.
    highest
        The largest ratio of a loss at the end to that at the start.
    """
    course = load_course(ROOT).only(["random_data"])
    part = course.exercises[0].parts[0]
    package = next(m for m in sys.modules if m.endswith(".random_data.memorising")).rpartition(".")
    memorising, loops = (sys.modules[f"{package[0]}.{m}"] for m in ("memorising", "loops"))
    session: Any = Direct(as_they_are(part))
    ratios: list[float] = []
    ends: list[float] = []
    for seed in range(seeds):
        case = Case(session, part.file, part.reference, (), (seed, 7))
        losses = loops.long_run(case)[1][2]
        ends.append(losses[-1] / losses[0])
        if seed % memorising.RUNS == 0:
            learned = memorising.learn(case, **memorising.TYPICAL, every=True)
            ratios += memorising.ratios(learned.training, learned.size).tolist()
    return sum(ratio > 1.0 for ratio in ratios), max(ratios), max(ends)


def chances() -> list[tuple[str, str, float]]:
    """Return the checks of the course that depend on chance: file, name, and declared bound."""
    return [
        (part.file, check.name, check.false_fail)
        for exercise in load_course(ROOT).exercises
        for part in exercise.parts
        for check in part.checks
        if check.false_fail
    ]


def main() -> None:
    """Measure, print, and write the document if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: scripts/measure_tolerances.py --seeds 1000 --write"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds for each check and mistake")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.name}")
    options = parser.parse_args()
    started = time.monotonic()
    jobs = [
        (exercise.id, place)
        for exercise in load_course(ROOT).only(EXERCISES).exercises
        for place in range(len(exercise.parts))
    ]
    with ProcessPoolExecutor(2) as pool:
        counting = [pool.submit(count, *job, options.seeds) for job in reversed(jobs)]
        training = pool.submit(trainings, options.seeds)
        counts = [future.result() for future in reversed(counting)]
        text = document(counts, training.result(), options.seeds, chances())
    print(text)
    print(f"({time.monotonic() - started:.0f} s)")
    if options.write:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
