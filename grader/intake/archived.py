"""Finds the submissions in one archive: it belongs to one student or holds a whole class."""

from __future__ import annotations

__all__ = ["list_archive"]

import atexit
import os
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, IntakeError, os_error_sentence
from grader.intake.display import quoted
from grader.intake.entry import stamp_of
from grader.intake.launch import Request, read_archive
from grader.intake.look_alikes import called, say_who
from grader.intake.shape import FILE, FOLDER, Children, Members, find_members
from grader.intake.unpack import helper_frames as frames
from grader.intake.unpack import names
from grader.intake.unpack.reasons import LEFT_OUT, REFUSED
from grader.intake.unpack.tars import compressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.intake.entry import Entry
from grader.intake.launch import HelperFrame
from grader.util.scratch import Scratch

Parts = tuple[str, ...]

# More runs of records than this do not fit into a command line on every system.
_MAX_RUNS = 1_000


@dataclass(slots=True)
class _Listed:
    """The names in an archive, the positions of their records, and the names that are refused."""

    records: list[tuple[Parts, int, int, bool]] = field(default_factory=list)
    untrusted: list[tuple[str, str]] = field(default_factory=list)


def list_archive(
    whole: Entry, spool: Path | None, tell: Callable[[str], None] = lambda _: None
) -> list[Entry]:
    """Return the submissions in an archive; the whole archive may be one.

    Parameters
    ----------
    whole : Entry
        The archive, as one submission.
    spool : Path, optional
        The folder for unpacking a compressed tar that contains a class.
    tell : callable
        Called with each sentence for the instructor.

    Returns
    -------
    list of Entry
        A single refused entry if the archive cannot be read.
    """
    try:
        listed = _listed(whole)
        members = find_members(
            _children(listed), whole.layout, lambda parts: _content(whole, listed, parts)
        )
        children = _children(listed)(members.at)
        folders = [name for name, kind in children.items() if kind == FOLDER]
        say_who(members, folders, tell)
        if not members.names and not members.bundles:
            return [whole]
        unpacked = _unpacked(whole, spool)
        if unpacked is not whole:
            # Positions count in the decompressed archive; both listings must agree.
            listed = _listed(unpacked)
    except IntakeError as error:
        return [replace(whole, refused=str(error))]
    entries = _members(unpacked, listed, members)
    if members.problem:
        entries.append(replace(whole, refused=members.problem))
    if listed.untrusted:
        entries.append(replace(whole, refused=_untrusted(whole, listed)))
    return entries


def _untrusted(whole: Entry, listed: _Listed) -> str:
    name, code = listed.untrusted[0]
    return (
        f"{whole.shown} holds what cannot be given to anybody ({len(listed.untrusted)} in all), "
        f"such as {quoted(name)}: {LEFT_OUT[code]}."
    )


def _frames(
    whole: Entry, mode: str, runs: tuple[tuple[int, int], ...] = ()
) -> Iterator[HelperFrame]:
    """Let the helper process read an archive, with the limits for a class."""
    caps = whole.caps
    request = Request(
        mode=mode,
        shown=whole.shown,
        file=caps.file_bytes,
        total=caps.class_bytes,
        files=caps.files,
        entries=caps.class_entries,
        stream=caps.class_bytes,
        memory=caps.memory_bytes,
        seconds=caps.class_seconds,
        deadline=time.monotonic() + caps.class_seconds,
        runs=runs,
    )
    try:
        with Path(whole.path).open("rb", buffering=0) as file:
            yield from read_archive(file, request)
    except OSError as error:
        raise GraderError(f"{quoted(whole.path)} cannot be read: {error}.") from error


def _listed(whole: Entry) -> _Listed:
    listed = _Listed()
    for frame in _frames(whole, "list"):
        if frame.kind == frames.LEFT_OUT:
            listed.untrusted.append((frame.name, frame.body.decode("ascii")))
            continue
        start, end, is_folder = frames.RECORD.unpack(frame.body)
        parts = names.split(frame.name)
        if not names.is_junk(parts) or names.is_leftover(parts):
            listed.records.append((parts, start, end, is_folder))
    return listed


