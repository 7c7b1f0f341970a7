"""Sorts the files of one student by attempt, if a platform keeps several."""

from __future__ import annotations

__all__ = ["MOST_ATTEMPTS", "attempts_of"]

from collections import defaultdict
from typing import TYPE_CHECKING

from grader.intake.downloads.blackboard_names import BLACKBOARD
from grader.intake.downloads.filenames import CANVAS, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.intake.layout import Layout

MOST_ATTEMPTS = 10

# Endings of files that are found by their names. Any other file may be opened under either name:
# the student's, or the one with a number that Canvas may have added.
_FOUND = (".py", ".ipynb", ".toml", ".zip", ".tar", ".gz", ".bz2", ".xz", ".tgz", ".tbz", ".txz")


def attempts_of(
    files: Mapping[str, str], order: Mapping[str, int], layout: Layout, platform: str
) -> list[list[tuple[str, str]]]:
    """Return the files of each attempt, the latest last.

    A file that was not handed in again still counts: an attempt has all files up to that time.

    Parameters
    ----------
    files : Mapping of str to str
        Names in the download, and the names under which the student handed the files in.
    order : Mapping of str to int
        Numbers that grow with time, for the same keys.
    layout : Layout
        The course's tree: some of its own names end in a number.
    platform : str
        Canvas adds a number to a file that was handed in before; Blackboard keeps its name and
        gives all attempts. Others give the latest one.

    Returns
    -------
    list of list of (str, str)
        Names in the download and the names under which they are graded; from one to
        `MOST_ATTEMPTS` lists.
    """
    if platform == BLACKBOARD:
        versions = _by_time(files, order)
    elif platform == CANVAS:
        versions = _versions(files, order, layout)
    else:
        return [list(files.items())]
    counted = {base: own for base, own in versions.items() if base.lower().endswith(_FOUND)}
    count = min(MOST_ATTEMPTS, max((len(own) for own in counted.values()), default=1))
    given = set(files.values())
    aside: list[tuple[str, str]] = []
    for base, own in versions.items():
        if base not in counted:
            aside += [(name, files[name]) for name in own]
            aside += [(own[-1], base)] if base not in given else []
    return [
        aside + [(own[max(0, len(own) - 1 - back)], base) for base, own in counted.items()]
        for back in reversed(range(count))
    ]


def _by_time(files: Mapping[str, str], order: Mapping[str, int]) -> dict[str, list[str]]:
    """Return the versions of each file, the latest last."""
    versions: dict[str, list[str]] = defaultdict(list)
    for name in sorted(files, key=lambda name: (order[name], name)):
        versions[files[name]].append(name)
    return dict(versions)


def _versions(
    files: Mapping[str, str], order: Mapping[str, int], layout: Layout
) -> dict[str, list[str]]:
    """Return the versions of each file by its name without Canvas' number, the latest last."""
    plain = {file.casefold() for file in files.values()}
    versions: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for name, file in files.items():
        base, number = numbered(file)
        meant = file.replace("-", "_")
        is_own = meant.casefold() in layout.by_name and meant.casefold() not in plain
        if number and is_own and base.casefold() in plain:
            base, number = meant, 0  # gradient-2.py next to gradient.py means gradient_2.py
        versions[base].append((number, order[name], name))
    return {base: [name for _, _, name in sorted(own)] for base, own in versions.items()}
