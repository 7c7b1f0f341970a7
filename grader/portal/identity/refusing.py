"""The error for a refused sign-in, with a sentence for the person and one for the log."""

from __future__ import annotations

__all__ = ["NotLetInError", "logger"]

import logging

logger = logging.getLogger("grader.portal.identity")


class NotLetInError(Exception):
    """The person may not sign in.

    Parameters
    ----------
    sentence : str
        For them; it tells nobody who is in the course.
    reason : str
        For the log: a few words, without a secret and without a name.
    status : int
        Of the page.
    """

    def __init__(self, sentence: str, reason: str, status: int = 403) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.reason = reason
        self.status = status
