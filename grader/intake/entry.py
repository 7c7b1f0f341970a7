"""A submission that was found and is not yet opened; any process can open it."""

from __future__ import annotations

__all__ = ["Entry", "Kind", "stamp_of"]

import contextlib
import os
import stat
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import IO, TYPE_CHECKING

from grader.errors import GraderError, IntakeError
from grader.intake.arranging import lay_out
from grader.intake.display import clean, quoted
from grader.intake.encodings import put_encodings_right
from grader.intake.folder import (
    THEIRS,
    FolderPlace,
    as_text,
    open_regular,
    read_folder,
    read_lone_file,
    read_pieces,
)
from grader.intake.kinds import foreign, online
from grader.intake.layout import Caps, Layout, Refused
from grader.intake.needless import drop_needless
from grader.intake.opening import Allotment, open_archives, unpack
from grader.intake.sealed import Sealed
from grader.intake.tree import Budget, Tree
from grader.intake.unpack.reasons import REFUSED
from grader.results import Delivery, Received

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """The kind of a path that an `Entry` opens."""

    FOLDER = "folder"
    ARCHIVE = "archive"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The place of one submission: small, and safe to send to another process.

    Attributes
    ----------
    name : str
        The submission's name, for display.
    path : str
        The folder, archive or file that the person named.
    inner : tuple of str
        Names of nested folders in `path`; the last may be a file. None of them may be a link.
    prefix : tuple of str
        In an archive with a class: how the names of this submission begin.
    runs : tuple of (int, int)
        In such an archive: where records of this submission begin, and how many follow.
    stamp : tuple of (int, int)
        Size and time of such an archive when it was listed: `runs` is valid only for these.
    placed : tuple of (str, tuple of str)
        In a platform's download: names in its folder (`inner` or `prefix`), and where each goes in
        the submission.
    aside : tuple of str
        In such a download: names of texts written on the platform's page, if files came, too.
    delivery : Delivery
        The data about it from a platform or a roster.
    earlier : tuple of Entry
        Earlier deliveries of the same student, the latest first: files only in them count, too.
    attempts : tuple of Entry
        All attempts of the student, the latest last, if the best of them counts.
    refused : str
        Why it cannot be opened, if that was found already.
    """

    name: str
    path: str
    kind: Kind
    layout: Layout
    caps: Caps
    inner: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    runs: tuple[tuple[int, int], ...] = ()
    stamp: tuple[int, int] = (0, 0)
    placed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    aside: tuple[str, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    earlier: tuple[Entry, ...] = ()
    attempts: tuple[Entry, ...] = ()
    refused: str = ""

    @property
    def shown(self) -> str:
        """The submission's name in sentences: the name of its file or folder, in quotes."""
        if self.runs or self.placed:
            return quoted(self.name)
        return quoted(as_text((self.inner or (os.path.basename(self.path),))[-1]))  # noqa: PTH119

    def open(self) -> Sealed | Refused:
        """Open the submission.

        Returns
        -------
        Sealed or Refused
            A sealed copy, or the sentence that says why it cannot be opened.

        Raises
        ------
        GraderError
            If the failure is ours and not the submission's.
        """
        try:
            return self.seal()
        except IntakeError as error:
            return Refused(self.name, str(error), self._came())

    def _came(self) -> tuple[Received, ...]:
        """Return an entry for the archive or the file that cannot be opened."""
        name = clean(as_text((self.inner or (os.path.basename(self.path),))[-1]), 200)  # noqa: PTH119
        if self.kind is Kind.FOLDER or self.runs:
            return (foreign(clean(self.name, 200), 0, "a folder" if not self.runs else "a part"),)
        size = 0
        with contextlib.suppress(OSError, IntakeError), self._file() as file:
            size = os.fstat(file.fileno()).st_size
        return (foreign(name, size, "an archive" if self.kind is Kind.ARCHIVE else "a file"),)

    def seal(self) -> Sealed:
        """Open the submission; raise `IntakeError` if it is refused."""
        if self.refused:
            raise IntakeError(self.refused)
        budget = Budget.of(self.caps)
        tree = Tree(self.shown, is_flattened=any(to for _, to in self.placed))
        try:
            self.read_into(tree, budget)
            self._add_earlier(tree, budget)
            drop_needless(tree)
            nested = self.caps.nested + (1 if self.runs else 0)
            tree = open_archives(tree, self.layout, budget, nested)
        except OSError as error:
            if error.errno not in THEIRS:
                raise GraderError(f"{tree.shown} cannot be read: {error}.") from error
            raise IntakeError(
                f"{tree.shown} cannot be read ({error.strerror}); check its permissions."
            ) from error
        placed = lay_out(tree, self.layout, self.caps)
        put_encodings_right(placed, tree)
        files = {"/".join(parts): content for parts, content in placed.items()}
        for name in self.aside:
            tree.receive(online(name))
        if not files and not tree.received and self.kind is Kind.ARCHIVE and not self.runs:
            tree.receive(replace(self._came()[0], kind="an empty archive"))
        return Sealed(self.name, files, tree.all_notes(), tuple(tree.received))

    def _add_earlier(self, tree: Tree, budget: Budget) -> None:
        """Add files that only an earlier delivery contains."""
        added = 0
        for entry in self.earlier:
            before = Tree(tree.shown)
            entry.read_into(before, budget)
            # One of the course's files counts once, in whatever folder it lay before.
            course = {parts[-1].casefold() for parts in tree.files} & set(self.layout.by_name)
            new = {
                parts: content
                for parts, content in before.files.items()
                if parts not in tree.files and parts[-1].casefold() not in course
            }
            tree.files.update(new)
            added += len(new)
        if sum(map(len, tree.files.values())) > self.caps.total_bytes:
            raise IntakeError(f"{tree.shown} {REFUSED['total']}.")
        if added:
            files = "1 file that was" if added == 1 else f"{added} files that were"
            tree.say(f"The latest delivery was graded, with {files} handed in earlier only.")

    def read_into(self, tree: Tree, budget: Budget) -> None:
        """Read the submitted files unchanged; raises errors of the system, too."""
        if self.kind is Kind.FOLDER:
            with self._place(self.inner) as place:
                if self.placed:
                    read_pieces(place, self.placed, tree, budget)
                else:
                    read_folder(place, tree, budget)
            return
        with self._file() as file:
            if self.runs and stamp_of(file) != self.stamp:
                raise GraderError(
                    f"{quoted(self.path)} has changed since it was listed: run again."
                )
            if self.kind is Kind.ARCHIVE:
                unpack(file, tree, budget, Allotment(self.runs, self.prefix, self.placed))
            else:
                name = (self.inner or (os.path.basename(self.path),))[-1]  # noqa: PTH119
                read_lone_file(file, name, tree, budget)

    @contextlib.contextmanager
    def _place(self, inner: tuple[str, ...]) -> Iterator[FolderPlace]:
        with contextlib.ExitStack() as stack:
            place = stack.enter_context(FolderPlace.opened(self.path))
            for name in inner:
                place = stack.enter_context(place.below(name))
            yield place

    @contextlib.contextmanager
    def _file(self) -> Iterator[IO[bytes]]:
        if self.inner:
            with self._place(self.inner[:-1]) as place, open_regular(place, self.inner[-1]) as file:
                yield file
            return
        # The person named this file, so it may be a link, but opening it must not block.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.path, flags), "rb", 0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise IntakeError(f"{self.shown} is not a file; hand in a folder or a zip.")
            yield file


def stamp_of(file: IO[bytes]) -> tuple[int, int]:
    """Return the size and time of a file; they change when it is replaced or written to."""
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns
