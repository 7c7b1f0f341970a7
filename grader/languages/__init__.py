"""Languages: English is in the code and in results; pages and terminals speak others, too."""

from __future__ import annotations

__all__ = [
    "ENGLISH",
    "N_",
    "Language",
    "current",
    "gettext",
    "known_languages",
    "language",
    "ngettext",
    "say",
    "say_marked",
    "speaking",
    "tag",
]

from grader.languages.catalogue import known_languages, language
from grader.languages.phrasebook import ENGLISH
from grader.languages.speaking import (
    Language,
    current,
    gettext,
    ngettext,
    say,
    say_marked,
    speaking,
    tag,
)
from grader.languages.words import N_
