"""What the quick tests of a gate ran of `grader`, as `tests/measuring.py` has measured it."""

from __future__ import annotations

__all__ = ["FLOOR", "MEASURED", "forget", "measured"]

import io
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "build" / "quick_coverage"
# The quick modules of tests, one a line, for `tests/measuring.py`.
MEASURED = "GRADER_MEASURED_TESTS"
# Percent of statements and branches: a little below the 63 that they run.
FLOOR = 62


def forget() -> None:
    """Remove what an earlier gate has left."""
    for left in DATA.parent.glob(f"{DATA.name}*"):
        left.unlink()


def measured() -> int:
    """Print how much it is; return an exit code, 1 below the floor."""
    found = Coverage(data_file=str(DATA), config_file=str(ROOT / "pyproject.toml"))
    found.combine()
    found.save()
    total = found.report(file=io.StringIO(), skip_covered=False)
    print(f"\nThe quick tests alone run {total:.0f} % of grader/, lines and branches.")
    if total < FLOOR:
        print(f"That is below the floor of {FLOOR} %: write quick tests for what is new.")
        return 1
    return 0
