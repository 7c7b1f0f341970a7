"""Find the submissions in one archive: a student's own, or one that holds a whole class."""

from __future__ import annotations

__all__ = ["list_archive"]

import atexit
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, IntakeError
from grader.intake.display import clean, quoted
from grader.intake.entry import stamp_of
from grader.intake.launch import Request, read_archive
from grader.intake.shape import FILE, FOLDER, Children, Members, find_members
from grader.intake.unpack import frames, names
from grader.intake.unpack.reasons import LEFT_OUT, REFUSED
from grader.intake.unpack.tars import compressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.entry import Entry
from grader.intake.launch import Frame

Parts = tuple[str, ...]

# More places than this do not fit on every system's command line.
_MAX_RUNS = 1_000


@dataclass(slots=True)
class _Listed:
    """The names in an archive, where their records lie, and those that cannot be used."""

    records: list[tuple[Parts, int, int, bool]] = field(default_factory=list)
    untrusted: list[tuple[str, str]] = field(default_factory=list)


def list_archive(whole: Entry, spool: Path | None) -> list[Entry]:
    """Return the submissions in an archive, or the archive itself as one.

    Parameters
    ----------
    whole : Entry
        The archive, as one submission.
    spool : Path, optional
        Where to unpack a compressed tar that holds a class.

    Returns
    -------
    list of Entry
        One that is refused, where the archive cannot be read.
    """
    try:
        listed = _listed(whole)
        members = find_members(_children(listed), whole.layout)
        if not members.names:
            return [whole]
        unpacked = _unpacked(whole, spool)
        if unpacked is not whole:
            # The places are those in the decompressed archive, and the two listings must agree.
            listed = _listed(unpacked)
    except IntakeError as error:
        return [replace(whole, refused=str(error))]
    entries = _members(unpacked, listed, members)
    if listed.untrusted:
        entries.append(replace(whole, refused=_untrusted(whole, listed)))
    return entries


def _untrusted(whole: Entry, listed: _Listed) -> str:
    name, code = listed.untrusted[0]
    return (
        f"{whole.shown} holds what cannot be given to anybody ({len(listed.untrusted)} in all), "
        f"such as {quoted(name)}: {LEFT_OUT[code]}."
    )


def _frames(whole: Entry, mode: str) -> Iterator[Frame]:
    """Have the helper look at an archive with the caps for a class."""
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
        if not names.is_junk(parts):
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
    """Return an entry for each member, with the places of its records."""
    depth = len(members.at)
    runs: dict[str, list[list[int]]] = {name: [] for name in members.names}
    folders: set[str] = set()
    for parts, start, end, is_folder in listed.records:
        if len(parts) <= depth or parts[:depth] != members.at or parts[depth] not in runs:
            continue
        if is_folder or len(parts) > depth + 1:
            folders.add(parts[depth])
        own = runs[parts[depth]]
        if own and own[-1][2] == start:
            own[-1][1:] = [own[-1][1] + 1, end]
        else:
            own.append([start, 1, end])
    with Path(whole.path).open("rb") as file:
        stamp = stamp_of(file)
    entries = []
    for name in members.names:
        packed = name not in folders
        places = tuple((start, count) for start, count, _ in runs[name])
        too_many = len(places) > _MAX_RUNS or sum(c for _, c in places) > whole.caps.entries
        entries.append(
            replace(
                whole,
                stamp=stamp,
                name=clean(names.stem(name) if packed else name),
                prefix=members.at if packed else (*members.at, name),
                runs=places,
                refused=f"{quoted(name)} {REFUSED['entries']}." if too_many else "",
            )
        )
    return entries


def _unpacked(whole: Entry, spool: Path | None) -> Entry:
    """Return a class's archive as one in which any place can be gone to."""
    with Path(whole.path).open("rb") as file:
        if not compressed(file.read(6)):
            return whole
    if spool is None:
        spool = Path(tempfile.mkdtemp(prefix="grader-intake-"))
        atexit.register(shutil.rmtree, spool, ignore_errors=True)
    descriptor, path = tempfile.mkstemp(dir=spool, suffix=".tar")
    try:
        with os.fdopen(descriptor, "wb") as file:
            for frame in _frames(whole, "plain"):
                file.write(frame.body)
    except OSError as error:
        raise GraderError(f"{quoted(path)} cannot be written: {error}.") from error
    return replace(whole, path=path)
