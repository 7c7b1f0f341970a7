"""Files of the course that also hold what another one asks for, which is not where it belongs.

Found by their text alone, so that a submission in which each file is in its place is not parsed.
"""

from __future__ import annotations

__all__ = ["crowded"]

import re
from typing import TYPE_CHECKING

from grader.notebooks.swapped import has_keys, own_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.notebooks.outline import Outline, Target

_DEFINED = re.compile(rb"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?(\w+)[ \t]*[(=:]", re.MULTILINE)
_HEADING = re.compile(rb"^[ \t]*(?:#|\"\"\"|''')(?P<words>[^\n]{0,200})", re.MULTILINE)


def crowded(files: Mapping[str, bytes], outline: Outline) -> dict[str, frozenset[str]]:
    """Return the files in their place that seem to hold others, with the paths of those others.

    A comment in them names the other file. Or it is of the same exercise, and they define at least
    half of what only it asks for, or its constants have keys that only it asks for. The other file
    is missing, or defines nothing that it should.

    Parameters
    ----------
    files : mapping
        The submitted files.
    outline : Outline
        All files of the course.
    """
    there = [target for target in outline.targets if _is_begun(target, files)]
    defined = {target.file: _defined(files[target.file]) for target in there}
    missing = [t for t in outline.targets if not t.asked & defined.get(t.file, frozenset())]
    held = {
        target.file: frozenset(
            other.file
            for other in missing
            if other is not target
            and _holds(target, other, files[target.file], defined[target.file])
        )
        for target in there
    }
    return {file: others for file, others in held.items() if others}


def _is_begun(target: Target, files: Mapping[str, bytes]) -> bool:
    """Say whether a file was submitted and is not the template as it was given out."""
    words = files.get(target.file, b"").split()
    return bool(words) and words != target.template.split()


def _defined(content: bytes) -> frozenset[str]:
    return frozenset(name.decode() for name in _DEFINED.findall(content))


def _holds(own: Target, other: Target, content: bytes, defined: frozenset[str]) -> bool:
    if not other.asked & defined:
        return False
    name = f"{other.stem}.py".encode()
    if any(name in heading["words"] for heading in _HEADING.finditer(content)):
        return True
    if own.number != other.number:
        return False
    alone = other.asked - own.names
    if alone and 2 * len(alone & defined) >= len(alone):
        return True
    shared = own.shapes.keys() & other.shapes.keys()
    return any(has_keys(content, own_keys(other, own, name)) for name in shared)
