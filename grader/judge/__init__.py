"""Grades one submission: runs the checks of each exercise and turns the outcomes into results."""

from grader.judge.grade import Judge, PreparedSubmission, public_seed
from grader.judge.memory import FORGETFUL, Graded, GradedExercise, Memory
from grader.judge.run_check import failure_of

__all__ = [
    "FORGETFUL",
    "Graded",
    "GradedExercise",
    "Judge",
    "Memory",
    "PreparedSubmission",
    "failure_of",
    "public_seed",
]
