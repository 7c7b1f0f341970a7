"""The command uses one thread for linear algebra, unless it is told otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMAND = """
import os, sys
sys.argv = ["grader", "check", "--help"]
from grader.cli.main import main
early = "numpy" in sys.modules
try:
    main()
except SystemExit:
    print(os.environ["OPENBLAS_NUM_THREADS"], early, file=sys.stderr)
"""


@pytest.mark.parametrize(("given", "wanted"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_a_command_has_one_thread_before_numpy_is_there(given: dict[str, str], wanted: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")} | given
    done = subprocess.run(
        [sys.executable, "-c", COMMAND],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stderr.split() == [wanted, "False"]
