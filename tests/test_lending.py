"""Zygotes that tests lend each other: the same one where all is alike, and never a runner left."""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.doctor import best_level, launcher_of
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.submission import Session
from tests.lending import OWN, lend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = {"ex/work.py": b"import os\ndef f():\n    return len(os.listdir('.'))\n"}


@pytest.fixture(autouse=True)
def _zygotes(need: Callable[[str], None]) -> None:
    if best_level() == "none":
        need("reduced")


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    folder = tmp_path / "stubs"
    (folder / "ex").mkdir(parents=True)
    (folder / "ex" / "other.py").write_text(f"WHOSE = {str(tmp_path)!r}\n")
    return folder


def order(stubs: Path, **more: str) -> RunnerSpec:
    profile = Profile(name="numpy", preload=("numpy",), environment=more)
    return RunnerSpec(files=FILES, folder="ex", stubs=stubs, profile=profile, limits=Limits())


def zygote_of(spec: RunnerSpec) -> int:
    """Return the number of the process whose copy a submission ran in, after a call of it."""
    launcher = launcher_of(best_level())
    session = Session(launcher, spec)
    assert session.call("ex/work.py", "f", ()).value == 1
    [zygote] = launcher._zygotes.values()  # type: ignore[attr-defined]
    session.close()
    launcher.close()
    return int(zygote._process.pid)


def test_what_was_started_alike_is_lent_and_nothing_else_is(stubs: Path, tmp_path: Path) -> None:
    first = zygote_of(order(stubs))
    assert zygote_of(order(stubs)) == first
    alike = tmp_path / "elsewhere"
    stubs.rename(alike)
    assert zygote_of(order(alike)) == first
    assert zygote_of(order(alike, GREETING="bonjour")) != first
    (alike / "ex" / "other.py").write_text("WHOSE = 'another'\n")
    assert zygote_of(order(alike)) != first


def test_one_that_was_killed_is_not_lent(stubs: Path) -> None:
    first = zygote_of(order(stubs))
    ended = os.pidfd_open(first)
    os.kill(first, signal.SIGKILL)
    assert select.select([ended], [], [], 60)[0] == [ended]
    os.close(ended)
    assert zygote_of(order(stubs)) != first


@pytest.fixture
def _own() -> Iterator[None]:
    lend(f"{OWN[0]}test_x.py")
    yield
    lend("tests/test_lending.py")


@pytest.mark.usefixtures("_own")
def test_who_is_about_processes_has_its_own(stubs: Path) -> None:
    first = zygote_of(order(stubs))
    with pytest.raises(ProcessLookupError):  # it ended with its launcher
        os.kill(first, 0)
    assert zygote_of(order(stubs)) != first


def test_a_runner_that_was_left_ends_with_its_launcher(stubs: Path) -> None:
    launcher = launcher_of(best_level())
    process = launcher.start(order(stubs))
    runner = os.pidfd_open(process._number)  # type: ignore[attr-defined]
    [zygote] = launcher._zygotes.values()  # type: ignore[attr-defined]
    assert select.select([runner], [], [], 0)[0] == []
    launcher.close()
    assert select.select([runner], [], [], 60)[0] == [runner]
    os.close(runner)
    assert zygote._process.poll() is None
    process.end()
