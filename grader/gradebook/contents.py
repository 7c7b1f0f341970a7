"""The files of submissions: each content is stored once, under its digest, and read back whole."""

from __future__ import annotations

__all__ = ["content_key", "notebooks_in", "store", "stored"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, select

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
from grader.gradebook.rows import add_if_new, add_values, ask
from grader.intake.sealed import Sealed
from grader.results import Received  # noqa: TC001  (read back by its types)

if TYPE_CHECKING:
    from sqlalchemy import Connection


# Made once: that takes longer than the database.
_SAME = select(Submission.id).where(Submission.content_key == bindparam("key"))
_THERE = select(Content.size).where(Content.digest == bindparam("digest"))
# Of a smaller content it takes less to compress it than to ask whether it is there.
LARGE = 8192


@dataclass(frozen=True, slots=True)
class IntakeNotes:
    """What the intake said of a submission, and what came of it that cannot be graded."""

    notes: tuple[str, ...]
    received: tuple[Received, ...]


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
    said = pack(IntakeNotes(sealed.notes, sealed.received))
    number = add_if_new(connection, Submission, content_key=key, digest=sealed.digest, said=said)
    if number is None:
        return int(ask(connection, _SAME, key=key)[0].id), False
    files = [(path, digest_of(content), content) for path, content in sealed.files.items()]
    contents = {digest: content for _, digest, content in files}
    rows = [
        (digest, len(content), squeezed(content))
        for digest, content in sorted(contents.items())
        if not (len(content) >= LARGE and ask(connection, _THERE, digest=digest))
    ]
    add_values(connection, Content, ("digest", "size", "data"), rows, if_new=True)
    places = [(number, path_in_words(path), digest) for path, digest, _ in files]
    add_values(connection, SubmissionFile, ("submission_id", "path", "digest"), places)
    return number, True


def notebooks_in(connection: Connection, submission: int) -> list[str]:
    """Return the paths of the notebooks among the files of a submission.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    submission : int
        Its row.
    """
    asked = select(SubmissionFile.path).where(SubmissionFile.submission_id == submission)
    paths = map(path_of_words, connection.execute(asked).scalars())
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
        select(Submission.digest, Submission.said).where(Submission.id == submission)
    ).one()
    asked = (
        select(SubmissionFile.path, Content.data)
        .join(Content, Content.digest == SubmissionFile.digest)
        .where(SubmissionFile.submission_id == submission)
    )
    files = {path_of_words(path): expanded(data) for path, data in connection.execute(asked)}
    arrived = unpack(row.said, IntakeNotes)
    sealed = Sealed(name, files, arrived.notes, arrived.received)
    if sealed.digest != row.digest:
        raise GraderError(
            f"The gradebook is damaged: the files of {name} are not those that were handed in. "
            "Restore it from a backup."
        )
    return sealed
