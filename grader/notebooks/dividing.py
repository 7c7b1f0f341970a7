"""Divide a notebook between files that have names in common, by where these are defined."""

from __future__ import annotations

__all__ = ["divide"]

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.notebooks.outline import Target

MOST_PLACES = 400


class _Split(NamedTuple):
    """A way to divide: how good it is, then how late its ends are, and the ends."""

    score: int
    ends: tuple[int, ...]


def divide(group: Sequence[Target], places: Mapping[str, Sequence[int]]) -> dict[str, int | None]:
    """Give each file a part of a notebook, one after the other.

    The parts are those in which most of the names of their files are defined; the squares are
    added up, so that what belongs together stays together. The files come in the course's order or,
    where that is better, in the order in which the names appear that only one of them has.

    Parameters
    ----------
    group : sequence of Target
        The files, in the course's order.
    places : mapping
        Each of their names to the cells that define it, in their order.

    Returns
    -------
    dict of str to int or None
        For each file that has a part, the first cell that is of the next one's; None for the last.
        A file that is missing has none.
    """
    starts = sorted({place for found in places.values() for place in found})
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


def _appears(target: Target, group: Sequence[Target], places: Mapping[str, Sequence[int]]) -> int:
    """Return where the first name is defined that no other file of the group has."""
    others = frozenset[str]().union(*(other.names for other in group if other is not target))
    own = [places[name][0] for name in target.names - others if name in places]
    shared = [places[name][-1] for name in target.names if name in places]
    return min(own) if own else max(shared, default=0)


def _covered(target: Target, part: Sequence[int], places: Mapping[str, Sequence[int]]) -> int:
    """Return how many names of a file are defined in some cells."""
    cells = set(part)
    return sum(not cells.isdisjoint(places.get(name, ())) for name in target.names)


def _best(
    order: Sequence[Target], starts: Sequence[int], places: Mapping[str, Sequence[int]]
) -> _Split:
    """Return the best division of the cells, for files in this order."""
    names = {place: {n for n, found in places.items() if place in found} for place in starts}
    best = [_Split(0, ())] + [_Split(-1, ())] * len(starts)
    for target in order:
        following = [_Split(-1, ())] * (len(starts) + 1)
        for begin, split in enumerate(best):
            if split.score < 0:
                continue
            covered: set[str] = set()
            for end in range(begin, len(starts) + 1):
                if end > begin:
                    covered |= names[starts[end - 1]] & target.names
                candidate = _Split(split.score + len(covered) ** 2, (*split.ends, end))
                following[end] = max(following[end], candidate)
        best = following
    return best[-1]
