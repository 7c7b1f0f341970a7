"""The outcome of a check."""

from __future__ import annotations

__all__ = ["Outcome"]

from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of a check."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    OVER_LIMIT = "over_limit"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"
    GRADER_ERROR = "grader_error"
