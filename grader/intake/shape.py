"""Tell one submission from a class of them, by names alone."""

from __future__ import annotations

__all__ = ["FILE", "FOLDER", "Children", "Content", "Members", "find_members"]

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from grader.intake.downloads import Bundle, recognise
from grader.intake.folder import as_text
from grader.intake.unpack import names

if TYPE_CHECKING:
    from grader.intake.layout import Layout

Parts = tuple[str, ...]

FOLDER, FILE = "folder", "file"

# A path in a folder or an archive, to the names that lie there and what each of them is: `FOLDER`,
# `FILE`, or the code of something that is neither.
Children = Callable[[Parts], dict[str, str]]
# A path to a file, to its bytes; raises `OSError`, or `ValueError` with the end of a sentence.
Content = Callable[[Parts], bytes]

_MAX_WRAPPERS = 8
# What work is, and how deep it is looked for, in a folder that may be a program's.
_WORK = (".py", ".ipynb", ".toml", ".pdf", ".docx", ".html")
_DEEP = 2
_MOST_LOOKED_AT = 20
# What a folder of a class's reports has, by which it is known: see `grader.keeping`.
OF_CLASS, OF_INSTRUCTOR, OF_FOLDERS = "results.json", "instructor", "folders.json"
# Folders beside submissions that systems and programs make.
_OF_SYSTEMS = frozenset((
    ".cache", ".config", ".local", ".ssh", ".grader", ".trash", ".trash-0", ".trash-1000",
    ".trashes", ".fseventsd", ".spotlight-v100", ".temporaryitems",
    ".documentrevisions-v100", ".dropbox.cache",
    ".stfolder", ".stversions", ".sync", ".github", ".vs", ".jupyter", ".ipython", ".snapshot",
))  # fmt: skip


class Members(NamedTuple):
    """Where submissions lie side by side, and their names; neither: all of it is one.

    Attributes
    ----------
    at : tuple of str
        The folder in which they lie.
    names : tuple of str
        Folders and archives there that are a submission each.
    bundles : tuple of Bundle
        In a platform's download: what belongs to one student.
    problem : str
        What is wrong with such a download, in a sentence.
    loose : tuple of str
        What lies beside the submissions and is nobody's.
    inside : tuple of str
        Where all of it is one submission: folders in it that look like submissions themselves.
    classes : tuple of str
        Of the names those in which several folders look like submissions: perhaps a class each.
    """

    at: Parts
    names: tuple[str, ...]
    bundles: tuple[Bundle, ...] = ()
    problem: str = ""
    loose: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def find_members(children: Children, layout: Layout, content: Content) -> Members:
    """Find the folder in which each folder and each archive is a submission.

    In a platform's download names say whose they are, and a student may have several.
    A folder is a submission itself where it holds one of the course's files, in its place or
    beside the others; where all its folders are the course's; where it holds files only; or where
    it holds notebooks, and nothing like submissions lies beside them. A single folder in it is
    taken for a wrapper and looked into.
    """
    at: Parts = ()
    for _ in range(_MAX_WRAPPERS):
        here = {name: kind for name, kind in children(at).items() if not _is_aside(name, kind)}
        download = recognise(here, layout, partial(_beside, content, at))
        if download is not None:
            return Members(at, download.others, download.bundles, download.problem)
        aside = _without_work(children, at, here) | _reports(children, at, here)
        folders = [n for n, kind in here.items() if kind == FOLDER and n not in aside]
        others = [name for name, kind in here.items() if _may_be_one(name, kind)]
        theirs = all(as_text(name).casefold() in layout.folders for name in folders)
        if (
            _holds_course(children, at, here, layout)
            or (theirs and not others)
            or _holds_notebooks(children, at, here)
        ):
            inside = _people(children, at, here, layout)
            return Members(at, (), inside=inside if len(inside) > 1 else ())
        if len(folders) != 1 or others:
            found = sorted(folders + others)
            loose = sorted(name for name in here if name not in found)
            classes = _classes(children, at, sorted(folders), layout)
            loose = loose if found else []
            return Members(at, tuple(found), loose=tuple(loose), classes=classes)
        at = (*at, folders[0])
    return Members((), ())


def _beside(content: Content, at: Parts, name: str) -> bytes:
    return content((*at, name))


