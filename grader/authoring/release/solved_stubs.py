"""Makes sure that no stub contains an answer: none equals its solution, and none earns a point."""

from __future__ import annotations

__all__ = ["refuse_solved"]

from typing import TYPE_CHECKING

from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.jobs import files_of, preload
from grader.authoring.stubs import BEGIN, END, is_solved
from grader.errors import CourseError
from grader.results import total_points

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.course import Course, Exercise


def refuse_solved(course: Course, made: Mapping[str, str]) -> None:
    """Refuse stubs that would give away an answer.

    Both kinds of stubs are tested: those made now, which students fill in, and those in
    ``assignments``, which the kit's grader contains.

    Parameters
    ----------
    course : Course
        The course, with the exercises to release.
    made : mapping
        The text of each stub that is made now, by its path.

    Raises
    ------
    CourseError
        Which file it is, what it earns, and what to do.
    """
    solutions = {
        path: path.read_text(encoding="utf-8")
        for path in sorted((course.root / "solutions").rglob("*.py"))
        if "checks" not in path.relative_to(course.root / "solutions").parts[:1]
    }
    for path in sorted(course.stubs.rglob("*.py")):
        _refuse_equal(path, course, solutions)
    for exercise in course.exercises:
        there = files_of(course.stubs, exercise)
        fresh = there | {
            part.file: made[part.file].encode() for part in exercise.parts if part.file in made
        }
        _refuse_paid(course, exercise, there, "assignments/")
        if fresh != there:
            _refuse_paid(course, exercise, fresh, "the stub of ")


def _refuse_equal(path: Path, course: Course, solutions: Mapping[Path, str]) -> None:
    stub = path.read_text(encoding="utf-8")
    name = path.relative_to(course.root).as_posix()
    for solution, text in solutions.items():
        if (solution.name == path.name or stub == text) and is_solved(stub, text):
            raise CourseError(
                f"{name} does all that {solution.relative_to(course.root).as_posix()} does: it "
                f"would be handed out as it is. Put `{BEGIN}` and `{END}` around what students "
                "write, and run `grader stubs`."
            )


def _refuse_paid(
    course: Course, exercise: Exercise, files: Mapping[str, bytes], where: str
) -> None:
    if exercise.run_config({}).obstacle():
        return  # a package is not installed, so its stubs cannot be run here
    preload(exercise.profile)
    ran = run_exercise(course, exercise, Subject(files=files), 0)
    paid = [one.result for one in ran if one.result.points]
    if paid:
        earned = total_points(result.points for result in paid)
        names = ", ".join(result.id.rpartition(".")[2] for result in paid)
        raise CourseError(
            f"{where}{paid[0].file} earns {earned:g} points with nothing written in it ({names}): "
            f"put what earns them between `{BEGIN}` and `{END}`, or let the check ask for more."
        )
