"""Submissions of `tests/outside`: right ones in other styles, and ones with a single mistake."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.jobs import files_of
from grader.course import check_id
from grader.results import Outcome

if TYPE_CHECKING:
    from grader.authoring.audit.in_process import CheckRun
    from grader.course import Course, Exercise

ROOT = Path(__file__).resolve().parents[1]
# These checks ask for choices: they are run where a submission has one of its own.
CHOICES = re.compile(r"EXPERIMENT\b|BAD_LOCAL_MINIMUM|EXPLOSION")
TRAININGS = ("hyperparameters_", "experiment_", "bad_local", "explosion_", "says_whether")
MOST_SEEDS = 3


@cache
def outside(kind: str) -> list[dict[str, Any]]:
    """Return the submissions of a kind, ``right`` or ``wrong``."""
    text = (ROOT / "tests" / "outside" / f"{kind}.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["submission"]
    return found


def failed(
    course: Course, exercise: Exercise, one: dict[str, Any], seeds: int
) -> list[list[CheckRun]]:
    """Return the checks that a submission does not pass, for each seed."""
    files = files_of(ROOT / "solutions", exercise)
    files[one["file"]] += b"\n\n" + one["source"].encode()
    part = next(part for part in exercise.parts if part.file == one["file"])
    ids = {check_id(exercise, p, check) for p in exercise.parts for check in p.checks}
    left_out = () if CHOICES.search(one["source"]) else TRAININGS
    only = {check_id(exercise, part, c) for c in part.checks if not c.name.startswith(left_out)}
    every = [
        run_exercise(course, exercise, Subject(files=files), seed, only=only, passed=ids - only)
        for seed in range(seeds)
    ]
    return [
        [r for r in ran if r.result.id in only and r.result.outcome is not Outcome.PASSED]
        for ran in every
    ]


def losses(course: Course, exercise: Exercise, number: int, seeds: int) -> list[tuple[str, ...]]:
    """Return what a right submission loses: the check, its outcome and its message."""
    results = [
        ran.result
        for of_seed in failed(course, exercise, outside("right")[number], seeds)
        for ran in of_seed
    ]
    return [(result.id, str(result.outcome), result.message) for result in results]


def misjudged(course: Course, exercise: Exercise, number: int, seeds: int) -> list[str]:
    """Return a sentence for each seed with which a mistake costs, or is told, something else."""
    one = outside("wrong")[number]
    said = []
    for of_seed in failed(course, exercise, one, min(seeds, MOST_SEEDS)):
        costs = sorted(ran.name for ran in of_seed)
        names = sorted({d.name for ran in of_seed for d in ran.result.diagnoses})
        if (costs, names) != (sorted(one["costs"]), sorted(one["names"])):
            said.append(f"{one['exercise']}, {one['name']}: costs {costs}, is named {names}")
    return said
