"""Catalogues are made here: what the program and a course say is found, and kept up to date."""

from __future__ import annotations

__all__ = [
    "Untranslated",
    "course_words",
    "extracted_course",
    "extracted_program",
    "kit_catalogue",
    "missing",
    "prose_of",
    "translated",
    "update",
]

from grader.authoring.catalogues.making import (
    Untranslated,
    course_words,
    extracted_course,
    extracted_program,
    kit_catalogue,
    missing,
    update,
)
from grader.authoring.catalogues.prose import prose_of, translated
