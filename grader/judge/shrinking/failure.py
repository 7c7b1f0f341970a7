"""How a check failed: a small input has to fail in the same way."""

from __future__ import annotations

__all__ = ["CheckFailure", "failure_in"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.checks.compare import Disagreement, FailedCall
from grader.errors import Crashed

if TYPE_CHECKING:
    from grader.checks import Check

# Students' templates raise this in every function that is not written yet.
UNWRITTEN = "NotImplementedError"


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """The failure of one check.

    Attributes
    ----------
    function : str
        The function that failed.
    call : FailedCall, optional
        The comparison that failed, if it is known.
    exception : str
        The exception that the function raised; empty if it returned.
    """

    function: str
    call: FailedCall | None = None
    exception: str = ""

    @property
    def can_be_shown(self) -> bool:
        """Whether a small input could show it."""
        return bool(self.function) and self.exception != UNWRITTEN


def failure_in(check: Check, error: BaseException | None) -> CheckFailure | None:
    """Return the failure in what a check has raised; None if it raised nothing."""
    if error is None:
        return None
    if isinstance(error, Disagreement) and error.call is not None:
        return CheckFailure(error.call.function, error.call)
    if isinstance(error, Crashed):
        return CheckFailure(check.subject, exception=error.exception or UNWRITTEN)
    return CheckFailure(check.subject)
