"""Odd values: the grammar, an audit that finds a careless check, and a sample on the course."""

from __future__ import annotations

import math
from pathlib import Path
from types import GeneratorType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.audit import Extent, audit_odd_values
from grader.authoring.audit.odd_values import values
from grader.checks import Disagreement, Failed, as_array, as_lines, disagreement
from grader.course import load_course
from grader.wire import Graph, GraphEdge, GraphNode, Opaque, WireError, decode, encode
from tests.courses import the_course

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).parents[1]
COURSE = the_course()
NUMPY = [e for e in COURSE.exercises if e.profile.name == "numpy"]
LEAST = 200
NODE = GraphNode("h0", {"label": "0"})
EXAMPLES = {
    "nothing": None,
    "a number": 0.5,
    "an array": np.arange(6.0).reshape(2, 3),
    "a tuple": (np.ones((2, 3)), np.ones(2), 1.0),
    "a dict": {"start": (1.0, 2.0), "steps": 10},
    "a graph": Graph(True, {}, (NODE,), (GraphEdge("h0", "h0", {}),)),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_there_are_many_of_every_form(example: str) -> None:
    odd = list(values(EXAMPLES[example]))
    names = [one.name for one in odd]
    assert len(odd) >= LEAST
    assert len(set(names)) == len(names)


def refusal(value: object) -> str:
    """Return why a value cannot travel; nothing where it can."""
    try:
        decode(*encode(value))
    except WireError as error:
        return str(error)
    return ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("example", EXAMPLES)
def test_each_travels_or_is_refused_in_words(example: str) -> None:
    refused = 0
    for one in values(EXAMPLES[example]):
        made = one.make(EXAMPLES[example])
        if isinstance(made, GeneratorType):
            assert one.make(EXAMPLES[example]) is not made
        words = refusal(made)
        refused += bool(words)
        assert len(words) < 200
    assert 5 < refused < len(list(values(EXAMPLES[example]))) / 4


# ---------------------------------------------------------------------------- the audit

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
REFERENCE = """
import numpy as np
WANTED = {"steps": 3}

def double(x):
    ### BEGIN SOLUTION
    return 2 * np.asarray(x)
    ### END SOLUTION
"""
CHECK = '''
from grader.checks import Count, as_array, as_lines, check, fields_of

@check(4)
def doubles(case):
    """It doubles."""
    x = case.rng.normal(size=(2, 3))
    came = case.student.double(x)
    wanted = case.student.constant("WANTED")
    {}
    case.compare("double", (x,), came, 2 * x)
'''
SOUND = 'as_lines(came, "`double`", 2); fields_of(wanted, "WANTED", steps=Count(1, 9))'
CARELESS = {
    "of a form": "came.shape",
    "of an axis": 'as_array(came, "`double`")[1]',
    "of a key": 'assert wanted["steps"] > 0',
    "of its text": "f'{came:.3g}' if not hasattr(came, 'dtype') else ''",
    "of a size": 'as_array(came, "`double`").max()',
    "of a comparison": "assert np.array_equal(came, came) if came != 3 else 1",
}


def course(folder: Path, body: str) -> Course:
    files = {
        "assignments/course.toml": MANIFEST,
        "assignments/tiny/double.py": "def double(x):\n    raise NotImplementedError\n",
        "solutions/tiny/double.py": REFERENCE,
        "solutions/checks/tiny/check_double.py": CHECK.replace("{}", body),
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return load_course(folder)


def test_a_sound_check_takes_every_odd_value_for_a_wrong_one(tmp_path: Path) -> None:
    tiny = course(tmp_path, SOUND)
    [audit] = audit_odd_values(tiny, tiny.exercises[0], Extent())
    assert audit.errors == ()
    assert audit.names == ("WANTED", "double")
    assert audit.values > 2 * LEAST


@pytest.mark.parametrize("body", CARELESS)
def test_a_careless_check_is_found(tmp_path: Path, body: str) -> None:
    tiny = course(tmp_path, CARELESS[body])
    [audit] = audit_odd_values(tiny, tiny.exercises[0], Extent())
    assert audit.errors
    assert {error.check for error in audit.errors} == {"tiny.double.doubles"}
    assert all("The grader itself failed" in error.message for error in audit.errors)


def test_a_sample_is_the_same_each_time(tmp_path: Path) -> None:
    tiny = course(tmp_path, CARELESS["of a form"])
    one, two = (audit_odd_values(tiny, tiny.exercises[0], Extent(odd=30)) for _ in range(2))
    assert [e.value for e in one[0].errors] == [e.value for e in two[0].errors]
    assert one[0].values == 60


@pytest.mark.sampled(2)
@pytest.mark.parametrize("exercise", NUMPY, ids=lambda exercise: exercise.id)
def test_no_check_of_the_course_stumbles_over_a_sample(exercise: Any) -> None:
    audits = audit_odd_values(COURSE, exercise, Extent(odd=3))
    assert [error for audit in audits for error in audit.errors] == []
    assert sum(audit.values for audit in audits) >= 3 * len(exercise.parts)


# ---------------------------------------------------------------------------- the gate of a value


@pytest.mark.parametrize(
    "value",
    [
        np.array([1.0, None], dtype=object),
        np.array([1.0, 1 + 2j], dtype=object),
        np.array(["0.5", 1.0], dtype=object),
        np.array([[1.0], 2.0], dtype=object),
        np.array([Opaque("x", "y"), 1.0], dtype=object),
        [1.0, "0.5"],
        [[1.0, 2.0], [3.0]],
        [10**4_000, 1.0],
        [[]] * 2 + [[1.0]],
        {"a": 1},
        Opaque("x", "y"),
        1 + 2j,
        b"1",
        None,
    ],
    ids=str,
)
def test_what_is_no_array_of_numbers_is_refused_in_a_sentence(value: Any) -> None:
    with pytest.raises(Failed) as failed:
        as_array(value, "`f`")
    assert failed.value.message.startswith("`f` ")
    assert len(failed.value.message) < 300
    with pytest.raises(Failed):
        disagreement(1.0, value, "f")  # where it is what another call gave


@pytest.mark.parametrize("kind", ["Fraction", "Decimal"])
def test_exact_numbers_of_another_type_are_told_what_to_be(kind: str) -> None:
    with pytest.raises(Failed, match=f"holds a {kind}, whose value is not read: return an int"):
        as_array([[Opaque(kind, "it is no number")]], "`f`")


@pytest.mark.parametrize("value", [np.array([1, 2.5, True], dtype=object), [1, 2.5, True]])
def test_objects_that_are_numbers_are_numbers(value: Any) -> None:
    assert as_array(value, "`f`").astype(float).tolist() == [1.0, 2.5, 1.0]


@pytest.mark.parametrize("value", [1.0, [], [[1.0]], [[1.0]] * 3])
def test_lines_are_counted(value: Any) -> None:
    with pytest.raises(Failed, match="it needs 2 rows"):
        as_lines(value, "`f`", 2)
    assert as_lines([[1.0]] * 2, "`f`", 2).shape == (2, 1)


def test_nan_is_compared_and_not_refused() -> None:
    found = disagreement([math.nan, 1.0], [1.0, 1.0], "f")
    assert isinstance(found, Disagreement)


def test_the_heat_map_marks_the_element_that_is_compared() -> None:
    wanted = np.arange(1.0, 13.0).reshape(3, 4)
    got = wanted.copy()
    got[1, 2] *= 2
    got[0, 0] *= 1.5
    found = disagreement(got, wanted, "grad_w1")
    assert found is not None
    (heat_map,) = found.evidence.heat_maps
    assert (heat_map.marked, heat_map.marked_name) == ((1, 2), "grad_w1[1, 2]")
    assert found.got.startswith(f"{heat_map.marked_name} = ")
    assert heat_map.summary.endswith("grad_w1[1, 2], the element under Expected and Got: 2.")
    got[1, 2] = np.inf
    found = disagreement(got, wanted, "grad_w1")
    assert found is not None
    assert found.evidence.heat_maps[0].summary.endswith(": no finite number.")
