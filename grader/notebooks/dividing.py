"""Divides a notebook between files that share names, by the cells that define these names."""

from __future__ import annotations

__all__ = ["divide"]

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.notebooks.outline import Target

    Places = Mapping[str, Mapping[str, Sequence[int]]]

MOST_PLACES = 400


class _Split(NamedTuple):
    """A division: its score, and the ends of its parts; later ends win a tie."""

    score: int
    ends: tuple[int, ...]


def divide(group: Sequence[Target], places: Places) -> dict[str, int | None]:
    """Give each file a part of a notebook, one after the other.

    The score of a part is the square of the number of its file's names that it defines, so that
    names of one file stay together; the division with the largest sum is taken. The files come in
    the course's order or, if that scores better, in the order in which the names appear that only
    one of them has.

    Parameters
    ----------
    group : sequence of Target
        The files, in the course's order.
    places : mapping
        For the path of each file: each of its names, with the cells that define it in their order.

    Returns
    -------
    dict of str to int or None
        For each file that has a part, the first cell of the next part; None for the last one. A
        file that is missing in the notebook has no entry.
    """
    every = [found for target in group for found in places[target.file].values()]
    starts = sorted({place for found in every for place in found})
    if len(starts) > MOST_PLACES:
        return {}
    orders = [list(group), sorted(group, key=lambda target: _appears(target, group, places))]
    best, order = max(
        ((_best(order, starts, places), order) for order in orders), key=lambda one: one[0].score
    )
    divided: dict[str, int | None] = {}
    begin = 0
    for target, end in zip(order, best.ends, strict=True):
        if _covered(target, starts[begin:end], places):
            divided[target.file] = starts[end] if end < len(starts) else None
        begin = end
    return divided


def _appears(target: Target, group: Sequence[Target], places: Places) -> int:
    """Return the first cell with a definition that no other file of the group can have."""
    own = places[target.file]
    others = {
        (name, place)
        for other in group
        if other is not target
        for name, found in places[other.file].items()
        for place in found
    }
    alone = [p for name, found in own.items() for p in found if (name, p) not in others]
    return min(alone) if alone else max((found[-1] for found in own.values()), default=0)


def _covered(target: Target, part: Sequence[int], places: Places) -> int:
    """Return how many names of a file these cells define."""
    cells = set(part)
    return sum(not cells.isdisjoint(found) for found in places[target.file].values())


def _best(order: Sequence[Target], starts: Sequence[int], places: Places) -> _Split:
    """Return the best division of the cells, for files in this order."""
    best = [_Split(0, ())] + [_Split(-1, ())] * len(starts)
    for target in order:
        own = places[target.file]
        names = [{n for n, found in own.items() if place in found} for place in starts]
        following = [_Split(-1, ())] * (len(starts) + 1)
        for begin, split in enumerate(best):
            if split.score < 0:
                continue
            covered: set[str] = set()
            for end in range(begin, len(starts) + 1):
                if end > begin:
                    covered |= names[end - 1]
                candidate = _Split(split.score + len(covered) ** 2, (*split.ends, end))
                following[end] = max(following[end], candidate)
        best = following
    return best[-1]
