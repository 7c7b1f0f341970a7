"""Open archives: a submission's own, its part of a class's archive, and nested ones."""

from __future__ import annotations

__all__ = ["Allotment", "open_archives", "unpack"]

import os
import tempfile
from typing import IO, TYPE_CHECKING, NamedTuple

from grader.errors import IntakeError
from grader.intake.arranging import archives, course_files
from grader.intake.display import quoted
from grader.intake.kinds import foreign
from grader.intake.launch import Request, read_archive
from grader.intake.needless import drop_needless, note_left_out
from grader.intake.tree import Tree
from grader.intake.unpack import helper_frames as frames
from grader.intake.unpack import names
from grader.intake.unpack.reasons import REFUSED

if TYPE_CHECKING:
    from grader.intake.layout import Layout
    from grader.intake.tree import Budget

Parts = tuple[str, ...]

MOST_ARCHIVES = 12


class Allotment(NamedTuple):
    """The part of a class's archive that is one submission; see `grader.intake.entry.Entry`."""

    runs: tuple[tuple[int, int], ...]
    prefix: Parts
    placed: tuple[tuple[str, Parts], ...]


def unpack(file: IO[bytes], tree: Tree, budget: Budget, share: Allotment | None = None) -> None:
    """Let the helper read an archive, or one submission's part of it, into a tree.

    Raises
    ------
    IntakeError
        If it cannot be opened, or contains too much.
    """
    caps = budget.caps
    runs = share.runs if share else ()
    where = _Places(share.prefix, share.placed) if share else _Places((), ())
    if not runs and os.fstat(file.fileno()).st_size > caps.archive_bytes:
        raise IntakeError(
            f"{tree.shown} is bigger than {caps.archive_bytes >> 20} MiB; "
            "hand in the course's files only."
        )
    request = Request(
        mode="tree",
        shown=tree.shown,
        file=caps.file_bytes,
        total=caps.total_bytes,
        files=caps.files,
        entries=caps.entries,
        stream=caps.class_bytes if runs else caps.archive_bytes,
        memory=caps.memory_bytes,
        seconds=caps.seconds,
        deadline=budget.deadline,
        runs=runs,
    )
    seen: set[str] = set()
    for frame in read_archive(file, request):
        parts = names.split(frame.name)
        if frame.kind == frames.LEFT_OUT:
            shown, code = where.shown(frame.name), frame.body.decode("ascii")
            if code in (names.HEAP, names.NEEDLESS):
                note_left_out(tree, names.split(shown), code)
            else:
                tree.leave_out(shown, code)
            continue
        for to in where.of(parts):
            if code := names.problem("/".join(to)):
                tree.leave_out("/".join(to), code)
            elif not names.is_junk(to):
                # A name that an archive holds twice was added anew: programs unpack the last one.
                tree.add(to, frame.body, later_counts=frame.name in seen)
        seen.add(frame.name)


class _Places:
    """Maps the paths in an archive to paths in a submission."""

    def __init__(self, prefix: Parts, placed: tuple[tuple[str, Parts], ...]) -> None:
        self._prefix = prefix
        self._placed: dict[str, list[Parts]] = {}
        for name, to in placed:
            self._placed.setdefault(name, []).append(to)

    def shown(self, name: str) -> str:
        """Return a file's name in sentences: without the part that names the class."""
        if not self._prefix and not self._placed:
            return name
        return "/".join(next(iter(self.of(names.split(name))), ())) or name

    def of(self, parts: Parts) -> list[Parts]:
        """Return the paths of a file, usually one; none if it belongs to another submission."""
        depth = len(self._prefix)
        if parts[:depth] != self._prefix:
            return []
        below = parts[depth:]
        if self._placed:
            return [to + below[1:] for to in self._placed.get(below[0], ())] if below else []
        # A nested archive that is a whole submission has its own path as prefix.
        return [below or parts[-1:]]


def open_archives(tree: Tree, layout: Layout, budget: Budget, levels: int) -> Tree:
    """Open archives inside a student's folder or archive.

    Parameters
    ----------
    tree : Tree
        The files found so far.
    layout : Layout
        The course's tree.
    budget : Budget
        The budget for all archives together.
    levels : int
        How many more archives may be nested.

    Returns
    -------
    Tree
        If there is only one archive and no file of the course beside it: its content. Otherwise
        all files, with each archive that has files of the course as a folder.

    Raises
    ------
    IntakeError
        If the only file is an archive that cannot be opened, or all contain too much together.
    """
    packed = archives(tree)
    if not packed or levels == 0:
        return tree
    if len(packed) == 1 and not course_files(tree, layout):
        return _only(tree, packed[0], layout, budget, levels)
    for parts in packed[:MOST_ARCHIVES]:
        try:
            inside = _content(tree, parts, layout, budget, levels)
        except IntakeError as error:
            tree.say(str(error))
            tree.receive(foreign("/".join(parts), len(tree.files[parts]), "an archive"))
            del tree.files[parts]
            continue
        if course_files(inside, layout):
            _take_in(tree, parts, inside)
    if sum(map(len, tree.files.values())) > budget.caps.total_bytes:
        raise IntakeError(f"{tree.shown} {REFUSED['total']}.")
    return tree


def _content(tree: Tree, parts: Parts, layout: Layout, budget: Budget, levels: int) -> Tree:
    inside = Tree(quoted(parts[-1]))
    with tempfile.TemporaryFile() as file:
        file.write(tree.files[parts])
        file.flush()
        unpack(file, inside, budget)
    drop_needless(inside)
    if not inside.files and not inside.received:
        inside.receive(foreign("/".join(parts), len(tree.files[parts]), "an empty archive"))
    return open_archives(inside, layout, budget, levels - 1)


def _only(tree: Tree, parts: Parts, layout: Layout, budget: Budget, levels: int) -> Tree:
    """Open the only archive in a submission that has no file of the course beside it."""
    alone = len(tree.files) == 1
    try:
        inside = _content(tree, parts, layout, budget, levels)
    except IntakeError as error:
        if alone:
            raise
        tree.say(str(error))
        return tree
    inside.notes[:0] = tree.notes
    inside.received[:0] = tree.received
    if not alone and not course_files(inside, layout):
        return tree
    if not alone:
        inside.say(f"Only the files in {inside.shown} were graded, not those beside it.")
    return inside


def _take_in(tree: Tree, parts: Parts, inside: Tree) -> None:
    """Put the content of an archive in its place, as a folder with the archive's name."""
    folder = (*parts[:-1], names.stem(parts[-1]))
    while any(other[: len(folder)] == folder for other in tree.files):
        folder = (*folder[:-1], f"{folder[-1]}'")
    del tree.files[parts]
    tree.files.update({folder + below: content for below, content in inside.files.items()})
    tree.opened.append(folder)
    tree.opened += [folder + below for below in inside.opened]
    for note in inside.notes:
        tree.say(note)
    for one in inside.received:
        tree.receive(one)
