"""Arrange the found files as the course's tree: find the root, correct clear mistakes."""

from __future__ import annotations

__all__ = ["archives", "course_files", "lay_out"]

import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from grader.intake.answer_files import put_answers_right
from grader.intake.display import quoted
from grader.intake.gathering import gather
from grader.intake.import_aliases import keep_imported_names
from grader.intake.kinds import foreign as foreign_archive
from grader.intake.kinds import is_byproduct, kind_of, unportable
from grader.intake.lateness import lateness
from grader.intake.spelling import put_endings_right, put_names_right
from grader.intake.tree import Tree
from grader.intake.unpack import names

if TYPE_CHECKING:
    from grader.intake.layout import Caps, Layout
    from grader.results import Received

Parts = tuple[str, ...]

CODE = (".py", ".ipynb")
MODELS = (".keras", ".h5", ".hdf5")
_MOST_FOREIGN = 5

# Characters that some supported system does not allow in a name.
_FORBIDDEN = frozenset('<>:"|?*')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)]
)


def _folded(parts: Parts) -> Parts:
    """Return the parts as they are on a disk that ignores case and Unicode normal forms."""
    return tuple(unicodedata.normalize("NFC", part).casefold() for part in parts)


def archives(tree: Tree) -> list[Parts]:
    """Return the archives in a tree, sorted by name."""
    return sorted(parts for parts in tree.files if names.is_archive(parts[-1]))


class _Root:
    """A folder that may be the submission's root, and the course's files in it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.proper: set[Parts] = set()
        self.flat: set[Parts] = set()
        self.written: set[Parts] = set()

    @property
    def covered(self) -> set[Parts]:
        """The course's files that it contains."""
        return self.proper | self.flat

    @property
    def rank(self) -> tuple[int, int, int, int, int, tuple[int, ...], Parts]:
        """Sort key: most files written, most found, most in their place, shallow, latest."""
        late, numbers = lateness(" ".join(self.parts))
        later = (*(-number for number in numbers), 1)
        found = -len(self.written), -len(self.covered), -len(self.proper)
        return (*found, len(self.parts), -late, later, self.parts)


def _roots(tree: Tree, layout: Layout) -> list[_Root]:
    roots: dict[Parts, _Root] = {}
    for parts, content in tree.files.items():
        folded = _folded(parts)
        for wanted in layout.parts:
            length = len(wanted)
            if folded[-length:] == tuple(part.casefold() for part in wanted):
                root = roots.setdefault(parts[:-length], _Root(parts[:-length]))
                root.proper.add(wanted)
                root.written |= {wanted} if layout.is_written(content) else set()
        lone = layout.by_name.get(folded[-1])
        if lone is not None and len(lone) > 1:
            root = roots.setdefault(parts[:-1], _Root(parts[:-1]))
            root.flat.add(lone)
            root.written |= {lone} if layout.is_written(content) else set()
    return sorted(roots.values(), key=lambda root: root.rank)


def course_files(tree: Tree, layout: Layout) -> int:
    """Return how many of the course's files can be found in a tree, under any likely name.

    Each notebook counts: it may replace any of these files; only its content shows which.
    """
    likely = Tree(tree.shown, dict(tree.files))
    put_endings_right(likely, layout)
    put_names_right(likely, layout)
    roots = _roots(likely, layout)
    return max((len(root.covered) for root in roots), default=0) + sum(
        map(_is_notebook, tree.files)
    )


