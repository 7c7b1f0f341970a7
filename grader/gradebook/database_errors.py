"""What a database says that fails, in one sentence of ours."""

from __future__ import annotations

__all__ = ["sentence_of"]

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError


def sentence_of(error: SQLAlchemyError, name: str, seconds: float) -> str:
    """Say what is wrong with a database, and what to do.

    Parameters
    ----------
    error : SQLAlchemyError
        Of the database or its driver.
    name : str
        What the gradebook is called, without its password.
    seconds : float
        How long was waited for another program that writes.
    """
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    said = said.splitlines()[0] if said else type(error).__name__
    low = said.casefold()
    for words, sentence in _SENTENCES.items():
        if any(word in low for word in words):
            return sentence.format(name=name, said=said, seconds=seconds)
    if isinstance(error, DBAPIError) and (error.connection_invalidated or "connect" in low):
        return (
            f"The gradebook {name} cannot be reached ({said}): see to its server, then run again. "
            "What was stored before is whole."
        )
    return f"The gradebook {name} did not take it ({type(error).__name__}: {said})."


# What a database says, and what we say.
_SENTENCES = {
    ("malformed", "not a database"): (
        "The gradebook {name} is damaged ({said}): restore it from a backup, or move it away to "
        "begin a new one."
    ),
    ("disk is full", "no space", "disk i/o error", "could not extend file"): (
        "The gradebook {name} cannot be written ({said}): make room, then run again. What was "
        "stored before is whole."
    ),
    ("locked", "lock timeout"): (
        "The gradebook {name} is being written to by another program for more than {seconds} "
        "seconds: wait for it to end, then run again. What was stored before is whole."
    ),
    ("readonly", "unable to open", "read-only"): (
        "The gradebook {name} cannot be opened for writing ({said}): check its permissions."
    ),
    ("authentication failed", "does not exist", "permission denied"): (
        "The gradebook {name} cannot be opened ({said}): check its address, or ask who runs its "
        "server."
    ),
}
