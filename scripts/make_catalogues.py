"""Bring the catalogues up to date with what the program and the course say.

`make_catalogues.py` finds all messages and writes them into ``grader/locale`` and
``solutions/locale``: translations stay, what is new is empty. `--check` writes nothing, and ends
with 1 where a message is missing or none of ours any more. `--drop` drops the translations of
messages that are gone. `--missing` lists what is not translated yet.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grader.authoring.catalogues import extracted_course, extracted_program, missing, update
from grader.languages.catalogue import catalogue_path

ROOT = Path(__file__).parents[1]
LANGUAGES = ("fr",)


def main(words: list[str]) -> int:
    """Update, check or list; return what the process ends with."""
    wrong = 0
    sources = (
        (ROOT / "grader" / "locale", "grader.po", extracted_program()),
        (ROOT / "solutions" / "locale", "course.po", extracted_course(ROOT)),
    )
    for folder, name, fresh in sources:
        for tag in LANGUAGES:
            path = catalogue_path(folder, tag, name)
            if "--missing" in words:
                print(*missing(path, tag, fresh).empty, sep="\n")
                continue
            content = update(path, tag, fresh, drop="--drop" in words)
            if path.is_file() and path.read_bytes() == content:
                continue
            shown = path.relative_to(ROOT).as_posix()
            if "--check" in words:
                print(f"{shown} is not what the sources say: run scripts/make_catalogues.py.")
                wrong = 1
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"{shown}: {len(missing(path, tag, fresh).empty)} messages to translate")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
