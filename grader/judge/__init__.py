"""One submission: run the checks of each exercise, and turn what happens into results."""

from grader.judge.grade import Judge, failure_of, public_seed

__all__ = ["Judge", "failure_of", "public_seed"]
