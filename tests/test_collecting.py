"""What an author writes into an exercise's folder counts, or is refused in one sentence."""

from __future__ import annotations

import os
import py_compile
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.authoring.audit.jobs import files_of
from grader.authoring.audit.mistakes import audit_mistake
from grader.checks import Case, Misconception, misconception
from grader.checks.explains import AnswerPart, Asked, explains
from grader.course import Course, load_course
from grader.course.check_modules import drop_young_bytecode, named_after, names_about
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.course import Part as File

MANIFEST = """
title = "Tiny"
[profiles.numpy]
preload = ["numpy", "numpy.random"]
[[exercises]]
id = "tiny"
number = "1"
title = "Tiny"
folder = "work"
files = [{files}]
points = {points}
"""
REFERENCE = """
import numpy as np

def step(x, learning_rate):
    ### BEGIN SOLUTION
    return x - learning_rate * slope(x), 2.0 * x
    ### END SOLUTION

def slope(x):
    ### BEGIN SOLUTION
    return 2.0 * x
    ### END SOLUTION
"""
IMPORTS = "from grader.checks import Case, Failed, check, misconception\n"
STEPS = '''
@check(2)
def steps(case: Case) -> None:
    """`step` moves by the slope."""
    x = float(case.rng.uniform(1, 2))
    case.agrees("step", x, 0.1, parts=("to", "slope"))
'''
SLOPES = '''
@check(1)
def slopes(case: Case) -> None:
    """`slope` is the derivative."""
    case.agrees("slope", float(case.rng.uniform(1, 2)))
'''
HALF = '''
@misconception(of="slope")
def half_as_steep(right):
    """The factor 2 is missing."""
    return right / 2
'''


def course_of(
    root: Path, *, points: int = 2, files: tuple[str, ...] = ("work/descent.py",), **modules: str
) -> Course:
    """Return a course whose exercise has these modules of checks, and no other files there."""
    listed = ", ".join(f'"{file}"' for file in files)
    texts = {"assignments/course.toml": MANIFEST.format(files=listed, points=points)}
    texts |= {f"solutions/{file}": REFERENCE for file in files if file.endswith("descent.py")}
    texts |= {f"solutions/checks/tiny/{n}.py": IMPORTS + text for n, text in modules.items()}
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_course(root)


def only(course: Course) -> File:
    [exercise] = course.exercises
    return exercise.parts[0]


def refusal(
    root: Path, *, points: int = 2, check_descent: str = "", more: str = "", wrong: str = ""
) -> str:
    with pytest.raises(CourseError) as refused:
        course_of(root, points=points, check_descent=check_descent, more=more, wrong=wrong)
    said = str(refused.value)
    assert "\n" not in said
    assert "course_checks" not in said
    return said


# ---------------------------------------------------------------------------- by folder


def test_checks_and_mistakes_are_collected_from_all_modules(tmp_path: Path) -> None:
    course = course_of(tmp_path, points=3, check_descent=STEPS, more=SLOPES, wrong=HALF)
    part = only(course)
    assert [check.name for check in part.checks] == ["steps", "slopes"]
    assert [known.name for known in part.misconceptions] == ["half_as_steep"]


def test_what_a_module_imports_counts_once(tmp_path: Path) -> None:
    imported = "from .wrong import half_as_steep\nKNOWN = (half_as_steep,)\n"
    course = course_of(tmp_path, check_descent=imported + STEPS, wrong=HALF)
    assert [known.name for known in only(course).misconceptions] == ["half_as_steep"]


def test_a_mistake_of_another_exercise_counts_in_a_tuple_alone(tmp_path: Path) -> None:
    beside = tmp_path / "solutions" / "checks" / "other.py"
    beside.parent.mkdir(parents=True)
    beside.write_text(IMPORTS + HALF, encoding="utf-8")
    bare = "from ..other import half_as_steep\n"
    course = course_of(tmp_path, check_descent=bare + STEPS)
    assert only(course).misconceptions == ()
    again = tmp_path / "again"
    (again / "solutions" / "checks").mkdir(parents=True)
    (again / "solutions" / "checks" / "other.py").write_text(IMPORTS + HALF, encoding="utf-8")
    course = course_of(again, check_descent=f"{bare}AS_THERE = (half_as_steep,)\n{STEPS}")
    assert [known.name for known in only(course).misconceptions] == ["half_as_steep"]


