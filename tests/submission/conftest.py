"""Sessions with real runners, on submissions that a test writes in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.launcher import Launcher, Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session
from tests.launching import launcher as shared

if TYPE_CHECKING:
    from pathlib import Path

Open = Callable[..., Session]
PROFILE = Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})


@pytest.fixture(scope="session")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of stubs with one file, ``ex/other.py``: one, for one start of a launcher."""
    folder = tmp_path_factory.mktemp("course") / "stubs"
    (folder / "ex").mkdir(parents=True)
    (folder / "ex" / "other.py").write_text("def g():\n    raise NotImplementedError('write me')\n")
    return folder


@pytest.fixture
def opened(stubs: Path) -> Iterator[Open]:
    """Return the function that opens a session on ``ex/work.py`` (or on several files) with limits.

    It is at the level at which classes are graded here.
    """
    yield from sessions_of(shared(), stubs)


@pytest.fixture
def without_isolation(stubs: Path) -> Iterator[Open]:
    """Return a function like `opened`, in a plain subprocess."""
    yield from sessions_of(PlainLauncher(), stubs)


@pytest.fixture(params=["none", "best"])
def launcher(request: pytest.FixtureRequest) -> Launcher:
    """Return launchers without isolation, then with the best level of this machine."""
    return PlainLauncher() if request.param == "none" else shared()


@pytest.fixture
def at_levels(launcher: Launcher, stubs: Path) -> Iterator[Open]:
    """Return a function like `opened`, at both of these levels."""
    yield from sessions_of(launcher, stubs)


def sessions_of(launcher: Launcher, stubs: Path) -> Iterator[Open]:
    """Yield the function that opens sessions, and close them at the end."""
    sessions: list[Session] = []

    def make(source: str | bytes | Mapping[str, str | bytes], **limits: float) -> Session:
        files = source if isinstance(source, Mapping) else {"ex/work.py": source}
        order = RunnerSpec(
            files={
                name: text if isinstance(text, bytes) else dedent(text).encode()
                for name, text in files.items()
            },
            folder="ex",
            stubs=stubs,
            profile=PROFILE,
            limits=Limits(**limits),  # type: ignore[arg-type]
        )
        sessions.append(Session(launcher, order, seed=7))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()
