"""The memory of a course: who handed in what, what it came to, and what people changed by hand.

`Gradebook` is the face: a file beside the course, or a PostgreSQL database. Nothing in it is ever
overwritten; the latest result of a person counts.
"""

from grader.gradebook.book import Gradebook, RunEntry, Standing
from grader.gradebook.contents import stored
from grader.gradebook.engine import place_of_book
from grader.gradebook.recorder import Conditions, Recorder

__all__ = ["Conditions", "Gradebook", "Recorder", "RunEntry", "Standing", "place_of_book", "stored"]
