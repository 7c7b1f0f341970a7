"""The allow-list: what of each field of a result its student may see, and how much of it.

A field that stands in no table is hidden: it shows its default. A test holds the tables and the
classes together, so that whoever adds a field has to decide.
"""

from __future__ import annotations

__all__ = ["ALLOWED", "AT_LEAST", "CONFIDENTIAL", "OF_CONFIDENTIAL_EXERCISES", "Hidden", "Shown"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.results.delivery import Delivery, Person, Received
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
    """A field that is shown, up to a size.

    Attributes
    ----------
    characters : int
        So many of each text in it; what is cut ends in a note.
    most : int
        So many elements of each sequence in it.
    bound : int
        Whole numbers are brought between minus and plus this.
    last : bool
        Whether the last elements are kept, and not the first.
    """

    characters: int = 600
    most: int = 2_000
    bound: int = 1 << 53
    last: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """A field that is the instructor's: its class's default stands in its place."""


# What the course, the platform or we ourselves wrote.
OURS = Shown(characters=2_000)
NAME = Shown(characters=200)
EXACT = Shown(characters=1 << 20)  # the course's names of things, which others refer to
LABEL = Shown(characters=300)
SENTENCE = Shown(characters=1_500)
NUMBER = Shown(characters=0, most=4)
NUMBERS = Shown(characters=0)
FEW = Shown(characters=600, most=40)
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
        "schema_version": NUMBER,
    },
    # What its author handed in, by the names they gave, and before anything was run.
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
    },
    # Of the others in a group, no addresses and no numbers.
    Person: {"id": HIDDEN, "name": NAME, "email": HIDDEN, "section": HIDDEN},
    FreeText: {
        "question": SENTENCE,
        "answer": Shown(characters=4_200),
        "confidential": NUMBER,
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
    Series: {"name": LABEL, "y": NUMBERS, "x": NUMBERS, "role": NAME},
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
    Network: {"title": LABEL, "pictures": Shown(most=12), "summary": SENTENCE},
    Picture: {
        "title": LABEL,
        "layers": Shown(characters=40, most=100),
        "links": Shown(most=400),
        "boxes": Shown(characters=300, most=12),
    },
    Link: {"tail": Shown(characters=40), "head": Shown(characters=40), "width": NUMBER,
           "color": Shown(characters=40)},
}  # fmt: skip

# Of a check that held something hidden: what the course and the judge decide, and no word, name,
# number or time of the submission's. `told` becomes the message.
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
# Of an exercise with such a check: `notes` were written before it.
OF_CONFIDENTIAL_EXERCISES: Mapping[str, Shown] = {
    "id": EXACT,
    "checks": Shown(most=400),
    "notes": Shown(characters=1_500, most=60),
    "bonus": NUMBER,
    "confidential": NUMBER,
}
# What stays of a check where a whole report is too large: its verdict, and who wants more asks.
AT_LEAST: Mapping[str, Shown] = {**CONFIDENTIAL, "message": LABEL, "hint": LABEL, "limit": NAME}