def _is_aside(name: str, kind: str) -> bool:
    """Return whether a name is what programs leave; a folder of another name may be somebody's."""
    text = as_text(name)
    if kind == FOLDER:
        return names.is_junk((text,)) or text.lower() in _OF_SYSTEMS
    return text.startswith(".") or names.is_junk((text,))


def _reports(children: Children, at: Parts, here: dict[str, str]) -> set[str]:
    """Return the folders that hold a class's reports, which are written beside submissions."""
    return {
        name
        for name, kind in here.items()
        if kind == FOLDER
        and OF_CLASS in (inside := children((*at, name)))
        and inside.get(OF_INSTRUCTOR) == FOLDER
        and OF_FOLDERS in children((*at, name, OF_INSTRUCTOR))
    }


def _without_work(children: Children, at: Parts, here: dict[str, str]) -> set[str]:
    """Return the folders whose names begin with a dot, and in which nothing was handed in."""
    hidden = [name for name, kind in here.items() if kind == FOLDER and name.startswith(".")]
    return {name for name in hidden if not _has_work(children, (*at, name), _DEEP)}


def _has_work(children: Children, at: Parts, levels: int) -> bool:
    return any(
        _has_work(children, (*at, name), levels - 1)
        if kind == FOLDER and levels
        else _is_work(name, _WORK) or names.looks_packed(as_text(name))
        for name, kind in children(at).items()
    )


def _may_be_one(name: str, kind: str) -> bool:
    """Return whether something that is no folder was meant as a submission, be it refused."""
    if kind == FILE:
        return names.looks_packed(as_text(name))
    return kind != FOLDER


def _holds_course(children: Children, at: Parts, here: dict[str, str], layout: Layout) -> bool:
    """Return whether one of the course's files lies in its place, or flat, in this folder."""
    files = {as_text(name).casefold() for name, kind in here.items() if kind == FILE}
    if files & layout.by_name.keys():
        return True
    for name, kind in here.items():
        if kind == FOLDER and as_text(name).casefold() in layout.folders:
            wanted = [
                parts[1:]
                for parts in layout.parts
                if len(parts) > 1 and parts[0].casefold() == as_text(name).casefold()
            ]
            if any(_is_there(children, (*at, name), parts) for parts in wanted):
                return True
    return False


def _people(children: Children, at: Parts, here: dict[str, str], layout: Layout) -> tuple[str, ...]:
    """Return the folders that look like submissions, where they are not the course's own."""
    folders = [
        name
        for name, kind in here.items()
        if kind == FOLDER and as_text(name).casefold() not in layout.folders
    ]
    return tuple(
        sorted(
            name
            for name in folders[:_MOST_LOOKED_AT]
            if _holds_course(children, (*at, name), children((*at, name)), layout)
        )
    )


def _classes(children: Children, at: Parts, folders: list[str], layout: Layout) -> tuple[str, ...]:
    """Return the folders in which several others look like submissions."""
    looked_at = folders[:_MOST_LOOKED_AT]
    inside = {name: children((*at, name)) for name in looked_at}
    return tuple(
        name
        for name, here in inside.items()
        if len(_people(children, (*at, name), here, layout)) > 1
    )


def _holds_notebooks(children: Children, at: Parts, here: dict[str, str]) -> bool:
    """Return whether notebooks lie in this folder, and no submissions beside them.

    A single folder beside them is taken for theirs, whatever is in it.
    """
    if not any(kind == FILE and _is_work(name, (".ipynb",)) for name, kind in here.items()):
        return False
    if any(_may_be_one(name, kind) for name, kind in here.items()):
        return False
    folders = [name for name, kind in here.items() if kind == FOLDER]
    return len(folders) <= 1 or not any(
        _is_work(name, (".ipynb", ".py")) for at_one in folders for name in children((*at, at_one))
    )


def _is_work(name: str, endings: tuple[str, ...]) -> bool:
    return as_text(name).lower().endswith(endings)


def _is_there(children: Children, at: Parts, wanted: Parts) -> bool:
    for name, kind in children(at).items():
        if as_text(name).casefold() == wanted[0].casefold():
            if len(wanted) == 1:
                return kind == FILE
            return kind == FOLDER and _is_there(children, (*at, name), wanted[1:])
    return False
