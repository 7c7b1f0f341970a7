"""`grader audit`: a fault of every kind in a tiny course is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.audit import ExerciseAudit, Extent, audit_exercise
from grader.course import load_course
from grader.errors import CourseError

ROOT = Path(__file__).parents[1]
NUMPY = [e.id for e in load_course(ROOT).exercises if e.profile.name == "numpy"]

# ---------------------------------------------------------------------------- a tiny course

MANIFEST = """
title = "Tiny"
[profiles.numpy]
preload = ["numpy"]
[[exercises]]
id = "tiny"
number = "1"
title = "Tiny"
folder = "tiny"
files = ["tiny/double.py"]
points = 4
"""
STUB = """
def double(x):
    raise NotImplementedError("double: write me")
"""
REFERENCE = """
def double(x):
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
"""
GOOD = """
@check(3)
def doubles(case):
    \"\"\"It doubles.\"\"\"
    for x in case.rng.integers(3, 99, 3):
        case.agrees("double", int(x))
    case.memory["fine"] = True
"""
OTHER = """
@check(1)
def doubles_more(case):
    \"\"\"It doubles more.\"\"\"
"""
ASKS = (
    OTHER
    + """
    case.agrees("double", 7)
"""
)
IMPORTS = "from grader.checks import Failed, Instead, check, misconception"
HALVES = """
@misconception(of="double")
def halves(x):
    \"\"\"It halves.\"\"\"
    return x / 2
"""


def tiny(root: Path, *, checks: str = GOOD + ASKS, mistakes: str = HALVES, known: str = "") -> Path:
    folders = {name: root / name for name in ("assignments", "solutions", "solutions/checks")}
    for folder in folders.values():
        (folder / "tiny").mkdir(parents=True, exist_ok=True)
    (folders["assignments"] / "course.toml").write_text(MANIFEST)
    (folders["assignments"] / "tiny" / "double.py").write_text(STUB)
    (folders["solutions"] / "tiny" / "double.py").write_text(REFERENCE)
    inside = folders["solutions/checks"]
    (inside / "__init__.py").write_text("")
    (inside / "tiny" / "__init__.py").write_text("")
    (inside / "tiny" / "check_double.py").write_text(f"{IMPORTS}\n{checks}")
    (inside / "tiny" / "mistakes_double.py").write_text(f"{IMPORTS}\n{mistakes}")
    if known:
        (inside / "tiny" / "audit.toml").write_text(known)
    return root


def audited(root: Path, mutants: int | None = 0) -> ExerciseAudit:
    course = load_course(root)
    return audit_exercise(course, course.exercises[0], Extent(seeds=20, mutants=mutants))


def only_fault(root: Path, mutants: int | None = 0) -> str:
    found = audited(root, mutants)
    assert not found.clean
    [fault] = found.faults()
    return fault


def test_a_good_course_is_clean(tmp_path: Path) -> None:
    progress: list[tuple[int, int]] = []
    course = load_course(tiny(tmp_path))
    found = audit_exercise(
        course,
        course.exercises[0],
        Extent(seeds=20),
        lambda done, of: progress.append((done, of)),
    )
    assert found.clean
    assert found.runs == 20 * 2 * 2
    assert found.summary() == {
        "runs": 80,
        "false_fails": 0,
        "beyond_chance": 0,
        "mutants": 5,
        "caught": 5,
        "equivalent": 0,
        "misconceptions": 1,
        "diagnosed": 1,
        "seeds": 20,
        "variants": ["reference", "reference in float32"],
        "mutation_score": 1.0,
        "stub_points": 0,
        "lazy_points": dict.fromkeys(found.summary()["lazy_points"], 0.0),
        "cascades": 0,
        "faults": [],
        "notes": [],
    }
    assert progress[-1] == (len(progress), len(progress))


def test_two_processes_find_the_same(tmp_path: Path) -> None:
    course = load_course(tiny(tmp_path))
    one, two = (
        audit_exercise(course, course.exercises[0], Extent(seeds=20, mutants=0, workers=n))
        for n in (1, 2)
    )
    assert one == two


def test_a_false_fail_is_found(tmp_path: Path) -> None:
    unlucky = (
        OTHER
        + """
    case.student.double(1)
    if case.rng.random() < 0.3:
        raise Failed("Unlucky.")
"""
    )
    found = audited(tiny(tmp_path, checks=GOOD + unlucky))
    assert 0 < len(found.false_fails) < 40
    assert all("doubles_more fails a right answer" in f for f in found.faults()[:2])


def test_an_alternative_is_handed_in(tmp_path: Path) -> None:
    other = tiny(tmp_path) / "solutions" / "alternatives" / "by_two" / "tiny"
    other.mkdir(parents=True)
    (other / "double.py").write_text("def double(x):\n    return [2 * x]\n")
    assert audited(tmp_path).variants == ("reference", "reference in float32", "by_two")
    (other / "double.py").write_text("def double(x):\n    return 3 * x\n")
    assert {f.variant for f in audited(tmp_path).false_fails} == {"by_two"}


def test_a_stub_that_earns_points_is_found(tmp_path: Path) -> None:
    faults = audited(tiny(tmp_path, checks=GOOD + OTHER)).faults()
    assert faults[0] == "the untouched stub earns 1 points"


def test_an_error_of_ours_on_the_stub_is_found(tmp_path: Path) -> None:
    broken = (
        OTHER
        + """
    try:
        case.student.double(1)
    except Failed:
        raise ZeroDivisionError
