"""Which forms there are: names alone, for a command line that has nothing to wait for."""

from __future__ import annotations

__all__ = ["FORMATS", "HIDDEN", "ISOLATION", "MINUTES", "OF_A_CLASS", "PLATFORMS"]

FORMATS = (
    *("csv", "json", "junit", "gradescope", "classroom"),
    *("xlsx", "statistics-csv", "statistics-json"),
)
OF_A_CLASS = ("xlsx", "statistics-csv", "statistics-json")
"""Forms that say something of a class alone, and nothing of one submission."""
PLATFORMS = ("moodle", "moodle-feedback", "canvas", "canvas-feedback")
"""Forms for a learning platform: a table of grades filled in, reports to give back."""
HIDDEN = ("hidden", "after_due_date", "after_published", "visible")
"""When Gradescope shows a hidden check: never, after the due date, when grades are published."""
ISOLATION = ("full", "reduced", "user")
"""How far a submission is shut in on Gradescope; ``user`` is another user without rights."""
MINUTES = 20
"""After how many minutes Gradescope ends an autograder, as it is set there."""
