"""Assignments made with nbgrader, graded in our sandbox.

Their tests are cells that run beside the student's code, in its process: that is how nbgrader's
tests are written. What this costs in safety, and what is done about it, is in `docs/security.md`.
"""

from grader.integrations.nbgrader.course_folder import Delivered, find_assignment, find_submissions
from grader.integrations.nbgrader.grades import grades_csv
from grader.integrations.nbgrader.judge import AssignmentJudge, AssignmentPlan

__all__ = [
    "AssignmentJudge",
    "AssignmentPlan",
    "Delivered",
    "find_assignment",
    "find_submissions",
    "grades_csv",
]
