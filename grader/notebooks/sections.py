"""Which part of a notebook belongs to which of the course's files.

A notebook for several files is run from its beginning for each of them, and up to a different end:
a name that two files share then has the value that it has at that end.
"""

from __future__ import annotations

__all__ = ["claims"]

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from grader.notebooks.dividing import divide
from grader.notebooks.fitting import definitions, places_of
from grader.notebooks.headings import Meaning, meaning_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from grader.notebooks.outline import Target
    from grader.notebooks.read import NotebookCell

    Evidence = Mapping[str, Mapping[str, Sequence[int]]]


class _Section(NamedTuple):
    """A part of a notebook: its first cell, the first cell after it, and the possible files."""

    begin: int
    end: int
    targets: Sequence[Target]
    is_named: bool


def claims(
    cells: Sequence[NotebookCell],
    targets: Sequence[Target],
    wanted: Collection[str],
    named: Target | None = None,
) -> tuple[dict[str, int], list[list[Target]]]:
    """Find the files of the course that a notebook contains.

    Parameters
    ----------
    cells : sequence of NotebookCell
        All cells, of any kind.
    targets : sequence of Target
        All files of the course, in its order.
    wanted : collection of str
        The files that were not submitted in another form.
    named : Target, optional
        The file that the notebook is named after. Another file counts only if a heading has its
        name, or if there is much evidence for it.

    Returns
    -------
    dict of str to int
        For each file in the notebook, the first cell that is not run for it.
    list of list of Target
        Groups of files between which it cannot be decided.
    """
    ends: dict[str, int] = {}
    doubts: list[list[Target]] = []
    for section in _sections(cells, targets, by_file_alone=named is not None):
        found, doubtful = _claimed(cells, section, wanted, None if section.is_named else named)
        for file, at in found.items():
            ends[file] = max(at, ends.get(file, 0))
        doubts += doubtful
    decided = set(ends)
    return ends, [group for group in doubts if not decided & {target.file for target in group}]


def _sections(
    cells: Sequence[NotebookCell], targets: Sequence[Target], *, by_file_alone: bool
) -> list[_Section]:
    """Return the parts that the headings make.

    A heading with the name of a file always counts. A heading with the title or the number of an
    exercise counts unless the definitions below it belong only to others. If one number turns out
    wrong, headings with the same word number the notebook's sections, not the course's exercises.
    """
    said = [(place, meaning_of(cell, targets)) for place, cell in enumerate(cells)]
    meant = [(place, m) for place, m in said if m and (m.by_file or not by_file_alone)]
    while True:
        sections = _between(meant, len(cells), targets)
        wrong = [
            m
            for (_, m), section in zip(meant, sections[1:], strict=True)
            if not m.by_file and not _is_borne_out(cells, section, targets)
        ]
        if not wrong:
            return _merged(sections)
        kinds = {m.word for m in wrong if m.word}
        meant = [(p, m) for p, m in meant if m not in wrong and (not m.word or m.word not in kinds)]


def _between(
    meant: Sequence[tuple[int, Meaning]], end: int, targets: Sequence[Target]
) -> list[_Section]:
    ends = [place for place, _ in meant] + [end]
    sections = [_Section(0, ends[0], targets, is_named=False)]
    for (place, meaning), after in zip(meant, ends[1:], strict=True):
        sections.append(_Section(place, after, meaning.targets, is_named=meaning.by_file))
    return sections


def _merged(sections: Sequence[_Section]) -> list[_Section]:
    """Merge neighbouring sections that belong to the same files."""
    merged = [sections[0]]
    for section in sections[1:]:
        if list(section.targets) == list(merged[-1].targets):
            merged[-1] = merged[-1]._replace(end=section.end)
        else:
            merged.append(section)
    return merged


