"""Numbers that no exercise asks for, and answers that stay where they are, earn nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.audit.in_process import CheckRun, Subject, run_exercise
from grader.authoring.audit.jobs import files_of
from grader.authoring.audit.lazy import unwritten
from grader.authoring.audit.styles import styled
from grader.course import Course, Exercise, Part, is_data
from grader.results import Outcome
from tests.courses import the_course

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
COURSE: Course = the_course()
WITH_FUNCTIONS = ("warm_up", "gradient", "random_data", "structured_data", "beyond")


def exercise_of(name: str) -> Exercise:
    return next(e for e in COURSE.exercises if e.id == name)


def handed_in(name: str, change: Callable[[Any], Any], monkeypatch: Any) -> list[CheckRun]:
    """Run an exercise on the reference whose functions' values are changed on their way out."""

    def style(right: Callable[..., Any]) -> Callable[..., Any]:
        def function(*arguments: Any) -> Any:
            value = right(*arguments)
            return tuple(map(change, value)) if isinstance(value, tuple) else change(value)

        return function

    monkeypatch.setitem(styled.__globals__["STYLES"], "changed", style)
    exercise = exercise_of(name)
    subject = styled(COURSE, exercise, files_of(ROOT / "solutions", exercise), "changed")
    assert subject is not None
    return run_exercise(COURSE, exercise, subject, 1)


def functions_of(name: str) -> set[str]:
    return {
        function
        for part in exercise_of(name).parts
        if not is_data(part.file)
        for function in unwritten((COURSE.stubs / part.file).read_bytes())
    }


@pytest.mark.parametrize("name", WITH_FUNCTIONS)
@pytest.mark.parametrize("imaginary", [1e9j, 1e-30j])
def test_complex_answers_earn_nothing(
    name: str, imaginary: complex, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = handed_in(name, lambda value: np.asarray(value) + imaginary, monkeypatch)
    subjects = {c.name: c.subject for p in exercise_of(name).parts for c in p.checks}
    paid = {r.name for r in ran if r.result.points and subjects[r.name] in functions_of(name)}
    assert not paid
    assert not [r.name for r in ran if r.result.outcome is Outcome.GRADER_ERROR]


@pytest.mark.parametrize("name", WITH_FUNCTIONS)
@pytest.mark.parametrize("lines", [slice(None), slice(1), slice(0)])
def test_arrays_with_nothing_in_them_earn_nothing(
    name: str, lines: slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = handed_in(name, lambda value: np.atleast_1d(value)[lines][..., :0], monkeypatch)
    subjects = {c.name: c.subject for p in exercise_of(name).parts for c in p.checks}
    paid = {r.name for r in ran if r.result.points and subjects[r.name] in functions_of(name)}
    assert not {check for check in paid if "refuses" not in check}  # which they do rightly
    assert not [r.name for r in ran if r.result.outcome is Outcome.GRADER_ERROR]


@pytest.mark.parametrize("moves_at_first", [False, True])
def test_a_descent_that_stays_where_it_is_earns_nothing(moves_at_first: bool) -> None:
    def stays(start: Any, rate: float, steps: int) -> Any:
        del rate
        return np.tile(np.asarray(start, dtype=float), (steps + 1, 1))

    exercise = exercise_of("gradient")
    files = files_of(COURSE.stubs, exercise)
    zero = {"gradient": lambda _x, _y: (0.0, 0.0)} if moves_at_first else {}
    patches = {part.file: {"gradient_descent": stays, **zero} for part in exercise.parts}
    ran = run_exercise(COURSE, exercise, Subject(files=files, patches=patches), 1)
    assert sum(r.result.points for r in ran) == 0


@pytest.mark.parametrize("part", [0, 1])
def test_a_start_that_is_changed_is_seen_in_both_files(part: int) -> None:
    def in_place(start: Any, rate: float, steps: int) -> Any:
        from_module = exercise.parts[part].reference
        point = start if isinstance(start, np.ndarray) else np.array(start, dtype=float)
        path = [point.copy()]
        for _ in range(steps):
            point -= rate * np.array(from_module.gradient(*point))
            path.append(point.copy())
        return np.array(path)

    exercise = exercise_of("gradient")
    file = exercise.parts[part].file
    subject = Subject(
        files=files_of(ROOT / "solutions", exercise),
        patches={file: {"gradient_descent": in_place}},
    )
    lost = {r.result.id for r in run_exercise(COURSE, exercise, subject, 1) if r.fails}
    wanted = "gradient.start_in_any_form", "gradient_2.descent_returns_every_point"
    assert lost == {f"gradient.{wanted[part]}"}


@pytest.mark.parametrize(
    ("exercise", "name", "place"),
    [
        ("random_data", "HYPERPARAMETERS", 0),
        ("structured_data", "HYPERPARAMETERS", 1),
        ("local_minimum", "EXPERIMENT", 0),
        ("hyperparameters", "BAD_LOCAL_MINIMUM", 0),
        ("hyperparameters", "EXPLOSION", 0),
        ("explosion", "EXPERIMENT", 0),
    ],
)
def test_a_training_that_takes_the_judge_too_long_is_refused_in_one_sentence(
    exercise: str, name: str, place: int
) -> None:
    found = exercise_of(exercise)
    chosen = {"d_hidden": 256, "learning_rate": 1e-300, "steps": 200_000, "seed": 1}
    if name == "HYPERPARAMETERS":
        del chosen["seed"]
    if "explo" in f"{exercise} {name}".lower():
        chosen |= {"learning_rate": 1e-9, "steps": 7_900}  # a little more than can be made
    part = found.parts[place]
    subject = Subject(
        files=files_of(ROOT / "solutions", found), patches={part.file: {name: chosen}}
    )
    said = [r.result.message for r in run_exercise(COURSE, found, subject, 1) if r.fails]
    assert any("the product may be at most 2,000,000" in message for message in said), said


@pytest.mark.parametrize("columns", [0, 1])
def test_a_later_descent_of_another_form_is_no_error_of_ours(columns: int) -> None:
    """What a check has seen of a function before, the function need not do again."""
    exercise = exercise_of("gradient")

    def later(part: Part) -> Callable[..., Any]:
        called: list[int] = []

        def gradient_descent(start: Any, rate: float, steps: int) -> Any:
            called.append(steps)
            lines = part.reference.gradient_descent(start, rate, steps)
            return lines if len(called) <= 3 else lines[:, :columns]

        return gradient_descent

    patches = {part.file: {"gradient_descent": later(part)} for part in exercise.parts}
    files = files_of(ROOT / "solutions", exercise)
    ran = run_exercise(COURSE, exercise, Subject(files=files, patches=patches), 1)
    assert not [r.name for r in ran if r.result.outcome is Outcome.GRADER_ERROR]
    assert {r.name for r in ran if r.fails} >= {"descent_returns_every_point"}
