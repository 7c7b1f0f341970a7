"""Measure a class of complete submissions, each with choices of its own: what grading one costs.

Every student hands in all numpy exercises, written in one of two ways, with hyperparameters and
experiments that nobody else has, so that nothing is remembered from one to the next. Grading and
the student's page are measured together; the same class without isolation, in the process of the
judge, is the floor. Adds its numbers to `build/bench.json`.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import statistics
import sys
from typing import TYPE_CHECKING

import numpy as np
from bench_course import NUMPY_EXERCISES, ROOT, cpu
from bench_numbers import keep
from bench_sides import Side, judge_of, outcomes, wall

from grader.course import Course, load_course
from grader.intake.sealed import Sealed
from grader.report import render_student
from grader.results import Outcome
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.judge import Judge
    from grader.results import SubmissionResult

ROUNDS = 3
PROCESSORS = 2
RANDOM, STRUCTURED = "neural_net/learn_random_data.py", "neural_net/learn_structured_data.py"
MINIMUM, PLAYING = "neural_net/local_minimum.py", "neural_net/hyperparameters.py"
# Starts that end in a bad minimum, standard normal or drawn as the classes draw: how many neurons,
# and the seed.
STUCK = ((3, 23), (3, 9), (4, 1))
MANY = 200_000  # more steps than this no statement allows
MOST_HIDDEN = 256
SLOW = 1e-12  # a rate at which nothing ends early, and nothing is learned


def written(name: str, **fields: float) -> str:
    """Return a choice of hyperparameters as a line of Python."""
    return f"{name} = {fields!r}"


def choices(rng: np.random.Generator) -> dict[str, list[str]]:
    """Draw what a student chose, by file: choices that are right, and that nobody else has."""

    def whole(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    hidden, seed = STUCK[whole(0, len(STUCK))]
    drawn, bad = whole(0, 1000), whole(3000, 6000)
    return {
        RANDOM: [
            written(
                "HYPERPARAMETERS",
                d_hidden=whole(12, 18),
                learning_rate=3e-4,
                steps=whole(5_000, 8_000),
            )
        ],
        STRUCTURED: [
            written("HYPERPARAMETERS", d_hidden=whole(5, 9), learning_rate=5e-5, steps=bad + 3_000)
        ],
        MINIMUM: [
            written(
                "EXPERIMENT",
                d_hidden=hidden,
                learning_rate=1e-3,
                steps=4_000 + drawn,
                seed=seed,
            )
        ],
        PLAYING: [
            written("BAD_LOCAL_MINIMUM", d_hidden=2, learning_rate=3e-5, steps=bad, seed=drawn),
            written("EXPLOSION", d_hidden=6, learning_rate=2e-3, steps=200, seed=drawn),
        ],
    }


def students(course: Course, count: int) -> list[Sealed]:
    """Return a class of complete submissions, each with other choices and so another digest."""
    reference = course.root / "solutions"
    ways = (reference, reference / "alternatives" / "classes")
    rng = np.random.default_rng(14)
    return [submission(course, ways[k % 2], f"student_{k}", choices(rng)) for k in range(count)]


def submission(course: Course, way: Path, name: str, chosen: Mapping[str, Sequence[str]]) -> Sealed:
    """Return a submission whose constants are those that are given, by file."""
    files = {}
    for file in course.files:
        path = way / file if (way / file).is_file() else course.root / "solutions" / file
        text = path.read_text(encoding="utf-8")
        for line in chosen.get(file, ()):
            text = with_constant(text, line)
        files[file] = f"{text}\n# {name}\n".encode()
    return Sealed(name, files)


def with_constant(text: str, line: str) -> str:
    """Put an assignment of one line in the place of the one of the same name."""
    constant = line.partition(" ")[0]
    return re.sub(
        rf"^{constant} = .*$", line.replace("\\", r"\\"), text, count=1, flags=re.MULTILINE
    )


def grade_and_render(judge: Judge, sealed: Sealed) -> SubmissionResult:
    """Grade a submission and make its student's page."""
    result = judge.grade(sealed, "bench")
    render_student(result, judge.info)
    return result


