"""Distinguish one submission from a class of submissions, by names alone."""

from __future__ import annotations

__all__ = ["FILE", "FOLDER", "Children", "Content", "Members", "find_members", "holds_reports"]

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

# From a path in a folder or an archive to the names in it and the kind of each: `FOLDER`, `FILE`,
# or the code of another kind.
Children = Callable[[Parts], dict[str, str]]
# From a file's path to its content; raises `OSError`, or `ValueError` with the end of a sentence.
Content = Callable[[Parts], bytes]

_MAX_WRAPPERS = 8
# Endings of students' work, and how deep to look for it in a folder that may be a program's.
_WORK = (".py", ".ipynb", ".toml", ".pdf", ".docx", ".html")
_DEEP = 2
_MOST_LOOKED_AT = 20
# The files by which a folder with a class's reports is recognised: see `grader.keeping`.
OF_CLASS, OF_INSTRUCTOR, OF_FOLDERS = "results.json", "instructor", "folders.json"
# Folders that systems and programs create next to submissions.
_OF_SYSTEMS = frozenset((
    ".cache", ".config", ".local", ".ssh", ".grader", ".trash", ".trash-0", ".trash-1000",
    ".trashes", ".fseventsd", ".spotlight-v100", ".temporaryitems",
    ".documentrevisions-v100", ".dropbox.cache",
    ".stfolder", ".stversions", ".sync", ".github", ".vs", ".jupyter", ".ipython", ".snapshot",
))  # fmt: skip


class Members(NamedTuple):
    """The submissions found side by side; without names and bundles, everything is one submission.

    Attributes
    ----------
    at : tuple of str
        The folder that contains them.
    names : tuple of str
        Folders and archives in it, each of which is a submission.
    bundles : tuple of Bundle
        In a platform's download: the files of each student.
    problem : str
        The fault of such a download, as a sentence.
    loose : tuple of str
        Files beside the submissions that belong to nobody.
    inside : tuple of str
        If everything is one submission: folders in it that look like submissions themselves.
    own_names : tuple of str
        If everything is one submission: files with code in it under names that are not the
        course's, if there are several. They may be several people's.
    classes : tuple of str
        Those of `names` that contain several likely submissions: perhaps whole classes.
    """

    at: Parts
    names: tuple[str, ...]
    bundles: tuple[Bundle, ...] = ()
    problem: str = ""
    loose: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def find_members(children: Children, layout: Layout, content: Content) -> Members:
    """Find the folder in which each folder and each archive is a submission.

    In a platform's download the names say whose the files are; a student may have several.
    Otherwise a folder is itself a submission in four cases: it has one of the course's files, in
    its place or directly in the folder; all its folders are the course's; it has only files; it
    has notebooks, and nothing like submissions beside them. A single subfolder is a wrapper, and
    the search goes on in it.
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
            return Members(
                at,
                (),
                inside=inside if len(inside) > 1 else (),
                own_names=_own_names(here, layout),
            )
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
    """Return whether programs made this; a folder with an unknown name may be somebody's."""
    text = as_text(name)
    if kind == FOLDER:
        return names.is_junk((text,)) or text.lower() in _OF_SYSTEMS
    return text.startswith(".") or names.is_junk((text,))


def _reports(children: Children, at: Parts, here: dict[str, str]) -> set[str]:
    """Return the folders with a class's reports, which are written beside submissions."""
    return {
        name
        for name, kind in here.items()
        if kind == FOLDER and holds_reports(children, (*at, name))
    }


def holds_reports(children: Children, at: Parts = ()) -> bool:
    """Return whether a folder contains a class's reports, as `grader grade` writes them."""
    here = children(at)
    is_like_them = OF_CLASS in here and here.get(OF_INSTRUCTOR) == FOLDER
    return is_like_them and OF_FOLDERS in children((*at, OF_INSTRUCTOR))


def _without_work(children: Children, at: Parts, here: dict[str, str]) -> set[str]:
    """Return the folders whose names begin with a dot and that contain no submitted work."""
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
    """Return whether a file was meant as a submission, even if it will be refused."""
    if kind == FILE:
        return names.looks_packed(as_text(name))
    return kind != FOLDER


def _holds_course(children: Children, at: Parts, here: dict[str, str], layout: Layout) -> bool:
    """Return whether one of the course's files is in its place, or directly in this folder."""
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
    """Return the folders that look like submissions and are not the course's own."""
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


def _own_names(here: dict[str, str], layout: Layout) -> tuple[str, ...]:
    """Return the files with code that are not called as the course's, if there are several."""
    found = [
        name
        for name, kind in here.items()
        if kind == FILE
        and _is_work(name, (".py", ".ipynb"))
        and as_text(name).casefold() not in layout.by_name
    ]
    return tuple(sorted(found)) if len(found) > 1 else ()


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
    """Return whether this folder has notebooks, and no submissions beside them.

    A single folder beside the notebooks is taken to belong to them, whatever it contains.
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
