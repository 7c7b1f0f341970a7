"""What tests of the search for the course's files share: sources, and what is found of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.intake.sealed import Sealed
from grader.notebooks import Reader, Work, gather
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "assignments"
SOLUTIONS = ROOT / "solutions"
READER = Reader(launcher(), STUBS)
ONE, TWO = "gradient/gradient.py", "gradient/gradient_2.py"
NETS, STRUCTURE = "neural_net/learn_random_data.py", "neural_net/create_structured_data.py"

KEYS_1 = 'EXPERIMENTS = {"converges": 1, "too_slow": 2, "diverges": 3}'
KEYS_2 = 'EXPERIMENTS = {"global_minimum": 1, "local_minimum": 2, "oscillates": 3}'
SLOPE = "def gradient(x, y):\n    return x, y"
DESCENT = "def gradient_descent(start, learning_rate, steps):\n    return [start]"
PART_1 = ["ANALYTIC_MINIMUM = (1, 3.5)", KEYS_1, SLOPE, DESCENT]
PART_2 = [KEYS_2, SLOPE, DESCENT]


def work(files: Mapping[str, Any]) -> Work:
    raw = {p: c.encode() if isinstance(c, str) else c for p, c in files.items()}
    return gather(Sealed("me", raw), STUBS, READER)


def taken(files: Mapping[str, Any]) -> dict[str, str]:
    """Return for each of the course's files the file or notebook that is graded for it."""
    found = work(files)
    courses = {path.relative_to(STUBS).as_posix() for path in STUBS.glob("*/*.py")}
    raw = {c if isinstance(c, bytes) else c.encode(): path for path, c in files.items()}
    by_start = {
        file: next(path for c, path in raw.items() if c.startswith(content.rstrip()))
        for file, content in found.placed.items()
        if file in courses
    }
    return {**{file: p.notebook for file, p in found.programs.items()}, **by_start}


def solution(*files: str) -> str:
    return "\n\n".join((SOLUTIONS / file).read_text(encoding="utf-8") for file in files)


def stub(file: str) -> str:
    return (STUBS / file).read_text(encoding="utf-8")
