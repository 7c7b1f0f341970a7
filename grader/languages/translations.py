"""Files that exist once for each language: `README.fr.md` is `README.md` in French."""

from __future__ import annotations

__all__ = ["edition_of", "editions_of", "is_edition"]

import re
from typing import TYPE_CHECKING

from grader.languages.catalogue import DEFAULT, known_languages
from grader.languages.speaking import tag

if TYPE_CHECKING:
    from pathlib import Path

_EDITION = re.compile(r".+\.[a-z]{2}\.md")


def is_edition(path: Path) -> bool:
    """Say whether a file is the edition of a statement in another language than English."""
    return _EDITION.fullmatch(path.name) is not None


def edition_of(path: Path) -> Path:
    """Return a statement's edition in the language that is spoken, or itself if there is none."""
    edition = path.with_name(f"{path.stem}.{tag()}{path.suffix}")
    return edition if is_edition(edition) and edition.is_file() else path


def editions_of(path: Path) -> list[Path]:
    """Return a file, and where its editions in other languages would lie: statements have them."""
    if path.suffix != ".md":
        return [path]
    tags = [one for one in known_languages() if one != DEFAULT]
    return [path, *(path.with_name(f"{path.stem}.{one}.md") for one in tags)]
