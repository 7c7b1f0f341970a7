"""One submission: run the checks of each exercise, and turn what happens into results."""

from grader.judge.grade import Judge

__all__ = ["Judge"]
