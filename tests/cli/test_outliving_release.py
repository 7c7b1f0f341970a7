"""Whatever ends `grader release`, its kernels end with it, and nothing is written."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_outliving import MARK, marked, wait_for

ROOT = Path(__file__).resolve().parents[2]
KERNEL = b"ipykernel_launcher"


def has_kernel(mark: str) -> bool:
    """Say whether a kernel of the command has begun."""
    for pid in marked(mark):
        try:
            if KERNEL in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


@pytest.mark.sampled(0)
@pytest.mark.skipif(sys.platform != "linux", reason="linux: /proc tells what lives")
@pytest.mark.parametrize("seconds", [0.0, 0.7, 1.6])  # it begins, runs cells, and checks itself
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_no_kernel_outlives_a_release(
    tmp_path: Path, number: signal.Signals, seconds: float
) -> None:
    mark, temporary = secrets.token_hex(8), tmp_path / "temporary"
    temporary.mkdir()
    out, said = tmp_path / "kit.zip", tmp_path / "said"
    command = [sys.executable, "-m", "grader", "release", "--course", str(ROOT), "--out", str(out)]
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--exercise", "0", "--workers", "2"],
            env={**os.environ, MARK: mark, "TMPDIR": str(temporary)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    assert wait_for(lambda: has_kernel(mark) or process.poll() is not None), said.read_text()
    time.sleep(seconds)
    process.send_signal(number)
    code = process.wait(120)
    wait_for(lambda: not marked(mark))
    assert marked(mark) == {}
    assert not out.exists()
    if number != signal.SIGKILL:  # what nobody could remove is removed by the next command
        assert [path.name for path in temporary.iterdir()] == []
        assert code == (130 if number == signal.SIGINT else 128 + number), said.read_text()
        assert "Traceback" not in said.read_text()
