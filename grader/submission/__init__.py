"""A running submission, as the judge uses it: calls, deadlines and a budget."""

from grader.submission.progress_events import ProgressEvent
from grader.submission.session import Returned, Session

__all__ = ["ProgressEvent", "Returned", "Session"]
