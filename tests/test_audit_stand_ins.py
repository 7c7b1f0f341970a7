"""`grader audit`, where a reference is slow and where a check holds what a submission makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.authoring.audit import Extent, audit_exercise
from grader.course import load_course
from grader.errors import CourseError

from .test_audit import OTHER, audited, tiny

if TYPE_CHECKING:
    from pathlib import Path

# ---------------------------------------------------------------------------- a slow reference

STAND_IN = """
[light]
file = "tiny/double.py"
below = "quick.txt"
misses = ["doubles_more"]
share = 10
reason = "it takes long"
"""
SLOW = """
def double(x):
    ### BEGIN SOLUTION
    return slowly(x)
    ### END SOLUTION


def slowly(x):
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
"""


def slow(root: Path, below: str = "def slowly(x):\n    return 2 * x if x != 7 else 0\n") -> Path:
    tiny(root, known=STAND_IN)
    (root / "solutions" / "tiny" / "double.py").write_text(SLOW)
    (root / "solutions" / "checks" / "tiny" / "quick.txt").write_text(below)
    return root


def test_a_slow_reference_is_handed_in_with_fewer_inputs(tmp_path: Path) -> None:
    found = audited(slow(tmp_path), mutants=None)
    assert found.clean
    assert (found.variants, found.seeds, found.runs) == (("reference",), 2, 2 * 2)
    assert len(found.mutants) == 0  # both lines are the stand-in's
    [note] = found.notes
    assert note.startswith("known mistakes and mutants were tried on the reference's quick")
    assert "doubles_more is not judged; its slowly are not mutated" in note


def test_where_it_has_to_be_quick_the_stand_in_alone_is_handed_in(tmp_path: Path) -> None:
    course = load_course(slow(tmp_path))
    found = audit_exercise(course, course.exercises[0], Extent(seeds=20, mutants=0, light=True))
    assert found.clean
    assert (found.variants, found.seeds, found.runs) == (("its quick stand-in",), 1, 1)
    assert found.diagnosed == 1
    assert found.notes[0].startswith("everything was tried on")


def test_a_stand_in_that_fails_another_check_is_found(tmp_path: Path) -> None:
    course = load_course(slow(tmp_path, below="def slowly(x):\n    return 3 * x\n"))
    found = audit_exercise(course, course.exercises[0], Extent(mutants=0, light=True))
    assert "doubles fails a right answer (its quick stand-in, seed 0)" in found.faults()[0]


@pytest.mark.parametrize("below", [None, "def slowly(x:\n"])
def test_a_stand_in_that_cannot_be_read_is_refused(tmp_path: Path, below: str | None) -> None:
    file = slow(tmp_path, below or "") / "solutions" / "checks" / "tiny" / "quick.txt"
    if below is None:
        file.unlink()
    with pytest.raises(CourseError, match=r"tiny/audit\.toml"):
        audited(tmp_path)


# ---------------------------------------------------------------------------- what is held

BOXES = """
class Box:
    def __init__(self, x):
        self.x = x


def double(x):
    ### BEGIN SOLUTION
    return Box(2 * x)
    ### END SOLUTION


def add(box, y):
    ### BEGIN SOLUTION
    box.x += y
    ### END SOLUTION


def value(box):
    ### BEGIN SOLUTION
    return box.x
    ### END SOLUTION
"""
HOLDS = """
@check(3)
def holds(case):
    \"\"\"It holds what has no plain form.\"\"\"
    box = case.student.make("double", 3)
    is_box = type(box).__name__ == "Handle" and box.type_name.rpartition(".")[2] == "Box"
    if not is_box or not case.holds(box):
        raise Failed("It is no box.")
    case.memory["box"] = box
    case.student.make("add", box, 4)
"""
USES = (
    OTHER
    + """
    if "box" not in case.memory:
        raise Failed("There is no box.")
    if (value := case.student.value(case.memory["box"])) != 10:
        named = case.diagnose("double.box", (3,), value, 10)
        named += case.diagnose("add.box", (6,), value, 10)
        from grader.checks import Disagreement
        raise Disagreement("It is another number.", diagnoses=named)
"""
)
WRONG_BOXES = """
@misconception(of="double.box", example=Instead("double", lambda right: lambda x: right(2 * x)))
def twice(x):
    \"\"\"It doubles twice.\"\"\"
    return 4 * x + 4

@misconception(of="add.box", example=Instead("add", lambda right: lambda box, y: None))
def nothing_is_added(x):
    \"\"\"It adds nothing.\"\"\"
    return x
"""


def test_what_is_held_remembers_which_functions_made_it(tmp_path: Path) -> None:
    tiny(tmp_path, checks=HOLDS + USES, mistakes=WRONG_BOXES)
    (tmp_path / "solutions" / "tiny" / "double.py").write_text(BOXES)
    found = audited(tmp_path)
    assert found.faults() == []
    assert found.diagnosed == 2


# ---------------------------------------------------------------------------- small parts
