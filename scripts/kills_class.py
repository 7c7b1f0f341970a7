"""A small course and a class of five, which grade quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """
title = "A course of two functions"
[profiles.numpy]
[limits]
call_seconds = 60.0
[[exercises]]
id = "double"
number = "1"
title = "Doubling"
folder = "work"
files = ["work/double.py"]
points = 1
[[exercises]]
id = "halve"
number = "2"
title = "Halving"
folder = "work"
files = ["work/halve.py"]
points = 1
"""
CHECK = '''
from grader.checks import check

@check(1)
def right(case):
    """`{name}(x)` is {what}."""
    case.agrees("{name}", 3.0)
'''
FILES = {
    "assignments/course.toml": MANIFEST,
    "assignments/work/double.py": "def double(x):\n    raise NotImplementedError\n",
    "assignments/work/halve.py": "def halve(x):\n    raise NotImplementedError\n",
    "solutions/work/double.py": "def double(x):\n    return 2 * x\n",
    "solutions/work/halve.py": "def halve(x):\n    return x / 2\n",
    "solutions/checks/double/check_double.py": CHECK.format(name="double", what="twice x"),
    "solutions/checks/halve/check_halve.py": CHECK.format(name="halve", what="half of x"),
}
RIGHT, HALF = "def double(x):\n    return x + x\n", "def halve(x):\n    return 0.5 * x\n"
# An exercise that takes longer than a second is stored before the rest of its submission.
SLOW = "import time\ntime.sleep(1.1)\n" + RIGHT
CLASS = {
    "ada": {"double.py": RIGHT, "halve.py": HALF},
    "bo": {"double.py": "def double(x):\n    return x * x\n", "halve.py": HALF},
    "cy": {"double.py": "import os\ndef double(x):\n    os._exit(0)\n", "halve.py": HALF},
    "di": {"double.py": SLOW, "halve.py": HALF + "# by Di\n"},
    "ed": {"double.py": RIGHT, "halve.py": HALF},  # the same as Ada's
}


def make(world: Path) -> None:
    """Write the course and the class."""
    world.chmod(0o755)
    files = {f"course/{name}": content for name, content in FILES.items()}
    files |= {
        f"class/{who}/work/{f}": text for who, own in CLASS.items() for f, text in own.items()
    }
    for name, content in files.items():
        path = world / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
