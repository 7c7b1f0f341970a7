"""Grading again what an edit of the course touches, and saying what changes before it counts.

The submissions come from the gradebook, and so does every result that the edit does not touch.
"""

from grader.regrade.regrading import apply, preview

__all__ = ["apply", "preview"]
