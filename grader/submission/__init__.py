"""The judge's view of a running submission: calls, deadlines, a budget."""

from grader.submission.progress_events import ProgressEvent
from grader.submission.session import Returned, Session

__all__ = ["ProgressEvent", "Returned", "Session"]
