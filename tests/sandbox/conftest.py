"""Runners with a line of attack in them, at each level that this machine has."""

from __future__ import annotations

import contextlib
import functools
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.submission.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMITS = Limits(memory_mib=512, disk_mib=8, processes=32, exercise_cpu_seconds=5.0)
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


def _make_stubs(folder: Path) -> Path:
    for parent in (folder, *folder.parents):
        if parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    folder.chmod(0o755)
    stubs = folder / "assignments"
    (stubs / "net").mkdir(parents=True)
    (stubs / "net" / "borrowed.py").write_text("VALUE = 7\n")
    return stubs


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """Make a folder of stubs that every user can reach, with one stub in it."""
    return _make_stubs(tmp_path)


@pytest.fixture(scope="module")
def shared_stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one folder of stubs for all tests of a module."""
    return _make_stubs(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def launchers(need: Callable[[str], None]) -> Iterator[Callable[..., IsolatedLauncher]]:
    """Make launchers that are closed at the end of the test."""
    with contextlib.ExitStack() as stack:
        yield functools.partial(_make_launcher, need, stack)


@pytest.fixture(scope="module")
def shared_launchers(need: Callable[[str], None]) -> Iterator[Callable[..., IsolatedLauncher]]:
    """Make one launcher for all tests of a module that want the same steps."""
    with contextlib.ExitStack() as stack:
        yield functools.cache(functools.partial(_make_launcher, need, stack))


def _make_launcher(
    need: Callable[[str], None], stack: contextlib.ExitStack, level: str, *without: str
) -> IsolatedLauncher:
    need(level)
    launcher = IsolatedLauncher(level, without=frozenset(without))
    stack.callback(launcher.close)
    return launcher


def make_spec(stubs: Path, body: str, limits: Limits = LIMITS) -> RunnerSpec:
    """Make the specification of a runner for a submission with one function, ``attack``."""
    code = "import os\n\ndef attack(*given):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    profile = Profile(name="numpy", environment=ENVIRONMENT)
    files = {"net/submission.py": code.encode()}
    return RunnerSpec(files=files, folder="net", stubs=stubs, profile=profile, limits=limits)


@pytest.fixture
def spec(stubs: Path) -> Callable[..., RunnerSpec]:
    """Make specifications with a folder of stubs of their own."""
    return functools.partial(make_spec, stubs)


@pytest.fixture
def shared_spec(shared_stubs: Path) -> Callable[..., RunnerSpec]:
    """Make specifications with the folder of stubs of a module: its launchers start one zygote."""
    return functools.partial(make_spec, shared_stubs)


@pytest.fixture
def attack(
    shared_launchers: Callable[..., IsolatedLauncher], shared_stubs: Path
) -> Callable[..., Any]:
    """Run an attack and return what it obtained."""

    def run(
        level: str,
        without: tuple[str, ...],
        body: str,
        *given: Any,
        seconds: float | None = None,
    ) -> Any:
        launcher = shared_launchers(level, *sorted(without))
        session = Session(launcher, make_spec(shared_stubs, body))
        try:
            return session.call("net/submission.py", "attack", given, seconds=seconds).value
        finally:
            session.close()

    return run