def test_a_module_is_about_the_file_that_it_is_named_after(tmp_path: Path) -> None:
    files = ("gradient/gradient.py", "gradient/gradient_2.py")
    assert named_after("check_gradient_2", files) == files[1]
    assert named_after("check_gradient", files) == files[0]
    assert named_after("wrong_descents", files) is None
    for name in ("wrong_descents", "mistakes_gradient", "check_gradient", "check_gradient_2"):
        (tmp_path / f"{name}.py").write_text("")
    own = ["check_gradient", "mistakes_gradient", "wrong_descents"]
    assert names_about(tmp_path, files[0], files) == own
    assert names_about(tmp_path, files[1], files) == ["check_gradient_2", "wrong_descents"]


def two_files(root: Path, *, wrong: str = "", more: str = "") -> Course:
    """Return a course whose exercise has two files; the second one has no `slope`."""
    flat = root / "solutions" / "work" / "flat.py"
    flat.parent.mkdir(parents=True)
    flat.write_text("def level(x):\n    return 0 * x\n", encoding="utf-8")
    names = ("work/descent.py", "work/flat.py")
    level = SLOPES.replace("slope", "level")
    return course_of(
        root, points=3, files=names, check_descent=STEPS, check_flat=level, wrong=wrong, more=more
    )


def test_shared_mistakes_belong_to_the_files_that_define_what_they_are_of(tmp_path: Path) -> None:
    steep, flat = two_files(tmp_path, wrong=HALF).exercises[0].parts
    assert [known.name for known in steep.misconceptions] == ["half_as_steep"]
    assert flat.misconceptions == ()


def test_a_check_between_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"which of the files of tiny does `slopes` judge\?"):
        two_files(tmp_path, more=SLOPES)


def test_two_checks_of_one_name_are_refused_with_both_places(tmp_path: Path) -> None:
    said = refusal(tmp_path, points=4, check_descent=STEPS, more=STEPS)
    assert said == (
        "solutions/checks/tiny/more.py, line 3: a check of work/descent.py is called `steps` "
        "already, in solutions/checks/tiny/check_descent.py, line 3: give each a name of its own."
    )


def test_two_mistakes_of_one_name_are_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, check_descent=STEPS, more=HALF, wrong=HALF)
    assert "wrong.py, line 3: a known mistake of work/descent.py is called `half_as_steep`" in said


def test_a_folder_without_checks_is_refused(tmp_path: Path) -> None:
    assert "solutions/checks/tiny holds no check of work/descent.py." in refusal(tmp_path)


# ---------------------------------------------------------------------------- what is needed


@pytest.mark.parametrize(
    ("needs", "sentence"),
    [
        ('("steps",)', r"has needs=\('steps',\): give the check itself, needs=\(steps,\)"),
        ('"steps"', r"has needs='steps': give the check itself, needs=\(steps,\)"),
        ("(len,)", r"give a tuple of checks that stand above"),
        ("(stepps,)", r"NameError: name 'stepps' is not defined\. Did you mean `steps`\?"),
    ],
)
def test_a_need_is_a_check_and_nothing_else(tmp_path: Path, needs: str, sentence: str) -> None:
    text = STEPS + SLOPES.replace("@check(1)", f"@check(1, needs={needs})")
    said = refusal(tmp_path, points=3, check_descent=text)
    assert re.search(rf"tiny/check_descent\.py, line 9: .*{sentence}", said), said


def test_a_check_needs_the_one_that_is_given(tmp_path: Path) -> None:
    for needs in ("(steps,)", "steps"):
        text = STEPS + SLOPES.replace("@check(1)", f"@check(1, needs={needs})")
        course = course_of(tmp_path / needs, points=3, check_descent=text)
        assert only(course).checks[1].needs == ("steps",)


# ---------------------------------------------------------------------------- what a mistake takes


def test_the_right_answer_is_given_whole(tmp_path: Path) -> None:
    swapped = '''
@misconception(of="step")
def swapped(right):
    """The two values are swapped."""
    return right[1], right[0]
'''
    course = course_of(tmp_path, check_descent=STEPS, wrong=swapped)
    [known] = only(course).misconceptions
    assert known.takes == ("x", "learning_rate")
    asked = Asked("step", (3.0, 0.1), (2.4, 6.0))
    assert explains(known, asked, 2.4, AnswerPart("slope", 1, of_several=True))
    assert not explains(known, asked, 6.0, AnswerPart("slope", 1, of_several=True))
    exercise = course.exercises[0]
    files = files_of(tmp_path / "solutions", exercise)
    assert audit_mistake(course, exercise, files, only(course), known).diagnosed


def test_a_mistake_may_write_into_the_right_answer(tmp_path: Path) -> None:
    spoils = '''
@misconception(of="slope")
def spoilt(right):
    """It is spoilt."""
    right *= 0
    return right
'''
    course = course_of(tmp_path, check_descent=STEPS, wrong=spoils)
    [known] = only(course).misconceptions
    asked = Asked("slope", (np.ones(3),), np.full(3, 2.0))
    assert explains(known, asked, np.zeros(3), AnswerPart("slope", 0, of_several=False))
    assert (asked.right == 2.0).all()


