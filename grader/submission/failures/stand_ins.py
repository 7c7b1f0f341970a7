"""What stood in for packages while a submission ran, in sentences of ours.

A runner names what was used; only names that stand here are taken, so that nothing which a
submission chose gets into a note.
"""

from __future__ import annotations

__all__ = ["known", "notes"]

from typing import TYPE_CHECKING

from grader.runner.shims import MOST_USED, TOLD

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

NOTES = {
    "TensorBoard": "The TensorBoard callback did nothing: nobody reads its logs here.",
    "load_data": (
        "`load_data()` gave blank pictures: nothing can be downloaded where this is graded. Train "
        "with the images that `train` is given."
    ),
    "lr": "An optimizer was given `lr`, the old name of `learning_rate`: it was taken as that.",
    "old_names": "Modules of an earlier Keras were imported: their names of today were used.",
    "plot_model": "`plot_model` drew nothing: no other programs are run where this is graded.",
}


def known(used: Sequence[str], absent: Collection[str] = ()) -> set[str]:
    """Return those of the names that a runner gave which are ours.

    Parameters
    ----------
    used : sequence of str
        Whatever came.
    absent : collection of str
        Packages that are not installed and that the submission may ask for.
    """
    return set(used[:MOST_USED]) & {*NOTES, *TOLD, *absent}


def notes(used: Collection[str]) -> list[str]:
    """Return what the student should know of what stood in, a sentence each."""
    packages = [f"`{name}`" for name in sorted(used) if name in TOLD]
    told = [NOTES[name] for name in sorted(used) if name in NOTES]
    if packages:
        are, place = ("is", "its place") if len(packages) == 1 else ("are", "their places")
        told.insert(
            0,
            f"{', '.join(packages)} {are} not installed where your work is graded: a stand-in that "
            f"does nothing took {place}.",
        )
    return told
