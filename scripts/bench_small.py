"""Measure how many known mistakes have a small failing input, and the cost of the search.

Each known mistake of exercises 0-2, 6 and 9 is put into the reference, its exercise is checked, and
the smallest input that fails in the same way is searched: `shrunk_share`. The time of a search is
measured on the sample class, in real processes: `shrink_median_ms` for each failed check. Adds its
numbers to `build/bench.json`; with ``--list`` also prints the known mistakes without a small input,
and why.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from bench_numbers import keep

from grader.api import open_class
from grader.authoring.audit.in_process import Subject, direct_session, run_exercise
from grader.authoring.audit.mistakes import handed_in
from grader.checks.small_inputs import MOST_NUMBERS
from grader.course import load_course
from grader.errors import CourseError
from grader.intake import Refused
from grader.judge import Judge, grade
from grader.judge.shrinking import ResultsWithExamples, Searcher, add_small_examples
from grader.judge.shrinking.budget import SearchBudget
from grader.judge.shrinking.small_examples import WRONG
from grader.sandbox.doctor import best_level, make_launcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.checks import Misconception
    from grader.course import Course, Exercise, Part
    from grader.judge import PreparedSubmission
    from grader.judge.shrinking.failure import CheckFailure
    from grader.results import CheckResult, SmallExample

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = ["0", "1", "2", "6", "9"]
SEED = 1
# Names such as `create_data.values` stand for data that a check derives, not for a value.
STATISTICAL = "recognised by many values together, not by one value of a function"
CONSTANT = "a constant, which has no input"


@dataclass(frozen=True, slots=True)
class Tried:
    """One known mistake, with the example found, or the reason why there is none."""

    file: str
    name: str
    example: SmallExample | None
    why: str = ""

    @property
    def is_small(self) -> bool:
        """Whether there is an example with few numbers."""
        return self.example is not None and self.example.numbers <= MOST_NUMBERS


def tried_mistakes(course: Course) -> Iterator[Tried]:
    """Yield each known mistake of a course after trying it in the reference."""
    for exercise in course.exercises:
        files = _solutions(course, exercise)
        right = run_exercise(course, exercise, Subject(files=files), SEED)
        asked = {one.result.id: one.asked for one in right}
        for part in exercise.parts:
            for known in part.misconceptions:
                yield _tried(course, exercise, files, part, known, asked)


def _tried(
    course: Course,
    exercise: Exercise,
    files: Mapping[str, bytes],
    part: Part,
    known: Misconception,
    asked: Mapping[str, frozenset[str]],
) -> Tried:
    """Try a known mistake, running only the checks of its function, since the others pass."""
    if known.of.isupper():
        return Tried(part.file, known.name, None, CONSTANT)
    try:
        name, patch = handed_in(part, known)
    except CourseError as error:
        return Tried(part.file, known.name, None, str(error))
    subject = Subject(files=files, patches={part.file: {name: patch}})
    only = {check for check, names in asked.items() if name in names}
    ran = run_exercise(course, exercise, subject, SEED, only=only, passed=frozenset(asked))
    failed = [one for one in ran if one.fails and one.failure is not None]
    searcher = Searcher(
        direct_session(course, exercise, subject), part, exercise.id, SearchBudget()
    )
    for one in failed:
        if one.failure and (found := searcher.example(one.failure, one.result)):
            return Tried(part.file, known.name, found)
    return Tried(part.file, known.name, None, _why(part, known, failed=bool(failed)))


def _why(part: Part, known: Misconception, *, failed: bool) -> str:
    if not failed:
        return "no check fails at this seed"
    if "." in known.of:
        return STATISTICAL
    if not any(small.of == known.of for small in part.small_inputs):
        return "the function draws its numbers, or takes what is not numbers"
    return "the same failure was seen at none of the small inputs"


def _solutions(course: Course, exercise: Exercise) -> dict[str, bytes]:
    root = course.root / "solutions"
    paths = {p for part in exercise.parts for p in (root / part.file).parent.glob("*.py")}
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def search_times(course: Course) -> list[float]:
    """Return the milliseconds of the search for each failed check of the sample class."""
    times: list[float] = []

    def timed(
        judge: Judge,
        exercise: Exercise,
        found: PreparedSubmission,
        results: Sequence[CheckResult],
        failures: Mapping[str, CheckFailure | None],
    ) -> ResultsWithExamples:
        wrong = [r for r in results if r.outcome in WRONG and not r.confidential]
        started = time.perf_counter()
        looked = add_small_examples(judge, exercise, found, results, failures)
        if wrong:
            each = 1000 * (time.perf_counter() - started) / len(wrong)
            times.extend([each] * len(wrong))
        return looked

    judge = Judge(course, make_launcher(best_level()), b"bench")
    with mock.patch.object(grade, "add_small_examples", timed):
        for entry in open_class(course, ROOT / "tests" / "submissions").entries:
            opened = entry.open()
            if not isinstance(opened, Refused):
                judge.grade(opened)
    judge.launcher.close()
    return times


def main() -> None:
    """Measure both, print the numbers and store them."""
    course = load_course(ROOT, EXERCISES)
    tried = list(tried_mistakes(course))
    numeric = [one for one in tried if one.why not in (STATISTICAL, CONSTANT)]
    found = [one for one in tried if one.is_small]
    times = search_times(course)
    numbers = {
        "shrunk_share": len(found) / len(numeric),
        "shrunk_share_of_all": len(found) / len(tried),
        "shrunk_numbers_median": statistics.median(
            one.example.numbers for one in found if one.example
        ),
        "shrink_median_ms": statistics.median(times),
        "shrink_slowest_ms": max(times),
    }
    if "--list" in sys.argv:
        for one in tried:
            if not one.is_small:
                print(f"{one.file} {one.name}: {one.why}")
    print(f"{len(found)} of {len(tried)} known mistakes; {len(numeric)} change a value of a call")
    for name, value in numbers.items():
        print(f"{name:<32} {value:10.3f}")
    keep(numbers)


if __name__ == "__main__":
    main()