def complete(course: Course, share: Sequence[Sealed]) -> dict[str, float]:
    """Return what one submission costs: of the judge, and of the processes of the submission."""
    judge = judge_of(course, best_level())
    grade_and_render(judge, share[0])
    ours, theirs = [], []
    for sealed in share[1:]:
        gc.collect()
        before = cpu()
        result = grade_and_render(judge, sealed)
        ours.append(cpu() - before)
        theirs.append(sum(exercise.usage.cpu_seconds or 0.0 for exercise in result.exercises))
        lost = [said for said in outcomes(result) if said is not Outcome.PASSED]
        if lost:
            print(f"{sealed.name}: {len(lost)} checks not passed")
    judge.launcher.close()
    both = [one + other for one, other in zip(ours, theirs, strict=True)]
    return {
        "complete_submission_cpu_seconds": statistics.median(both),
        "complete_judge_cpu_seconds": statistics.median(ours),
        "complete_student_cpu_seconds": statistics.median(theirs),
        "judge_to_student_cpu": statistics.median(
            one / other for one, other in zip(ours, theirs, strict=True)
        ),
    }


def whole_class(course: Course, share: Sequence[Sealed], rounds: int) -> dict[str, float]:
    """Grade a class with two workers, isolated and not, by turns."""
    taken: dict[str, list[float]] = {}
    level = best_level()
    parts = [share[k::PROCESSORS] for k in range(PROCESSORS)]
    sides = {
        name: [Side(course, name, part, grade_and_render) for part in parts]
        for name in (level, "floor")
    }
    for _ in range(rounds):
        for name, workers in sides.items():
            taken.setdefault(name, []).append(wall(workers))
    for workers in sides.values():
        for worker in workers:
            worker.close()
    pairs = zip(taken["floor"], taken[level], strict=True)
    return {
        "class_students_per_minute_2_cores": 60 * len(share) / statistics.median(taken[level]),
        "class_ratio_to_no_isolation": statistics.median(bare / ours for bare, ours in pairs),
    }


def worst_choices(course: Course) -> Iterator[tuple[str, Sealed]]:
    """Yield an exercise, and a submission whose choice costs as much as its statement allows."""
    allowed = most_work(course)
    for hidden in (allowed // MANY, MOST_HIDDEN):
        steps = min(MANY, allowed // hidden)
        common = {"d_hidden": hidden, "learning_rate": SLOW, "steps": steps}
        for exercise, file, name, more in (
            ("2", RANDOM, "HYPERPARAMETERS", {}),
            ("3", MINIMUM, "EXPERIMENT", {"seed": hidden}),
            ("6", STRUCTURED, "HYPERPARAMETERS", {}),
            ("7", PLAYING, "BAD_LOCAL_MINIMUM", {"seed": hidden}),
        ):
            lines = [written(name, **common, **more)]
            if exercise == "7":
                lines.append(written("EXPLOSION", **common, **more))
            chosen = {file: lines}
            label = f"{exercise}: {hidden} × {steps:,}"
            yield label, submission(course, course.root / "solutions", label, chosen)


def most_work(course: Course) -> int:
    """Return how many hidden neurons × steps a statement allows."""
    text = (course.root / "assignments" / "neural_net" / "README.md").read_text(encoding="utf-8")
    [said] = set(re.findall(r"steps at\s+most ([0-9,]+)", text))
    return int(said.replace(",", ""))


def worst(course: Course) -> dict[str, float]:
    """Return the most processor time that one exercise's choice costs the judge."""
    most, where = 0.0, ""
    for label, sealed in worst_choices(course):
        judge = judge_of(course.only([label.partition(":")[0]]), best_level())
        before = cpu()
        judge.grade(sealed)
        used = cpu() - before
        judge.launcher.close()
        print(f"exercise {label} steps: {used:.1f} s of the judge")
        if used > most:
            most, where = used, label
    print(f"the worst choice is exercise {where} steps")
    return {"worst_choice_judge_seconds": most}


def with_one_thread() -> None:
    """Begin again with one thread for linear algebra, as the command has it, if need be."""
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - our own command


def main() -> None:
    """Measure, print and keep the numbers."""
    with_one_thread()
    parser = argparse.ArgumentParser(description="Measure a class of complete submissions.")
    parser.add_argument("--students", type=int, default=50, metavar="N")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    parser.add_argument("--only", choices=("complete", "class", "worst"), help="(all three)")
    options = parser.parse_args()
    course = load_course(ROOT)
    small = course.only(NUMPY_EXERCISES)
    share = students(small, options.students)
    numbers: dict[str, float] = {}
    if options.only in (None, "complete"):
        numbers |= complete(small, share)
    if options.only in (None, "class"):
        numbers |= whole_class(small, share, options.rounds)
    if options.only in (None, "worst"):
        numbers |= worst(course)
    for name, value in numbers.items():
        print(f"{name:<36} {value:10.3f}")
    keep(numbers)


if __name__ == "__main__":
    main()
