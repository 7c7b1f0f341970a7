"""Finds the course's files that are not with the rest but in another folder or archive."""

from __future__ import annotations

__all__ = ["gather"]

from typing import TYPE_CHECKING

from grader.intake.display import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.intake.layout import Layout
    from grader.intake.tree import Tree

Parts = tuple[str, ...]


def gather(
    placed: dict[Parts, bytes], outside: dict[Parts, bytes], tree: Tree, layout: Layout
) -> None:
    """Move files that are missing from the root into it, with the helpers beside them.

    Parameters
    ----------
    placed : dict of tuple of str to bytes
        The files by their path from the root; files found in a wrong folder, or outside, are moved
        to their place.
    outside : dict of tuple of str to bytes
        The files elsewhere; those that are moved are taken out.
    tree : Tree
        Notes are added to it.
    layout : Layout
        The course's tree.
    """
    used: set[Parts] = set()
    folded = {tuple(part.casefold() for part in parts) for parts in placed}
    for wanted in layout.parts:
        is_there = tuple(part.casefold() for part in wanted) in folded
        if is_there and layout.is_written(placed.get(wanted, b"?")):
            continue
        astray = {parts: c for parts, c in placed.items() if parts not in layout.parts}
        elsewhere = outside | {parts: c for parts, c in astray.items() if parts not in outside}
        found = sorted(
            (not layout.is_written(elsewhere[parts]), is_astray, len(parts), parts)
            for is_astray, parts in _candidates(wanted, elsewhere, layout)
        )
        if not found or (is_there and found[0][0]):
            continue
        chosen = found[0][-1]
        (outside if chosen in outside else placed).pop(chosen)
        placed[wanted] = elsewhere[chosen]
        if is_there:
            tree.say(
                f"{'/'.join(wanted)} is empty or the template as it was given out: "
                f"{quoted('/'.join(chosen))} was graded."
            )
        else:
            tree.say(f"{quoted('/'.join(chosen))} was taken as {quoted('/'.join(wanted))}.")
        others = [parts for *_, parts in found[1:] if elsewhere[parts] != placed[wanted]]
        if others:
            tree.say(
                f"{quoted('/'.join(others[0]))} was left aside, since only one file can be "
                f"{quoted('/'.join(wanted))}: hand in one of the two."
            )
        for parts, target in _helpers(chosen, wanted, elsewhere, layout):
            placed.setdefault(target, elsewhere[parts])
            used.add(parts)
    for parts in used:
        outside.pop(parts, None)


def _candidates(
    wanted: Parts, outside: Mapping[Parts, bytes], layout: Layout
) -> Iterator[tuple[bool, Parts]]:
    """Yield possible files of the course: whether the folder is missing, and the path."""
    right = tuple(part.casefold() for part in wanted)
    is_unique = layout.by_name.get(right[-1]) == wanted
    for parts in outside:
        if parts[-1].casefold() != right[-1]:
            continue
        in_place = tuple(part.casefold() for part in parts[-len(right) :]) == right
        if in_place or is_unique:
            yield not in_place, parts


def _helpers(
    chosen: Parts, wanted: Parts, outside: Mapping[Parts, bytes], layout: Layout
) -> Iterator[tuple[Parts, Parts]]:
    """Yield files beside a moved file that are not the course's, with their new paths."""
    above = chosen[:-1]
    for parts in outside:
        if parts[: len(above)] == above and parts[-1].casefold() not in layout.by_name:
            yield parts, (*wanted[:-1], *parts[len(above) :])
