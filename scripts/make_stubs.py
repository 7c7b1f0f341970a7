"""Write stubs and notebooks from the solutions: `python scripts/make_stubs.py [--check]`.

With `--check` nothing is written, and the exit code is 1 if a file is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs from a checkout without an installation

from grader.authoring.release.handouts import differing, handouts, write  # noqa: E402
from grader.errors import CourseError  # noqa: E402  the line above makes it importable


def main() -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on a change")
    check = parser.parse_args().check
    try:
        made = handouts(ROOT)
        changed = (differing if check else write)(ROOT / "assignments", made)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    for file in changed:
        print(f"{file}: {'not what the solution makes' if check else 'written'}")
    print(f"{len(made)} stubs and notebooks, {len(changed)} {'differ' if check else 'changed'}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
