"""The files of submissions: stored once, and read back whole.

The small files of a submission stand together in one value of its row: a row and a digest for each
of them took several times as long. A large file is stored once under its digest, whoever hands it
in. A submission of an older version has all its files that way.
"""

from __future__ import annotations

__all__ = ["content_key", "notebooks_in", "remove_files", "store", "stored"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, select, update

from grader.errors import GraderError
from grader.gradebook.codec import (
    digest_of,
    expanded,
    pack,
    path_in_words,
    path_of_words,
    squeezed,
    unpack,
)
from grader.gradebook.models import Content, Submission, SubmissionFile
from grader.gradebook.rows import add, add_values, ask_plain
from grader.intake.sealed import Sealed
from grader.results import Received  # noqa: TC001  (read back by its types)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection


# Made once: that takes longer than the database.
_SAME = select(Submission.id).where(Submission.content_key == bindparam("key"))
_THERE = select(Content.size).where(Content.digest == bindparam("digest"))
# Files below this size stand together, as long as they come to no more than that: whoever hands in
# a folder of a thousand pictures shares them with others.
LARGE = 8192
TOGETHER = 65536
# A path, as the bytes of its name, and the content.
Files = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class IntakeNotes:
    """What the intake said of a submission, and what came of it that cannot be graded."""

    notes: tuple[str, ...] = ()
    received: tuple[Received, ...] = ()


# Of most submissions the intake says nothing.
_NOTHING_SAID = pack(IntakeNotes())


def content_key(sealed: Sealed) -> str:
    """Return the digest of all of a submission that a verdict follows from."""
    return digest_of(sealed.digest, msgspec.json.encode(sealed.received))


def store(connection: Connection, sealed: Sealed, key: str = "") -> tuple[int, bool]:
    """Store a submission where it is new; its files are kept once, whoever hands them in.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    sealed : Sealed
        The submission.
    key : str
        Its `content_key`, where that is known.

    Returns
    -------
    number : int
        The row.
    is_new : bool
        Whether it was stored only now.
    """
    key = key or content_key(sealed)
    same = ask_plain(connection, _SAME, key=key)  # it takes less than to compress what is there
    if same:
        return int(same[0][0]), False
    said = _NOTHING_SAID
    if sealed.notes or sealed.received:
        said = pack(IntakeNotes(sealed.notes, sealed.received))
    small, large = _parted(sealed.files)
    number = add(
        connection,
        Submission,
        content_key=key,
        digest=sealed.digest,
        said=said,
        files=squeezed(msgspec.msgpack.encode(small)),
    )
    if large:
        _store_large(connection, number, large)
    return number, True


def _parted(files: Mapping[str, bytes]) -> tuple[Files, dict[str, bytes]]:
    """Return the files that are stored together, and those that are stored alone."""
    small: Files = []
    large: dict[str, bytes] = {}
    left = TOGETHER
    for path, content in files.items():
        size = len(content)
        if size < LARGE and size <= left:
            small.append((path.encode("utf-8", "surrogateescape"), content))
            left -= size
        else:
            large[path] = content
    return small, large


def _store_large(connection: Connection, submission: int, files: Mapping[str, bytes]) -> None:
    digests = {path: digest_of(content) for path, content in files.items()}
    contents = {digests[path]: content for path, content in files.items()}
    rows = [
        (digest, len(content), squeezed(content))
        for digest, content in sorted(contents.items())
        if not ask_plain(connection, _THERE, digest=digest)
    ]
    add_values(connection, Content, ("digest", "size", "data"), rows, if_new=True)
    places = [(submission, path_in_words(path), digest) for path, digest in digests.items()]
    add_values(connection, SubmissionFile, ("submission_id", "path", "digest"), places)


def _small(data: bytes | None) -> dict[str, bytes]:
    """Return the files that were stored together.

    Raises
    ------
    GraderError
        Where they are not what was stored.
    """
    if data is None:
        return {}
    try:
        files = msgspec.msgpack.decode(expanded(data), type=Files)
    except msgspec.MsgspecError as error:
        raise GraderError(
            "The gradebook is damaged: the files of a submission cannot be read. Restore it from a "
            "backup."
        ) from error
    return {path.decode("utf-8", "surrogateescape"): content for path, content in files}


def notebooks_in(connection: Connection, submission: int) -> list[str]:
    """Return the paths of the notebooks among the files of a submission.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    submission : int
        Its row.
    """
    together = select(Submission.files).where(Submission.id == submission)
    alone = select(SubmissionFile.path).where(SubmissionFile.submission_id == submission)
    paths = [
        *_small(connection.execute(together).scalar_one()),
        *map(path_of_words, connection.execute(alone).scalars()),
    ]
    return sorted(path for path in paths if path.lower().endswith(".ipynb"))


def stored(connection: Connection, submission: int, name: str) -> Sealed:
    """Return the files of a submission, as they were sealed.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    submission : int
        Its row.
    name : str
        What it is called.

    Raises
    ------
    GraderError
        Where they are not what was stored.
    """
    row = connection.execute(
        select(Submission.digest, Submission.said, Submission.files).where(
            Submission.id == submission
        )
    ).one()
    asked = (
        select(SubmissionFile.path, Content.data)
        .join(Content, Content.digest == SubmissionFile.digest)
        .where(SubmissionFile.submission_id == submission)
    )
    alone = {path_of_words(path): expanded(data) for path, data in connection.execute(asked)}
    files = {**_small(row.files), **alone}
    arrived = unpack(row.said, IntakeNotes)
    sealed = Sealed(name, files, arrived.notes, arrived.received)
    if sealed.digest != row.digest:
        raise GraderError(
            f"The gradebook is damaged: the files of {name} are not those that were handed in. "
            "Restore it from a backup."
        )
    return sealed


def remove_files(connection: Connection, submissions: Sequence[int]) -> int:
    """Remove the files of submissions, and say how many they were.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    submissions : sequence of int
        Their rows; their digests stay.
    """
    theirs = Submission.id.in_(submissions)
    together = connection.execute(select(Submission.files).where(theirs)).scalars()
    small = sum(len(_small(data)) for data in together)
    connection.execute(update(Submission).where(theirs).values(files=None))
    places = delete(SubmissionFile).where(SubmissionFile.submission_id.in_(submissions))
    large = connection.execute(places).rowcount
    held = select(SubmissionFile.digest)
    connection.execute(delete(Content).where(Content.digest.not_in(held)))
    return small + large
