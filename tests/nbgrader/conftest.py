"""A course of nbgrader's, made and graded by nbgrader itself: once, since kernels are slow."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MADE: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("assignment.py")))
NAME = MADE["NAME"]
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "tests"
c.ExecutePreprocessor.timeout = 120
"""


def nbgrader(folder: Path, *arguments: str) -> None:
    """Run a command of nbgrader's in a course."""
    # nbgrader starts a program that lies beside this interpreter.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "PATH": path},
    )


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course whose assignment nbgrader has released, with submissions."""
    folder = tmp_path_factory.mktemp("nbgrader")
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    MADE["make_source"](folder)
    nbgrader(folder, "generate_assignment", NAME)
    MADE["make_submissions"](folder, MADE["STUDENTS"])
    return folder


@pytest.fixture(scope="session")
def autograded(released: Path) -> Path:
    """Return the course after `nbgrader autograde` and `nbgrader export`."""
    nbgrader(released, "autograde", NAME, "--create")
    nbgrader(released, "export")
    return released
