"""Somebody who is not let in: what they are told, and what stands in the log."""

from __future__ import annotations

__all__ = ["NotLetInError", "logger"]

import logging

logger = logging.getLogger("grader.portal.identity")


class NotLetInError(Exception):
    """Whoever wanted to sign in may not.

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
