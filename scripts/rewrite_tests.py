"""Compile the tests as pytest does, with their assertions rewritten, once for all workers.

In a fresh checkout each worker would do that for itself, all at the same time. It uses functions
that pytest keeps to itself: where a later version has others, workers compile for themselves again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from _pytest.assertion import rewrite

TESTS = Path(__file__).resolve().parents[1] / "tests"
HANDED_IN = ("submissions", "cases", "hostile", "golden")


def main() -> int:
    """Compile what is not compiled yet, and say how many files that were."""
    try:
        made = sum(compiled(path) for path in modules())
    except (AttributeError, TypeError) as error:
        print(f"This version of pytest rewrites in another way ({error}): each worker does it.")
        return 0
    print(f"{made} modules of tests compiled")
    return 0


def modules() -> list[Path]:
    """Return the files that pytest rewrites."""
    found = [*TESTS.rglob("test_*.py"), *TESTS.rglob("conftest.py")]
    return [path for path in found if not set(path.relative_to(TESTS).parts) & set(HANDED_IN)]


def compiled(path: Path) -> bool:
    """Compile a file, unless it is compiled already; say whether it was not."""
    pytests: Any = rewrite
    target = pytests.get_cache_dir(path) / f"{path.stem}{pytests.PYC_TAIL}"
    if pytests._read_pyc(path, target) is not None:  # noqa: SLF001 - see above
        return False
    target.parent.mkdir(exist_ok=True)
    about, code = pytests._rewrite_test(path, None)  # noqa: SLF001
    return bool(pytests._write_pyc(None, code, about, target))  # noqa: SLF001


if __name__ == "__main__":
    sys.exit(main())
