"""Find the latest of several copies of a file, by words and numbers in their names."""

from __future__ import annotations

__all__ = ["lateness"]

import re

# Words in the name of a copy that is still in use, and of an outdated one.
_LATE = frozenset((
    "final", "finale", "rendu", "corrige", "corrigé", "definitif", "définitif", "last", "new",
    "neu",
))  # fmt: skip
_EARLY = frozenset((
    "old", "ancien", "brouillon", "draft", "backup", "bak", "sauvegarde", "essai", "entwurf",
    "copie", "copy", "kopie", "tmp",
))  # fmt: skip


def lateness(name: str) -> tuple[int, tuple[int, ...]]:
    """Return a sort key for names: ``v2`` after ``v1``, ``final`` after both, a draft first.

    Parameters
    ----------
    name : str
        The name of a file without its ending, or of a folder.
    """
    folded = name.casefold()
    words = set(re.split(r"[\W\d_]+", folded))
    numbers = tuple(int(digits) for digits in re.findall(r"[0-9]{1,9}", folded))
    return len(words & _LATE) - len(words & _EARLY), numbers
