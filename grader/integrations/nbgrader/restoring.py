"""Restore grade_ids that cells have lost, for example by copying them into a new notebook."""

from __future__ import annotations

__all__ = ["restored"]

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.integrations.nbgrader.marks import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.integrations.nbgrader.source import Source, SourceCell
    from grader.notebooks import NotebookCell

FILLED_IN = (Role.SOLUTION, Role.ANSWER)


def restored(
    source: Source, cells: Sequence[NotebookCell]
) -> tuple[tuple[NotebookCell, ...], tuple[str, ...]]:
    """Return a notebook's cells with lost ids restored, and a sentence that says so.

    A cell is searched between its neighbours in the assignment. It is recognised by its text; a
    cell for an answer or a solution also by the names that it defines, or because no other cell is
    left at its place.

    Parameters
    ----------
    source : Source
        The assignment's notebook.
    cells : sequence of NotebookCell
        The submitted cells.
    """
    found = _Found(source, cells)
    missing = [cell for cell in source.cells if cell.mark.grade_id not in found.places]
    if not missing:
        return tuple(cells), ()
    for way in (_has_its_text, _defines_its_names):
        for cell in missing:
            if cell.mark.grade_id not in found.places:
                found.look_for(cell, way)
    if found.places:  # otherwise this is another notebook
        for cell in missing:
            if cell.mark.grade_id not in found.places and cell.mark.role in FILLED_IN:
                found.take_the_only_one(cell)
    given = {place: grade_id for grade_id, place in found.places.items() if place in found.new}
    if not given:
        return tuple(cells), ()
    again = tuple(
        replace(cell, nbgrader={**cell.nbgrader, "grade_id": given[place]})
        if place in given
        else cell
        for place, cell in enumerate(cells)
    )
    return again, (_told(source, len(given)),)


def _told(source: Source, count: int) -> str:
    which = "1 of its cells" if count == 1 else f"{count} of its cells"
    known = "it was known by what it holds" if count == 1 else "they were known by what they hold"
    return (
        f"{source.file} has lost what nbgrader writes into {which}: {known}. Work in the notebook "
        "that was given out, and do not copy its cells into a new one."
    )


def _has_its_text(cell: NotebookCell, origin: SourceCell) -> bool:
    texts = (origin.released, origin.cell.text)
    return bool(cell.text.strip()) and _plain(cell.text) in map(_plain, texts)


def _defines_its_names(cell: NotebookCell, origin: SourceCell) -> bool:
    if origin.mark.role is not Role.SOLUTION:
        return False
    wanted = {*origin.cell.defines} - {*origin.cell.borrows}
    return bool(wanted) and wanted <= {*cell.defines}


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


class _Found:
    """The positions of the cells that are recognised so far."""

    def __init__(self, source: Source, cells: Sequence[NotebookCell]) -> None:
        self._order = [cell.mark.grade_id for cell in source.cells]
        self._cells = cells
        self.new: set[int] = set()
        self.places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            grade_id = cell.nbgrader.get("grade_id")
            if isinstance(grade_id, str) and grade_id in source.by_id:
                self.places[grade_id] = place

    def look_for(
        self, origin: SourceCell, is_it: Callable[[NotebookCell, SourceCell], bool]
    ) -> None:
        """Search a cell between its neighbours; if several cells match, take the last one."""
        around = self._around(origin)
        known = [place for place in around if is_it(self._cells[place], origin)]
        if known:
            self._know(origin, known[-1])

    def take_the_only_one(self, origin: SourceCell) -> None:
        """Take the cell at the origin's place if only one cell of its kind is left there."""
        left = [p for p in self._around(origin) if self._cells[p].text.strip()]
        if len(left) == 1:
            self._know(origin, left[0])

    def _know(self, origin: SourceCell, place: int) -> None:
        self.places[origin.mark.grade_id] = place
        self.new.add(place)

    def _around(self, origin: SourceCell) -> list[int]:
        """Return the cells of its kind without an id between the nearest known ones around it."""
        at = self._order.index(origin.mark.grade_id)
        before = [self.places[i] for i in self._order[:at] if i in self.places]
        after = [self.places[i] for i in self._order[at + 1 :] if i in self.places]
        first, last = (before[-1] if before else -1), (after[0] if after else len(self._cells))
        if first >= last:  # the cells were put into another order
            first, last = -1, len(self._cells)
        taken = set(self.places.values())
        return [
            place
            for place in range(first + 1, last)
            if place not in taken
            and self._cells[place].kind == origin.cell.kind
            and not self._cells[place].nbgrader.get("grade_id")
        ]
