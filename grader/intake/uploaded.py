"""Files that somebody sent over the network: sealed like a folder or an archive.

Their names are words of a stranger, and name nothing on this machine's disk: the bytes lie in files
that we have named.
"""

from __future__ import annotations

__all__ = ["UploadedFile", "seal_uploaded"]

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import IntakeError
from grader.intake.arranging import lay_out
from grader.intake.display import quoted
from grader.intake.encodings import put_encodings_right
from grader.intake.folder import read_lone_file
from grader.intake.layout import Caps
from grader.intake.needless import drop_needless, note_left_out
from grader.intake.opening import open_archives, unpack
from grader.intake.sealed import Sealed
from grader.intake.tree import Budget, Tree
from grader.intake.unpack import names
from grader.intake.unpack.other_files import OtherFilesQuota
from grader.intake.unpack.reasons import REFUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.intake.layout import Layout

_STARTS = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"Rar!", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was sent.

    Attributes
    ----------
    name : str
        As its author calls it, with its folders; it may be hostile.
    path : str
        Where its bytes are, under a name of ours.
    """

    name: str
    path: str


def seal_uploaded(
    name: str, files: Sequence[UploadedFile], layout: Layout, caps: Caps | None = None
) -> Sealed:
    """Open what was sent: an archive, a notebook, or any number of files with their folders.

    Parameters
    ----------
    name : str
        What the submission is called.
    files : sequence of UploadedFile
        At least one.
    layout : Layout
        Of the course.
    caps : Caps, optional
        How much is read.

    Raises
    ------
    IntakeError
        Where it cannot be opened as a submission: one sentence.
    GraderError
        Where that is our failure.
    """
    budget = Budget.of(caps or Caps())
    only = files[0] if len(files) == 1 else None
    shown = quoted(Path(only.name).name) if only else "What you handed in"
    tree = Tree(shown)
    if only and _is_packed(only):
        with Path(only.path).open("rb", 0) as file:
            unpack(file, tree, budget)
    else:
        _read_all(files, tree, budget)
    drop_needless(tree)
    tree = open_archives(tree, layout, budget, budget.caps.nested)
    placed = lay_out(tree, layout, budget.caps)
    put_encodings_right(placed, tree)
    sealed = {"/".join(parts): content for parts, content in placed.items()}
    return Sealed(name, sealed, tree.all_notes(), tuple(tree.received))


def _is_packed(one: UploadedFile) -> bool:
    if names.looks_packed(one.name) or Path(one.name).suffix:
        return names.looks_packed(one.name)
    with Path(one.path).open("rb") as file:
        return file.read(6).startswith(_STARTS)


def _read_all(files: Sequence[UploadedFile], tree: Tree, budget: Budget) -> None:
    """Read files into a tree; what has a name that nobody can use is left out, and that is said."""
    room = OtherFilesQuota(budget.caps.files, budget.caps.total_bytes)
    total = 0
    for one in files:
        budget.check_time(tree.shown)
        parts = names.split(one.name)
        if code := names.problem(one.name):
            tree.leave_out(one.name, code)
            continue
        if names.is_junk(parts):
            if folder := names.needless_folder(parts):
                note_left_out(tree, folder, names.NEEDLESS)
            continue
        with Path(one.path).open("rb", 0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > budget.caps.file_bytes and not names.is_archive(parts[-1]):
                tree.leave_out(one.name, "big")
                continue
            if not room.takes(parts[-1], size):
                note_left_out(tree, parts, names.HEAP)
                continue
            total += size
            if total > budget.caps.total_bytes:
                raise IntakeError(f"{tree.shown} {REFUSED['total']}.")
            alone = Tree(tree.shown)
            read_lone_file(file, parts[-1], alone, budget)
            tree.add(parts, alone.files[(parts[-1],)])
