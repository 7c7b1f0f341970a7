"""The files of submissions: each content is stored once, under its digest, and read back whole."""

from __future__ import annotations

__all__ = ["content_key", "store", "stored"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import insert, select

from grader.errors import GraderError
from grader.gradebook.codec import digest_of, expanded, pack, squeezed, unpack
from grader.gradebook.models import Content, Submission, SubmissionFile
from grader.gradebook.rows import add_new
from grader.intake.sealed import Sealed
from grader.results import Received  # noqa: TC001  (read back by its types)

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Begins a path whose bytes are no UTF-8, which no database takes as text.
AS_BYTES = "\x01bytes "


@dataclass(frozen=True, slots=True)
class IntakeWords:
    """What the intake said of a submission, and what came of it that cannot be graded."""

    notes: tuple[str, ...]
    received: tuple[Received, ...]


def content_key(sealed: Sealed) -> str:
    """Return the digest of all of a submission that a verdict follows from."""
    return digest_of(sealed.digest, msgspec.json.encode(sealed.received))


def store(connection: Connection, sealed: Sealed) -> int:
    """Return the row of a submission; its files are stored where they are new."""
    key = content_key(sealed)
    asked = select(Submission.id).where(Submission.content_key == key)
    if (found := connection.execute(asked).scalar()) is not None:
        return int(found)
    number = add_new(
        connection,
        Submission,
        ["content_key"],
        content_key=key,
        digest=sealed.digest,
        said=pack(IntakeWords(sealed.notes, sealed.received)),
    )
    files = [
        (path_in_words(path), digest_of(content), content) for path, content in sealed.files.items()
    ]
    contents = {digest: content for _, digest, content in files}
    there = select(Content.digest).where(Content.digest.in_(contents))
    for digest in contents.keys() - set(connection.execute(there).scalars()):
        content = contents[digest]
        add_new(
            connection, Content, ["digest"],
            digest=digest, size=len(content), data=squeezed(content),
        )  # fmt: skip
    rows = [{"submission_id": number, "path": path, "digest": digest} for path, digest, _ in files]
    if rows:
        connection.execute(insert(SubmissionFile), rows)
    return int(number)


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
        select(Submission.digest, Submission.said).where(Submission.id == submission)
    ).one()
    asked = (
        select(SubmissionFile.path, Content.data)
        .join(Content, Content.digest == SubmissionFile.digest)
        .where(SubmissionFile.submission_id == submission)
    )
    files = {path_of_words(path): expanded(data) for path, data in connection.execute(asked)}
    arrived = unpack(row.said, IntakeWords)
    sealed = Sealed(name, files, arrived.notes, arrived.received)
    if sealed.digest != row.digest:
        raise GraderError(
            f"The gradebook is damaged: the files of {name} are not those that were handed in. "
            "Restore it from a backup."
        )
    return sealed


def path_in_words(path: str) -> str:
    """Return a path of a submission as text that any database can store."""
    data = path.encode("utf-8", "surrogateescape")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return AS_BYTES + data.hex()
    return AS_BYTES + data.hex() if text.startswith(AS_BYTES) else text


def path_of_words(text: str) -> str:
    """Return the path that was stored as this text."""
    if not text.startswith(AS_BYTES):
        return text
    return bytes.fromhex(text.removeprefix(AS_BYTES)).decode("utf-8", "surrogateescape")