def _is_borne_out(
    cells: Sequence[NotebookCell], section: _Section, targets: Sequence[Target]
) -> bool:
    """Say whether the code below a heading is compatible with it."""
    found = definitions(cells, (section.begin, section.end))
    if not any(target.names & found.keys() for target in targets):
        return True
    return any(places_of(target, found, targets) for target in section.targets)


def _claimed(
    cells: Sequence[NotebookCell], section: _Section, wanted: Collection[str], named: Target | None
) -> tuple[dict[str, int], list[list[Target]]]:
    """Find the files of one section by the names that it defines."""
    found = definitions(cells, (section.begin, section.end))
    targets = section.targets
    evidence = {target.file: places_of(target, found, targets) for target in targets}
    if named is None:
        there = [target for target in _meant(targets, evidence) if target.file in wanted]
    else:
        there = [t for t in targets if t is named or _is_there_too(t, named, evidence)]
        there = [target for target in there if target is named or target.file in wanted]
    ends = dict.fromkeys((target.file for target in there), section.end)
    doubts: list[list[Target]] = []
    for group in _groups(there, evidence):
        divided = divide(group, evidence)
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


def _is_there_too(target: Target, named: Target, evidence: Evidence) -> bool:
    """Say whether a notebook named after another file also contains this one.

    It does if a name of both files is defined in a shape that only this one can have, or if most
    of the names that only this one asks for are defined.
    """
    own, its = evidence[target.file], evidence[named.file]
    if any(set(own[name]) - set(its.get(name, ())) for name in own.keys() & named.names):
        return True
    alone = target.asked - named.names
    return bool(alone) and 2 * len(alone & own.keys()) >= len(alone)


def _pairs(places: Mapping[str, Sequence[int]]) -> set[tuple[str, int]]:
    return {(name, place) for name, found in places.items() for place in found}


def _meant(targets: Sequence[Target], evidence: Evidence) -> list[Target]:
    """Return the files that a part contains: those whose evidence no other file explains.

    Another file explains this one if all evidence for this one also supports it, and more names
    do. Then this file counts in two cases only, and only if something else supports its exercise.
    Either each of its names is defined again: students define a name anew when they try something
    else. Or all of its names are there and the explaining files are of other exercises: the
    network of exercise 6 is that of exercise 2 once more.
    """
    pairs = {file: _pairs(places) for file, places in evidence.items()}
    by_exercise: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for target in targets:
        by_exercise[target.number] |= pairs[target.file]
    explained = {
        number
        for number, own in by_exercise.items()
        if any(_is_explained(own, other) for other in by_exercise.values())
    }

    def is_meant(target: Target) -> bool:
        own, places = pairs[target.file], evidence[target.file]
        by = [other for other in targets if _is_explained(own, pairs[other.file])]
        if not by:
            return bool(own)
        again = all(len(found) > 1 for found in places.values())
        elsewhere = all(other.number != target.number for other in by)
        whole = target.asked <= places.keys() and own < by_exercise[target.number]
        return bool(own) and target.number not in explained and (again or (elsewhere and whole))

    return [target for target in targets if is_meant(target)]


def _is_explained(own: set[tuple[str, int]], other: set[tuple[str, int]]) -> bool:
    """Say whether all evidence for one file also supports another one, with more names."""
    return own <= other and {name for name, _ in own} < {name for name, _ in other}


def _groups(there: Sequence[Target], evidence: Evidence) -> list[list[Target]]:
    """Return groups of files that compete for names: defined twice, or all the same."""
    groups: list[list[Target]] = []
    for target in there:
        near = [
            group
            for group in groups
            if any(_are_at_odds(evidence[target.file], evidence[t.file]) for t in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([*(t for group in near for t in group), target])
    return [group for group in groups if len(group) > 1]


def _are_at_odds(own: Mapping[str, Sequence[int]], other: Mapping[str, Sequence[int]]) -> bool:
    shared = own.keys() & other.keys()
    return own == other or any(len({*own[name], *other[name]}) > 1 for name in shared)
