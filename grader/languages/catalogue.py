"""Catalogues: where they lie, and how they become a language. They are read as they are (.po).

The program's catalogues lie in ``grader/locale``; those of a course beside its checks, in
``solutions/locale``, and in a kit in ``locale``.
"""

from __future__ import annotations

__all__ = [
    "COURSE_FILE",
    "DEFAULT",
    "PROGRAM",
    "catalogue_path",
    "known_languages",
    "language",
    "read_catalogue",
    "tag_of",
]

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import CourseError, GraderError, UsageError, did_you_mean
from grader.languages.patterns import parse
from grader.languages.phrasebook import Message, Phrasebook
from grader.languages.speaking import Language
from grader.languages.typography import spaced

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

DEFAULT = "en"
NAMES = {
    "english": "en", "anglais": "en", "eng": "en", "c": "en", "posix": "en",
    "french": "fr", "français": "fr", "francais": "fr", "fra": "fr", "fre": "fr",
}  # fmt: skip
"""What people write in a roster."""
PROGRAM = Path(__file__).parents[1] / "locale"
COURSE_FILE = "course.po"
_OF_PAGES = (".j2", ".js")  # what only templates and scripts say is asked for by its msgid
_COURSE_FOLDERS = ("solutions/locale", "judge/locale", "locale")


def catalogue_path(folder: Path, tag: str, name: str) -> Path:
    """Return where a catalogue lies, in gettext's order of folders."""
    return folder / tag / "LC_MESSAGES" / name


@cache
def known_languages() -> tuple[str, ...]:
    """Return the languages of the program, English first."""
    found = sorted(path.parents[1].name for path in PROGRAM.glob("*/LC_MESSAGES/grader.po"))
    return (DEFAULT, *found)


def languages_of_course(course: Path) -> tuple[str, ...]:
    """Return the languages in which a course can be read, English first.

    Parameters
    ----------
    course : Path
        The course's folder, or a kit's.
    """
    folders = [course / one for one in _COURSE_FOLDERS]
    return (
        DEFAULT,
        *(
            tag
            for tag in known_languages()
            if tag != DEFAULT
            and any(catalogue_path(one, tag, COURSE_FILE).is_file() for one in folders)
        ),
    )


def read_catalogue(path: Path, tag: str) -> Catalog:
    """Return a catalogue.

    Raises
    ------
    CourseError
        If it cannot be read: a sentence.
    """
    # Who speaks English needs none of it.
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            return read_po(file, locale=tag, abort_invalid=True)
    except OSError as error:
        raise CourseError(f"The catalogue {path} cannot be read: {error.strerror}.") from error
    except (ValueError, PoFileError) as error:
        raise CourseError(f"The catalogue {path} cannot be read: {error}.") from error


def tag_of(text: str, place: str = "", error: type[GraderError] = UsageError) -> str:
    """Return the language that a text names: ``fr`` for fr, FR, fr_FR.UTF-8 and fr-CA.

    Parameters
    ----------
    text : str
    place : str
        Where it stands, for the sentence that says what is wrong.
    error : type
        What is raised.

    Raises
    ------
    GraderError
        If the program has no such language.
    """
    name = re.split(r"[-_.@]", text.strip().lower())[0] or DEFAULT
    name = NAMES.get(name, name)
    if name not in known_languages():
        known = known_languages()
        said = (
            f"There is no language {text!r}: choose from {', '.join(known)}."
            f"{did_you_mean(name, known)}"
        )
        raise error(f"{place}: {said}" if place else said)
    return name


def language(tag: str, course: Path | None = None) -> Language | None:
    """Return a language with the program's catalogue, and a course's where there is one.

    Parameters
    ----------
    tag : str
        Such as ``fr``; English, or an empty text, needs no catalogue.
    course : Path, optional
        The course's folder, or a kit's.

    Returns
    -------
    Language or None
        None for English.

    Raises
    ------
    UsageError
        If there is no such language.
    CourseError
        If a catalogue cannot be read.
    """
    name = tag_of(tag)
    if name == DEFAULT:
        return None
    found = [catalogue_path(PROGRAM, name, "grader.po")]
    for folder in _COURSE_FOLDERS if course else ():
        path = catalogue_path(Path(course or "") / folder, name, COURSE_FILE)
        found += [path] if path.is_file() else []
    return _loaded(name, tuple((path, path.stat().st_mtime_ns) for path in found))


@lru_cache(8)
def _loaded(tag: str, paths: tuple[tuple[Path, int], ...]) -> Language:
    messages: list[Message] = []
    marked: dict[str, tuple[str, ...]] = {}
    for path, _ in paths:
        for one in read_catalogue(path, tag):
            ids = one.id if isinstance(one.id, tuple | list) else (one.id,)
            texts = one.string if isinstance(one.string, tuple | list) else (one.string,)
            if one.fuzzy or not ids[0] or not all(texts):
                continue
            forms = tuple(spaced(tag, text or "") for text in texts)
            marked[ids[0]] = forms
            of_pages = [str(place).endswith(_OF_PAGES) for place, _ in one.locations]
            if not of_pages or not all(of_pages):  # a kit's catalogue names no place for some
                messages += _messages(ids, forms)
    return Language(tag=tag, phrases=Phrasebook(tag, messages), marked=marked)


def _messages(ids: tuple[str, ...] | list[str], forms: tuple[str, ...]) -> list[Message]:
    try:
        for text in (*ids, *forms):
            parse(text)
    except ValueError:
        return []  # a template's own text with a brace in it
    if len(ids) == 1:
        return [Message(ids[0], forms)]
    return [Message(ids[0], forms, count=1), Message(ids[1], forms)]