"""
    )
    faults = audited(tiny(tmp_path, checks=GOOD + broken)).faults()
    assert "tiny.double.doubles_more: an error of ours on the stub" in faults


def test_points_for_nothing_are_found(tmp_path: Path) -> None:
    easy = (
        OTHER
        + """
    case.agrees("double", 0)
"""
    )
    faults = audited(tiny(tmp_path, checks=GOOD + easy)).faults()
    assert "functions that always return 0 earn 1 points, by doubles_more" in faults


@pytest.mark.parametrize(
    ("of", "said"), [("double", ""), ("double.sign", "give the mistake an `example`")]
)
def test_a_mistake_that_nobody_names_is_found(tmp_path: Path, of: str, said: str) -> None:
    unseen = f"""
@misconception(of="{of}")
def unseen(x):
    \"\"\"It is right.\"\"\"
    return 2 * x
"""
    fault = only_fault(tiny(tmp_path, mistakes=HALVES + unseen))
    assert fault.startswith("tiny/double.py: the mistake unseen is not named")
    assert said in fault


def test_a_mistake_is_handed_in_by_its_example(tmp_path: Path) -> None:
    named = (
        GOOD
        + OTHER
        + """
    if case.student.double(1) < 0:
        failure = Failed("It is negative.")
        from grader.checks import Disagreement
        raise Disagreement("", diagnoses=case.diagnose("double.sign", (-1,), True, False))
"""
    )
    negative = """
@misconception(of="double.sign", example=Instead("double", lambda right: lambda x: -right(x)))
def negative(sign):
    \"\"\"It is negative.\"\"\"
    return sign < 0
"""
    found = audited(tiny(tmp_path, checks=named, mistakes=negative))
    assert found.diagnosed == len(found.mistakes) == 1


REMEMBERS = (
    GOOD
    + OTHER
    + """
    if "fine" not in case.memory:
        raise Failed("The other one failed.")
"""
)


def test_cascading_loss_is_found_unless_it_is_listed(tmp_path: Path) -> None:
    fault = only_fault(tiny(tmp_path, checks=REMEMBERS))
    assert "halves costs checks that ask for something else: doubles_more" in fault
    listed = """
[[cascade]]
mistakes = ["halves"]
checks = ["doubles_more"]
reason = "it is so"
"""
    assert audited(tiny(tmp_path, checks=REMEMBERS, known=listed)).clean


def test_a_listed_cascade_that_is_none_is_found(tmp_path: Path) -> None:
    listed = "[[cascade]]\nmistakes = ['halves']\nchecks = ['nothing']\nreason = 'none'\n"
    fault = only_fault(tiny(tmp_path, known=listed))
    assert fault == "audit.toml: the mistake halves does not cost nothing, which is listed"


TWO_ALONE = (
    GOOD.replace("case.rng.integers(3, 99, 3)", "[2]")
    + OTHER
    + """
    case.agrees("double", 2)
"""
)


def test_surviving_mutants_are_found_unless_they_are_listed(tmp_path: Path) -> None:
    faults = audited(tiny(tmp_path, checks=TWO_ALONE), mutants=None).faults()
    assert len(faults) == 2
    assert "no check sees `return x + x` become `return x * x`" in " ".join(faults)
    listed = "".join(
        f"[[equivalent]]\nfile = 'tiny/double.py'\nbefore = 'return x + x'\n"
        f"after = 'return x {sign} x'\nreason = 'only 2 is asked'\n"
        for sign in ("*", "**")
    )
    (tmp_path / "solutions/checks/tiny/audit.toml").write_text(listed)
    found = audited(tmp_path, mutants=None)
    assert found.clean
    assert (found.fate("caught"), found.fate("equivalent")) == (3, 2)


@pytest.mark.parametrize(("after", "what"), [("x - x", "caught"), ("x @ x", "no mutant")])
def test_a_listed_mutant_that_is_none_is_found(tmp_path: Path, after: str, what: str) -> None:
    listed = (
        "[[equivalent]]\nfile = 'tiny/double.py'\nbefore = 'return x + x'\n"
        f"after = 'return {after}'\nreason = 'none'\n"
    )
    fault = only_fault(tiny(tmp_path, known=listed), mutants=None)
    assert f"is listed as equivalent, and is {what}" in fault


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    listed = "[[equivalent]]\nfile = 'a'\nbefore = 'b'\nafter = 'c'\n"
    with pytest.raises(CourseError, match=r"tiny/audit\.toml.*reason"):
        audited(tiny(tmp_path, known=listed))


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
