"""Leave out files that no exercise needs, and say so once: environments, histories, pictures."""

from __future__ import annotations

__all__ = ["drop_needless", "note_left_out"]

from collections import Counter
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.intake.kinds import foreign, leftover
from grader.intake.unpack import names
from grader.intake.unpack.other_files import is_code

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.intake.tree import Tree

Parts = tuple[str, ...]

MOST_NAMED = 3
# Files that mark the root of an environment, whatever its name.
_MARKS = frozenset(("pyvenv.cfg", "conda-meta"))


def drop_needless(tree: Tree) -> None:
    """Remove environments and masses of other files from a tree, and note the omissions.

    Parameters
    ----------
    tree : Tree
        The files that were read; `tree.needless` lists those that were not.
    """
    leftovers = {parts for parts in tree.needless_folders if names.is_leftover(parts)}
    folders = tree.needless_folders - leftovers
    folders |= {p[:-1] for p in tree.files if p[-1].lower() in _MARKS and len(p) > 1}
    heaps: Counter[Parts] = Counter()
    for (folder, _), count in tree.needless_files.items():
        heaps[folder] += count
    for parts in list(tree.files):
        if _is_below(parts, folders):
            del tree.files[parts]
        elif (parts[:-1], _ending(parts)) in tree.needless_files and not is_code(parts[-1]):
            heaps[parts[:-1]] += 1
            del tree.files[parts]
    named = [_shown(folder) for folder in sorted(folders) if not _is_below(folder, folders)]
    named += [
        f"{count:,} {'file' if count == 1 else 'files'} in {_shown(folder)}"
        for folder, count in heaps.most_common()
        if not _is_below((*folder, ""), folders)
    ]
    if named:
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        tree.say(f"What no exercise needs was left out: {', '.join(named[:MOST_NAMED])}{more}.")
    if heaps and not tree.files:  # something was submitted, though nothing is left
        for folder, count in heaps.most_common(MOST_NAMED):
            name = "/".join(folder) or "the outermost folder"
            tree.receive(foreign(name, 0, f"a folder of {count:,} files without any code"))
    if not any(is_code(parts[-1]) for parts in tree.files):
        for parts in sorted(leftovers):
            tree.receive(leftover("/".join(parts)))


def _is_below(parts: Parts, folders: Collection[Parts]) -> bool:
    return any(parts[:end] in folders for end in range(1, len(parts)))


def _ending(parts: Parts) -> str:
    return parts[-1].rpartition(".")[2].lower()


def _shown(folder: Parts) -> str:
    return quoted("/".join(folder)) if folder else "the outermost folder"


def note_left_out(tree: Tree, parts: Parts, code: str) -> None:
    """Remember a file that was not read, or its folder, for the one sentence on all of them."""
    if code == names.HEAP:
        tree.needless_files[parts[:-1], _ending(parts)] += 1
    else:
        tree.needless_folders.add(parts)
