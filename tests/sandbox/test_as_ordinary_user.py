"""The same tests once more, as a user without any rights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="root: only root can become somebody else"
)
def test_all_of_it_holds_for_an_ordinary_user_too() -> None:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    names = ("test_steps.py", "test_isolated.py", "test_writing.py")
    files = [str(HERE / name) for name in names]
    run = subprocess.run(
        [sys.executable, str(HERE / "ordinary.py"), *command, *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=1_800,
        env=os.environ | {"GRADER_MAY_SKIP": "root," + os.environ.get("GRADER_MAY_SKIP", "")},
        cwd=HERE.parents[1],
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
