"""Relative links to the pages of a class, from the folder of all reports."""

from __future__ import annotations

__all__ = ["INSTRUCTOR", "SIMILAR", "href_of", "instructors", "whole_of"]

import re

# Pages that are not for students; `grader.intake.slugs` gives nobody a folder of this name.
INSTRUCTOR = "instructor"
SIMILAR = f"{INSTRUCTOR}/similar.html"
_SAFE_SLUG = re.compile(r"[A-Za-z0-9_-]{1,200}")


def href_of(slug: str) -> str:
    """Return the address of a student's page; empty where the slug could lead elsewhere."""
    safe = _SAFE_SLUG.fullmatch(slug) and slug.casefold() != INSTRUCTOR
    return f"{slug}/index.html" if safe else ""


def instructors(slug: str) -> str:
    """Return the address of the instructor's page about a student; empty as for `href_of`."""
    return f"{INSTRUCTOR}/{slug}.html" if href_of(slug) else ""


def whole_of(slug: str) -> str:
    """Return the link to a submission's full results, for the instructor; as `href_of`."""
    return f"{INSTRUCTOR}/{slug}.json" if href_of(slug) else ""
