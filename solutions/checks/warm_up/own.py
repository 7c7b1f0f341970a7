"""Judging a function on the student's own other functions, where these are the wrong ones."""

from __future__ import annotations

__all__ = ["agrees_or_follows_own", "is_right"]

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks import Case, SubmissionError, as_array, disagreement

from ..shared import same_value  # noqa: TID252  (the package's name is the course's)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def agrees_or_follows_own(
    case: Case, function: str, arguments: Sequence[Any], *compositions: Callable[..., Any]
) -> None:
    """Compare with the reference; accept, too, what the student's own functions give.

    A wrong `relu` costs `relu` and not `forward`, which calls it.

    Parameters
    ----------
    compositions : callables
        Each puts `function` together from others, some of them the student's own.
    """
    got = getattr(case.student, function)(*arguments)
    try:
        case.compare(function, arguments, got, getattr(case.reference, function)(*arguments))
    except SubmissionError:
        if not any(_is_followed(got, composed, arguments) for composed in compositions):
            raise


def is_right(case: Case, function: str, *arguments: Any) -> bool:
    """Say whether a function of the student's gives what the reference's gives."""
    try:
        case.agrees(function, *arguments)
    except SubmissionError:
        return False
    return True


def _is_followed(got: Any, composed: Callable[..., Any], arguments: Sequence[Any]) -> bool:
    """Say whether this is what came.

    A constant, or an argument itself, is no evidence of anything having been called.
    """
    try:
        own = as_array(composed(*arguments), "own")
        other = composed(*(0.5 - argument for argument in arguments))
        varies = np.isfinite(own).all() and not same_value(own, other)
        moved = not np.isin(own, (0, 0.5, 1)).all() and (own.ndim == 0 or len(np.unique(own)) > 1)
        made = not any(same_value(own, argument) for argument in arguments)
        return varies and moved and made and disagreement(got, own, "own") is None
    except Exception:  # noqa: BLE001  (what a submission gave may have any type and size)
        return False
