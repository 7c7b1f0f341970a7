"""Which part of a notebook is for which of the course's files.

A notebook that is for several files is run from its beginning for each of them, and for each to
another end: names that two files have in common then have the values that they have there.
"""

from __future__ import annotations

__all__ = ["claims"]

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from grader.notebooks.dividing import divide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from grader.notebooks.outline import Target
    from grader.notebooks.read import Cell

MOST_WORDS = 6
_EXERCISE = r"\b(?:exercise|task|problem|part|assignment|aufgabe|übung|teil|ex|ü)\W{0,2}%s\b"


def claims(
    cells: Sequence[Cell], targets: Sequence[Target], wanted: Collection[str]
) -> tuple[dict[str, int], list[list[Target]]]:
    """Find the files that a notebook is for.

    Parameters
    ----------
    cells : sequence of Cell
        All cells, of whatever kind.
    targets : sequence of Target
        All files of the course, in its order.
    wanted : collection of str
        Those that have not been handed in otherwise.

    Returns
    -------
    dict of str to int
        For each file that is in it, up to which cell it is run (the first that is not).
    list of list of Target
        Files between which it cannot be decided.
    """
    ends: dict[str, int] = {}
    doubts: list[list[Target]] = []
    for begin, end, meant in _sections(cells, targets):
        found, doubtful = _claimed(cells, (begin, end), meant, wanted)
        for file, at in found.items():
            ends[file] = max(at, ends.get(file, 0))
        doubts += doubtful
    decided = set(ends)
    return ends, [group for group in doubts if not decided & {target.file for target in group}]


def _sections(
    cells: Sequence[Cell], targets: Sequence[Target]
) -> list[tuple[int, int, Sequence[Target]]]:
    """Return the parts that headings make: first cell, the first after it, what they are for."""
    begins: list[tuple[int, Sequence[Target]]] = [(0, targets)]
    for place, cell in enumerate(cells):
        meant = _named_by(cell, targets)
        if meant and list(meant) != list(begins[-1][1]):
            begins.append((place, meant))
    ends = [place for place, _ in begins[1:]] + [len(cells)]
    return [(begin, end, meant) for (begin, meant), end in zip(begins, ends, strict=True)]


def _named_by(cell: Cell, targets: Sequence[Target]) -> Sequence[Target]:
    """Return the files that a cell's metadata or its headings name.

    Comments speak of much: of them only one counts that is little more than the file's name.
    """
    if cell.file:
        return [target for target in targets if cell.file in (target.file, target.stem)]
    for heading in cell.headings:
        if cell.kind == "code" and len(words_of(heading)) > MOST_WORDS:
            continue
        named = [target for target in targets if _names_file(heading, target.stem)]
        if named or cell.kind == "code":
            return named
        numbered = [(at, t) for t in targets if (at := _exercise_at(heading, t)) is not None]
        if numbered:
            first = min(at for at, _ in numbered)
            return [target for at, target in numbered if at == first]
    return []


def _names_file(heading: str, stem: str) -> bool:
    if re.search(rf"(?<![\w.]){re.escape(stem)}\.(?:py|ipynb)\b", heading, re.IGNORECASE):
        return True
    wanted, words = words_of(stem), words_of(heading)
    if len(wanted) == 1:
        return words == wanted
    starts = range(len(words) - len(wanted) + 1)
    return any(words[at : at + len(wanted)] == wanted for at in starts)


def _exercise_at(heading: str, target: Target) -> int | None:
    """Return where a heading names an exercise, by its title or its number."""
    title = r"\W+".join(map(re.escape, words_of(target.title)))
    for pattern in (title, _EXERCISE % re.escape(target.number)):
        if found := re.search(pattern, heading.casefold()):
            return found.start()
    return None


def words_of(text: str) -> list[str]:
    """Return the words of a name or a title, in small letters."""
    return re.findall(r"[^\W_]+", text.casefold())


def _claimed(
    cells: Sequence[Cell],
    part: tuple[int, int],
    targets: Sequence[Target],
    wanted: Collection[str],
) -> tuple[dict[str, int], list[list[Target]]]:
    """Find the files of one section by the names that it defines."""
    places: dict[str, list[int]] = defaultdict(list)
    for place in range(*part):
        for name in {*cells[place].defines} - {*cells[place].borrows}:
            places[name].append(place)
    evidence = {target.file: target.names & places.keys() for target in targets}
    twice = {name for name, found in places.items() if len(found) > 1}
    there = _meant(targets, evidence, twice)
    there = [target for target in there if target.file in wanted]
    ends = dict.fromkeys((target.file for target in there), part[1])
    doubts: list[list[Target]] = []
    for group in _groups(there, evidence, twice):
        divided = divide(group, {name: places[name] for t in group for name in evidence[t.file]})
        ends |= {file: end for file, end in divided.items() if end is not None}
        missed = [target for target in group if target.file not in divided]
        for target in missed:
            del ends[target.file]
        alike = [t for t in group if any(evidence[t.file] == evidence[m.file] for m in missed)]
        if len(alike) > 1:
            doubts.append(alike)
            for target in alike:
                ends.pop(target.file, None)
    return ends, doubts


def _meant(
    targets: Sequence[Target], evidence: dict[str, frozenset[str]], twice: set[str]
) -> list[Target]:
    """Return the files that a part is for: those that no other one explains.

    Where all that speaks for a file speaks for another one too, which has more, the file is meant
    only where each of these names is defined again, and something else speaks for its exercise:
    students define a name anew when they try something else.
    """
    by_exercise: dict[str, frozenset[str]] = defaultdict(frozenset)
    for target in targets:
        by_exercise[target.number] |= evidence[target.file]
    explained = {
        number
        for number, own in by_exercise.items()
        if any(own < other for other in by_exercise.values())
    }

    def is_meant(target: Target) -> bool:
        own = evidence[target.file]
        if not any(own < other for other in evidence.values()):
            return bool(own)
        return bool(own) and own <= twice and target.number not in explained

    return [target for target in targets if is_meant(target)]


def _groups(
    there: list[Target], evidence: dict[str, frozenset[str]], twice: set[str]
) -> list[list[Target]]:
    """Return files between which names must be divided: defined twice, or all the same."""
    groups: list[list[Target]] = []
    for target in there:
        own = evidence[target.file]
        near = [
            group
            for group in groups
            if any(own & evidence[t.file] & twice or own == evidence[t.file] for t in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([*(t for group in near for t in group), target])
    return [group for group in groups if len(group) > 1]
