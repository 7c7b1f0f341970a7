"""A small course and a small class for the commands."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = """
title = "A course of one function"
[profiles.numpy]
[limits]
call_seconds = 1.0
[[exercises]]
id = "double"
number = "1"
title = "Doubling"
folder = "work"
files = ["work/double.py"]
points = 3
"""
CHECKS = '''
from grader.checks import misconception, check

@check(2)
def doubles(case):
    """`double(x)` is twice x."""
    case.agrees("double", 3.0)

@check(1, visibility="hidden")
def doubles_arrays(case):
    """`double(x)` doubles every element of an array."""
    case.agrees("double", case.rng.standard_normal(3))

@misconception(of="double", lecture="eq. 1")
def square(x):
    """You squared x instead of doubling it."""
    return x * x
'''


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return the root of a course with one exercise, one function, two checks."""
    return write(
        tmp_path / "course",
        {
            "assignments/course.toml": MANIFEST,
            "assignments/work/double.py": "def double(x):\n    raise NotImplementedError\n",
            "solutions/work/double.py": "def double(x):\n    return 2 * x\n",
            "solutions/checks/double/check_double.py": CHECKS,
        },
    )


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Return a folder with four submissions: right, wrong in a known way, deadly, empty."""
    folder = tmp_path / "class"
    write(
        folder,
        {
            "ada/work/double.py": "def double(x):\n    return x + x\n",
            "bo/work/double.py": "def double(x):\n    return x * x\n",
            "cy/work/double.py": "import os\ndef double(x):\n    os._exit(0)\n",
        },
    )
    (folder / "di").mkdir()
    return folder


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("FORCE_COLOR", "TTY_"))]:
        monkeypatch.delenv(name)
