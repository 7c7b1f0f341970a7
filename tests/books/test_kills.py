"""Whatever is killed, and whenever: nothing is lost, doubled or different."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
COUNT = 8


@pytest.mark.skipif(sys.platform != "linux", reason="linux: /proc tells what lives")
def test_a_few_kills_leave_what_no_kill_leaves(need: Callable[[str], None]) -> None:
    """`scripts/kills.py` does two hundred."""
    need("postgresql")
    command = [sys.executable, str(ROOT / "scripts" / "kills.py"), "--count", str(COUNT), "--quick"]
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["kills"] == COUNT
    assert {"command", "part", "server"} <= {kind for kind, count in said["of"].items() if count}
    assert said["lost"] == said["doubled"] == said["different"] == 0