def test_a_mistake_takes_what_it_names_in_any_order(tmp_path: Path) -> None:
    text = '''
@misconception(of="step")
def by_own_slope(learning_rate, slope, x):
    """It takes what it needs."""
    return x + learning_rate * slope(x), slope(x)

@misconception(of="step")
def others(learning_rate, **net):
    """It takes all the others."""
    return net["x"], learning_rate
'''
    first, second = only(course_of(tmp_path, check_descent=STEPS, wrong=text)).misconceptions
    assert first.answer((1.0, 0.5), functions={"slope": lambda x: 4 * x}) == (3.0, 4.0)
    assert second.answer((1.0, 0.5)) == (1.0, 0.5)
    with pytest.raises(LookupError):
        first.answer((1.0, 0.5))


def test_in_the_audit_the_right_answer_and_the_functions_are_the_files_own(tmp_path: Path) -> None:
    text = (
        HALF
        + '''
@misconception(of="step")
def uphill(x, learning_rate, slope):
    """It goes uphill."""
    return x + learning_rate * slope(x), slope(x)
'''
    )
    agrees = 'case.agrees("step", x, 0.1, parts=("to", "slope"))'
    assert agrees in STEPS
    compares = STEPS.replace(
        agrees,
        """came, right = (one.step(x, 0.1) for one in (case.student, case.reference))
    own = {"slope": case.student.slope}
    case.compare("step", (x, 0.1), came, right, parts=("to", "slope"), functions=own)""",
    )
    course = course_of(tmp_path, points=3, check_descent=SLOPES + compares, wrong=text)
    exercise, part = course.exercises[0], only(course)
    files = files_of(tmp_path / "solutions", exercise)
    found = [audit_mistake(course, exercise, files, part, known) for known in part.misconceptions]
    assert [mistake.diagnosed for mistake in found] == [True, True]


@pytest.mark.parametrize(
    ("takes", "sentence"),
    [
        ("rihgt", r"takes `rihgt`, which is not a parameter of `slope` .* Did you mean `right`\?"),
        ("z", r".*take what you need of \(x\), or `right`, which is the right answer"),
    ],
)
def test_a_mistake_that_takes_what_nobody_can_give_is_refused(
    tmp_path: Path, takes: str, sentence: str
) -> None:
    said = refusal(tmp_path, check_descent=STEPS, wrong=HALF.replace("right", takes))
    assert re.search(rf"^solutions/checks/tiny/wrong\.py, line 3: half_as_steep {sentence}", said)


def test_a_check_that_hands_on_too_many_arguments_is_told(tmp_path: Path) -> None:
    [known] = only(course_of(tmp_path, check_descent=STEPS, wrong=HALF)).misconceptions
    asked = Asked("slope", (1.0, lambda x: x), 2.0)
    with pytest.raises(CourseError, match=r"hands 2 arguments of `slope` .* it takes 1: functions"):
        explains(known, asked, 1.0, AnswerPart("slope", 0, of_several=False))


# ---------------------------------------------------------------------------- recognising


@misconception(of="step.length")
def too_short(count: int, steps: int) -> bool:
    """End early."""
    return count < steps


@misconception(of="step.length")
def breaks(count: int) -> bool:
    """Break on what is not known."""
    return count > 0


def test_mistakes_recognise_themselves_in_what_was_seen(tmp_path: Path) -> None:
    known: tuple[Misconception, ...] = (too_short, breaks)
    part = only(course_of(tmp_path, check_descent=STEPS))
    session: object = None
    case = Case(session, part.file, part.reference, known, (1,))  # type: ignore[arg-type]
    assert [found.name for found in case.recognises("step.length", 3, 5)] == ["too_short"]
    assert case.recognises("step.length", 5, 5) == ()
    assert case.recognises("step.width", 3, 5) == ()
    assert [found.name for found in case.recognises("step.length", 3)] == ["breaks"]


@pytest.mark.parametrize(("later", "stays"), [(0.5, False), (1.9, False), (10.0, True)])
def test_code_that_was_compiled_right_after_the_source_was_written_is_compiled_again(
    tmp_path: Path, later: float, stays: bool
) -> None:
    source = tmp_path / "checks" / "work" / "check_it.py"
    source.parent.mkdir(parents=True)
    source.write_text("RATE = 1\n")
    cached = Path(str(py_compile.compile(str(source), doraise=True)))
    now = source.stat().st_mtime
    os.utime(cached, (now + later, now + later))
    drop_young_bytecode(tmp_path)
    assert cached.exists() is stays
