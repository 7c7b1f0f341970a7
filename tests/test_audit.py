"""`grader audit`: a fault of every kind in a tiny course is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.authoring.audit import ExerciseAudit, Extent, audit_exercise
from grader.course import load_course
from grader.errors import CourseError
from grader.judge.shrinking.small_examples import ResultsWithExamples
from grader.sandbox.doctor import best_level
from tests.courses import the_course

ROOT = Path(__file__).parents[1]
LEVEL = best_level()  # where a mutant's runner is a copy, and no new Python
NUMPY = [e.id for e in the_course().exercises if e.profile.name == "numpy"]

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
    return audit_exercise(
        course, course.exercises[0], Extent(seeds=20, mutants=mutants, level=LEVEL)
    )


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
        Extent(seeds=20, level=LEVEL),
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
    assert faults[0] == "the untouched stub earns 1 point"


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
    assert "tiny.double.doubles_more: an error of the grader on the stub" in faults


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


def test_nobody_looks_for_small_examples_on_which_a_mutant_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def look(*given: Any) -> ResultsWithExamples:
        *_, results, failures = given
        asked.append(len(failures))
        return ResultsWithExamples(tuple(results))

    monkeypatch.setattr("grader.judge.grade.add_small_examples", look)
    assert audited(tiny(tmp_path), mutants=None).fate("caught") == 5
    assert asked == [0] * 5


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
