"""Analyse the steps of a training or a descent: their lengths and directions, and the distance.

A step is told by how far it moved, over the learning rate, and by the slope at the place where it
began. Where the learning rate is what was passed in, both are the same: the pace is 1.
"""

from __future__ import annotations

__all__ = [
    "OF_THE_WAY",
    "Went",
    "decays",
    "ends_in_nan",
    "flat",
    "grows",
    "is_cut",
    "keeps_another_rate",
    "keeps_velocity",
    "of_other_ways",
    "paces_of",
    "went",
]

from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare import agree, as_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# Paces that differ by less than this may be rounding.
SAME_PACE = 1e-3
# A step that leaves the direction of the slope by more than this part follows something else.
ASIDE = 1e-3
# Of a velocity, at least this part is kept: less is told by no step.
LEAST_KEPT = 0.01
FEWEST_STEPS = 3
# By how much a long way, where all steps are as long as the first, may miss what the learning rate
# leads to. A gradient by a difference of values misses it by 2 %, and the rounding of float32 by
# less than that.
OF_THE_WAY, OF_A_STOP = 0.05, 0.02


def paces_of(moves: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return the length of each step in units of the right one; nan if it has another direction.

    Parameters
    ----------
    moves : ndarray of float, shape (steps, d)
        How far each step moved all weights or coordinates, over the learning rate; downhill is
        positive.
    slopes : ndarray of float, shape (steps, d)
        The gradient at the place where each step began.

    Returns
    -------
    ndarray of float, shape (steps,)
    """
    with np.errstate(all="ignore"):
        paces = np.einsum("kd,kd->k", moves, slopes) / np.einsum("kd,kd->k", slopes, slopes)
        aside = np.linalg.norm(moves - paces[:, None] * slopes, axis=1)
        return np.where(aside <= ASIDE * np.linalg.norm(moves, axis=1), paces, np.nan)


def flat(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return the numbers of several arrays in a row, as floats."""
    return np.concatenate([np.ravel(part).astype(float) for part in parts])


def of_other_ways(losses: Sequence[Any], right: Sequence[Any]) -> bool:
    """Say whether each number of steps has a way of its own, and its losses begin and end right.

    So it is where the learning rate follows from `steps`: where such a way leads between its ends
    is known to nobody else, and the update has cost.
    """
    ways = [np.ravel(as_array(one, "`losses`")).astype(float) for one in losses]
    if all(agree(one, other[:-1]) for one, other in pairwise(ways)):
        return False
    return all(
        len(one) == count + 1 and agree(one[0], right[0]) and agree(one[-1], right[count])
        for count, one in enumerate(ways, 1)
    )


def ends_in_nan(losses: np.ndarray, *weights: np.ndarray) -> bool:
    """Return whether losses that begin as numbers end as none, and the weights are all numbers.

    So it is where a training has ended before its last step, and filled up its losses.
    """
    ends = losses.size > 1 and np.isfinite(losses[0]) and not np.isfinite(losses[-1])
    return bool(ends and all(np.isfinite(one).all() for one in weights))


def decays(moves: np.ndarray, slopes: np.ndarray) -> bool:
    """Return whether every step follows the slope, with lengths that only shrink."""
    return not is_cut(moves, slopes) and _only_falls(paces_of(moves, slopes))


def grows(moves: np.ndarray, slopes: np.ndarray) -> bool:
    """Return whether every step follows the slope, with lengths that only grow."""
    with np.errstate(all="ignore"):
        return not is_cut(moves, slopes) and _only_falls(1 / paces_of(moves, slopes))


def keeps_another_rate(moves: np.ndarray, slopes: np.ndarray) -> bool:
    """Say whether every step follows the slope at one pace that is not 1: another learning rate."""
    paces = paces_of(moves, slopes)
    if len(paces) < FEWEST_STEPS or not (paces > 0).all():
        return False
    return bool(
        np.ptp(paces) <= SAME_PACE * np.min(paces) and (np.abs(paces - 1) > 2 * SAME_PACE).all()
    )


def is_cut(moves: np.ndarray, slopes: np.ndarray) -> bool:
    """Return whether the steps follow the slope and some or all are clipped to one length."""
    paces = paces_of(moves, slopes)
    if len(paces) < FEWEST_STEPS or not (paces > 0).all():
        return False
    lengths, steep = np.linalg.norm(moves, axis=1), np.linalg.norm(slopes, axis=1)
    of_one = bool(np.ptp(lengths) <= SAME_PACE * np.max(lengths))
    cut = np.minimum(steep * np.max(paces), np.max(lengths))
    some = bool((np.abs(lengths - cut) <= SAME_PACE * cut).all())
    return np.ptp(paces) > SAME_PACE * np.max(paces) and (of_one or some)


def _only_falls(paces: np.ndarray) -> bool:
    if len(paces) < FEWEST_STEPS or not (paces > 0).all():  # written so that nan fails
        return False
    changes = np.diff(paces) / paces[:-1]
    return bool((changes <= SAME_PACE).all() and paces[-1] < (1 - 2 * SAME_PACE) * paces[0])


def keeps_velocity(moves: np.ndarray, slopes: np.ndarray) -> bool:
    """Return whether each step adds a fraction of the previous one, as with momentum.

    So it is with momentum: v ← β v + c ∇, then w ← w - α v, with β and c that stay the same. Of the
    slope ahead, as Nesterov has it, only what was seen is known, so that it is not recognised.
    """
    if len(moves) < FEWEST_STEPS or not np.isfinite([moves, slopes]).all():
        return False
    first = paces_of(moves[:1], slopes[:1])[0]
    rest, before = moves[1:] - first * slopes[1:], moves[:-1]
    if not first > 0 or not before.any():
        return False
    kept = float(np.vdot(rest, before) / np.vdot(before, before))
    missed = np.linalg.norm(rest - kept * before, axis=1)
    return kept > LEAST_KEPT and bool((missed <= ASIDE * np.linalg.norm(moves[1:], axis=1)).all())


class Went(Enum):
    """The outcome of a long run on a slope where all steps should have the same length."""

    STEADILY = "each step as long as the first"
    STOPPED = "so many steps of that length, and then none"
    OTHERWISE = "some steps longer, or shorter"


def went(moved: Callable[[int], np.ndarray], steps: int, lengths: Iterable[np.ndarray]) -> Went:
    """Return the outcome of a run, judged by where it and shorter runs end.

    Parameters
    ----------
    moved : callable
        Takes a number of steps, and returns how far a run of so many leads: an array of any shape.
    steps : int
    lengths : iterable of ndarray
        How far one right step leads; where several are right, each of them.
    """
    whole = moved(steps)
    right = list(lengths)
    if not right or any(_near(whole, steps * length) for length in right):
        return Went.STEADILY
    if not np.isfinite(whole).all():
        return Went.OTHERWISE
    for length in filter(np.any, right):
        with np.errstate(all="ignore"):
            ratio = float(np.vdot(whole, length) / np.vdot(length, length))
        if not -1 < ratio < steps:  # written so that inf and nan are skipped
            continue
        made = round(ratio)
        shorter = [(made, made), (made - 1, made - 1), ((made + steps) // 2, made)]
        if 0 <= made < steps and all(
            _near(moved(asked), came * length, OF_A_STOP, length)
            for asked, came in shorter
            if asked >= 0
        ):
            return Went.STOPPED
    return Went.OTHERWISE


def _near(
    whole: np.ndarray, right: np.ndarray, part: float = OF_THE_WAY, length: float | np.ndarray = 0.0
) -> bool:
    """Return whether a distance differs from the right one by less than a tolerance."""
    with np.errstate(over="ignore"):
        room = part * (np.linalg.norm(right) + np.linalg.norm(length))
        return bool(np.linalg.norm(whole - right) <= room)