def lay_out(tree: Tree, layout: Layout, caps: Caps) -> dict[Parts, bytes]:
    """Return the files by their path from the submission's root, and note the changes.

    Parameters
    ----------
    tree : Tree
        The found files; notes are added to it.
    layout : Layout
        The course's tree.
    caps : Caps
        The limits on depth and length of paths below the root.

    Returns
    -------
    dict of tuple of str to bytes
        Names that are valid on every system; two that differ only in case have the same content.

    """
    put_endings_right(tree, layout)
    foreign = _take_foreign(tree)
    before = tree.files
    put_names_right(tree, layout)
    put_answers_right(tree, layout)
    files = tree.files
    roots = _roots(tree, layout)
    roots.sort(key=lambda root: (not root.written, tree.is_packed(root.parts)))
    if not files:
        if not tree.received:
            tree.say(f"{tree.shown} holds no files: nothing could be graded.")
        return {}
    if roots:
        _tell_foreign(tree, foreign)
        root = roots[0].parts
        _tell_other_roots(tree, roots)
    else:
        root = _wrapper(files)
        _tell_nothing_found(tree, layout)
    is_inside = {
        parts: parts[: len(root)] == root and (tree.is_packed(root) or not tree.is_packed(parts))
        for parts in files
    }
    inside = {parts[len(root) :]: c for parts, c in files.items() if is_inside[parts]}
    outside = {parts: c for parts, c in files.items() if not is_inside[parts]}
    placed = _in_their_places(inside, tree, layout)
    gather(placed, outside, tree, layout)
    for parts in [parts for parts in outside if _may_stand_for_a_file(parts, layout)]:
        placed.setdefault(parts, outside.pop(parts))
    left = sorted(parts for parts in outside if parts[-1].casefold() not in layout.by_name)
    if left and root:
        tree.say(
            f"Only {quoted('/'.join(root))} was graded; what lies beside it was left out "
            f"({len(left)} in all, such as {quoted('/'.join(left[0]))}): put it inside if it "
            "belongs there."
        )
    kept = _portable(_with_plain_names(placed), tree, layout, caps)
    keep_imported_names(kept, before, layout)
    return kept


def _take_foreign(tree: Tree) -> list[Received]:
    """Note files in a form that cannot be graded, and leave out packed ones."""
    foreign = [
        found
        for parts, content in sorted(tree.files.items())
        if (found := kind_of("/".join(parts), content))
    ]
    for one in foreign:
        tree.receive(one)
    tree.files = {parts: c for parts, c in tree.files.items() if not _is_packed(parts, tree)}
    return foreign


def _tell_nothing_found(tree: Tree, layout: Layout) -> None:
    """Say that none of the course's files was found, unless there is code to look into later."""
    if not any(parts[-1].lower().endswith(CODE) for parts in tree.files):
        expected = ", ".join(layout.files[:3])
        tree.say(
            f"None of the course's files was found in {tree.shown}: "
            f"name them as in the exercises ({expected}, …)."
        )


def _tell_foreign(tree: Tree, foreign: list[Received]) -> None:
    """Say which other files were not graded; plots and the like are not mentioned."""
    told = [one for one in foreign if not is_byproduct(one) and not names.looks_packed(one.name)]
    for one in told[:_MOST_FOREIGN]:
        tree.say(
            f"{quoted(one.name)} is {one.kind} and was not graded: if it holds an answer, "
            f"{one.mend}."
        )
    if len(told) > _MOST_FOREIGN:
        more = len(told) - _MOST_FOREIGN
        tree.say(f"{more} more files of such kinds were not graded.")


def _is_notebook(parts: Parts) -> bool:
    return parts[-1].lower().endswith(".ipynb")


def _may_stand_for_a_file(parts: Parts, layout: Layout) -> bool:
    """Return whether a file outside the root has to be looked into: code, or a trained model."""
    is_work = parts[-1].lower().endswith((*CODE, *MODELS))
    return is_work and parts[-1].casefold() not in layout.by_name


def _is_packed(parts: Parts, tree: Tree) -> bool:
    if not names.looks_packed(parts[-1]):
        return False
    name = "/".join(parts)
    tree.say(
        f"{quoted(name)} is an archive inside the submission and was not opened: hand in its files "
        "themselves."
    )
    if not names.is_foreign(name):
        tree.receive(foreign_archive(name, len(tree.files[parts]), "an archive"))
    return True


def _wrapper(files: dict[Parts, bytes]) -> Parts:
    """Return the folders that all paths have in common."""
    every = list(files)
    common = every[0][:-1]
    for parts in every:
        while parts[: len(common)] != common or len(parts) == len(common):
            common = common[:-1]
    return common


def _tell_other_roots(tree: Tree, roots: list[_Root]) -> None:
    chosen = roots[0]
    others = [root for root in roots[1:] if chosen.covered & root.covered and root.proper]
    if others:
        where = quoted("/".join(chosen.parts)) if chosen.parts else "the outermost folder"
        also = quoted("/".join(others[0].parts)) if others[0].parts else "the outermost folder"
        tree.say(
            f"Files of the course lie in {where} and in {also}: those in {where} were graded; "
            "hand in one copy of each."
        )


