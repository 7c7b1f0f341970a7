"""Sentences about the stand-ins for packages that a submission used.

A runner reports names of packages. Only names that are listed here are accepted, so that a
submission cannot put a text of its own into a note.
"""

from __future__ import annotations

__all__ = ["known", "notes", "tell"]

from typing import TYPE_CHECKING

from grader.runner.shims import MOST_USED, TOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

NOTES = {
    "characters": (
        "Some lines hold characters that are no Python, as web pages and word processors put them "
        "there (no-break spaces, typographic quotes): they were read as the usual ones. Type them "
        "anew."
    ),
    "deletions": (
        "`del` would have taken names away that your functions need when they are called: the "
        "names were kept. Take those out of the `del`."
    ),
    "layout": (
        "A file has the prompts of a console, or is indented as a whole: it was read without them. "
        "Take them out."
    ),
    "TensorBoard": "The TensorBoard callback did nothing: nobody reads its logs here.",
    "course_digits": (
        "`load_data()` gave the digits of the exercise, since nothing can be downloaded where this "
        "is graded. Train with the images that `train` is given."
    ),
    "course_data": (
        "A file of the exercise was read that is not in what was handed in: the course's own was "
        "taken."
    ),
    "load_data": (
        "`load_data()` gave blank pictures: nothing can be downloaded where this is graded. Train "
        "with the images that `train` is given."
    ),
    "numpy": (
        "Names that numpy has given up, such as `np.float` or `np.Inf`, were taken as what they "
        "are called today."
    ),
    "lr": "An optimizer was given `lr`, the old name of `learning_rate`: it was taken as that.",
    "old_names": "Modules of an earlier Keras were imported: their names of today were used.",
    "packages": (
        "A package was imported that is not in what was handed in: its modules were found among "
        "your files. Import them by their own names."
    ),
    "paths": (
        "A file was looked for where it does not lie in what was handed in: the file of that name "
        "was read. Write its path from the folder of the code that reads it."
    ),
    "plot_model": "`plot_model` drew nothing: no other programs are run where this is graded.",
}


def known(used: Sequence[str], absent: Collection[str] = ()) -> set[str]:
    """Return the reported names that are on our list.

    Parameters
    ----------
    used : sequence of str
        The names that the runner reported.
    absent : collection of str
        Packages that the course allows and that are not installed.
    """
    return set(used[:MOST_USED]) & {*NOTES, *TOLD, *absent}


def notes(used: Collection[str]) -> list[str]:
    """Return a sentence for the student about each stand-in that was used."""
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


def tell(used: Collection[str], say: Callable[[str], None]) -> None:
    """Say a sentence about each stand-in that was used."""
    for note in notes(used):
        say(note)
