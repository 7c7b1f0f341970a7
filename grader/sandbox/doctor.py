"""Find out, by trying, what this machine supports, and return the launcher of the best level."""

from __future__ import annotations

__all__ = [
    "LEVELS",
    "Finding",
    "best_level",
    "choose_level",
    "launcher_of",
    "make_launcher",
    "obstacle",
    "probe",
]

import json
import subprocess
import sys
from dataclasses import dataclass

from grader.errors import GraderError, UsageError
from grader.sandbox.clock import ProcessorClock
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Launcher, Limits, Profile, RunnerSpec
from grader.sandbox.plain import PYTHON_FLAGS, PlainLauncher
from grader.util.child_environment import empty
from grader.util.scratch import Scratch

LEVELS = ("full", "reduced", "none")
TRIAL_SECONDS = 60.0
_HAD: set[tuple[object, str]] = set()  # levels that worked, and what started the runner

_NAMESPACES = (
    "allow user namespaces: `sysctl user.max_user_namespaces=10000`; on Ubuntu also "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container start it with "
    "`--security-opt seccomp=unconfined`, or as a privileged one"
)
_KERNEL = "use a newer Linux kernel"
# The purpose of each layer, and what to do if it does not work.
_LAYERS = {
    "users": ("user namespace: a submission is nobody", _NAMESPACES),
    "processes": ("process namespace: it sees and signals only itself", _NAMESPACES),
    "mounts": ("mount namespace: what is mounted for it stays with it", _NAMESPACES),
    "network": ("network namespace: it has no network", _NAMESPACES),
    "messages": ("IPC and UTS namespaces: no shared memory, no host name", _NAMESPACES),
    "view": ("private view: only the interpreter and its libraries", f"{_KERNEL} (5.12)"),
    "scratch": ("capped folder in memory: so many bytes and files", _NAMESPACES),
    "limits": (
        "resource limits: memory, processor time, threads, no core dumps",
        "raise the hard limits (`ulimit`)",
    ),
    "privileges": ("no capabilities, no new privileges", _KERNEL),
    "paths": ("Landlock: only known paths", f"{_KERNEL} (6.2), with `lsm=landlock,…` at boot"),
    "calls": ("seccomp: only known system calls", f"{_KERNEL} with CONFIG_SECCOMP_FILTER"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one layer on this machine.

    Attributes
    ----------
    layer : str
        Its name and its purpose.
    holds : bool
        Whether it works.
    detail : str
        The machine's answer.
    advice : str
        How to make it work; empty if it works.
    """

    layer: str
    holds: bool
    detail: str
    advice: str = ""


def probe() -> list[Finding]:
    """Try each layer by itself in a throw-away child and return the findings."""
    if sys.platform != "linux":
        advice = "grade on Linux, or in a virtual machine or container that runs it"
        detail = f"this is {sys.platform}"
        return [
            *(Finding(name, False, detail, advice) for name, _ in _LAYERS.values()),
            _processor_clock(),
        ]
    command = [sys.executable, *PYTHON_FLAGS, "-m", "grader.sandbox.probe", "/"]
    try:
        with Scratch() as stubs:
            command[-1] = str(stubs)
            stubs.chmod(0o755)
            run = subprocess.run(  # noqa: S603  (our own interpreter and module)
                command, capture_output=True, timeout=TRIAL_SECONDS, check=True, env=empty()
            )
        said = json.loads(run.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise GraderError(f"The layers of isolation could not be tried: {error}.") from error
    findings = []
    for key, (name, advice) in _LAYERS.items():
        problem = said["layers"][key]
        detail = problem or "holds"
        if key == "paths" and not problem:
            detail = f"holds, version {said['landlock']}"
        findings.append(Finding(name, not problem, detail, advice if problem else ""))
    return [*findings, _processor_clock()]


def _processor_clock() -> Finding:
    """Try whether the judge can read the processor time of a process that it has started."""
    layer = "processor clock: the time of each call is read from outside"
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(  # noqa: S603  (our own interpreter and line)
        command, stdin=subprocess.PIPE, env=empty()
    ) as process:
        seconds = ProcessorClock(lambda: process.pid).seconds()
        process.communicate(b"\n")
    if seconds is None:
        advice = "grade on Linux; until then the deadlines on the wall clock hold alone"
        return Finding(layer, False, "cannot be read", advice)
    return Finding(layer, True, "holds")


def obstacle(level: str) -> str:
    """Return why a level is not available, empty if it is: a runner is started at that level.

    A level that has worked once in this process is not tried again.
    """
    if level == "none":
        return ""
    if sys.platform != "linux":
        return f"it needs Linux, and this is {sys.platform}"
    if (IsolatedLauncher, level) in _HAD:
        return ""
    launcher = IsolatedLauncher(level)
    try:
        with Scratch() as stubs:
            stubs.chmod(0o755)
            spec = RunnerSpec(
                files={"trial.py": b""},
                folder=".",
                stubs=stubs,
                profile=Profile(name="trial", preload=()),
                limits=Limits(),
            )
            launcher.start(spec).end()
    except GraderError as error:
        return str(error.__cause__ or error)
    finally:
        launcher.close()
    _HAD.add((IsolatedLauncher, level))
    return ""


def best_level() -> str:
    """Return the highest level that this machine supports."""
    return next(level for level in LEVELS if not obstacle(level))


def choose_level(asked: str | None = None) -> str:
    """Return the level at which to run code that we do not trust, after trying it.

    Parameters
    ----------
    asked : str, optional
        ``full``, ``reduced`` or ``none``; if not given, the best of the first two.

    Raises
    ------
    UsageError
        If the level is not available; the sentence says why and what to do.
    """
    if asked == "none":
        return asked
    if asked is None:
        level = best_level()
        if level == "none":
            raise UsageError(
                f"Nothing on this machine would hold a submission that attacks it "
                f"({obstacle('reduced')}): see `grader doctor`, or trust every submission and say "
                "`--isolation none`."
            )
        return level
    if asked not in LEVELS:
        raise UsageError(f"There is no isolation level {asked!r}: say full, reduced or none.")
    if problem := obstacle(asked):
        raise UsageError(
            f"Isolation level {asked} cannot be had on this machine ({problem}): see "
            "`grader doctor` for what to change."
        )
    return asked


def launcher_of(level: str) -> Launcher:
    """Return a launcher of a level that `choose_level` gave."""
    return PlainLauncher() if level == "none" else IsolatedLauncher(level)


def make_launcher(asked: str | None = None) -> Launcher:
    """Return a launcher of a given level, or of the best one; see `choose_level`."""
    return launcher_of(choose_level(asked))
