"""Makes a new course: a folder with one exercise and a class to try it on, ready to run.

Its files are in ``template`` beside this module, with ``.txt`` added to their names, because they
are data of the program and not its code. `make_course` copies them and inserts the title.
"""

from __future__ import annotations

__all__ = ["make_course", "title_of"]

import contextlib
import importlib.resources
import json
import os
import re
import secrets
import shutil
import unicodedata
from typing import TYPE_CHECKING

from grader.course import MANIFEST
from grader.errors import GraderError, UsageError, os_error_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

TITLE_CHARACTERS = 200
SOME_TITLE = "A course of my own"
TEMPLATE = "template"
ENDING = ".txt"
TITLE = "@TITLE@"
# Control characters, surrogates (bytes that were not UTF-8), and line separators.
NOT_IN_A_TITLE = frozenset(["Cc", "Cs", "Zl", "Zp"])
OF_MARKDOWN = re.compile(r"([\\`*_\[\]<>#&~|])")
NAMES_TOLD = 3


def make_course(folder: Path, title: str | None = None) -> Path:
    """Make a new course; afterwards it is complete, or nothing is there.

    Parameters
    ----------
    folder : Path
        A new or an empty folder.
    title : str, optional
        The course's title, on one line; by default made from the folder's name.

    Returns
    -------
    Path
        The folder, absolute and without links.

    Raises
    ------
    UsageError
        If the folder or the title cannot be used; nothing was written.
    """
    try:
        target = folder.resolve()
        _refuse_place(target)
        files = _files(title_of(target.name) if title is None else _checked(title))
        _write(target, files)
    except OSError as error:
        why = os_error_sentence(error)
        if isinstance(error, PermissionError):
            why += ": name a folder that you may write to"
        raise UsageError(f"The course cannot be made: {why}.") from error
    except (RuntimeError, ValueError) as error:  # circular links; a name with NUL
        raise UsageError(f"{str(folder)!r} can be no folder: {error}.") from error
    return target


def title_of(name: str) -> str:
    """Return the title for a course in a folder of this name: "optics-2" gives "Optics 2"."""
    words = re.sub(r"[\s_-]+", " ", name).strip()
    if not words or len(words) > TITLE_CHARACTERS or _odd(words):
        return SOME_TITLE
    return words[0].upper() + words[1:]


def _odd(title: str) -> str:
    """Return the first character that is not allowed in a title, empty if there is none."""
    return next((c for c in title if unicodedata.category(c) in NOT_IN_A_TITLE), "")


def _checked(title: str) -> str:
    title = title.strip()
    if not title:
        raise UsageError("The title is empty: write one, or leave --title out.")
    if odd := _odd(title):
        raise UsageError(
            f"Character {title.index(odd) + 1} of the title, U+{ord(odd):04X}, cannot be shown: "
            "write the title on one line, without it."
        )
    if len(title) > TITLE_CHARACTERS:
        raise UsageError(
            f"The title has {len(title)} characters: write at most {TITLE_CHARACTERS}."
        )
    return title


# ---------------------------------------------------------------------------- the folder


def _refuse_place(target: Path) -> None:
    """Refuse a folder that is in use, whose parent is missing, or that is inside another course."""
    if os.path.lexists(target):
        if not target.is_dir():
            raise UsageError(f"{target} is a file: name a folder that is not there yet.")
        _refuse_full(target, _names(target))
    elif not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}: make it first, or name another one.")
    for outer in target.parents:
        if os.path.isfile(outer / MANIFEST):  # noqa: PTH113  (says no where it may not look)
            raise UsageError(
                f"{target} lies in the course {outer}, which would hand it out with its own files: "
                "name a folder outside of it."
            )


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _refuse_full(target: Path, names: list[str]) -> None:
    """Refuse a folder that contains these names."""
    if names:
        told = ", ".join(sorted(names)[:NAMES_TOLD])
        more = f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
        raise UsageError(
            f"{target} is not empty: it has {told}{more}. Name a folder that is not there yet, or "
            "an empty one."
        )


# ---------------------------------------------------------------------------- the files


def _files(title: str) -> dict[str, bytes]:
    """Return the files of a course of this title, by their paths."""
    files = {}
    for path, content in _template(importlib.resources.files(__package__) / TEMPLATE):
        is_manifest = path == MANIFEST.as_posix()
        quoted = _in_toml(title) if is_manifest else OF_MARKDOWN.sub(r"\\\1", title)
        files[path] = content.replace(TITLE.encode(), quoted.encode())
    return files


def _in_toml(title: str) -> str:
    """Return a title as a TOML string; without control characters, JSON's form is the same."""
    return json.dumps(title, ensure_ascii=False)


def _template(folder: Traversable, inside: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of each file of the template."""
    if not folder.is_dir():
        raise GraderError("The files of a new course are not installed: install the grader anew.")
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _template(entry, f"{inside}{entry.name}/")
        elif entry.name.endswith(ENDING):
            yield f"{inside}{entry.name.removesuffix(ENDING)}", entry.read_bytes()


# ---------------------------------------------------------------------------- writing


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a draft folder, and move it into place when it is complete.

    A folder that exists is filled and not replaced: a shell may be in it, and we may not be allowed
    to write into the folder around it.
    """
    filled = target.is_dir()
    draft = (target if filled else target.parent) / f".new-course-{secrets.token_hex(8)}"
    try:
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if filled:
            _refuse_full(target, [name for name in _names(target) if name != draft.name])
            _fill(target, draft)
        else:
            draft.rename(target)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError):
            error.filename = os.fspath(target)  # not the draft's name
        raise


def _fill(target: Path, draft: Path) -> None:
    """Move the draft's content into the folder, the manifest last; on an error, move nothing."""
    names = sorted(_names(draft), key=lambda name: name == MANIFEST.parts[0])
    moved: list[str] = []
    try:
        for name in names:
            moved.append(name)
            (draft / name).rename(target / name)
    except BaseException:
        for name in moved:
            with contextlib.suppress(OSError):  # the last move may have failed
                (target / name).rename(draft / name)
        raise
    draft.rmdir()
