"""Sessions in which cells are run one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.submission import Session
from tests.launching import launcher

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., object]
PROFILE = Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})


@pytest.fixture(scope="session")
def no_stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder of stubs: one, since for each a launcher starts anew."""
    return tmp_path_factory.mktemp("stubs")


@pytest.fixture
def session(no_stubs: Path) -> Iterator[Session]:
    """Return a session without files, in which a test runs its cells."""
    order = RunnerSpec(files={}, folder="ex", stubs=no_stubs, profile=PROFILE, limits=Limits())
    opened = Session(launcher(), order, seed=7)
    yield opened
    opened.close()


@pytest.fixture
def run(session: Session) -> Run:
    """Return the function that runs the next cell and returns its value."""
    count = 0

    def run_cell(source: str, **options: object) -> object:
        nonlocal count
        count += 1
        label = f"ex/nets.ipynb, cell {count}"
        return session.cell("ex/work.py", source, label=label, **options)  # type: ignore[arg-type]

    return run_cell
