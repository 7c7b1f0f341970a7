"""The judge turns whatever a check raises into one result, and errs towards the student."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.checks import Case, Failed, check
from grader.course import Course, Exercise, Part
from grader.errors import GraderError
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome, State
from grader.sandbox.launcher import Launcher, Limits, Process, Profile, RunnerSpec
from tests.launching import launcher

if TYPE_CHECKING:
    from pathlib import Path

    from grader.results import CheckResult, SubmissionResult


@check(1)
def doubles(case: Case) -> None:
    """`double(x)` is 2 x."""
    x = float(case.rng.normal())
    if case.student.double(x) != 2 * x:
        raise Failed("It is not the double.")


@check(2, needs=(doubles,))
def doubles_twice(case: Case) -> None:
    """`double` of `double` is 4 x."""
    if case.student.double(case.student.double(1)) != 4:
        raise Failed("It is not.")


@check(4, visibility="hidden")
def answers(case: Case) -> None:
    """`answer()` is 42."""
    if case.student.answer() != 42:
        raise Failed("It is not 42.")


@check(8)
def broken(case: Case) -> None:
    """`answer()` is more than a check can say."""
    raise ZeroDivisionError(case)


@check(16, needs=(broken,))
def needs_the_broken_one(case: Case) -> None:
    """`answer()` is not asked for any more."""
    raise AssertionError(case)


# What files the course has, for the search of what was handed in.
MANIFEST = """
[[exercises]]
number = "0"
title = "An exercise"
files = ["ex/work.py"]
"""


class Broken(Launcher):
    """A launcher on a machine that gives no process."""

    level = "none"

    def start(self, spec: RunnerSpec, greeting: object = None) -> Process:
        """Fail."""
        del greeting
        raise GraderError(f"No process for {spec.folder}.")

    def close(self) -> None:
        """Keep nothing."""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Return a course of one exercise with one file."""
    part = Part(
        file="ex/work.py",
        reference=ModuleType("reference"),
        checks=(doubles, doubles_twice, answers),
        misconceptions=(),
        backgrounds=None,
    )
    exercise = Exercise(
        id="ex",
        number="0",
        title="An exercise",
        folder="ex",
        points=7.0,
        profile=Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1"}),
        limits=Limits(call_seconds=1.0),
        parts=(part,),
    )
    (tmp_path / "assignments").mkdir()
    (tmp_path / "assignments" / "course.toml").write_text(MANIFEST, encoding="utf-8")
    return Course("A course", tmp_path, "digest", (exercise,))


def with_checks(course: Course, *checks: object) -> Course:
    [exercise] = course.exercises
    [part] = exercise.parts
    part = replace(part, checks=checks)  # type: ignore[arg-type]
    return Course(course.title, course.root, course.digest, (replace(exercise, parts=(part,)),))


def sealed(source: str) -> Sealed:
    return Sealed("Ada", {"ex/work.py": source.encode()})


def outcomes(result: SubmissionResult) -> dict[str, Outcome]:
    return {check.id.rpartition(".")[2]: check.outcome for check in checks_of(result)}


def checks_of(result: SubmissionResult) -> list[CheckResult]:
    return [check for exercise in result.exercises for check in exercise.checks]


GOOD = "def double(x):\n    return 2 * x\n\ndef answer():\n    print('hm')\n    return 42\n"


def test_a_right_submission_gets_all_points(course: Course) -> None:
    result = Judge(course, launcher()).grade(sealed(GOOD), "ada")
    assert (result.score, result.max_score, result.provisional) == (7.0, 7.0, False)
    assert (result.student, result.slug, result.isolation) == ("Ada", "ada", launcher().level)
    assert [check.printed for check in checks_of(result)] == ["", "", "hm\n"]
    assert checks_of(result)[0].id == "ex.work.doubles"


def test_a_check_is_skipped_where_one_that_it_needs_failed(course: Course) -> None:
    result = Judge(course, launcher()).grade(sealed(GOOD.replace("2 * x", "x")))
    assert outcomes(result) == {
        "doubles": Outcome.FAILED,
        "doubles_twice": Outcome.SKIPPED,
        "answers": Outcome.PASSED,
    }
    assert checks_of(result)[1].skipped_for == "ex.work.doubles"
    assert result.score == 4.0


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("return 41", Outcome.FAILED),
        ("return None", Outcome.FAILED),
        ("raise NotImplementedError", Outcome.FAILED),
        ("return 1 / 0", Outcome.CRASHED),
        ("import os; os._exit(0)", Outcome.CRASHED),
        ("while True: pass", Outcome.OVER_LIMIT),
    ],
)
def test_each_ending_has_its_outcome(course: Course, answer: str, outcome: Outcome) -> None:
    source = f"def double(x):\n    return 2 * x\n\ndef answer():\n    {answer}\n"
    result = Judge(course, launcher()).grade(sealed(source))
    assert outcomes(result)["answers"] is outcome
    assert checks_of(result)[2].message
    assert result.score == 3.0


