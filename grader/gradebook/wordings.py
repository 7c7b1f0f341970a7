"""Store the words of an exercise once, and compress its results with them as the dictionary.

Every result repeats the course's words: the ids, claims and files of all checks, and the names of
all fields. These words are stored once for each edition of an exercise (`Wording`). They contain
nothing about any student.
"""

from __future__ import annotations

__all__ = ["Packer", "read_graded", "wording_of", "wordings_of"]

import hashlib
from typing import TYPE_CHECKING

import msgspec
import zstandard
from sqlalchemy import bindparam, select

from grader.gradebook.codec import LEVEL, decoded, expanded, squeezed
from grader.gradebook.models import Wording
from grader.gradebook.rows import add_rows
from grader.judge import GradedExercise
from grader.results import CheckResult, ExerciseResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from grader.course import Exercise

_TEXT = select(Wording.data).where(Wording.id == bindparam("number"))
# The key in `Connection.info` under which a connection caches decompressors: wordings never change.
_READ = "wordings"


def wording_of(exercise: Exercise) -> bytes:
    """Return an exercise's result without anything about a submission, as JSON: the wording."""
    said = exercise.info()
    checks = tuple(
        CheckResult(
            id=one.id,
            file=one.file,
            claim=one.claim,
            outcome=Outcome.PASSED,
            points=one.max_points,
            max_points=one.max_points,
            visibility=one.visibility,
        )
        for one in said.checks
    )
    blank = ExerciseResult(id=said.id, checks=checks, bonus=said.bonus)
    return msgspec.json.encode(GradedExercise(blank))


class Packer:
    """Compresses the results of one exercise with its wording; not thread-safe.

    Attributes
    ----------
    number : int
        The row number of the wording.
    """

    def __init__(self, number: int, text: bytes) -> None:
        self.number = number
        dictionary = _dictionary(text)
        dictionary.precompute_compress(level=LEVEL)
        # The checksum detects a wrong dictionary, which would otherwise yield other data unnoticed.
        self._compressor = zstandard.ZstdCompressor(
            level=LEVEL, dict_data=dictionary, write_checksum=True
        )

    def pack(self, graded: GradedExercise) -> bytes:
        """Return a result as compressed JSON."""
        return self._compressor.compress(msgspec.json.encode(graded))


def wordings_of(connection: Connection, exercises: Sequence[Exercise]) -> Mapping[str, Packer]:
    """Return the packer of each exercise, by exercise id; new wordings are stored.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    exercises : sequence of Exercise
        The exercises in their present edition.
    """
    texts = {one.id: wording_of(one) for one in exercises}
    digests = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    asked = select(Wording.digest, Wording.id).where(Wording.digest.in_(set(digests.values())))
    there = {row.digest: row.id for row in connection.execute(asked)}
    new = {digests[name]: text for name, text in texts.items() if digests[name] not in there}
    if new:
        rows = [{"digest": digest, "data": squeezed(text)} for digest, text in new.items()]
        add_rows(connection, Wording, rows, if_new=True)
        there = {row.digest: row.id for row in connection.execute(asked)}
    return {name: Packer(there[digests[name]], text) for name, text in texts.items()}


def read_graded(connection: Connection, wording: int | None, body: bytes) -> GradedExercise:
    """Return a stored result.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    wording : int, optional
        Row number of its wording; None in rows of an older version, which had no wordings.
    body : bytes
        The compressed result.

    Raises
    ------
    GraderError
        The data are damaged, or of another version.
    """
    if wording is None:
        return decoded(expanded(body), GradedExercise)
    known: dict[int, zstandard.ZstdDecompressor] = connection.info.setdefault(_READ, {})
    if wording not in known:
        text = expanded(connection.execute(_TEXT, {"number": wording}).scalar_one())
        known[wording] = zstandard.ZstdDecompressor(dict_data=_dictionary(text))
    return decoded(expanded(body, known[wording]), GradedExercise)


def _dictionary(text: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(text, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
