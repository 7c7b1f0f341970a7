"""Which known mistake explains an answer: its own value is compared with what came."""

from __future__ import annotations

__all__ = ["Part", "explains", "gives", "own", "says"]

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.common_mistakes import any_finite
from grader.checks.compare import disagreement
from grader.checks.tolerances import SINGLE
from grader.wire import Rng

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.misconception import Misconception


@dataclass(frozen=True, slots=True)
class Part:
    """One of the values that a function returns, or its only one."""

    name: str
    place: int
    of_several: bool


def explains(
    known: Misconception, arguments: Sequence[Any], got: Any, expected: Any, part: Part
) -> bool:
    """Say whether a wrong version gives what came, on inputs where it is not the right one."""
    try:
        with np.errstate(all="ignore"):
            wrong = known.wrong(*own(arguments))
        wrong = wrong[part.place] if part.of_several else wrong
        return (
            disagreement(got, wrong, part.name) is None
            and _differ(wrong, expected)
            and any_finite(got)
        )
    except Exception:  # noqa: BLE001  (a wrong version may fail on inputs that it is not made for)
        return False


def gives(known: Misconception, arguments: Sequence[Any], values: Sequence[Any]) -> bool:
    """Say whether a wrong version gives all of these values."""
    try:
        with np.errstate(all="ignore"):
            wrong = known.wrong(*own(arguments))
        pairs = list(zip(values, wrong, strict=True))
        return any(any_finite(got) for got, _ in pairs) and all(
            disagreement(got, part, known.name) is None for got, part in pairs
        )
    except Exception:  # noqa: BLE001  (as in `explains`)
        return False


def says(known: Misconception, arguments: Sequence[Any], said: Any) -> bool:
    """Say whether a wrong version gives this answer."""
    try:
        return bool(known.wrong(*own(arguments)) == said)
    except Exception:  # noqa: BLE001  (as in `explains`)
        return False


def own(arguments: Sequence[Any]) -> list[Any]:
    """Return copies of the arguments for a call in the judge, generators in place of `Rng`."""
    return [a.generator() if isinstance(a, Rng) else copy.deepcopy(a) for a in arguments]


def _differ(wrong: Any, expected: Any) -> bool:
    wrong, expected = np.asarray(wrong, dtype=float), np.asarray(expected, dtype=float)
    if wrong.shape != expected.shape:
        return True
    return not bool(SINGLE.allows(wrong, expected).all())
