"""Measure what a gradebook costs: time, room on the disk, and to see that nothing has changed.

Three complete submissions of the sample class, always the same ones, are graded once; what they are
is printed, for the sample class may change. Copies of them, each with a comment
of its own, are then graded by a judge that replays the results, alternately with a gradebook and
without. So the difference is the gradebook's. On both sides the JSON of the instructor's file is
made, as by every grading: with a gradebook it is made of what was made for the book
(`gradebook_ms_per_submission`); `gradebook_alone_ms_per_submission` is what the book costs where no
report is written. Adds its numbers to `build/bench.json`.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from bench_numbers import keep

from grader.api import load_course, open_submission
from grader.course.salt import load_salt
from grader.executors.batch import grade_entries
from grader.gradebook import Conditions, Gradebook
from grader.intake import Layout, list_entries
from grader.judge import FORGETFUL, GradedExercise, Judge, Memory
from grader.languages.readers import NOBODY, Readers
from grader.results import to_json
from grader.sandbox.doctor import best_level, launcher_of

if TYPE_CHECKING:
    from grader.course import Course, Exercise
    from grader.intake import Entry
    from grader.intake.sealed import Sealed
    from grader.judge import PreparedSubmission
    from grader.results import SubmissionResult

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "submissions"
MOST_MS, MOST_KIB, MOST_SECONDS, MOST_MIB = 3.0, 80.0, 3.0, 300.0
# By name: the numbers of two editions of the sample class compare only if they are of these.
SAMPLES = ("leila_haddad", "aline_moreau", "b_okafor")
COPIES, ROUNDS = 40, 7
MANY = 10_000
# Run in a small process: the system reports at least this process's own memory for its children.
MEASURED = """
import resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
# The distance between the numbers of copied rows.
APART = 1000
# For each table, the columns that a copied row changes; all others stay.
MOVED = {
    "people": {"id": "{id}", "name": "name || k", "spelled": "spelled || k"},
    "identities": {"id": "{id}", "person_id": "{person_id}", "value": "value || k"},
    "submissions": {"id": "{id}", "content_key": "printf('%064d', {id})"},
    "submission_files": {"submission_id": "{submission_id}"},
    "attempts": {
        "id": "{id}", "holder": "CAST(holder + k * 1000 AS TEXT)",
        "submission_id": "{submission_id}",
    },
    "attempt_people": {"attempt_id": "{attempt_id}", "person_id": "{person_id}"},
    "exercise_grades": {"id": "{id}", "submission_id": "{submission_id}"},
    "results": {"id": "{id}", "attempt_id": "{attempt_id}", "student": "student || k"},
    "result_exercises": {"result_id": "{result_id}", "grade_id": "{grade_id}"},
    "history": {"id": "{id}", "person_id": "{person_id}"},
}  # fmt: skip


@dataclass(frozen=True)
class Replaying(Judge):
    """A judge that replays the known results of each sample."""

    known: dict[tuple[str, str], GradedExercise] = field(default_factory=dict)

    def grade_exercise(self, exercise: Exercise, found: PreparedSubmission) -> GradedExercise:
        """Return the known result."""
        return self.known[found.sealed.name.partition("-")[0], exercise.id]


@dataclass(frozen=True)
class Replay:
    """A plan without reports: only grading is measured."""

    out: Path | None = None
    readers: Readers = NOBODY

    def judge(self) -> Judge:
        """Raise an error: the caller passes a judge."""
        raise NotImplementedError


def complete(course: Course) -> list[Sealed]:
    """Return the samples, each with nearly all of the course's files."""
    found = [open_submission(course, CLASS / name) for name in SAMPLES]
    for one in found:
        there = sum(name in one.files for name in course.files)
        if there < len(course.files) - 1:
            raise SystemExit(f"{one.name} has {there} of {len(course.files)} files: name another.")
    return found


def describe(samples: list[Sealed], known: dict[tuple[str, str], GradedExercise]) -> None:
    """Print what is measured: who, how much, and the digest that changes with it."""
    for one in samples:
        results = [graded.result for (name, _), graded in known.items() if name == one.name]
        size = sum(map(len, one.files.values())) / 1024
        said = sum(len(msgspec.json.encode(result)) for result in results) / 1024
        checks = sum(len(result.checks) for result in results)
        print(
            f"{one.name:<13} {one.digest[:8]}: {len(one.files)} files of {size:.0f} KiB, "
            f"{len(results)} exercises with {checks} checks, results of {said:.0f} KiB as JSON"
        )


def graded(course: Course, samples: list[Sealed]) -> dict[tuple[str, str], GradedExercise]:
    """Grade the samples; return the result of each exercise, with a short time in it."""
    launcher = launcher_of(best_level())
    known = {}
    try:
        judge = Judge(course, launcher, load_salt(course.root))
        for sample in samples:
            found = judge.prepare(sample)
            for exercise in course.exercises:
                one = judge.grade_exercise(exercise, found)
                usage = replace(one.result.usage, wall_seconds=0.5)
                one = replace(one, result=replace(one.result, usage=usage))
                known[sample.name, exercise.id] = one
    finally:
        launcher.close()
    return known


