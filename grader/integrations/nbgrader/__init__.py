"""Grade assignments made with nbgrader in our sandbox.

nbgrader's tests are cells that run in the process of the student's code: they are written for that.
`docs/security.md` describes the risk, and the measures against it.
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
