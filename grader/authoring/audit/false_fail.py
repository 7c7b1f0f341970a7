"""A right answer that a check failed."""

from __future__ import annotations

__all__ = ["FalseFail"]

from dataclasses import dataclass

from grader.results import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseFail:
    """A check that failed a right answer."""

    check: str
    variant: str
    seed: int
    message: str
    outcome: Outcome = Outcome.FAILED
