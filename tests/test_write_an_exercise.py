"""`docs/write-an-exercise.md`, followed to the letter: from an empty folder to a graded class."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parents[1] / "docs" / "write-an-exercise.md"
FENCE = re.compile(
    r"(?:^\*\*`(?P<path>[^`\n]+)`\*\*\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^\$ (?P<command>.+)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
ELLIPSIS = "..."
# The grader alone, and perhaps what is said where it ends well, or where it does not.
OURS = re.compile(r'grader (?P<words>[^|&;]+?)(?: (?P<when>&&|\|\|) echo "(?P<said>[^"]*)")?')
# These use a process for each processor unless they are told, which costs a second each.
WITH_WORKERS = ("audit", "grade", "release")
# Has imported what commands need, and makes a copy of itself for each.
COPIES = """
import importlib, json, os, pkgutil, sys
import grader.cli
from grader.cli.main import main
for found in pkgutil.iter_modules(grader.cli.__path__):
    if found.name != "__main__":
        importlib.import_module(f"grader.cli.{found.name}")
for line in sys.stdin:
    words, folder, shown = json.loads(line)
    if not (pid := os.fork()):
        os.chdir(folder)
        file = os.open(shown, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        sys.exit(main(words))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.fixture
def copies() -> Iterator[subprocess.Popen[str]]:
    """Return the process that `COPIES` describes."""
    with subprocess.Popen(
        [sys.executable, "-c", COPIES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200"},
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_what_the_page_says_is_what_happens(tmp_path: Path, copies: subprocess.Popen[str]) -> None:
    commands = called = 0
    for block in FENCE.finditer(DOCUMENT.read_text(encoding="utf-8")):
        if block["path"]:
            path = tmp_path / block["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"], encoding="utf-8")
            continue
        assert block["language"] == "console", f"no name above {block['text']}"
        for found in COMMAND.finditer(block["text"]):
            commands += 1
            # The first one starts as a command does; the others are copies of what has started.
            ours = OURS.fullmatch(found["command"]) if commands > 1 else None
            called += ours is not None
            came = said_by(copies, ours, tmp_path) if ours else typed(found[1], tmp_path)
            compare(found["command"], found["output"].splitlines(), came)
    assert commands >= 9
    assert 5 <= called < commands


def typed(command: str, folder: Path) -> list[str]:
    """Type a command in a folder and return the lines that come."""
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(  # noqa: S602  (the page is ours)
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, **own, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout.splitlines()


def said_by(copies: subprocess.Popen[str], command: re.Match[str], folder: Path) -> list[str]:
    """Call one of the grader's commands in a folder, and return what a shell would show."""
    assert copies.stdin is not None
    assert copies.stdout is not None
    words = shlex.split(command["words"])
    workers = ["--workers", "1"] if words[0] in WITH_WORKERS else []
    shown = folder.with_name(f"{folder.name}.shown")
    copies.stdin.write(json.dumps([[*words, *workers], str(folder), str(shown)]) + "\n")
    copies.stdin.flush()
    code = int(copies.stdout.readline())
    said = command["when"] is not None and (command["when"] == "&&") == (code == 0)
    return [*shown.read_text(encoding="utf-8").splitlines(), *([command["said"]] if said else [])]


def compare(command: str, promised: list[str], came: list[str]) -> None:
    """Find each promised line among those that came, in order; `...` stands for any end."""
    left = iter(came)
    for line in promised:
        assert any(matches(line, one) for one in left), (
            f"`{command}` does not print, in its place:\n{line}\nbut:\n" + "\n".join(came)
        )


def matches(promised: str, came: str) -> bool:
    """Return whether a line is as promised; a promise may be the beginning of a table's row."""
    promised, came = (" ".join(line.split()) for line in (promised, came))
    if promised.endswith(ELLIPSIS):
        promised = promised.removesuffix(ELLIPSIS).strip("= ")
        return came.strip("= ").startswith(promised)
    return came == promised or came.startswith(f"{promised} ")
