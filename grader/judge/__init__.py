"""One submission: run the checks of each exercise, and turn what happens into results."""

from grader.judge.grade import Judge, public_seed
from grader.judge.run_check import failure_of

__all__ = ["Judge", "failure_of", "public_seed"]
