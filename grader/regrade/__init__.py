"""Regrade the exercises that an edit of the course affects, and show the changes beforehand.

The gradebook provides the submissions, and the results of all exercises that the edit leaves alone.
"""

from grader.regrade.regrading import apply, preview

__all__ = ["apply", "preview"]
