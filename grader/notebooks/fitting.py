"""Which definition belongs to which file, if several files ask for the same name.

A definition fits a file unless its shape points to another file that asks for this name: an
`EXPERIMENTS` with the keys of `gradient_2.py` only, a `create_data` with the number of parameters
that only `learn_random_data.py` has, the given function of the other file.
"""

from __future__ import annotations

__all__ = ["Found", "definitions", "written_in"]

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.notebooks.outline import Target
    from grader.notebooks.read import NotebookCell, Shape

STAR = "*"


class Found(NamedTuple):
    """A definition: the cell in which it is, and its shape, if that is known."""

    place: int
    shape: Shape | None


def definitions(cells: Sequence[NotebookCell], part: tuple[int, int]) -> dict[str, list[Found]]:
    """Return the definitions in a part of a notebook, by name, in the order of the cells.

    An import is not a definition. Keys that are added to a constant later count as its own.
    """
    found: dict[str, list[Found]] = defaultdict(list)
    for place in range(*part):
        cell = cells[place]
        for name in {*cell.defines} - {*cell.borrows}:
            found[name].append(Found(place, cell.shapes.get(name)))
        for name, shape in cell.shapes.items():
            if shape.defines or not (known := found.get(name)) or (last := known[-1].shape) is None:
                continue
            keys = tuple({*last.keys, *shape.keys})
            merged = replace(last, keys=keys, written=last.written or shape.written)
            known[-1] = Found(known[-1].place, merged)
    return found


def fits(target: Target, name: str, found: Found, rivals: Iterable[Target]) -> bool:
    """Say whether a definition can be the one that a file asks for, judged by its shape."""
    own = target.shapes.get(name)
    if own is None or found.shape is None:
        return True
    others = [rival.shapes[name] for rival in rivals if rival is not target and name in rival.names]
    return not any(_is_rather(other, own, found.shape) for other in others)


def places_of(
    target: Target, found: Mapping[str, list[Found]], rivals: Sequence[Target]
) -> dict[str, list[int]]:
    """Return the cells that define each name of a file in a shape that fits this file."""
    places = {
        name: [one.place for one in found.get(name, ()) if fits(target, name, one, rivals)]
        for name in target.names
    }
    return {name: where for name, where in places.items() if where}


def _is_rather(other: Shape, own: Shape, seen: Shape) -> bool:
    """Say whether a definition looks like another file's, and not like one's own."""
    if own.keys and seen.keys and not {*seen.keys} & {*own.keys}:
        return bool({*seen.keys} & {*other.keys})
    if _is_function(own) and _is_function(other) and _is_function(seen):
        if not _takes(seen, len(own.parameters)) and _takes(seen, len(other.parameters)):
            return True
        if seen.parameters == other.parameters != own.parameters:
            return True
        given = own.written and other.written
        return given and seen.body == other.body != own.body
    return False


def _is_function(shape: Shape) -> bool:
    return shape.least >= 0


def _takes(shape: Shape, count: int) -> bool:
    return shape.least <= count and (shape.most < 0 or count <= shape.most)


def written_in(
    target: Target, cells: Sequence[NotebookCell], *, borrowed_too: bool = False
) -> frozenset[str]:
    """Return the names of a file that the cells write: their last definition is not a stub.

    Parameters
    ----------
    target : Target
        The file.
    cells : sequence of NotebookCell
        The cells that are run for it.
    borrowed_too : bool
        Whether every imported name counts as written; a ``*`` may import all names.
    """
    found = definitions(cells, (0, len(cells)))
    written = {
        name
        for name in target.asked
        if (all_of_it := found.get(name)) and ((s := all_of_it[-1].shape) is None or s.written)
    }
    borrowed = {name for cell in cells for name in cell.borrows} if borrowed_too else set()
    defined = {name for name in target.asked if name in found}
    if STAR in borrowed:
        written |= target.asked - defined
    return frozenset(written | (borrowed & target.asked))
