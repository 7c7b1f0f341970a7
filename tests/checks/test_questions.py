"""The questions are themselves questioned: right, wrong, malformed and hostile answers."""

from __future__ import annotations

import math
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.report import render_class, render_student
from grader.results import ClassResult, Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.results import CheckResult, SubmissionResult

ROOT = Path(__file__).parents[2]
FILE = "answers.toml"
COURSE = the_course().only(["questions"])
RIGHT = (ROOT / "solutions" / FILE).read_text("utf-8")
TEMPLATE = (ROOT / "assignments" / FILE).read_text("utf-8")
ANSWERS: dict[str, Any] = tomllib.loads(RIGHT)["questions"]
CHOICES = {key: text for key, text in ANSWERS.items() if text.isalpha()}
STATEMENTS = {
    "reciprocal": 5, "learning_rate": 5, "random_data": 5, "structured_data": 4, "gradient_shape": 6
}  # fmt: skip


def graded(content: str | bytes, *, public_only: bool = False) -> SubmissionResult:
    raw = content.encode() if isinstance(content, str) else content
    judge = Judge(COURSE, launcher(), public_only=public_only)
    result = judge.grade(Sealed("student", {FILE: raw}), "student")
    assert not result.provisional
    return result


def checks(content: str | bytes) -> dict[str, CheckResult]:
    return {c.id.rpartition(".")[2]: c for c in graded(content).exercises[0].checks}


def answered(**answers: str) -> dict[str, CheckResult]:
    """Grade these answers, given as TOML."""
    return checks("[questions]\n" + "\n".join(f"{k} = {v}" for k, v in answers.items()))


# ---------------------------------------------------------------------------- right and empty


def test_the_right_answers_get_every_point() -> None:
    result = graded(RIGHT)
    assert {c.outcome for c in result.exercises[0].checks} == {Outcome.PASSED}
    assert result.score == result.max_score == 20
    assert len(result.free_text) == 10


def test_the_template_gets_nothing_and_no_error_of_ours() -> None:
    result = graded(TEMPLATE)
    assert result.score == 0
    assert {c.outcome for c in result.exercises[0].checks} == {Outcome.FAILED}
    assert result.free_text == ()


def test_template_and_answers_are_what_the_catalogue_makes() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "make_answers.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    empty = tomllib.loads(TEMPLATE)
    assert {value for table in empty.values() for value in table.values()} == {""}
    assert {name: set(table) for name, table in empty.items()} == {
        name: set(table) for name, table in tomllib.loads(RIGHT).items()
    }


def test_there_is_an_observation_for_every_other_exercise() -> None:
    manifest = tomllib.loads((ROOT / "assignments" / "course.toml").read_text("utf-8"))
    ids = {exercise["id"] for exercise in manifest["exercises"]} - {"questions"}
    assert ids <= set(tomllib.loads(TEMPLATE)["observations"])


def test_nothing_handed_in_is_no_error() -> None:
    result = Judge(COURSE, launcher()).grade(Sealed("student", {}))
    assert {c.outcome for c in result.exercises[0].checks} == {Outcome.SKIPPED}


FORMS = {
    "numbers without quotes": RIGHT.replace('"243"', "243").replace('"2.6"', "+2.600_000e0"),
    "letters as a list": RIGHT.replace('"ABE"', '["E", "b", "A"]'),
    "letters as one writes them": RIGHT.replace('"ABE"', '" (a), b and E."'),
    "a byte order mark": "\ufeff" + RIGHT,
    "Windows line ends": RIGHT.replace("\n", "\r\n"),
    "a number that is nearly right": RIGHT.replace('"5"', '"5.0004"'),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_meant_is_taken(form: str) -> None:
    assert FORMS[form] != RIGHT
    assert graded(FORMS[form]).score == 20


# ---------------------------------------------------------------------------- wrong


def test_every_known_mistake_is_named_and_costs_its_question_alone() -> None:
    [part] = COURSE.exercises[0].parts
    assert len(part.misconceptions) >= 35
    assert len({known.name for known in part.misconceptions}) == len(part.misconceptions)
    for known in part.misconceptions:
        assert known.lecture
        [key] = [key for key in ANSWERS if known.example[key] != part.reference.questions[key]
                 and str(known.example[key]) != ANSWERS[key]]  # fmt: skip
        found = answered(**{k: repr(v) for k, v in known.example.items()})
        assert [d.name for d in found[key].diagnoses] == [known.name]
        lost = {name for name, c in found.items() if c.max_points and not c.points}
        assert lost == {key}


def test_an_unknown_wrong_number_is_wrong_without_a_name() -> None:
    check = answered(minimum="17")["minimum"]
    assert (check.outcome, check.got, check.diagnoses) == (Outcome.FAILED, "17", ())
    assert "1" not in check.expected


def test_guessing_earns_little() -> None:
    points = {key: 2 / (2**count - 1) for key, count in STATEMENTS.items()}
    points["gradient_shape"] = 2 / STATEMENTS["gradient_shape"]
    assert set(points) == set(CHOICES)
    assert sum(points.values()) < 0.05 * 20
    for letters in ("A", "B", "C", "D", "ABCD", "ABCDE"):
        earned = graded("[questions]\n" + "\n".join(f'{key} = "{letters}"' for key in ANSWERS))
        assert earned.score <= 2


def test_the_students_machine_is_not_told_which_answers_are_right() -> None:
    result = graded(RIGHT.replace('"ABE"', '"A"'), public_only=True)
    [form, _] = result.exercises[0].checks
    assert form.outcome is Outcome.PASSED
    assert ("learning_rate", "A") in form.evidence.tables[0].rows


# ---------------------------------------------------------------------------- malformed


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("reciprocal", "7", "letters from A to E"),
        ("reciprocal", "true", "not True"),
        ("reciprocal", '"x³ has no extremum"', "letters from A to E"),
        ("reciprocal", '"AF"', "letters from A to E"),
        ("reciprocal", "[1, 2]", "letters from A to E"),
        ("reciprocal", "1979-05-27", "not a date"),
        ("gradient_shape", '"AD"', "one letter from A to F"),
        ("minimum", "true", "has to be a number"),
        ("minimum", '"at the left"', "has to be a number"),
        ("minimum", "nan", "has to be a number"),
        ("minimum", '"inf"', "has to be a number"),
        ("minimum", "07:32:00", "not a time"),
        ("minimum", "0x" + "f" * 2_000, "an integer of 8,000 bits"),
        ("minimum", "{a = 1}", "has to be a number"),
        ("minimum", '""', "not answered yet"),
        ("minimum", "[]", "not answered yet"),
    ],
)
def test_an_answer_of_the_wrong_kind_says_what_is_expected(key: str, value: str, said: str) -> None:
    found = answered(**{key: value})
    assert found[key].outcome is Outcome.FAILED
    assert said in found[key].message
    assert found["hidden_units"].message == "This question is not answered yet."


