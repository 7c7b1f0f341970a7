"""A process that was started before it was known for what serves as any other runner."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session

FILE = "ex/inner/work.py"
CODE = """\
import os, sys

def place():
    import neighbour
    return os.getpid(), os.getcwd(), neighbour.VALUE, open("beside.txt").read(), sys.argv
"""
FILES = {
    FILE: CODE.encode(),
    "ex/inner/neighbour.py": b"VALUE = 7\n",
    "ex/inner/beside.txt": b"here",
    "work.py": CODE.encode(),
    "neighbour.py": b"VALUE = 8\n",
    "beside.txt": b"there",
}
USUAL = Profile(name="usual", environment={"PYTHONHASHSEED": "0"})

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="posix: a folder in use cannot be renamed"
)


def order(folder: str, stubs: Path, profile: Profile = USUAL) -> RunnerSpec:
    """Return what a runner needs."""
    return RunnerSpec(files=FILES, folder=folder, stubs=stubs, profile=profile, limits=Limits())


def ahead(launcher: PlainLauncher) -> tuple[int, Path]:
    """Start a process ahead; return its number and its folder."""
    launcher.start_ahead(USUAL)
    assert launcher._ahead is not None
    return launcher._ahead.process.pid, launcher._ahead.scratch.path


def ended(pid: int) -> bool:
    """Return whether a process of ours is gone."""
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return True


@pytest.mark.parametrize(("folder", "value"), [("ex/inner", 7), (".", 8)])
def test_it_finds_its_files_where_it_works(tmp_path: Path, folder: str, value: int) -> None:
    launcher = PlainLauncher()
    pid, home = ahead(launcher)
    session = Session(launcher, order(folder, tmp_path))
    file = "work.py" if folder == "." else FILE
    found, where, got, text, argv = session.call(file, "place", []).value
    session.close()
    root = (home / "box" / "submission").resolve()
    assert found == pid
    assert (Path(where), got) == (root / folder, value)
    assert text == ("there" if folder == "." else "here")
    assert argv == [str(root / file)]
    assert ended(pid)
    assert not home.exists()


def test_another_environment_gets_a_process_of_its_own(tmp_path: Path) -> None:
    """The hash seed, say, counts from the first moment of a process."""
    launcher = PlainLauncher()
    pid, home = ahead(launcher)
    other = Profile(name="other", environment={"PYTHONHASHSEED": "1"})
    session = Session(launcher, order("ex/inner", tmp_path, other))
    assert session.call(FILE, "place", []).value[0] != pid
    session.close()
    session = Session(launcher, order("ex/inner", tmp_path))  # it still waits for whom it suits
    assert session.call(FILE, "place", []).value[0] == pid
    session.close()
    launcher.close()
    assert not home.exists()


def test_only_the_first_runner_uses_it(tmp_path: Path) -> None:
    launcher = PlainLauncher()
    ahead(launcher)
    numbers = set()
    for _ in range(2):
        session = Session(launcher, order("ex/inner", tmp_path))
        numbers.add(session.call(FILE, "place", []).value[0])
        session.close()
    assert len(numbers) == 2


def test_one_that_nobody_needed_ends_with_its_folder() -> None:
    launcher = PlainLauncher()
    pid, home = ahead(launcher)
    launcher.close()
    assert ended(pid)
    assert not home.exists()


def test_what_cannot_be_imported_ahead_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    launcher = PlainLauncher()
    odd = Profile(name="odd", preload=("no_such_module_anywhere",))
    launcher.start_ahead(odd)
    session = Session(launcher, order("ex/inner", tmp_path, odd))
    with pytest.raises(Exception, match=r"A runner did not start: .*no_such_module_anywhere"):
        session.call(FILE, "place", [])
    session.close()


@pytest.mark.skipif(sys.platform != "linux", reason="linux: /proc tells what a process has loaded")
def test_it_has_imported_numpy_before_anybody_asks() -> None:
    launcher = PlainLauncher()
    pid, _ = ahead(launcher)
    until = time.monotonic() + 60
    while "mtrand" not in Path(f"/proc/{pid}/maps").read_text():  # of numpy.random
        assert time.monotonic() < until
        time.sleep(0.01)
    launcher.close()