def test_an_error_of_ours_costs_no_points_and_gives_none(course: Course) -> None:
    course = with_checks(course, doubles, broken, needs_the_broken_one)
    result = Judge(course, launcher()).grade(sealed(GOOD))
    assert outcomes(result) == {
        "doubles": Outcome.PASSED,
        "broken": Outcome.GRADER_ERROR,
        "needs_the_broken_one": Outcome.GRADER_ERROR,
    }
    assert (result.score, result.withheld, result.max_score) == (1.0, 24.0, 25.0)
    assert "ZeroDivisionError" in checks_of(result)[1].message


def test_a_machine_that_gives_no_process_withholds_everything(course: Course) -> None:
    result = Judge(course, Broken()).grade(sealed(GOOD))
    assert set(outcomes(result).values()) == {Outcome.GRADER_ERROR}
    assert (result.score, result.withheld) == (0.0, 7.0)


def test_nothing_handed_in_is_skipped_without_a_process(course: Course) -> None:
    result = Judge(course, Broken()).grade(Sealed("Ada", {}))
    assert result.state is State.EMPTY
    assert set(outcomes(result).values()) == {Outcome.SKIPPED}
    assert "Nothing of this exercise was handed in: ex/work.py." in checks_of(result)[0].message
    assert (result.score, result.max_score) == (0.0, 7.0)


def test_what_cannot_be_opened_gets_a_result_with_the_reason(course: Course) -> None:
    judge = Judge(course, Broken())
    refused = judge.refuse("Ada", "ada", "The archive is encrypted.")
    assert refused.refused == "The archive is encrypted."
    assert (refused.score, refused.withheld, refused.max_score) == (0.0, 0.0, 7.0)
    withheld = judge.withhold("Ada", "ada", "The disk is full.")
    assert (withheld.score, withheld.withheld, withheld.refused) == (0.0, 7.0, "")


def test_hidden_checks_stay_away_from_students(course: Course) -> None:
    result = Judge(course, launcher(), public_only=True).grade(sealed(GOOD))
    assert set(outcomes(result)) == {"doubles", "doubles_twice"}


def test_the_seed_comes_from_salt_exercise_and_what_was_handed_in(course: Course) -> None:
    [exercise] = course.exercises
    judge, other = Judge(course, Broken(), salt=b"a"), Judge(course, Broken(), salt=b"b")
    one, two = sealed(GOOD), sealed(GOOD + "\n")
    seeds = {
        judge.seed(exercise, one),
        judge.seed(exercise, two),
        other.seed(exercise, one),
        judge.seed(replace(exercise, id="ex2"), one),
    }
    assert len(seeds) == 4
    assert judge.seed(exercise, one) == judge.seed(exercise, sealed(GOOD))
    assert judge.seed(exercise, one) == judge.grade(one).exercises[0].seed


def test_what_a_submission_draws_by_itself_does_not_tell_the_seed(course: Course) -> None:
    seen: list[float] = []

    @check(7)
    def tells(case: Case) -> None:
        """`draw()` tells what it can draw."""
        seen.extend([case.student.draw(), float(case.rng.random())])

    source = "import numpy as np\n\ndef draw():\n    return np.random.random()\n"
    judge = Judge(with_checks(course, tells), launcher(), salt=b"s")
    result = judge.grade(sealed(source))
    seed = result.exercises[0].seed
    assert seen[0] != seen[1]
    guess = np.random.RandomState(seed % (1 << 32)).random_sample()
    assert seen[0] != guess


def test_a_file_with_the_name_of_a_library_is_noted(course: Course) -> None:
    files = {"ex/work.py": GOOD.encode(), "ex/numpy.py": b"raise ImportError\n"}
    result = Judge(course, launcher()).grade(Sealed("Ada", files))
    assert result.score == 7.0
    assert "ex/numpy.py has the name of a library" in result.notes[0]


def test_the_digest_tells_names_from_contents() -> None:
    one, two = Sealed("a", {"ab": b"c"}), Sealed("a", {"a": b"bc"})
    assert one.digest != two.digest
    assert one.digest == Sealed("another", {"ab": b"c"}).digest
    assert len(bytes.fromhex(one.digest)) == hashlib.sha256().digest_size
