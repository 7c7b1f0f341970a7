"""Names of the export formats; importing them costs the command line no time."""

from __future__ import annotations

__all__ = ["FORMATS", "HIDDEN", "ISOLATION", "MINUTES", "OF_A_CLASS", "PLATFORMS"]

FORMATS = (
    *("csv", "json", "junit", "gradescope", "classroom"),
    *("xlsx", "statistics-csv", "statistics-json"),
)
OF_A_CLASS = ("xlsx", "statistics-csv", "statistics-json")
"""Formats for a whole class, not for one submission."""
PLATFORMS = ("moodle", "moodle-feedback", "canvas", "canvas-feedback")
"""Formats for a learning platform: a filled-in table of grades, or reports to give back."""
HIDDEN = ("hidden", "after_due_date", "after_published", "visible")
"""When Gradescope shows a hidden check: never, after the due date, when grades are published."""
ISOLATION = ("full", "reduced", "user")
"""Isolation of a submission on Gradescope; ``user`` runs it as another, unprivileged user."""
MINUTES = 20
"""The time-out of an autograder in minutes, as set on Gradescope."""
