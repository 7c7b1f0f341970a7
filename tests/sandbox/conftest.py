"""Runners with a line of attack in them, at each level that this machine has."""

from __future__ import annotations

import functools
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.doctor import obstacle
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Limits, Order, Profile
from grader.submission.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMITS = Limits(memory_mib=512, disk_mib=8, processes=32, exercise_cpu_seconds=5.0)
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}

why_not = functools.cache(obstacle)


@pytest.fixture(scope="session")
def need() -> Callable[[str], None]:
    """Skip a test where the machine does not have a level."""

    def skip(level: str) -> None:
        if problem := why_not(level):
            pytest.skip(f"level {level} cannot be had here: {problem}")

    return skip


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """Make a folder of stubs that every user can reach, with one stub in it."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() != "root" or folder.name.startswith("pytest-"):
            folder.chmod(0o755)
    stubs = tmp_path / "assignments"
    (stubs / "net").mkdir(parents=True)
    (stubs / "net" / "borrowed.py").write_text("VALUE = 7\n")
    return stubs


@pytest.fixture
def launchers(need: Callable[[str], None]) -> Iterator[Callable[..., IsolatedLauncher]]:
    """Make launchers that are closed at the end."""
    made: list[IsolatedLauncher] = []

    def make(level: str, *without: str) -> IsolatedLauncher:
        need(level)
        made.append(IsolatedLauncher(level, without=frozenset(without)))
        return made[-1]

    yield make
    for launcher in made:
        launcher.close()


@pytest.fixture
def order(stubs: Path) -> Callable[..., Order]:
    """Make the order of a submission that is one function, ``attack``."""

    def make(body: str, limits: Limits = LIMITS) -> Order:
        code = "import os\n\ndef attack(*given):\n" + textwrap.indent(textwrap.dedent(body), "    ")
        profile = Profile(name="numpy", environment=ENVIRONMENT)
        files = {"net/submission.py": code.encode()}
        return Order(files=files, folder="net", stubs=stubs, profile=profile, limits=limits)

    return make


@pytest.fixture
def attack(
    launchers: Callable[..., IsolatedLauncher], order: Callable[..., Order]
) -> Callable[..., Any]:
    """Run an attack and return what it has got hold of."""

    def run(level: str, without: tuple[str, ...], body: str, *given: Any) -> Any:
        session = Session(launchers(level, *without), order(body))
        try:
            return session.call("net/submission.py", "attack", given).value
        finally:
            session.close()

    return run
