"""Write the answers of the course's questions and their template: `python scripts/make_answers.py`.

Both are made from `solutions/checks/questions/catalogue.py`. With `--check` nothing is written, and
the exit code is 1 if one of them is out of date.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from grader.questions import answers_text, template_text

ROOT = Path(__file__).resolve().parent.parent

NAME = "answers.toml"


def texts() -> dict[Path, str]:
    """Return the right content of each of the two files."""
    sys.path.insert(0, str(ROOT / "solutions"))
    asked = importlib.import_module("checks.questions.catalogue").QUESTIONS
    observed = importlib.import_module("checks.questions.observations").OBSERVATIONS
    return {
        ROOT / "assignments" / NAME: template_text(asked, observed),
        ROOT / "solutions" / NAME: answers_text(asked, observed),
    }


def main() -> int:
    """Write the files, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on a change")
    check = parser.parse_args().check
    wanted = {path: text.encode() for path, text in texts().items()}
    changed = [p for p, text in wanted.items() if not p.is_file() or p.read_bytes() != text]
    for path in changed:
        print(f"{path.relative_to(ROOT)}: {'not what the catalogue makes' if check else 'written'}")
        if not check:
            path.write_bytes(wanted[path])
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
