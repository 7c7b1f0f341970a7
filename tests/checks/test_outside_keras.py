"""Submissions of exercise 8 from outside: right ones lose nothing, and one mistake costs its own.

All of them take minutes: the gate judges a sample, and `GRADER_WHOLE=1` every one.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.course import Course, load_course
from tests.checks.mnist_grading import SOURCES, grade

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
EVERY: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/outside/keras.toml").read_text("utf-8"))[
    "submission"
]


@pytest.fixture(scope="module", autouse=True)
def _embedded_digits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_MNIST", "embedded")
        yield


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT).only(["mnist"])


def test_there_are_right_ones_and_wrong_ones_and_no_two_of_a_name() -> None:
    assert len({one["name"] for one in EVERY}) == len(EVERY) >= 40
    assert sum(not one["costs"] for one in EVERY) >= 20


@pytest.mark.sampled(21)
@pytest.mark.parametrize("one", EVERY, ids=lambda one: one["name"])
def test_it_costs_its_own_checks_and_is_told(course: Course, one: dict[str, Any]) -> None:
    graded = grade(course, one["source"])
    assert sorted(graded.lost - {SOURCES["NEW"]}) == one["costs"]
    assert sorted(graded.named) == one["names"]
