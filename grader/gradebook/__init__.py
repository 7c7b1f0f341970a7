"""The memory of a course: who handed in what, what it came to, and what people changed by hand.

`Gradebook` is the face: a file beside the course, or a PostgreSQL database. Nothing in it is ever
overwritten; the latest result of a person counts. What needs the database library is imported when
it is first asked for, since that takes longer than the rest of a command that keeps no gradebook.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.gradebook.conditions import Conditions, place_of_book

if TYPE_CHECKING:
    from grader.gradebook.book import Gradebook, RunEntry, Standing
    from grader.gradebook.contents import stored
    from grader.gradebook.recorder import Recorder

__all__ = ["Conditions", "Gradebook", "Recorder", "RunEntry", "Standing", "place_of_book", "stored"]

# Where each of those is that need the database library.
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
