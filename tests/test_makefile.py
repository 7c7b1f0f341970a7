"""`make help` is true: it names each target, and no other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")


def phony() -> list[str]:
    lines = re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.MULTILINE)
    return " ".join(lines).split()


def test_help_names_every_target_and_no_other() -> None:
    done = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S607
    named = re.findall(r"^ +make ([\w-]+)", done.stdout, re.MULTILINE)
    assert sorted(named) == sorted({*phony()} - {"help"})


def test_every_rule_is_phony_unless_it_makes_a_file() -> None:
    rules = re.findall(r"^([\w-]+):(?!=)", MAKEFILE, re.MULTILINE)
    assert sorted(phony()) == sorted(rules)