def test_unknown_keys_are_noted() -> None:
    result = graded(RIGHT.replace("reciprocal =", "reciprocl ="))
    [note] = result.exercises[0].notes
    assert "'reciprocl'" in note
    assert result.score == 18


UNREADABLE = {
    "nothing is closed": (b'[questions]\nminimum = """', "opens a text with three quotes"),
    "nul": (b"\0" * 100, "`questions` is not defined"),
    "too large": (b"#" * 1_000_000, "larger than 64 KiB"),
    "deep arrays": (b"[questions]\nminimum = " + b"[" * 60_000, "has a list that cannot be read"),
    "deep tables": (b"[questions]\nminimum = " + b"{a = " * 12_000, "has a list that cannot be"),
    "deeper than the wire": (b"questions = " + b"[" * 50 + b"]" * 50, "deeper than 32"),
    "a number without end": (b"[questions]\nminimum = " + b"9" * 60_000, "too many digits"),
    "no table": (b"questions = 1", "has to be a table"),
    "no questions": (b"[observations]", "`questions` is not defined"),
    "a table for each": (b"[[questions]]", "No question is answered yet."),
    "names of Python": (b"__getattr__ = 1\n__class__ = 2\n", "`questions` is not defined"),
    "remarks of its own": (b'__remarks__ = ["x"]\n', "`questions` is not defined"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_in_one_sentence(kind: str) -> None:
    content, said = UNREADABLE[kind]
    result = graded(content)
    assert result.score == 0
    first = result.exercises[0].checks[0]
    assert first.outcome is Outcome.FAILED
    assert said in first.message
    assert "\n" not in first.message
    assert len(first.message) < 300
    assert not any(note == "x" for note in result.exercises[0].notes)


def test_a_file_that_keeps_the_parser_busy_is_given_up(spent: Callable[[], float]) -> None:
    before = spent()
    result = graded(b"[questions]\n" + b"a" + b".a" * 32_000 + b" = 1")
    outcomes = {c.outcome for c in result.exercises[0].checks}
    assert outcomes <= {Outcome.OVER_LIMIT, Outcome.FAILED}
    assert spent() - before < 20


def test_many_keys_are_refused() -> None:
    many = "[questions]\n" + "\n".join(f"k{i} = {i}" for i in range(3_000))
    assert "more than 1,000 keys" in graded(many).exercises[0].checks[0].message


# ---------------------------------------------------------------------------- in one's own words

HOSTILE = "</pre><script>alert(1)</script> {{ 7*7 }} `x` \\u001b[31mred\\u0000 \\u202e \\u0007"


def observed(text: str) -> SubmissionResult:
    return graded(f'[questions]\n[observations]\ngradient = "{text}"\n')


def test_observations_go_to_the_instructor_and_onto_the_students_page() -> None:
    result = observed("It <b>oscillates</b>.")
    [one] = result.free_text
    assert one.answer == "It <b>oscillates</b>."
    assert one.question.startswith("Exercise 1")
    page = render_student(result, COURSE.info)
    report = render_class(ClassResult(course=COURSE.info, submissions=(result,)))
    for text in (page, report):
        assert "It &lt;b&gt;oscillates&lt;/b&gt;." in text
    assert "<details" in report[report.index('id="own-words"') :]


def test_hostile_words_stay_words() -> None:
    result = observed(HOSTILE)
    for page in (
        render_student(result, COURSE.info),
        render_class(ClassResult(course=COURSE.info, submissions=(result,))),
    ):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
        assert not {"\x1b", "\0", "\u202e", "\x07"} & set(page)


def test_a_long_observation_is_cut_and_says_so() -> None:
    [one] = observed("x" * 50_000).free_text
    assert len(one.answer) < 4_100
    assert one.answer.endswith("(cut here: 50,000 characters in all)")
    page = render_student(observed("x" * 50_000), COURSE.info)
    assert page.count("cut here") == 1


def test_an_observation_of_another_kind_keeps_the_others() -> None:
    result = graded('[questions]\n[observations]\nwarm_up = "A."\ngradient = 5\nmnist = "B."\n')
    assert [one.answer for one in result.free_text] == ["A.", "B."]
    assert "`gradient` has to be text in quotes, not 5." in result.exercises[0].checks[1].message


def test_points_are_those_of_the_manifest() -> None:
    assert math.fsum(c.max_points for c in graded(TEMPLATE).exercises[0].checks) == 20
