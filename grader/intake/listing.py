"""Finds the submissions in the paths that a person named, without opening any of them."""

from __future__ import annotations

__all__ = ["list_entries", "open_class", "open_submission"]

import itertools
import os
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.intake.archived import list_archive
from grader.intake.display import clean, quoted
from grader.intake.entry import Entry, Kind
from grader.intake.folder import as_text, content_in, names_in
from grader.intake.layout import Caps, Layout, Refused
from grader.intake.look_alikes import called, say_who
from grader.intake.shape import FILE, FOLDER, Members, find_members, holds_reports
from grader.intake.unpack import names
from grader.intake.unpack.reasons import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.intake.downloads import Bundle
    from grader.intake.sealed import Sealed

_STARTS = (b"PK\3\4", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def open_class(
    paths: Sequence[Path], layout: Layout, caps: Caps | None = None
) -> Iterator[Sealed | Refused]:
    """Open all submissions in some folders and archives, one at a time.

    Parameters
    ----------
    paths : Sequence of Path
        Folders and archives, each with one submission or a class of them.
    layout : Layout
        The course's tree.
    caps : Caps, optional
        The limits on what is read.

    Returns
    -------
    iterator of Sealed or Refused
        In the order of the paths, and of the names in each.

    Raises
    ------
    UsageError
        At once, if a path does not exist, cannot be read, or contains nothing.
    """
    entries = list_entries(paths, layout, caps)
    return (entry.open() for entry in entries)


def open_submission(path: Path, layout: Layout, caps: Caps | None = None) -> Sealed:
    """Open one submission: a folder, an archive, or one of the course's files.

    Raises
    ------
    UsageError
        If the path does not exist or cannot be read.
    IntakeError
        If it cannot be opened as a submission.
    """
    return _whole(path, layout, caps or Caps()).seal()


def list_entries(
    paths: Sequence[Path],
    layout: Layout,
    caps: Caps | None = None,
    spool: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Entry]:
    """Return the submissions in some folders and archives.

    Parameters
    ----------
    paths, layout, caps
        As for `open_class`.
    spool : Path, optional
        A folder on a disk that all workers see. A class in a compressed tar is unpacked there,
        since such a file can only be read from its beginning. By default a temporary folder,
        removed when the program ends.
    tell : callable
        Called with a sentence for each thing that the instructor has to know: files that belong to
        nobody, names that look alike.

    Returns
    -------
    list of Entry
        Each can be opened on its own, in any order and in any process.

    Raises
    ------
    UsageError
        If a path does not exist, cannot be read, or contains nothing.
    """
    opened = [_whole(path, layout, caps or Caps()) for path in paths]
    wholes = list({whole.path: whole for whole in opened}.values())  # each, though named twice
    found: list[list[Entry]] = []
    told: list[list[str]] = []
    for whole in wholes:
        sentences: list[str] = []
        if whole.kind is Kind.FOLDER:
            found.append(_in_folder(whole, sentences.append))
        elif whole.kind is Kind.ARCHIVE:
            found.append(list_archive(whole, spool, sentences.append))
        else:
            found.append([whole])
        told.append(sentences)
    is_one_each = len(found) > 1 and all(len(entries) == 1 for entries in found)
    for sentence in itertools.chain(*told) if not is_one_each else ():
        tell(sentence)
    if is_one_each:
        # As in ``class/*``, each path is one person's: the entry gets its name, whatever is inside.
        return _of_one_each(
            [_called_by(whole, *entries) for whole, entries in zip(wholes, found, strict=True)]
        )
    return [entry for entries in found for entry in entries]


def _of_one_each(entries: list[Entry]) -> list[Entry]:
    """Refuse submissions named one by one under the same name: nobody could tell them apart."""
    named: dict[str, Entry] = {}
    for entry in entries:
        other = named.setdefault(entry.name, entry)
        if other is not entry and not (entry.delivery.id and other.delivery.id):
            raise UsageError(
                f"{quoted(other.path)} and {quoted(entry.path)} are both called "
                f"{quoted(entry.name)}: rename one if they are two people's, or name only the one "
                "that counts."
            )
    return entries


def _called_by(whole: Entry, entry: Entry) -> Entry:
    return entry if entry.delivery != whole.delivery else replace(entry, name=whole.name)


def _whole(path: Path, layout: Layout, caps: Caps) -> Entry:
    """Return a path as one submission, after checking that it exists."""
    shown = quoted(str(path))
    try:
        real = path.resolve(strict=True)
        kind = _kind_of(real)
    except FileNotFoundError:
        raise UsageError(f"{shown} is not there: check how the path is written.") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{shown} cannot be read ({error}): check its permissions.") from None
    name = as_text(real.name)
    is_known = name.casefold() in layout.by_name or name.lower().endswith((".ipynb", ".py"))
    if kind is None or (kind is Kind.FILE and not is_known):
        raise UsageError(
            f"{shown} is neither a folder, nor a zip or tar archive, nor one of the course's "
            "files: leave it out or pack it."
        )
    title = names.stem(name) if kind is Kind.ARCHIVE else name
    return Entry(name=clean(title), path=str(real), kind=kind, layout=layout, caps=caps)


def _kind_of(path: Path) -> Kind | None:
    """Return the kind of a path: by its name, or otherwise by how the file begins."""
    if path.is_dir():
        with os.scandir(path):
            return Kind.FOLDER
    if not path.is_file():
        return None
    with path.open("rb") as file:
        packed = names.looks_packed(path.name) or file.read(6).startswith(_STARTS)
    return Kind.ARCHIVE if packed else Kind.FILE


def _in_folder(whole: Entry, tell: Callable[[str], None]) -> list[Entry]:
    """Return the submissions in a folder; the folder itself may be one."""

    @lru_cache(maxsize=32)
    def children(at: tuple[str, ...]) -> dict[str, str]:
        try:
            return names_in(whole.path, at, whole.caps.class_entries)
        except PermissionError:
            if not at:
                raise
            return {}  # one student's folder; it is refused when it is opened

    try:
        if not children(()):
            raise UsageError(
                f"{quoted(whole.path)} is empty: name the folder in which the submissions lie."
            )
        if holds_reports(children):
            raise UsageError(
                f"{quoted(whole.path)} is a folder of reports, which `grader grade` wrote: name "
                "the folder in which the submissions lie."
            )
        most = whole.caps.file_bytes
        members = find_members(
            children, whole.layout, lambda parts: content_in(whole.path, parts, most)
        )
        if members.names or members.bundles:
            here = children(members.at)
            entries = [_bundle(whole, members.at, bundle) for bundle in members.bundles]
            entries += _children(whole, members, here)
            say_who(members, [name for name, kind in here.items() if kind == FOLDER], tell)
            if members.problem:
                entries.append(replace(whole, refused=members.problem))
            return entries
    except OSError as error:
        raise UsageError(
            f"{quoted(whole.path)} cannot be read ({error}): check its permissions."
        ) from None
    say_who(members, (), tell)
    # The outermost wrapper is the folder with the student's name.
    return [_child(whole, members.at[:1], FOLDER)] if members.at else [whole]


def _bundle(whole: Entry, at: tuple[str, ...], bundle: Bundle) -> Entry:
    return replace(
        whole,
        name=bundle.name,
        inner=at,
        placed=bundle.pieces,
        aside=tuple(map(as_text, bundle.aside)),
        delivery=bundle.delivery,
    )


def _children(whole: Entry, members: Members, here: Mapping[str, str]) -> list[Entry]:
    """Return an entry for each member; similar names are made different."""
    names_of = called(members, [name for name, kind in here.items() if kind == FOLDER])
    return [
        replace(_child(whole, (*members.at, name), here[name]), name=names_of[name])
        for name in members.names
    ]


def _child(whole: Entry, inner: tuple[str, ...], kind: str) -> Entry:
    name = as_text(inner[-1])
    if kind == FOLDER:
        return replace(whole, name=clean(name), inner=inner)
    refused = "" if kind == FILE else f"{quoted(name)} cannot be opened: {LEFT_OUT[kind]}."
    title = clean(names.stem(name))
    return replace(whole, name=title, inner=inner, kind=Kind.ARCHIVE, refused=refused)
