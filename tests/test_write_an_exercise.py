"""`docs/write-an-exercise.md`, followed to the letter: from an empty folder to a graded class."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "write-an-exercise.md"
FENCE = re.compile(
    r"(?:^\*\*`(?P<path>[^`\n]+)`\*\*\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^\$ (?P<command>.+)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
ELLIPSIS = "..."


def test_what_the_page_says_is_what_happens(tmp_path: Path) -> None:
    commands = 0
    for block in FENCE.finditer(DOCUMENT.read_text(encoding="utf-8")):
        if block["path"]:
            path = tmp_path / block["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"], encoding="utf-8")
            continue
        assert block["language"] == "console", f"no name above {block['text']}"
        for found in COMMAND.finditer(block["text"]):
            commands += 1
            compare(found["command"], found["output"].splitlines(), typed(found[1], tmp_path))
    assert commands >= 9


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
