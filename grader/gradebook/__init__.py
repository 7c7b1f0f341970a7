"""The gradebook of a course: submissions, their results, and changes by hand.

`Gradebook` is the entry point: a file beside the course, or a PostgreSQL database. Nothing in it
is ever overwritten; a person's latest result counts. The modules that need the database library
are imported on first use: that import takes longer than the rest of a command without a gradebook.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.gradebook.conditions import Conditions, own_book, place_of_book

if TYPE_CHECKING:
    from grader.gradebook.book import Gradebook, RunEntry, Standing
    from grader.gradebook.contents import stored
    from grader.gradebook.recorder import Recorder

__all__ = [
    "Conditions", "Gradebook", "Recorder", "RunEntry", "Standing", "own_book", "place_of_book",
    "stored",
]  # fmt: skip

# The module of each public name that needs the database library.
_LATER = {
    "Gradebook": "book",
    "Recorder": "recorder",
    "RunEntry": "book",
    "Standing": "book",
    "stored": "contents",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
