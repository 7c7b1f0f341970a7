"""What the tests of the gradebook share: a small course that needs no runner, and a book."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.gradebook import Conditions, Gradebook
from grader.intake.sealed import Sealed
from grader.judge import Graded, GradedExercise
from grader.results import (
    CheckInfo,
    CheckResult,
    CourseInfo,
    Delivery,
    ExerciseInfo,
    ExerciseResult,
    FreeText,
    GradePolicy,
    Outcome,
    Person,
    SubmissionResult,
    Visibility,
)

if TYPE_CHECKING:
    from grader.course import Course

# Tests of what each database has statements of its own for.
OWN_STATEMENTS = ("migrations", "backup", "backed_up", "purge", "history")
WORTH = {"net": (("forward", 2), ("train", 3)), "words": (("said", 0),)}


def check_of(exercise: str, name: str, worth: float, points: float | None = None) -> CheckResult:
    """Return a check with these points; by default all of them."""
    got = worth if points is None else points
    return CheckResult(
        id=f"{exercise}.code.{name}",
        file=f"{exercise}/code.py",
        claim=f"`{name}` is right.",
        outcome=Outcome.PASSED if got == worth else Outcome.FAILED,
        points=got,
        max_points=worth,
    )


class FakeExercise:
    """An exercise of the course below."""

    packages_stamp = ""
    parts = ()

    def __init__(self, name: str, number: str) -> None:
        self.id, self.number, self.title, self.bonus = name, number, name, False

    def info(self) -> ExerciseInfo:
        """Return the data for pages."""
        checks = tuple(
            CheckInfo(
                id=one.id, claim=one.claim, max_points=one.max_points, file=one.file,
                visibility=Visibility.PUBLIC,
            )
            for one in (check_of(self.id, name, worth) for name, worth in WORTH[self.id])
        )  # fmt: skip
        return ExerciseInfo(
            id=self.id,
            number=self.number,
            title=self.title,
            files=(f"{self.id}/code.py",),
            max_points=sum(worth for _, worth in WORTH[self.id]),
            checks=checks,
        )


class FakeCourse:
    """A course of two exercises; its digests are made up."""

    def __init__(self, policy: GradePolicy | None = None) -> None:
        self.exercises = (FakeExercise("net", "1"), FakeExercise("words", "2"))
        self.exercise_digests = {"net": "n" * 64, "words": "w" * 64}
        self.digest = "c" * 64
        self.policy = policy or GradePolicy()
        self.root, self.lang = Path("no-such-course"), "en"

    @property
    def info(self) -> CourseInfo:
        """Return the data for pages."""
        return CourseInfo(
            title="A course", digest=self.digest, exercises=tuple(e.info() for e in self.exercises)
        )

    def only(self, names: list[str]) -> Any:
        """Return the course with these exercises."""
        from grader.course.course import _named  # noqa: PLC0415

        made = FakeCourse(self.policy)
        made.exercises = _named(self.exercises, names)  # type: ignore[assignment]
        return made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try each test on a book in a file, and about half of them on a server as well.

    What is typed by hand reaches every book by the same statements, of which the tests beside this
    folder try each on both; the audit has the other half too.
    """
    if "kind" in metafunc.fixturenames:
        name = metafunc.function.__name__
        in_gate = any(word in name for word in OWN_STATEMENTS) or zlib.crc32(name.encode()) % 2
        marks = () if in_gate else pytest.mark.sampled(0)
        kinds = ["sqlite", pytest.param("postgresql", marks=marks)]
        metafunc.parametrize("kind", kinds, indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def course() -> Course:
    made: Any = FakeCourse()
    return made  # type: ignore[no-any-return]


class Hand:
    """Puts results into a book as a grading does."""

    def __init__(self, book: Gradebook, course: Course) -> None:
        self.book, self.course = book, course

    def result(self, *people: Person, train: float = 3, **more: Any) -> SubmissionResult:
        """Return the result of people with these points in one of the checks."""
        name = ", ".join(one.name for one in people)
        checks = (check_of("net", "forward", 2), check_of("net", "train", 3, train))
        made = SubmissionResult(
            student=name,
            slug=name.lower().replace(", ", "-").replace(" ", "-"),
            digest=f"digest of {name}",
            exercises=(
                ExerciseResult(id="net", checks=checks),
                ExerciseResult(id="words", checks=(check_of("words", "said", 0),)),
            ),
            delivery=Delivery(people=people, group=len(people) > 1),
            policy=self.course.policy,
            graded_at="2026-01-31T09:30:00Z",
        )
        return replace(made, **more)

    def grade(
        self, *people: Person, answer: str = "", files: str = "", **more: Any
    ) -> SubmissionResult:
        """Record the result of people; their answer waits for a person."""
        result = self.result(*people, **more)
        sealed = Sealed(
            name=result.student,
            files={"net/code.py": f"{result.digest} {files}".encode()},
        )
        conditions = Conditions(salt=b"", isolation="none")
        with self.book.run("grade", self.course, "none") as run:
            recorder = self.book.recorder(self.course, conditions, run)
            for one in result.exercises:
                said = (
                    (FreeText(question="What did you see?", answer=answer, name="seen"),)
                    if answer and one.id == "words"
                    else ()
                )
                exercise: Any = next(e for e in self.course.exercises if e.id == one.id)
                recorder.keep(exercise, sealed, GradedExercise(one, said))
            return recorder.record([Graded(sealed, result)], 0)


@pytest.fixture
def hand(book: Gradebook, course: Course) -> Hand:
    return Hand(book, course)


@pytest.fixture
def ada() -> Person:
    return Person(id="s1", name="Ada Byron", email="ada@example.org")


@pytest.fixture
def bo() -> Person:
    return Person(id="s2", name="Bo Li")
