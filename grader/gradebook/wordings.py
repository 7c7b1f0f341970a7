"""Store the words of an exercise once, and compress its results with them as the dictionary.

Every result repeats the course's words: the ids, claims and files of all checks, the names of all
fields, and the lines that figures show to everybody (``shown_to_all`` of the checks). These words
are stored once for each edition of an exercise (`Wording`). They contain nothing about any student.
"""

from __future__ import annotations

__all__ = ["Packer", "read_graded", "wording_of", "wordings_of"]

from typing import TYPE_CHECKING

import msgspec
import zstandard
from sqlalchemy import bindparam, select

from grader.errors import CourseError
from grader.gradebook.codec import LEVEL, decoded, digest_of, expanded, squeezed
from grader.gradebook.models import Wording
from grader.gradebook.rows import add_rows, ask_plain
from grader.judge import GradedExercise
from grader.results import CheckResult, ExerciseResult, Outcome
from grader.results.rounding import rounded_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from grader.course import Exercise

_TEXT = select(Wording.data).where(Wording.id == bindparam("number"))
# Finds a little less than the level's own table would (2 KiB of a submission's 42), in four fifths
# of the time: it stays in the processor's first cache.
HASH_LOG = 12
# What stands around the two parts of a `GradedExercise` as JSON.
_BEFORE, _BETWEEN = b'{"result":', b',"free_text":'
# The key in `Connection.info` under which a connection caches decompressors: wordings never change.
_READ = "wordings"


def wording_of(exercise: Exercise) -> bytes:
    """Return the lines that an exercise shows to everybody, and its result without a submission.

    Raises
    ------
    CourseError
        `shown_to_all` of its checks fails.
    """
    return b"\n".join([*_lines(exercise), _blank(exercise)])


def _lines(exercise: Exercise) -> Iterator[bytes]:
    for part in exercise.parts:
        if part.shown_to_all is None:
            continue
        try:
            for line in part.shown_to_all(part.reference):
                yield msgspec.json.encode(rounded_line(line))
        except Exception as error:  # an author's function may raise any exception
            raise CourseError(
                f"`shown_to_all` of the checks of {part.file} fails "
                f"({type(error).__name__}: {error}): see to it, or leave it out."
            ) from error


def _blank(exercise: Exercise) -> bytes:
    """Return an exercise's result without anything about a submission, as JSON."""
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
        # The checksum detects a wrong dictionary, which would otherwise yield other data unnoticed.
        how = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, hash_log=HASH_LOG, write_checksum=True
        )
        dictionary = _dictionary(text)
        dictionary.precompute_compress(compression_params=how)
        self._compressor = zstandard.ZstdCompressor(dict_data=dictionary, compression_params=how)

    def pack(self, graded: GradedExercise) -> tuple[bytes, memoryview]:
        """Return a result as compressed JSON, and the JSON of its `result`: a part, not a copy."""
        json = msgspec.json.encode(graded)
        after = len(msgspec.json.encode(graded.free_text)) if graded.free_text else len(b"[]")
        return (
            self._compressor.compress(json),
            memoryview(json)[len(_BEFORE) : -len(_BETWEEN) - after - len(b"}")],
        )


def wordings_of(
    connection: Connection, exercises: Sequence[Exercise], digests: Mapping[str, str]
) -> Mapping[str, Packer]:
    """Return the packer of each exercise, by exercise id; new wordings are stored.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    exercises : sequence of Exercise
        The exercises in their present edition.
    digests : mapping of str to str
        For each exercise its digest; the wording of an edition is made once.
    """
    keys = {one.id: digest_of(digests[one.id], _blank(one)) for one in exercises}
    there = _stored(connection, keys.values())
    new = {keys[one.id]: one for one in exercises if keys[one.id] not in there}
    if new:
        rows = [{"digest": key, "data": squeezed(wording_of(one))} for key, one in new.items()]
        add_rows(connection, Wording, rows, if_new=True)
        there = _stored(connection, keys.values())
    return {name: Packer(*there[key]) for name, key in keys.items()}


def _stored(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    asked = select(Wording.digest, Wording.id, Wording.data).where(Wording.digest.in_(set(keys)))
    return {row.digest: (row.id, expanded(row.data)) for row in connection.execute(asked)}


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
        [(data,)] = ask_plain(connection, _TEXT, number=wording)
        text = expanded(data)
        known[wording] = zstandard.ZstdDecompressor(dict_data=_dictionary(text))
    return decoded(expanded(body, known[wording]), GradedExercise)


def _dictionary(text: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(text, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
