"""`grader doctor` tells what is true of this machine."""

from __future__ import annotations

import subprocess
import sys

from grader.sandbox.doctor import best_level


def test_the_doctor_has_tried_what_it_tells() -> None:
    command = [sys.executable, "-m", "grader", "doctor"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == 0, run.stderr
    lines = [" ".join(line.split()) for line in run.stdout.splitlines()]
    assert "✓ Graphviz draws a graph (exercise 5) works" in lines
    assert "✓ Keras computes (exercise 8) works" in lines
    assert "tensorflow is not installed" not in lines
    assert f"`grader grade` uses the level {best_level()} here." in lines
    assert sum(line.startswith(("✓", "✗")) for line in lines) == 14
