"""The language in which a page or a terminal speaks, while it is made.

Sentences are English in the code and in results. Where they are shown, they go through `say`.
"""

from __future__ import annotations

__all__ = [
    "Language",
    "current",
    "english",
    "gettext",
    "ngettext",
    "say",
    "say_marked",
    "speaking",
    "tag",
]

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.languages.typography import plural_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.languages.phrasebook import Phrasebook


@dataclass(frozen=True, slots=True)
class Language:
    """A language other than English.

    Attributes
    ----------
    tag : str
        Such as ``fr``.
    phrases : Phrasebook
        Sentences that were made already.
    marked : mapping
        The messages of templates, by their first form, with the forms of the translation.
    """

    tag: str
    phrases: Phrasebook
    marked: Mapping[str, tuple[str, ...]]


_now: ContextVar[Language | None] = ContextVar("language", default=None)


@contextmanager
def speaking(language: Language | None) -> Iterator[None]:
    """Speak a language meanwhile; None is English."""
    before = _now.set(language)
    try:
        yield
    finally:
        _now.reset(before)


def current() -> Language | None:
    """Return the language that is spoken; None is English."""
    return _now.get()


def tag() -> str:
    """Return the name of the language that is spoken, as pages and catalogues know it."""
    language = _now.get()
    return language.tag if language else "en"


def english() -> bool:
    """Say whether English is spoken."""
    return _now.get() is None


def say(text: str) -> str:
    """Return one of our texts in the language that is spoken."""
    language = _now.get()
    return text if language is None else language.phrases.plain(text)


def say_marked(text: str) -> str:
    """Return the same, with the marks of `phrasebook.ENGLISH` around what stays English."""
    language = _now.get()
    return text if language is None else language.phrases.say(text)


def gettext(message: str) -> str:
    """Return a message of a template in the language that is spoken."""
    language = _now.get()
    return message if language is None else language.marked.get(message, (message,))[0]


def ngettext(singular: str, plural: str, count: float) -> str:
    """Return a message of a template that goes with a count."""
    language = _now.get()
    if language is None or singular not in language.marked:
        return singular if count == 1 else plural
    forms = language.marked[singular]
    return forms[min(plural_form(language.tag, f"{count:f}"), len(forms) - 1)]
