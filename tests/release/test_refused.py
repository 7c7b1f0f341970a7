"""A course of which something must not leave is refused: no kit is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.authoring.release.kit import build_kit
from grader.course import load_course
from grader.errors import CourseError
from tests.release.spoiling import copy_of_the_course

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLAIM = 'all_agree(case, "inner_product", *drawn, (np.array([1, 2, 3]), np.array([4, 5, 6])))'


def test_a_check_that_needs_the_reference_is_refused(tmp_path: Path) -> None:
    root = copy_of_the_course(tmp_path)
    path = root / "solutions" / "checks" / "warm_up" / "check_matrices.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(CLAIM) == 1
    path.write_text(
        text.replace(
            CLAIM,
            'all_agree(case, "inner_product", *drawn)\n'
            "    twice = case.student.inner_product(np.ones(3), np.ones(3))\n"
            "    case.reference.inner_product(np.array([twice, 1.0]), np.ones(2))",
        ),
        encoding="utf-8",
    )
    with pytest.raises(CourseError) as refused:
        build_kit(load_course(root, ["0"]), kernels=False)
    assert "inner_product_is_a_sum_of_products does not work without the reference" in str(
        refused.value
    )
    assert "or make it hidden" in str(refused.value)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a copy of the course, to be spoiled."""
    return copy_of_the_course(tmp_path)


def _without_region(root: Path) -> None:
    """Leave one function of the reference outside of any region, so that its stub is solved."""
    path = root / "solutions" / "warm_up" / "matrices.py"
    head, _, rest = path.read_text(encoding="utf-8").partition("    ### BEGIN SOLUTION\n")
    body, _, tail = rest.partition("    ### END SOLUTION\n")
    path.write_text(head + body + tail, encoding="utf-8")


def _solved_on_disk(root: Path) -> None:
    solution = (root / "solutions" / "warm_up" / "neuron.py").read_text(encoding="utf-8")
    (root / "assignments" / "warm_up" / "neuron.py").write_text(solution, encoding="utf-8")


def _backup_beside(root: Path) -> None:
    solution = (root / "solutions" / "mnist" / "learn_net.py").read_text(encoding="utf-8")
    (root / "assignments" / "mnist" / "old.py").write_text(solution, encoding="utf-8")


def _answers_left(root: Path) -> None:
    text = (root / "solutions" / "answers.toml").read_text(encoding="utf-8")
    (root / "assignments" / "answers.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "exercise", "words"),
    [
        (_without_region, "0", r"the stub of warm_up/matrices\.py earns .* points"),
        (_solved_on_disk, "0", r"warm_up/neuron\.py does all that solutions/warm_up/neuron\.py"),
        (_backup_beside, "0", r"assignments/mnist/old\.py does all that"),
        (_answers_left, "questions", r"assignments/answers\.toml earns .* points"),
    ],
)
def test_no_answer_leaves_with_the_stubs(
    own: Path, spoil: Callable[[Path], None], exercise: str, words: str
) -> None:
    spoil(own)
    with pytest.raises(CourseError, match=words):
        build_kit(load_course(own, [exercise]))


@pytest.mark.parametrize(
    ("name", "used"),
    [("products_not_summed", "products_not_summed"), ("OF_ENTRY", "OF_ENTRY[0]")],
)
def test_a_check_that_needs_a_known_mistake_is_refused(
    tmp_path: Path, name: str, used: str
) -> None:
    root = copy_of_the_course(tmp_path)
    path = root / "solutions" / "checks" / "warm_up" / "check_matrices.py"
    text = path.read_text(encoding="utf-8")
    own = "from .own import"
    assert text.count(CLAIM) == 1
    assert own in text
    text = text.replace(CLAIM, f"{CLAIM}\n    {used}.wrong(np.eye(2), np.eye(2))")
    text = text.replace(own, f"from .mistakes_matrices import {name}\n{own}", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=rf"needs `{name}` of .* a known mistake"):
        build_kit(load_course(root, ["0"]), kernels=False)
