"""A map of the class: a row for each student, a column for each check, colours for outcomes.

The page has it twice: as a small picture, for paper and for a browser without scripts, and as a
letter for each check in each student's line, from which the script makes a table to walk through.
"""

from __future__ import annotations

__all__ = ["ClassMap", "class_map", "columns_of", "letters_of"]

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.results import Outcome
from grader.statistics import was_handed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results import ClassResult, SubmissionResult

NOTHING = "-"
LETTERS = {
    Outcome.PASSED: "p",
    Outcome.FAILED: "f",
    Outcome.CRASHED: "c",
    Outcome.OVER_LIMIT: "o",
    Outcome.SKIPPED: "s",
    Outcome.UNREADABLE: "u",
    Outcome.GRADER_ERROR: "g",
}
# The style sheet's `--…-fill` in the light; they are told from white and from black as well.
COLOURS = {
    "p": (61, 148, 104), "f": (224, 159, 62), "c": (200, 80, 79), "o": (154, 115, 201),
    "s": (170, 178, 188), "u": (201, 138, 43), "g": (74, 151, 194), NOTHING: (255, 255, 255),
}  # fmt: skip
ACROSS, TALLEST, DOT = 8, 480, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMap:
    """The picture: its data URL, its size on the page, and its description."""

    source: str
    width: int
    height: int
    summary: str


def columns_of(result: ClassResult) -> tuple[str, ...]:
    """Return the ids of all checks: those of the course in its order, then any others."""
    found = {check.id: None for info in result.course.exercises for check in info.checks}
    for submission in result.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                found.setdefault(check.id, None)
    return tuple(found)


def letters_of(submission: SubmissionResult, columns: Sequence[str]) -> str:
    """Return the outcome of each check as a letter; ``-`` if nothing was handed in."""
    came = {
        check.id: LETTERS[check.outcome]
        for exercise in submission.exercises
        for check in exercise.checks
        if was_handed_in(check)
    }
    return "".join(came.get(column, NOTHING) for column in columns)


def class_map(lines: Sequence[str]) -> ClassMap | None:
    """Draw the letters of all students as a picture; None if there is nothing to show.

    Parameters
    ----------
    lines : sequence of str
        As `letters_of` gives them, all of one length; the first is drawn at the top.
    """
    columns = len(lines[0]) if lines else 0
    if not columns:
        return None
    passed = sum(one.count("p") for one in lines)
    handed_in = sum(columns - one.count(NOTHING) for one in lines)
    share = f"{100 * passed // handed_in} %" if handed_in else "none"
    return ClassMap(
        source=_png(lines, columns),
        width=columns * ACROSS,
        height=min(DOT * len(lines), TALLEST),
        summary=f"A line for each of {len(lines):,} students, those with most points at the top,"
        f" and a column for each of {columns} checks: {share} of what was handed in passed.",
    )


def _png(lines: Sequence[str], columns: int) -> str:
    from PIL import Image  # noqa: PLC0415  (few pages have pictures)

    order = {ord(letter): index for index, letter in enumerate(COLOURS)}
    dots = "".join(lines).translate(order).encode("latin-1")
    image = Image.frombytes("P", (columns, len(lines)), dots)
    image.putpalette([part for colour in COLOURS.values() for part in colour])
    stream = io.BytesIO()
    image.save(stream, "PNG", bits=4, optimize=True, transparency=len(COLOURS) - 1)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
