"""The same tests once more, as a user without any rights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampling import is_whole

HERE = Path(__file__).parent
# What depends on who the user is: the rest is the same for everybody, and in the gate left out.
OF_USERS = (
    "own_users or another_user or no_capabilities or no_new_privileges or private_view or "
    "own_scratch or known_paths_only or resource_limits or own_processes or inherited or "
    "(is_not_hindered and full) or (left_after_many_runs and reduced) or was_killed or "
    "(where_the_course_lies and full) or "
    "no_file_can_be_made or nor_renamed or the_kernel_counts or found_by_the_next_one"
)


@pytest.mark.sampled
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="root: only root can become somebody else"
)
def test_all_of_it_holds_for_an_ordinary_user_too() -> None:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    names = ("test_steps.py", "test_isolated.py", "test_writing.py")
    files = [str(HERE / name) for name in names]
    which = [] if is_whole() else ["-k", OF_USERS]
    run = subprocess.run(
        [sys.executable, str(HERE / "ordinary.py"), *command, *files, *which],
        capture_output=True,
        text=True,
        check=False,
        timeout=1_800,
        env=os.environ | {"GRADER_MAY_SKIP": "root," + os.environ.get("GRADER_MAY_SKIP", "")},
        cwd=HERE.parents[1],
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
