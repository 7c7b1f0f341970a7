"""Agreement of counts with nouns and verbs: "1 value", "2 values", "1 of the 6 numbers is"."""

from __future__ import annotations

__all__ = ["be", "counted"]

import functools

MOST_KNOWN = 1 << 10


def counted(count: float, noun: str, nouns: str = "") -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count : float
        The number; it is written as a person does: 3, 2.5, 1,200.
    noun : str
        For one, with words that may precede it: ``value``, ``more line``.
    nouns : str
        For any other count; by default `noun` and an "s".
    """
    text = _written(count) if count else f"{count:.0f}"  # -0.0 equals 0.0, and is written "-0"
    return f"{text} {noun}" if text == "1" else f"{text} {nouns or noun + 's'}"


@functools.lru_cache(MOST_KNOWN)
def _written(count: float) -> str:
    return f"{count:,.2f}".rstrip("0").rstrip(".")


def be(count: float) -> str:
    """Return the verb that goes with a count: "is" or "are"."""
    return "is" if count == 1 else "are"
