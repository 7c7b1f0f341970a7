"""What a docstring says of a function's arguments."""

from __future__ import annotations

import inspect

import pytest

from grader.checks.described import forms_in, parts_in
from grader.checks.small_inputs import Whole


def docstring(*lines: str) -> str:
    return inspect.cleandoc("\n".join(["Do it.", "", "Parameters", "----------", *lines]))


@pytest.mark.parametrize(
    ("names", "lines", "forms"),
    [
        ("x", ["x : ndarray of shape (n, d_in)"], [{"x": "n d_in"}]),
        (
            "x w",
            ["x : ndarray of shape (n, d) or (d,)", "    Samples.", "w : ndarray of shape (d, k)"],
            [{"x": "n d", "w": "d k"}, {"x": "d", "w": "d k"}],
        ),
        (
            "w1 w2",
            ["w1, w2 : ndarray of shape (a, b) and (b, c)"],
            [{"w1": "a b", "w2": "b c"}],
        ),
        ("p q", ["p, q : ndarray of shape (n,)"], [{"p": "n", "q": "n"}]),
        ("z", ["z : float or ndarray of any shape"], [{"z": ""}, {"z": "n"}]),
        ("z", ["z : ndarray of shape (..., k)"], [{"z": "k"}, {"z": "samples k"}]),
        ("x i", ["x : float", "i : int"], [{"x": "", "i": Whole()}]),
        ("labels", ["labels : ndarray of int, shape (n,)"], [{"labels": Whole("n")}]),
        ("x", ["x : ndarray of shape (n, 6)"], [{"x": "n 6"}]),
    ],
)
def test_forms(names: str, lines: list[str], forms: list[object]) -> None:
    assert list(forms_in(docstring(*lines), names.split())) == forms


@pytest.mark.parametrize(
    "line",
    [
        "rng : numpy.random.Generator",
        "x : callable",
        "x : ndarray of shape (steps + 1, 2)",
        "y : float",
        "",
    ],
)
def test_what_is_not_said_gives_no_form(line: str) -> None:
    assert forms_in(docstring(line), ["x"]) == ()


def test_only_parameters_count_and_not_what_is_returned() -> None:
    text = docstring(
        "x : float", "", "Returns", "-------", "one : ndarray of shape (n,)", "two : int"
    )
    assert forms_in(text, ["x"]) == ({"x": ""},)
    assert parts_in(text) == ("one", "two")
    assert parts_in(docstring("x : float", "", "Returns", "-------", "float")) == ()
