"""Choose the language of a page: the person's, the course's, or their browser's.

A person's language is what a roster said of them, as for their reports (`grader.languages`).
"""

from __future__ import annotations

__all__ = ["LanguageChoice", "preferred"]

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.errors import GraderError
from grader.gradebook.holders import ID
from grader.gradebook.models import Identity
from grader.languages import language
from grader.languages.catalogue import DEFAULT, languages_of_course
from grader.languages.readers import FILE, Readers
from grader.report.writing import keys_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.course import Course
    from grader.gradebook.engine import Database
    from grader.languages import Language
    from grader.portal.identity.roles import Visitor
    from grader.results import SubmissionResult

logger = logging.getLogger("grader.portal")
LONGEST_HEADER = 500


class LanguageChoice:
    """Chooses the language of each request; asked in a thread, since it reads files and the book.

    Parameters
    ----------
    course : Course
        With its language and its catalogues.
    database : Database
        Of the gradebook.
    salt : bytes
        The course's: people stand under digests in the file of their languages.

    Raises
    ------
    GraderError
        Where the course's language, or those that were kept, cannot be read.
    """

    def __init__(self, course: Course, database: Database, salt: bytes) -> None:
        self._root = course.root
        self._lang = course.lang
        self._database = database
        self._salt = salt
        self._changed = self._stamp()
        self._readers = self._read()

    async def take_up(self, course: Course) -> None:
        """Let an edited course decide from now on."""
        self._lang = course.lang
        self._changed = 0  # so that it is read anew when somebody asks

    @property
    def asks_browsers(self) -> bool:
        """Whether `Accept-Language` decides before sign-in: the course's manifest says nothing."""
        return not self._lang

    def __call__(self, visitor: Visitor | None, accept: str) -> Language | None:
        """Return the language for a visitor; None is English.

        Parameters
        ----------
        visitor : Visitor, optional
            None before sign-in.
        accept : str
            The request's `Accept-Language`.
        """
        readers = self._latest()
        if visitor is not None:
            return readers.of(self._keys(visitor) if readers.people else ())
        if not self.asks_browsers:
            return readers.of(())
        return language(preferred(accept, languages_of_course(self._root)), self._root)

    def of_work(self, result: SubmissionResult) -> Language | None:
        """Return the language of the person who handed something in."""
        return self._latest().of(keys_of(result))

    def of_address(self, address: str) -> Language | None:
        """Return the language of the person with this e-mail address on the roster."""
        return self._latest().of((address,))

    def knows_address(self, address: str) -> bool:
        """Return whether a roster or the course gives a language for an e-mail address."""
        return bool(self._lang) or self._latest().has(address)

    def _keys(self, visitor: Visitor) -> list[str]:
        asked = select(Identity.value).where(
            Identity.person_id == visitor.person, Identity.kind == ID
        )
        with self._database.reading() as connection:
            ids = [str(one) for one in connection.execute(asked).scalars()]
        return [*ids, visitor.email] if visitor.email else ids

    def _stamp(self) -> int:
        try:
            return (self._root / ".grader" / FILE).stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self) -> Readers:
        return Readers.of_course(self._root, self._lang, lambda _root: self._salt)

    def _latest(self) -> Readers:
        """Return the languages of people, read again if a roster has changed them."""
        stamp = self._stamp()
        if stamp != self._changed:
            self._changed = stamp
            try:
                self._readers = self._read()
            except GraderError as error:
                logger.warning("languages of people stay as they were: %s", error)
        return self._readers


def preferred(accept: str, known: Collection[str]) -> str:
    """Return the known language that a browser prefers; English if it names none.

    Parameters
    ----------
    accept : str
        `Accept-Language`, such as ``fr-CA,fr;q=0.9,en;q=0.8``; anything may stand there.
    known : collection of str
        Such as ``("en", "fr")``.
    """
    best, weight = DEFAULT, 0.0
    for one in accept[:LONGEST_HEADER].lower().split(","):
        name, _, rest = one.partition(";")
        tag = name.strip().partition("-")[0]
        found = _weight(rest.strip())
        if tag in known and found > weight:
            best, weight = tag, found
    return best


def _weight(text: str) -> float:
    if not text:
        return 1.0
    name, _, number = text.partition("=")
    try:
        weight = float(number) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0 < weight <= 1 else 0.0
