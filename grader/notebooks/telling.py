"""The sentences that tell a student what was graded as what."""

from __future__ import annotations

__all__ = ["capped", "defined_twice", "left_out", "replaced", "taken_as"]

from collections import defaultdict
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.notebooks.candidates import shown_names
from grader.notebooks.fitting import definitions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.notebooks.candidates import Candidate
    from grader.notebooks.read import Notebook

MAX_NOTES = 20
MOST_TWICE = 3


def replaced(best: Candidate, place: Candidate | None, course: Collection[str]) -> str:
    """Say why something else is graded in place of a submitted file."""
    file = best.target.file
    if place is None:
        return (
            f"{file} is empty or the template as it was given out: {quoted(best.path)} was graded."
        )
    if best.path in course:
        return (
            f"What {file} asks for is in {quoted(best.path)}, and was graded there: put it into "
            "its own file."
        )
    missing = shown_names(best.written - place.written)
    return (
        f"{quoted(best.path)} was graded in place of {file}, in which {missing} "
        f"{'is' if len(best.written - place.written) == 1 else 'are'} not written yet: hand in one "
        "of the two."
    )


def taken_as(taken: Mapping[str, Candidate]) -> Iterator[str]:
    """Say of each source for which of the course's files it was taken, and up to where."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for file, one in taken.items():
        if one.is_cut or not one.is_named:
            last = one.cells[-1]
            upto = f"line {last.line}" if last.line else f"cell {max(c.count for c in one.cells)}"
            meanings[one.path].append(f"{file} (up to {upto})" if one.is_cut else file)
    for path, files in meanings.items():
        yield f"{quoted(path)} was taken as {', '.join(files)}."


def defined_twice(taken: Candidate, others: Collection[Candidate]) -> Iterator[str]:
    """Say which of several definitions of a name is graded: the last one, as in Python.

    A definition that is graded for another file is not mentioned.
    """
    elsewhere = {
        (name, places[-1])
        for other in others
        if other is not taken and other.path == taken.path
        for name, places in _places(other).items()
    }
    told = 0
    for name, places in sorted(_places(taken).items()):
        left = [place for place in places[:-1] if (name, place) not in elsewhere]
        if left and told < MOST_TWICE:
            told += 1
            line = taken.cells[left[-1]].line
            unit, at = ("line", "line") if line else ("cell", "count")
            first, last = (getattr(taken.cells[place], at) for place in (left[-1], places[-1]))
            yield (
                f"`{name}` is defined {_times(len(left) + 1)} in {quoted(taken.path)}: the one in "
                f"{unit} {last} was graded for {taken.target.file}, not the one in {unit} {first}."
            )


def _places(taken: Candidate) -> dict[str, list[int]]:
    """Return the cells that define the names asked for, in their order."""
    found = definitions(taken.cells, (0, len(taken.cells)))
    return {name: [one.place for one in found[name]] for name in taken.target.asked & found.keys()}


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def left_out(notebooks: Mapping[str, Notebook]) -> Iterator[str]:
    """Say that no other programs are run, and that names deleted by ``%reset`` are graded.

    The templates' own cell with ``grader check`` is not mentioned.
    """
    every = [
        (path, cell.count, line)
        for path, notebook in notebooks.items()
        for cell in notebook.code
        for line in cell.left_out
        if "grader check" not in line
    ]
    resets = [one for one in every if one[2].startswith("%reset")]
    if resets:
        path, count, line = resets[0]
        yield (
            f"{quoted(line)} (cell {count} of {quoted(path)}) was not run: what the cells before "
            "it define was graded."
        )
    lines = [one for one in every if one not in resets]
    if lines:
        path, count, line = lines[0]
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        yield (
            f"{quoted(line)} (cell {count} of {quoted(path)}){more} was left out: no other "
            "programs are run here, and nothing is installed."
        )


def capped(notes: list[str]) -> tuple[str, ...]:
    """Return the notes without repetitions, and at most a fixed number of them."""
    told = list(dict.fromkeys(notes))
    if len(told) > MAX_NOTES:
        told[MAX_NOTES:] = [
            f"{len(told) - MAX_NOTES} more such things were seen in what you wrote."
        ]
    return tuple(told)
