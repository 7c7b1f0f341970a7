"""``grader doctor``: what this machine can do, and what would make it do more."""

from __future__ import annotations

__all__ = ["run"]

import importlib.metadata
import platform
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

from rich.text import Text

import grader
from grader.cli import terminal
from grader.sandbox.doctor import best_level, obstacle, probe

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

PACKAGES = ("numpy", "matplotlib", "pygraphviz", "keras", "tensorflow", "torch")
WANTED_DISK_GIB = 1.0


def run(options: argparse.Namespace) -> int:
    """Print each layer of isolation, the level that `grade` would use, versions and disk."""
    del options
    out = terminal.console()
    _print_versions(out)
    out.print(Text("\nLayers of isolation, each tried in a throw-away process", style="bold"))
    findings = probe()
    width = max(len(finding.layer) for finding in findings)
    for finding in findings:
        sign, style = ("✓", "green") if finding.holds else ("✗", "red")
        row = Text(f" {sign} ", style=style)
        row.append(f"{finding.layer:<{width}}  ", style="")
        row.append(finding.detail, style="dim")
        out.print(row)
        if finding.advice:
            out.print(Text(f"   to get it: {finding.advice}", style="yellow"))
    level = best_level()
    out.print(Text(f"\n`grader grade` uses the level {level} here.", style="bold"))
    for higher in ("full", "reduced"):
        if higher == level:
            break
        out.print(f"Not {higher}: {obstacle(higher)}.")
    if level == "none":
        out.print("It refuses a class of strangers unless you say `--isolation none`.")
    return 0


def _print_versions(out: Console) -> None:
    out.print(f"grader {grader.__version__}, Python {platform.python_version()} in {sys.prefix}")
    out.print(f"{platform.system()} {platform.release()}, {platform.machine()}")
    for package in PACKAGES:
        try:
            out.print(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            out.print(Text(f"{package} is not installed", style="yellow"))
    dot = shutil.which("dot")
    out.print("Graphviz: " + (dot or "not installed (its program `dot` is not on the path)"))
    free = shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    style = "yellow" if free < WANTED_DISK_GIB else ""
    out.print(Text(f"{free:.1f} GiB free in {tempfile.gettempdir()}", style=style))
