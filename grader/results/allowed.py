"""The allow-list: which fields of a result a student may see, and how much of each.

A field that is in no table is hidden: it has its default value. A test compares the tables with the
classes, so that a decision is needed for each new field.
"""

from __future__ import annotations

__all__ = ["ALLOWED", "AT_LEAST", "CONFIDENTIAL", "OF_CONFIDENTIAL_EXERCISES", "Hidden", "Shown"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.results.changes import Adjusted, GradePolicy, LateRule, QuestionWorth
from grader.results.delivery import Delivery, ExerciseMoment, Person, Received
from grader.results.evidence import (
    Curves,
    Evidence,
    GreyImage,
    HeatMap,
    Link,
    Mark,
    Mosaic,
    Network,
    Picture,
    Pictures,
    Series,
    Table,
    Track,
    Trajectories,
)
from grader.results.examples import SmallExample, SourceExcerpt
from grader.results.since import Since
from grader.results.verdicts import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    FreeText,
    SourceLine,
    SubmissionResult,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that is shown, up to a maximal size.

    Attributes
    ----------
    characters : int
        The maximal length of each text in it; a text that is cut ends in a note.
    most : int
        The maximal number of elements of each sequence in it.
    bound : int
        Integers are limited to the range from minus this to plus this.
    last : bool
        Whether to keep the last elements instead of the first.
    """

    characters: int = 600
    most: int = 2_000
    bound: int = 1 << 53
    last: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """A field for the instructor only: the student's copy has its default value."""


# Texts by the course, the platform or the grader.
OURS = Shown(characters=2_000)
NAME = Shown(characters=200)
EXACT = Shown(characters=1 << 20)  # ids and names of the course, to which other data refer
LABEL = Shown(characters=300)
SENTENCE = Shown(characters=1_500)
NUMBER = Shown(characters=0, most=4)
NUMBERS = Shown(characters=0)
FEW = Shown(characters=600, most=40)
MANY = Shown(characters=2_000, most=1_000)
HIDDEN = Hidden()

ALLOWED: Mapping[type[Any], Mapping[str, Shown | Hidden]] = {
    SubmissionResult: {
        "student": NAME,
        "slug": NAME,
        "digest": NAME,
        "exercises": FEW,
        "notes": Shown(characters=1_500, most=60),
        "refused": SENTENCE,
        "grader_version": NAME,
        "course_digest": NAME,
        "isolation": NAME,
        "free_text": Shown(most=60),
        "delivery": OURS,
        "graded_at": NAME,
        "received": FEW,
        "adjustments": MANY,
        "policy": OURS,
        "since": OURS,
        "schema_version": NUMBER,
    },
    Since: {
        "graded_at": NAME,
        "score": NUMBER,
        "better": Shown(characters=300, most=400),
        "worse": Shown(characters=300, most=400),
        "new": Shown(characters=300, most=400),
    },
    # Changes by hand and their reasons. Who made a change is for the instructor only, and so is the
    # request to look at it again.
    Adjusted: {
        "number": NUMBER,
        "kind": NAME,
        "exercise": EXACT,
        "check": EXACT,
        "question": EXACT,
        "points": NUMBER,
        "value": NAME,
        "reason": SENTENCE,
        "author": HIDDEN,
        "made_at": NAME,
        "counts": NUMBER,
        "stale": HIDDEN,
    },
    GradePolicy: {"late": MANY, "best_of": NUMBER, "drop_lowest": NUMBER, "by_hand": MANY},
    LateRule: {
        "exercise": EXACT,
        "deadline": NAME,
        "grace_seconds": NUMBER,
        "percent_per_day": NUMBER,
        "cut_off_seconds": NUMBER,
    },
    QuestionWorth: {"exercise": EXACT, "question": EXACT, "points": NUMBER},
    # Submitted files under the student's own names, listed before any code was run.
    Received: {"name": LABEL, "kind": NAME, "size": NUMBER, "mend": LABEL},
    Delivery: {
        "platform": NAME,
        "id": NAME,
        "label": LABEL,
        "group": NUMBER,
        "late": NUMBER,
        "attempt": NUMBER,
        "attempts": NUMBER,
        "people": FEW,
        "handed_in_at": NAME,
        "late_seconds": NUMBER,
        "late_said": LABEL,
        "moments": MANY,
    },
    ExerciseMoment: {"exercise": EXACT, "at": NAME},
    # No addresses and no numbers of other members of a group.
    Person: {"id": HIDDEN, "name": NAME, "email": HIDDEN, "section": HIDDEN},
    FreeText: {
        "question": SENTENCE,
        "answer": Shown(characters=4_200),
        "confidential": NUMBER,
        "exercise": EXACT,
        "name": EXACT,
    },
    ExerciseResult: {
        "id": EXACT,
        "checks": Shown(most=400),
        "notes": Shown(characters=1_500, most=60),
        "seed": HIDDEN,
        "usage": NUMBER,
        "bonus": NUMBER,
        "confidential": NUMBER,
        "notes_for_instructor": HIDDEN,
    },
    Usage: {
        "wall_seconds": NUMBER,
        "cpu_seconds": NUMBER,
        "peak_memory_mib": NUMBER,
        "calls": NUMBER,
        "restarts": NUMBER,
        "load_average": NUMBER,
    },
    CheckResult: {
        "id": EXACT,
        "file": NAME,
        "claim": OURS,
        "outcome": NAME,
        "points": NUMBER,
        "max_points": NUMBER,
        "visibility": NAME,
        "message": SENTENCE,
        "expected": SENTENCE,
        "got": SENTENCE,
        "hint": SENTENCE,
        "lecture": LABEL,
        "diagnoses": Shown(most=12),
        "traceback": Shown(most=12, last=True),
        "evidence": FEW,
        "printed": Shown(characters=4_000),
        "limit": NAME,
        "skipped_for": EXACT,
        "wall_seconds": NUMBER,
        "for_instructor": HIDDEN,
        "confidential": NUMBER,
        "told": SENTENCE,
        # Both are made in a process that no check has used, from public inputs and from the
        # student's own file.
        "small": OURS,
        "source": OURS,
    },
    SmallExample: {
        "id": LABEL,
        "function": NAME,
        "names": Shown(characters=80, most=12),
        "arguments": Shown(characters=300, most=12),
        "numbers": NUMBER,
        "got": LABEL,
        "expected": LABEL,
        "part": NAME,
        "entry": NAME,
        "by_hand": Shown(characters=300, most=12),
    },
    SourceExcerpt: {
        "file": NAME,
        "function": NAME,
        "numbers": Shown(bound=1_000_000, most=30),
        "code": Shown(characters=200, most=30),
        "more": Shown(bound=1_000_000),
    },
    SourceLine: {
        "file": NAME,
        "line": Shown(bound=1_000_000),
        "function": NAME,
        "code": LABEL,
    },
    Diagnosis: {"name": NAME, "sentence": SENTENCE, "part": NAME, "lecture": LABEL},
    Evidence: {
        "curves": FEW,
        "trajectories": FEW,
        "heat_maps": FEW,
        "tables": FEW,
        "pictures": FEW,
        "networks": FEW,
        "mosaics": FEW,
    },
    Curves: {
        "title": LABEL,
        "x_label": LABEL,
        "y_label": LABEL,
        "series": Shown(most=40),
        "summary": SENTENCE,
        "log_y": NUMBER,
    },
    Series: {
        "name": LABEL,
        "y": NUMBERS,
        "x": NUMBERS,
        "role": NAME,
        "lower": NUMBERS,
        "upper": NUMBERS,
        "band": LABEL,
    },
    Trajectories: {
        "title": LABEL,
        "background": NAME,
        "tracks": Shown(most=40),
        "summary": SENTENCE,
        "marks": Shown(most=40),
    },
    Track: {"name": LABEL, "points": NUMBERS, "role": NAME},
    Mark: {"name": LABEL, "point": NUMBER},
    HeatMap: {
        "title": LABEL,
        "values": Shown(characters=0, most=100),
        "summary": SENTENCE,
        "centre": NUMBER,
        "centre_means": LABEL,
        "row_label": LABEL,
        "column_label": LABEL,
        "marked": NUMBER,
        "marked_name": LABEL,
    },
    Table: {"title": LABEL, "columns": FEW, "rows": Shown(most=60)},
    Pictures: {"title": LABEL, "pictures": Shown(most=60), "summary": SENTENCE},
    GreyImage: {"lines": Shown(characters=256, most=128), "caption": LABEL},
    Mosaic: {
        "title": LABEL,
        "width": NUMBER,
        "height": NUMBER,
        "dots": Shown(characters=400_000),
        "captions": Shown(characters=40, most=400),
        "summary": SENTENCE,
        "left_out": NUMBER,
    },
    Network: {
        "title": LABEL,
        "pictures": Shown(most=12),
        "summary": SENTENCE,
        "moments": NUMBER,
    },
    Picture: {
        "title": LABEL,
        "layers": Shown(characters=40, most=100),
        "links": Shown(most=400),
        "boxes": Shown(characters=300, most=12),
    },
    Link: {"tail": Shown(characters=40), "head": Shown(characters=40), "width": NUMBER,
           "color": Shown(characters=40)},
}  # fmt: skip

# For a confidential check: only what the course and the judge decide. No word, name, number or time
# comes from the submission. `told` becomes the message.
CONFIDENTIAL: Mapping[str, Shown] = {
    "id": EXACT,
    "file": NAME,
    "claim": OURS,
    "outcome": NAME,
    "points": NUMBER,
    "max_points": NUMBER,
    "visibility": NAME,
    "lecture": LABEL,
    "skipped_for": EXACT,
    "confidential": NUMBER,
    "told": SENTENCE,
}
# For an exercise with such a check: its `notes` were written before the check.
OF_CONFIDENTIAL_EXERCISES: Mapping[str, Shown] = {
    "id": EXACT,
    "checks": Shown(most=400),
    "notes": Shown(characters=1_500, most=60),
    "bonus": NUMBER,
    "confidential": NUMBER,
}
# If a whole report is too large, this is kept of a check: its verdict, with a short message.
AT_LEAST: Mapping[str, Shown] = {**CONFIDENTIAL, "message": LABEL, "hint": LABEL, "limit": NAME}
