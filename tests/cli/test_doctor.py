"""`grader doctor` tells what is true of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.main import main
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    import pytest


def test_the_doctor_has_tried_what_it_tells(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "✓ Graphviz draws a graph (exercise 5) works" in lines
    assert "✓ Keras computes (exercise 8) works" in lines
    assert "tensorflow is not installed" not in lines
    assert f"`grader grade` uses the level {best_level()} here." in lines
    assert sum(line.startswith(("✓", "✗")) for line in lines) == 14
