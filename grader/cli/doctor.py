"""``grader doctor``: what this machine can do, and what would make it do more."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import contextlib
import importlib.metadata
import platform
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.languages import N_, gettext, say
from grader.sandbox.doctor import best_level, obstacle, probe
from grader.util.child_environment import bare
from grader.util.scratch import Scratch
from grader.version import __version__

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

EXAMPLE = """\
example:
  grader doctor      each layer of isolation: does it hold here, and what would make it hold
"""
EXIT_CODES = "0 done, 1 the machine failed, such as by a full disk, 2 wrong usage or course"

PACKAGES = ("numpy", "matplotlib", "pygraphviz", "keras", "tensorflow", "torch")
# The same package under other names, by machine.
OTHER_NAMES = {"tensorflow": ("tensorflow-cpu", "tensorflow-macos", "tensorflow-intel")}
WANTED_DISK_GIB = 1.0
TRIAL_SECONDS = 120.0
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
# A package that exercises need, and a line that uses it, run in a process of its own.
TRIALS = {
    "Graphviz draws a graph (exercise 5)": (
        "pygraphviz",
        "import pygraphviz as p; g = p.AGraph(); g.add_edge(1, 2); g.draw(None, 'svg', 'dot')",
    ),
    "Keras computes (exercise 8)": (
        "keras",
        "import keras; assert float(keras.ops.sum(keras.ops.ones(3))) == 3",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes: nothing."""


def run(options: argparse.Namespace) -> int:
    """Print each layer of isolation, the level that `grade` would use, versions and disk."""
    del options
    out = terminal.console()
    _print_versions(out)
    _print_trials(out)
    out.print(
        terminal.translated(
            "\nLayers of isolation, each tried in a throw-away process", style="bold"
        )
    )
    findings = probe()
    layers = [say(finding.layer) for finding in findings]
    width = max(map(len, layers))
    for finding, layer in zip(findings, layers, strict=True):
        sign, style = ("✓", "green") if finding.holds else ("✗", "red")
        row = terminal.translated(f" {sign} ", style=style)
        row.append(f"{layer:<{width}}  ", style="")
        row.append(say(finding.detail), style="dim")
        out.print(row)
        if finding.advice:
            out.print(terminal.translated(f"   to get it: {finding.advice}", style="yellow"))
    level = best_level()
    out.print(terminal.translated(f"\n`grader grade` uses the level {level} here.", style="bold"))
    for higher in ("full", "reduced"):
        if higher == level:
            break
        out.print(terminal.translated(f"Not {higher}: {obstacle(higher)}."))
    if level == "none":
        out.print(
            terminal.translated(
                "It refuses a class of strangers unless you say `--isolation none`."
            )
        )
    return 0


def _print_versions(out: Console) -> None:
    out.print(f"grader {__version__}, Python {platform.python_version()} in {sys.prefix}")
    out.print(f"{platform.system()} {platform.release()}, {platform.machine()}")
    for package in PACKAGES:
        if version := _version(package):
            out.print(f"{package} {version}")
        else:
            out.print(terminal.translated(f"{package} is not installed", style="yellow"))
    dot = shutil.which("dot")
    missing = say("not installed (its program `dot` is not on the path)")
    out.print(f"Graphviz{gettext(':')} {dot or missing}")
    free = shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    style = "yellow" if free < WANTED_DISK_GIB else ""
    out.print(terminal.translated(f"{free:.1f} GiB free in {tempfile.gettempdir()}", style=style))


def _version(package: str) -> str:
    for name in (package, *OTHER_NAMES.get(package, ())):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return ""


def _print_trials(out: Console) -> None:
    out.print(terminal.translated("\nWhat exercises need, tried", style="bold"))
    for what, (package, code) in TRIALS.items():
        problem = _problem(code) if _version(package) else f"{package} is not installed"
        sign, style = ("✗", "red") if problem else ("✓", "green")
        row = terminal.translated(f" {sign} ", style=style)
        row.append(say(what), style="")
        row.append(f"  {say(problem or N_('works'))}", style="dim")
        out.print(row)


def _problem(code: str) -> str:
    """Return the last line of a failed trial's output; empty if the trial succeeded."""
    command = [sys.executable, "-P", "-c", code]
    try:
        with Scratch() as home:
            run = subprocess.run(  # noqa: S603  (our own interpreter and line)
                command,
                capture_output=True,
                text=True,
                timeout=TRIAL_SECONDS,
                check=False,
                env=bare(QUIET, home=str(home)),  # what a runner finds
            )
    except subprocess.TimeoutExpired:
        return f"nothing came of it in {TRIAL_SECONDS:g} seconds"
    lines = run.stderr.strip().splitlines()
    return "" if run.returncode == 0 else lines[-1] if lines else f"exit code {run.returncode}"