def copies(course: Course, samples: list[Sealed], folder: Path, count: int) -> list[Entry]:
    """Write copies of the samples, each different by a comment, and return their entries."""
    for number in range(count):
        sample = samples[number % len(samples)]
        for name, content in sample.files.items():
            path = folder / f"{sample.name}-{number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            own = f"\n# {folder.name} {number}\n".encode() if name.endswith(".py") else b""
            path.write_bytes(content + own)
    return list_entries([folder], Layout.of(course.files, course.stubs))


def seconds_of(judge: Replaying, memory: Memory, entries: list[Entry]) -> tuple[float, float]:
    """Return the processor seconds of grading with this memory, and of its reports' JSON."""
    spent = 0.0

    def report(result: SubmissionResult) -> None:
        nonlocal spent
        begun = time.process_time()
        to_json(result, memory.json_of)
        spent += time.process_time() - begun

    begun = time.process_time()
    grade_entries(Replay(), entries, 1, report, judge=replace(judge, memory=memory))
    return time.process_time() - begun - spent, spent


def overhead(judge: Replaying, samples: list[Sealed], folder: Path) -> tuple[float, float, float]:
    """Return the cost of a gradebook for one submission.

    In milliseconds beside a report's JSON, in milliseconds without, and in KiB.
    """
    place = folder / "book.sqlite"
    conditions = Conditions(salt=judge.salt, isolation=judge.launcher.level)
    whole, alone = [], []
    for number in range(ROUNDS):
        entries = copies(judge.course, samples, folder / f"class{number}", COPIES)
        with Gradebook(str(place)) as book, book.run("bench", judge.course, "none") as run:
            memory = book.recorder(judge.course, conditions, run)
            sides = [seconds_of(judge, one, entries) for one in (FORGETFUL, memory)]
        whole.append((sum(sides[1]) - sum(sides[0])) / COPIES)
        alone.append((sides[1][0] - sides[0][0]) / COPIES)
    kib = place.stat().st_size / 1024 / (ROUNDS * COPIES)
    return 1000 * statistics.median(whole), 1000 * statistics.median(alone), kib


def make_large(judge: Replaying, samples: list[Sealed], folder: Path, count: int) -> Path:
    """Return a book of `count` submissions: a few are recorded, and then copied."""
    place = folder / "large.sqlite"
    conditions = Conditions(salt=judge.salt, isolation=best_level())  # as `grader regrade` asks
    few = 10
    entries = copies(judge.course, samples, folder / "few", few)
    with Gradebook(str(place)) as book, book.run("grade", judge.course, "none") as run:
        seconds_of(judge, book.recorder(judge.course, conditions, run), entries)
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        for table, moved in MOVED.items():
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            later = {name: f"({name} + k * {APART})" for name in names}
            asked = ", ".join(moved.get(name, name).format_map(later) for name in names)
            connection.execute(
                "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < ?) "  # noqa: S608 - ours
                f"INSERT INTO {table} SELECT {asked} FROM n, {table}",
                [count // few - 1],
            )
        connection.commit()
    return place


def unchanged(course: Course, place: Path) -> tuple[float, float]:
    """Return the seconds and MiB of `grader regrade` if nothing has changed."""
    command = [sys.executable, "-m", "grader", "regrade", "--gradebook", str(place)]
    command += ["--course", str(course.root)]
    command += [word for one in course.exercises for word in ("--exercise", one.id)]
    took, most = [], 0.0
    for _ in range(3):
        done = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True
        )
        seconds, kib = done.stdout.split()[-2:]
        took.append(float(seconds))
        most = max(most, float(kib) / 1024)
    return statistics.median(took), most


def main() -> int:
    """Measure, and fail if a number exceeds its promised limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--exercise", action="append", default=[], help="only this one")
    parser.add_argument("--count", type=int, default=MANY, help="submissions of the large book")
    options = parser.parse_args()
    course = load_course(ROOT, options.exercise)
    samples = complete(course)
    known = graded(course, samples)
    describe(samples, known)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        folder = Path(name)
        judge = Replaying(course, launcher_of("none"), load_salt(course.root), known=known)
        milliseconds, alone, kib = overhead(judge, samples, folder)
        large = make_large(judge, samples, folder, options.count)
        seconds, mib = unchanged(course, large)
        size = large.stat().st_size / 1024**2
    print(f"{options.count} submissions in a book of {size:.0f} MiB")
    numbers = {
        "gradebook_ms_per_submission": (milliseconds, MOST_MS),
        "gradebook_kib_per_submission": (kib, MOST_KIB),
        "unchanged_10000_seconds": (seconds, MOST_SECONDS),
        "unchanged_10000_mib": (mib, MOST_MIB),
    }
    for word, (value, most) in numbers.items():
        print(f"{word:<32} {value:10.3f}  (at most {most:g})")
    print(f"{'gradebook_alone_ms_per_submission':<32} {alone:10.3f}")
    if not options.exercise and options.count == MANY:
        kept = {word: value for word, (value, _) in numbers.items()}
        keep({**kept, "gradebook_alone_ms_per_submission": alone})
    return 0 if all(value <= most for value, most in numbers.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
