"""Who reads in which language: each student in their own, the instructor in the course's."""

from __future__ import annotations

__all__ = ["NOBODY", "Readers", "remember", "remembered"]

import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.errors import CourseError, UsageError
from grader.languages.catalogue import language, tag_of
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from grader.languages.speaking import Language

FILE = "languages.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The languages of a class.

    Attributes
    ----------
    course : Path, optional
        The course's folder, with its catalogues.
    pages : str
        The language of students who have none of their own.
    instructors : str
        The language of what is for the instructor.
    people : mapping
        The language of a person, by a digest of the id on the roster, or of the e-mail address.
    secret : bytes
        Goes into the digests: the course's salt.
    """

    course: Path | None = None
    pages: str = ""
    instructors: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    secret: bytes = b""

    @classmethod
    def of_course(cls, course: Path, tag: str, secret_of: Callable[[Path], bytes]) -> Readers:
        """Return those of a course, with what rosters said of people; each language is read.

        Parameters
        ----------
        course : Path
            Its folder.
        tag : str
            The language of everybody who has none of their own.
        secret_of : callable
            Returns the course's salt; called only where somebody has a language.

        Raises
        ------
        UsageError, CourseError
            If there is no such language, or a catalogue cannot be read.
        """
        people = remembered(course)
        for one in {tag, *people.values()}:
            language(one, course)
        secret = secret_of(course) if people else b""
        return cls(course=course, pages=tag, instructors=tag, people=people, secret=secret)

    def of(self, keys: Iterable[str]) -> Language | None:
        """Return the language of a submission.

        Parameters
        ----------
        keys : iterable of str
            The ids and addresses of the people who handed it in. Where their languages differ, it
            is the course's.
        """
        digests = [_digest(key, self.secret) for key in keys] if self.people else []
        own = {self.people[one] for one in digests if one in self.people}
        return language(own.pop() if len(own) == 1 else self.pages, self.course)

    def has(self, key: str) -> bool:
        """Say whether a roster gave somebody a language, by an id or an address."""
        return bool(self.people) and _digest(key, self.secret) in self.people

    def for_instructors(self) -> Language | None:
        """Return the language of what is for the instructor."""
        return language(self.instructors, self.course)


NOBODY = Readers()
"""Everybody reads English."""


def _digest(key: str, secret: bytes) -> str:
    return hmac.digest(secret, key.encode("utf-8", "replace"), "sha256").hex()[:32]


def remember(course: Path, people: Mapping[str, str], secret: bytes) -> None:
    """Keep the languages of people for later reports: in ``.grader`` of the course.

    The file names nobody, so that nothing has to be removed from it with a person.

    Parameters
    ----------
    course : Path
        Its folder.
    people : mapping
        The language of each, by ids and e-mail addresses.
    secret : bytes
        The course's salt.

    Raises
    ------
    UsageError
        If there is no such language.
    """
    known = {_digest(key, secret): tag_of(tag) for key, tag in people.items()}
    path = course / ".grader" / FILE
    if not known and not path.is_file():
        return
    told = remembered(course) | known
    write_whole(path, json.dumps(told, indent=1, sort_keys=True).encode(), mode=0o600)


def remembered(course: Path) -> dict[str, str]:
    """Return the languages that were kept.

    Raises
    ------
    CourseError
        If the file is damaged: a sentence.
    """
    path = course / ".grader" / FILE
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read ({error}): remove it.") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path} is not a table of languages: remove it.")
    return {str(key): tag_of(str(tag)) for key, tag in found.items()}