def _children(listed: _Listed) -> Children:
    @lru_cache(maxsize=32)
    def children(at: Parts) -> dict[str, str]:
        depth = len(at)
        found: dict[str, str] = {}
        for parts, _, _, is_folder in listed.records:
            if len(parts) > depth and parts[:depth] == at:
                is_inner = is_folder or len(parts) > depth + 1
                if is_inner or parts[depth] not in found:
                    found[parts[depth]] = FOLDER if is_inner else FILE
        return found

    return children


def _members(whole: Entry, listed: _Listed, members: Members) -> list[Entry]:
    """Return an entry for each member, with the positions of its records."""
    depth = len(members.at)
    holders: dict[str, list[int]] = {}
    for number, bundle in enumerate(members.bundles):
        for name in dict.fromkeys(name for name, _ in bundle.pieces):
            holders.setdefault(name, []).append(number)
    for number, name in enumerate(members.names, len(members.bundles)):
        holders[name] = [number]
    runs: list[list[list[int]]] = [[] for _ in range(len(members.bundles) + len(members.names))]
    folders: set[str] = set()
    for parts, start, end, is_folder in listed.records:
        if len(parts) <= depth or parts[:depth] != members.at:
            continue
        if is_folder or len(parts) > depth + 1:
            folders.add(parts[depth])
        for number in holders.get(parts[depth], ()):
            own = runs[number]
            if own and own[-1][2] == start:
                own[-1][1:] = [own[-1][1] + 1, end]
            else:
                own.append([start, 1, end])
    with Path(whole.path).open("rb") as file:
        whole = replace(whole, stamp=stamp_of(file))
    entries = [
        replace(
            _of_records(whole, runs[number], bundle.name),
            name=bundle.name,
            prefix=members.at,
            placed=bundle.pieces,
            aside=bundle.aside,
            delivery=bundle.delivery,
        )
        for number, bundle in enumerate(members.bundles)
    ]
    names_of = called(members, folders)
    for number, name in enumerate(members.names, len(members.bundles)):
        prefix = members.at if name not in folders else (*members.at, name)
        own_entry = _of_records(whole, runs[number], name)
        entries.append(replace(own_entry, name=names_of[name], prefix=prefix))
    return entries


def _of_records(whole: Entry, runs: list[list[int]], shown: str) -> Entry:
    """Return the entry for those records of an archive that belong to one submission."""
    places = tuple((start, count) for start, count, _ in runs)
    too_many = len(places) > _MAX_RUNS or sum(c for _, c in places) > whole.caps.entries
    refused = f"{quoted(shown)} {REFUSED['entries']}." if too_many else ""
    return replace(whole, runs=places, refused=refused)


def _content(whole: Entry, listed: _Listed, parts: Parts) -> bytes:
    """Return the content of a file in an archive, by its path from the archive's root."""
    start = next(
        start for own, start, _, is_folder in listed.records if own == parts and not is_folder
    )
    try:
        for frame in _frames(whole, "tree", ((start, 1),)):
            if frame.kind == frames.FILE:
                return frame.body
            if frame.kind == frames.LEFT_OUT:
                raise ValueError(f"cannot be read: {LEFT_OUT[frame.body.decode('ascii')]}")
    except IntakeError as error:
        raise ValueError(f"cannot be read: {error}".rstrip(".")) from None
    raise ValueError("cannot be read")


def _unpacked(whole: Entry, spool: Path | None) -> Entry:
    """Return a class's archive in a form that can be read from any position."""
    with Path(whole.path).open("rb") as file:
        if not compressed(file.read(6)):
            return whole
    if spool is None:
        scratch = Scratch()
        atexit.register(scratch.remove)
        spool = scratch.path
    descriptor, path = tempfile.mkstemp(dir=spool, suffix=".tar")
    try:
        with os.fdopen(descriptor, "wb") as file:
            for frame in _frames(whole, "plain"):
                file.write(frame.body)
    except OSError as error:
        raise GraderError(
            f"{quoted(path)} cannot be written: {os_error_sentence(error)}."
        ) from error
    return replace(whole, path=path)
