"""Choose the language of the command line: the requested one, or the course's."""

from __future__ import annotations

__all__ = [
    "MANIFESTS",
    "VARIABLE",
    "add_language",
    "course_above",
    "language_here",
    "requested_language",
]

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.languages import language
from grader.languages.catalogue import known_languages

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from grader.languages import Language

OPTION = "--lang"
VARIABLE = "GRADER_LANG"
# The manifest of a course, and that of a kit.
MANIFESTS = ("assignments/course.toml", "judge/assignments/course.toml")


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add the option for the language."""
    known = ", ".join(known_languages())
    parser.add_argument(
        OPTION,
        metavar="LANG",
        help=f"the language of terminal and reports: {known} ({VARIABLE} where not given, else the "
        "course's); students with a language on the roster get their reports in it",
    )


def requested_language(words: Sequence[str]) -> str:
    """Return the language that a command line names; empty where it names none."""
    for number, word in enumerate(words):
        if word.startswith(f"{OPTION}="):
            return word.partition("=")[2]
        if word == OPTION and number + 1 < len(words):
            return words[number + 1]
    return ""


def language_here(words: Sequence[str]) -> Language | None:
    """Return the language of a command line, with the catalogue of the course around it.

    Parameters
    ----------
    words : sequence of str
        The command line.

    Raises
    ------
    UsageError
        If there is no such language.
    CourseError
        If a catalogue cannot be read.
    """
    root = _course_around(words)
    tag = requested_language(words) or os.environ.get(VARIABLE, "")
    return language(tag or _language_of(root), root)


def _course_around(words: Sequence[str]) -> Path | None:
    """Return the course or kit that a command line names, if any."""
    named = [Path(words[k + 1]) for k, word in enumerate(words[:-1]) if word == "--course"]
    named += [Path(word.partition("=")[2]) for word in words if word.startswith("--course=")]
    return course_above(*named, Path(), *(Path(word) for word in words[1:] if word[:1] != "-"))


def course_above(*places: Path) -> Path | None:
    """Return the folder of a course or kit that is at, or nearest above, the first such place."""
    for place in places:
        for folder in _upwards(place):
            if any(_is_file(folder / name) for name in MANIFESTS):
                return folder
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _upwards(path: Path) -> list[Path]:
    try:
        here = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return []
    return [here, *here.parents]


def _language_of(root: Path | None) -> str:
    """Return the language that a manifest names; errors in it are reported when it is loaded."""
    for name in MANIFESTS if root else ():
        try:
            manifest: dict[str, Any] = tomllib.loads(
                (root or Path()).joinpath(name).read_text("utf-8")
            )
        except (OSError, ValueError):
            continue
        return str(manifest.get("lang", ""))
    return ""