def _in_their_places(files: dict[Parts, bytes], tree: Tree, layout: Layout) -> dict[Parts, bytes]:
    """Give the course's paths the course's spelling, and move its files out of the root."""
    placed: dict[Parts, bytes] = {}
    moved: list[tuple[Parts, Parts]] = []
    spelled = {parts[-1] for parts in layout.parts}
    # A path that is spelled right goes first, so that it is kept.
    order = {parts: (parts not in layout.parts, parts[-1] not in spelled, parts) for parts in files}
    for parts in sorted(files, key=order.__getitem__):
        lone = layout.by_name.get(_folded(parts)[-1]) if len(parts) == 1 else None
        if lone is not None and len(lone) > 1:
            moved.append((parts, lone))
            continue
        right = _spelled(parts, layout)
        is_better = layout.is_written(files[parts]) and not layout.is_written(
            placed.get(right, b"")
        )
        if right in placed and not is_better:
            tree.say(_twice(parts, right))
            continue
        if right != parts:
            tree.say(f"{quoted('/'.join(parts))} was taken as {quoted('/'.join(right))}.")
        placed[right] = files[parts]
    proper = set(placed)
    for parts, lone in moved:
        if lone in proper and parts[0].lower().endswith(".py"):
            placed[parts] = files[parts]  # the one in which more is written will be graded
        elif lone in placed:
            tree.say(_twice(parts, lone))
        else:
            if not tree.is_flattened or parts[0] != lone[-1]:
                tree.say(f"{quoted(parts[0])} was taken as {quoted('/'.join(lone))}: put it there.")
            placed[lone] = files[parts]
    return placed


def _twice(left_out: Parts, taken: Parts) -> str:
    return (
        f"{quoted('/'.join(left_out))} was left out, since {quoted('/'.join(taken))} is there: "
        "hand in one of the two."
    )


def _spelled(parts: Parts, layout: Layout) -> Parts:
    """Return a path in the course's spelling, as far as the course has such a path."""
    folded = _folded(parts)
    for end in range(len(parts), 0, -1):
        known = layout.spelling.get(folded[:end])
        if known is not None:
            return known + parts[end:]
    return parts


def _portable(
    files: dict[Parts, bytes], tree: Tree, layout: Layout, caps: Caps
) -> dict[Parts, bytes]:
    """Leave out files whose names do not work on every system."""
    kept: dict[Parts, bytes] = {}
    taken: dict[Parts, Parts] = {}
    folders: dict[Parts, set[Parts]] = defaultdict(set)
    for parts in files:
        for end in range(1, len(parts)):
            folders[_folded(parts[:end])].add(parts)
    for parts in sorted(files, key=lambda parts: (parts not in layout.parts, parts)):
        name, folded = "/".join(parts), _folded(parts)
        if folded in taken:
            tree.say(_twice(parts, taken[folded]))
        elif folders.get(folded):
            tree.say(f"{quoted(name)} was left out: a folder has the same name; rename the file.")
        elif len(parts) - 1 > caps.depth:
            tree.leave_out(name, "deep")
        elif len(name) > caps.path_length:
            tree.leave_out(name, "long")
        elif not all(map(_is_portable, parts)):
            tree.say(
                f"{quoted(name)} was left out: not every system can have this name; rename it."
            )
            if parts[-1].strip(" .").lower().endswith(CODE):
                tree.receive(unportable(name, len(files[parts])))
        else:
            taken[folded] = parts
            kept[parts] = files[parts]
    return kept


def _with_plain_names(files: dict[Parts, bytes]) -> dict[Parts, bytes]:
    """Rename notebooks to names that work on every system: nothing refers to the old names."""
    placed: dict[Parts, bytes] = {}
    for parts, content in files.items():
        plain = tuple(map(_plain_name, parts)) if _is_notebook(parts) else parts
        placed[parts if plain in files else plain] = content
    return placed


def _plain_name(part: str) -> str:
    if _is_portable(part):
        return part
    kept = "".join("_" if char in _FORBIDDEN else char for char in part).rstrip(" .")
    return kept if kept and _is_portable(kept) else f"_{kept}"


def _is_portable(part: str) -> bool:
    reserved = part.split(".", maxsplit=1)[0].rstrip(" ").lower() in _DEVICES
    return not (reserved or part.endswith((" ", ".")) or _FORBIDDEN & set(part))
