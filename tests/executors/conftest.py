"""A small course, a small class, and one cluster of processes for all tests of a module."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.executors.processes import Processes, make_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = """
title = "A course of two functions"
[profiles.numpy]
[[exercises]]
id = "double"
number = "1"
title = "Doubling"
folder = "work"
files = ["work/double.py"]
points = 3
[[exercises]]
id = "halve"
number = "2"
title = "Halving"
folder = "work"
files = ["work/halve.py"]
points = 2
"""
# A submission that gives 7 is waited for until a file is there; one that gives 13 kills its worker
# the first time, 14 every time; one that gives 21 makes it take more memory than it may, once.
CHECKS = '''
import os
import signal
import time
from pathlib import Path

from grader.checks import check

@check({points}, visibility="hidden")
def {name}s(case):
    """`{name}(x)` is right."""
    given = case.student.{name}(3.0)
    gate = Path(os.environ.get("TEST_GATE", "."))
    if given == 7:
        (gate / f"waits-{{os.getpid()}}").touch()
        while not (gate / "go").exists():
            time.sleep(0.05)
    if given == 21 and not (gate / "mark").exists():
        (gate / "mark").touch()
        held, end = b"x" * {too_much}, time.monotonic() + 60
        while held and time.monotonic() < end:
            time.sleep(0.05)
    if given in (13, 14) and not (given == 13 and (gate / "mark").exists()):
        (gate / "mark").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    case.agrees("{name}", float(case.rng.uniform(1, 2)))
'''
SALT = "ab" * 32
# What a worker process may take, as Dask counts it; it needs less than half of that.
WORKER_BYTES = 512 << 20
RIGHT = {
    "double": "def double(x):\n    return 2 * x\n",
    "halve": "def halve(x):\n    return x / 2\n",
}
# Right for what is compared, and known by what it gives for 3.
SPECIAL = "def double(x):\n    return {} if x == 3.0 else 2 * x\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def make_course(folder: Path, *, salt: str = SALT) -> Path:
    """Write a course of two exercises."""
    files = {"assignments/course.toml": MANIFEST, ".grader/salt": salt}
    for name, points in (("double", 3), ("halve", 2)):
        files[f"assignments/work/{name}.py"] = f"def {name}(x):\n    raise NotImplementedError\n"
        files[f"solutions/work/{name}.py"] = RIGHT[name]
        files[f"solutions/checks/{name}/check_{name}.py"] = CHECKS.format(
            name=name, points=points, too_much=2 * WORKER_BYTES
        )
    return write(folder, files)


def make_class(folder: Path, **special: int) -> Path:
    """Write a class: right, wrong, half, damaged; and some that are known by what they give."""
    files = {f"ada/work/{name}.py": text for name, text in RIGHT.items()}
    files |= {
        "bo/work/double.py": "def double(x):\n    return x * x\n",
        "bo/work/halve.py": "def halve(x):\n    print('hello')\n    raise ValueError(x)\n",
        "cy/work/double.py": RIGHT["double"],
        "dee.zip": "no archive",
    }
    for name, given in special.items():
        files[f"{name}/work/double.py"] = SPECIAL.format(given)
        files[f"{name}/work/halve.py"] = RIGHT["halve"]
    return write(folder, files)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course."""
    return make_course(tmp_path_factory.mktemp("root") / "course")


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Processes]:
    """Start a scheduler and two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    gate = folder / "gate"
    gate.mkdir()
    made = Processes(folder, make_certificates(folder / "certificates"), gate)
    try:
        made.schedule()
        made.work(root, "--workers", "2", memory_bytes=WORKER_BYTES)
        yield made
    finally:
        made.stop_all()


@pytest.fixture
def gate(processes: Processes) -> Path:
    """Return the folder by which submissions are held and known, empty."""
    shutil.rmtree(processes.gate)
    processes.gate.mkdir()
    return processes.gate
