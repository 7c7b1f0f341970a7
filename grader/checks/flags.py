"""Functions that answer True or False, read as they were meant: 0, 1 and None are such answers."""

from __future__ import annotations

__all__ = ["flags_meant"]

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare import as_flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.case import Case


def flags_meant(
    case: Case, asked: str, several: Sequence[Any], otherwise: Sequence[Any]
) -> list[bool]:
    """Return what a function means by its answers to several values, which are asked at once.

    A number that is 0 or 1, and None where False was left to the end of the function, are meant as
    Python takes them, and noted. Their form costs once, in the check that asks for `as_flag`.

    Parameters
    ----------
    case : Case
    asked : str
        The call of a function of one argument, as in ``"`has_diverged(losses)`"``.
    several : sequence of object
    otherwise : sequence of object
        Values of which some have the answer True: where all answers are None to these as well, the
        function answers nothing.

    Raises
    ------
    Failed
        If an answer is none.
    """
    function = asked.strip("`").partition("(")[0]
    came = case.student.calls(function, *((one,) for one in several))
    if all(value is None for value in came):
        others = case.student.calls(function, *((one,) for one in otherwise))
        if all(value is None for value in others):
            as_flag(None, asked)
    meant = [_meant(value, asked) for value in came]
    if any(_is_bare(value) for value in came):
        case.note(
            f"`{function}` has to return True or False. It returned 0, 1 or None, which were taken "
            "as Python takes them: that costs points in one check, and not in the others."
        )
    return meant


def _is_bare(value: Any) -> bool:
    """Say whether a value is 0, 1 or None, and no flag."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.ravel()[0]
    if isinstance(value, bool | np.bool_):
        return False
    number = isinstance(value, int | float | np.integer | np.floating)
    return value is None or (number and value in (0, 1))


def _meant(value: Any, name: str) -> bool:
    if not _is_bare(value):
        return as_flag(value, name)
    return value is not None and bool(np.ravel(value)[0])
