"""Keep the names by which a submission imports its own files, if the files were moved."""

from __future__ import annotations

__all__ = ["keep_imported_names"]

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.intake.layout import Layout

Parts = tuple[str, ...]

_SOURCES = (".py", ".ipynb")
_MAX_SOURCE = 1 << 20


def keep_imported_names(
    kept: dict[Parts, bytes], before: Mapping[Parts, bytes], layout: Layout
) -> None:
    """Keep a file of the course under its old name, too, if another file mentions that name.

    A file submitted as ``Learn_Random_Data.py`` is graded as ``learn_random_data.py``, and a file
    that imports ``Learn_Random_Data`` still finds it. Two names that differ only in case have the
    same content, so that nothing is lost on a disk that ignores case.

    Parameters
    ----------
    kept : dict of tuple of str to bytes
        The files in the form in which they are graded; the old names are added.
    before : Mapping of tuple of str to bytes
        The same files as they were submitted.
    layout : Layout
        The course's tree: only the course's files get old names.
    """
    sources = [
        content
        for parts, content in kept.items()
        if parts[-1].lower().endswith(_SOURCES) and len(content) <= _MAX_SOURCE
    ]
    for final in layout.parts:
        content = kept.get(final)
        if not content or not final[-1].endswith(".py"):
            continue
        for parts in [parts for parts, one in before.items() if one is content]:
            for old, spoken in _old_names(parts, final):
                if any(spoken in one for one in sources if one is not content):
                    kept.setdefault(old, content)


def _old_names(parts: Parts, final: Parts) -> Iterator[tuple[Parts, bytes]]:
    """Yield each path at which the old import finds the file, and the text of that import."""
    stem, dot, ending = parts[-1].partition(".")
    if dot + ending.lower() != ".py" or not stem.isidentifier():
        return
    if f"{stem}.py" != final[-1]:
        yield (*final[:-1], f"{stem}.py"), stem.encode()
    if len(parts) > 1 and all(map(str.isidentifier, parts[:-1])):
        yield (*parts[:-1], f"{stem}.py"), ".".join((*parts[:-1], stem)).encode()
