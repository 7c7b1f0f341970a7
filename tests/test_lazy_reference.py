"""A reference that is loaded late is run once, whatever is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course.references import LazyReference

if TYPE_CHECKING:
    from pathlib import Path


def test_a_reference_is_run_once_and_what_it_lacks_is_named(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    runs = tmp_path / "runs"
    file.write_text(f"with open({str(runs)!r}, 'a') as file:\n    file.write('x')\nweight = 3\n")
    reference = LazyReference(file)
    assert not runs.exists()
    for _ in range(3):
        assert not hasattr(reference, "missing")
        with pytest.raises(AttributeError, match=r"The reference net has no 'missing'\."):
            reference.missing  # noqa: B018  (to ask is the test)
        assert reference.weight == 3
        assert getattr(reference, "__wrapped__", None) is None
    assert runs.read_text() == "x"


def test_a_reference_that_fails_is_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("raise ValueError('not yet')\n")
    reference = LazyReference(file)
    with pytest.raises(ValueError, match="not yet"):
        reference.weight  # noqa: B018
    file.write_text("weight = 3\n")
    assert reference.weight == 3
