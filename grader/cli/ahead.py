"""Start the first runner of a command before the command has imported what it needs itself."""

from __future__ import annotations

__all__ = ["start_first_runner"]

import contextlib
import tomllib
from typing import TYPE_CHECKING, Any

from grader.cli.language import MANIFESTS, course_above
from grader.sandbox.launcher import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.sandbox.plain import PlainLauncher

# What a manifest without rhyme or reason leads to; it is reported when the course is loaded.
WRONG = (OSError, ValueError, LookupError, TypeError, AttributeError)


def start_first_runner(
    launcher: PlainLauncher, places: Sequence[Path], exercises: Sequence[str]
) -> None:
    """Start the process of the first runner, if it is plain how it has to be started.

    Its imports take as long as a third of the judge's, which come at the same time. A guess that
    is wrong costs only that process: the launcher compares before it uses it.

    Parameters
    ----------
    launcher : PlainLauncher
    places : sequence of Path
        The course, or its kit, is at or above one of these.
    exercises : sequence of str
        Numbers or ids of the exercises that are graded; all of them if it is empty.
    """
    with contextlib.suppress(*WRONG):
        if (profile := _profile(places, exercises)) is not None:
            launcher.start_ahead(profile)


def _profile(places: Sequence[Path], exercises: Sequence[str]) -> Profile | None:
    """Return the usual profile of the first exercise, as the manifest has it."""
    root = course_above(*places)
    name = next((name for name in MANIFESTS if root and (root / name).is_file()), None)
    if root is None or name is None:
        return None
    manifest: dict[str, Any] = tomllib.loads((root / name).read_text("utf-8"))
    wanted = set(exercises)
    entries = manifest["exercises"]
    [entry, *_] = [one for one in entries if not wanted or wanted & {one["id"], one["number"]}]
    called = entry.get("profile", "numpy")
    declared = manifest["profiles"][called]
    usual = Profile(name=called)
    return Profile(
        name=called,
        preload=tuple(declared.get("preload", usual.preload)),
        environment=dict(declared.get("environment", {})),
    )
