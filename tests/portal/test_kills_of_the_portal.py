"""A portal is killed under load: nothing that was acknowledged is lost, nothing is graded twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNT = 2
SEED = 2  # which kills the server first, and then one of its processes


@pytest.mark.skipif(sys.platform != "linux", reason="linux: /proc tells what lives")
def test_kills_lose_nothing_and_double_nothing() -> None:
    """`scripts/kills_portal.py` does fifty."""
    script = str(ROOT / "scripts" / "kills_portal.py")
    command = [sys.executable, script, "--count", str(COUNT), "--seed", str(SEED)]
    command += ["--students", "3"]
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["portal_kills"] == COUNT
    assert said["of"] == {"server": 1, "part": 1}
    assert said["portal_lost"] == said["portal_doubled"] == 0
    assert said["acknowledged"] >= COUNT
