"""Level none: a plain subprocess. It keeps a submission apart, but does not hold an enemy."""

from __future__ import annotations

__all__ = ["PlainLauncher"]

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.sandbox.clock import ProcessorClock
from grader.sandbox.copies import copy_stubs
from grader.sandbox.launcher import Ending, Launcher, Order, Process

if TYPE_CHECKING:
    import resource
    from collections.abc import Mapping

# Neither the working folder nor the user's is on the path; no bytecode; output as it comes.
# The environment is ours from end to end, so Python may read its own variables from it: a fixed
# PYTHONHASHSEED is what makes a rerun go the same way.
PYTHON_FLAGS = ("-P", "-s", "-B", "-u", "-X", "utf8")
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# Older OpenBLAS builds are told by these which kernels are right on a processor.
KEPT_PREFIXES = ("OPENBLAS_",)


class PlainLauncher(Launcher):
    """Starts each runner as a subprocess in a folder of its own."""

    level = "none"

    def start(self, order: Order) -> PlainProcess:
        """Start a runner on a fresh copy of the submission's files."""
        home = Path(tempfile.mkdtemp(prefix="grader-"))
        try:
            return PlainProcess(home, order)
        except OSError as error:
            shutil.rmtree(home, ignore_errors=True)
            raise GraderError(f"A runner could not be started: {error}.") from error

    def close(self) -> None:
        """Keep nothing, and so end nothing."""


class PlainProcess(Process):
    """A runner in a subprocess."""

    def __init__(self, home: Path, order: Order) -> None:
        self._home = home
        self._ending: Ending | None = None
        self.root = str((home / "box" / "submission").resolve())
        self.stubs = str((home / "stubs").resolve())
        copy_stubs(order.stubs, Path(self.stubs))
        work = _lay_out(Path(self.root), order.files, order.folder)
        self.channel, theirs = socket.socketpair()
        self.output, their_output = socket.socketpair()
        with theirs, their_output:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [sys.executable, *PYTHON_FLAGS, "-m", "grader.runner", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=their_output.fileno(),
                stderr=their_output.fileno(),
                cwd=work,
                env=_environment(home, order.profile.environment),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._clock = ProcessorClock(lambda: self._process.pid)

    def cpu_seconds(self) -> float | None:
        """Return the processor seconds of the process so far, without those of its children."""
        return self._clock.seconds()

    def starved_seconds(self) -> float:
        """Return how long it was ready and had no processor, since this was last asked."""
        return self._clock.starved_seconds()

    def end(self, *, grace_seconds: float = 0.0) -> Ending:
        """Kill the runner's process group, collect its status and remove its folder."""
        if self._ending is None:
            pid, status, usage = self._wait(grace_seconds)
            self._process.returncode = code = os.waitstatus_to_exitcode(status) if pid else None
            peak_kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
            self._ending = Ending(
                exit_code=code if code is not None and code >= 0 else None,
                signal=-code if code is not None and code < 0 else None,
                cpu_seconds=usage.ru_utime + usage.ru_stime,
                peak_memory_mib=peak_kib / 1024,
            )
            self._clock.close()
            self.channel.close()
            self.output.close()
            shutil.rmtree(self._home, ignore_errors=True)
        return self._ending

    def _wait(self, grace_seconds: float) -> tuple[int, int, resource.struct_rusage]:
        pid = self._process.pid
        until = time.monotonic() + grace_seconds
        while time.monotonic() < until:
            found = os.wait4(pid, os.WNOHANG)
            if found[0]:
                self._kill_group()
                return found
            time.sleep(0.001)
        self._kill_group()
        return os.wait4(pid, 0)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _lay_out(root: Path, files: Mapping[str, bytes], folder: str) -> Path:
    """Write the submission's files below the root and return the working directory."""
    work = root / folder
    work.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return work


def _environment(home: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """Return a clean environment: nothing of the judge's but what a process needs to start."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES)
    }
    places = {"HOME": str(home), "TMPDIR": str(home), "MPLCONFIGDIR": str(home)}
    return {**kept, **places, "MPLBACKEND": "Agg", **extra}
