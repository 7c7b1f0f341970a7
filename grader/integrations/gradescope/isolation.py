"""Find the best isolation that works in the container, by running a trial that tries to escape.

A container may lack user namespaces and have an old kernel. The fallback is Gradescope's own
advice: the submission runs as another user, who may read neither the solutions nor the results. Our
list of system calls still applies, without network and without new processes.
"""

from __future__ import annotations

__all__ = ["Chosen", "choose"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import GraderError, SubmissionError, UsageError
from grader.exports.formats import ISOLATION
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.sandbox.launcher import Launcher

TRIAL = b"""\
def opens(path):
    for mode in ("rb", "ab"):
        try:
            open(path, mode).close()
        except OSError:
            continue
        return mode
    return ""
"""
WORDS = {"user": "reduced, by another user instead of known paths"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A launcher, and its level in words."""

    launcher: Launcher
    words: str


def choose(asked: str, secrets: Sequence[Path], stubs: Path) -> Chosen:
    """Return the best launcher whose trial submission could reach no secret.

    Parameters
    ----------
    asked : str
        ``full``, ``reduced`` or ``user``: only this one; empty for the best.
    secrets : sequence of Path
        Files that a submission must neither read nor write.
    stubs : Path
        The folder of the stubs.

    Raises
    ------
    UsageError
        No level works; the sentence gives the reason for each.
    """
    problems = []
    for level in (asked,) if asked else ISOLATION:
        launcher = _launcher(level)
        problem = _hole(launcher, secrets, stubs)
        if not problem:
            return Chosen(launcher, WORDS.get(level, level))
        launcher.close()
        problems.append(f"{level}: {problem}")
    raise UsageError(
        f"Nothing in this container shuts a submission in ({'; '.join(problems)}), so none is run."
    )


def _launcher(level: str) -> IsolatedLauncher:
    if level == "user":
        return IsolatedLauncher("reduced", without=frozenset(["known_paths_only"]))
    return IsolatedLauncher(level)


def _hole(launcher: Launcher, secrets: Iterable[Path], stubs: Path) -> str:
    """Return how a trial got through a launcher's isolation, or failed; empty if it holds."""
    order = RunnerSpec(
        files={"trial.py": TRIAL},
        folder=".",
        stubs=stubs,
        profile=Profile(name="trial", preload=()),
        limits=Limits(call_seconds=60.0, import_seconds=60.0),
    )
    session = Session(launcher, order)
    try:
        for path in secrets:
            mode = session.call("trial.py", "opens", [str(path)]).value
            if mode != "":
                return f"it can open {path.name}"
    except GraderError as error:
        return str(error.__cause__ or error).rstrip(".")
    except SubmissionError as error:
        return error.message.rstrip(".")
    finally:
        session.close()
    return ""
