"""More channels, and more files: of other exercises, of notebooks that come back, of progress.

As in `tests/test_hidden_leaks.py`, each submission is graded by two courses that differ in the
hidden data alone, and what its author gets has to be the same both times.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.course import Course
from grader.exports.classroom import classroom_output
from grader.exports.gradescope import gradescope_results
from grader.exports.junit import junit_xml
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.report import write_student
from grader.results import Outcome, for_student
from grader.results.shown import MOST_BYTES
from grader.sandbox.doctor import make_launcher, obstacle
from tests.sampling import is_whole

from .hidden_channels import BY_ERRORS, BY_PROCESSES, BY_VALUES, LATER
from .test_hidden_leaks import CHANNELS, DIGITS, exercise_with, source_of, without_times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

    from grader.results import SubmissionResult
    from grader.sandbox.launcher import Launcher
    from grader.submission import ProgressEvent

ALL = BY_ERRORS | BY_VALUES | BY_PROCESSES | LATER
# Files that each exercise imports, so that what one does to them another one would see.
HELPER = b"import os\nseen = os.environ.get('SEEN', '')\n\n\ndef helped():\n    return 0\n"
IMPORTS = "import sys\nsys.path.insert(0, '..')\nimport helper\n"
LAST = IMPORTS + (
    "try:\n    from seen import seen\nexcept ImportError:\n    seen = helper.seen\n"
    "def look(pictures):\n    return [0, 0, 0]\n"
    "def tell():\n    return seen or 'nothing'\n"
)  # fmt: skip


@dataclass
class Both:
    """A submission, graded by two courses that hide other pictures."""

    results: list[SubmissionResult] = field(default_factory=list)
    events: list[list[ProgressEvent]] = field(default_factory=list)
    course: Course | None = None

    def files(self, at: int, out: Path) -> dict[str, bytes]:
        """Return every file of which the author gets one, without times of ordinary checks."""
        assert self.course is not None
        timeless = without_times(self.results[at])
        folder = write_student(timeless, self.course.info, out).parent
        seen = for_student(timeless)
        return {
            **{path.name: path.read_bytes() for path in folder.iterdir()},
            "gradescope": gradescope_results(seen, self.course.info, hidden="visible"),
            "classroom": classroom_output(seen),
            "junit": junit_xml([seen], self.course.info),
        }


@pytest.fixture(scope="module", params=["full", "reduced"])
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    if problem := obstacle(request.param):
        pytest.skip(f"{request.param}: {problem}")
    made = make_launcher(request.param)
    yield made
    made.close()


def graded(
    launcher: Launcher, leaks: dict[str, str], place: Path, call_seconds: float = 60.0
) -> Both:
    """Grade a submission whose exercises each try another way; the last one hides nothing."""
    both = Both()
    for number, hidden in enumerate(DIGITS):
        root = place / str(number)
        (root / "assignments").mkdir(parents=True)
        both.course = _course(hidden, len(leaks), root, call_seconds)
        files = {
            f"ex_{n}/work.py": source_of(leak).encode() for n, leak in enumerate(leaks.values())
        }
        files = {name: IMPORTS.encode() + content for name, content in files.items()}
        files |= {"last/work.py": LAST.encode(), "helper.py": HELPER}
        events: list[ProgressEvent] = []
        judge = Judge(both.course, launcher, b"salt", progress=partial(_heard, events))
        both.results.append(judge.grade(Sealed("Eve", files), "eve"))
        both.events.append(events)
    return both


def _heard(events: list[ProgressEvent], _name: str, doing: ProgressEvent) -> None:
    events.append(doing)


def _course(hidden: np.ndarray, count: int, root: Path, call_seconds: float) -> Course:
    exercises = [exercise_with(hidden, f"ex_{n}") for n in range(count)]
    last = exercise_with(hidden, "last")
    [part] = last.parts
    open_checks = tuple(one for one in part.checks if not one.confidential)
    last = replace(last, parts=(replace(part, checks=open_checks),))
    exercises = [
        replace(one, limits=replace(one.limits, call_seconds=call_seconds))
        for one in (*exercises, last)
    ]
    return Course("A course", root, "digest", tuple(exercises))


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 60
    assert not set(ALL) & set(CHANNELS)


@pytest.mark.sampled
def test_no_file_of_any_exercise_depends_on_what_was_hidden(
    launcher: Launcher, tmp_path: Path
) -> None:
    # The boundary is the same at both levels: the gate tries all ways at one, some at the other.
    every = 1 if launcher.level == "full" or is_whole() else 4
    ways = dict(list(ALL.items())[::every])
    both = graded(launcher, ways, tmp_path)
    names = [*ways, "the last exercise"]
    for name, one, other in zip(names, *(r.exercises for r in both.results), strict=True):
        for exercise in (one, other):
            outcomes = [check.outcome for check in exercise.checks]
            assert outcomes[0] is Outcome.PASSED, (name, exercise.checks[0])
            assert Outcome.GRADER_ERROR not in outcomes, (name, exercise.checks)
            hides = [check.confidential for check in exercise.checks]
            assert hides == ([False, True, True] if name in ALL else [False, False]), name
        seen = [
            without_times(for_student(replace(whole, exercises=(exercise,))))
            for whole, exercise in zip(both.results, (one, other), strict=True)
        ]
        assert seen[0] == seen[1], name
    files = [both.files(at, tmp_path / f"out{at}") for at in range(2)]
    assert files[0] == files[1]
    assert len(files[0]["result.json"]) < MOST_BYTES
    # The last exercise found nothing that another one left.
    assert [one.outcome for one in both.results[0].exercises[-1].checks] == [Outcome.PASSED] * 2


def test_how_far_a_call_is_says_nothing_of_what_was_hidden(
    launcher: Launcher, tmp_path: Path
) -> None:
    tell = """
    from grader.runner import progress
    import time
    for n in numbers(p)[200:206]:
        progress._last = 0
        progress.tell(n + 1, 1000)
        time.sleep(0.11)
    return [0, 0, 0]"""
    both = graded(launcher, {"steps": tell}, tmp_path, call_seconds=200.0)
    first, second = both.events
    assert first == second
    assert {one.done for one in first} == {0}
    assert any(one.call for one in first)  # that it takes long is shown
