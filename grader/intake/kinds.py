"""Recognise files that contain no code to run, by the first bytes and by the name."""

from __future__ import annotations

__all__ = [
    "damaged",
    "empty",
    "foreign",
    "is_byproduct",
    "kind_of",
    "left_out",
    "leftover",
    "no_text",
    "online",
    "unportable",
    "without_code",
]

import re
from dataclasses import replace
from typing import NamedTuple

from grader.intake.unpack import names
from grader.intake.unpack.reasons import LEFT_OUT
from grader.results import Received

_CODE = "hand in the code itself, the .py file or the notebook (.ipynb)"
_FILES = "hand in the files themselves, or pack them as an ordinary zip"
_PLAIN_TEXT = "save it as plain text, under the same name, and hand that in"


class _Kind(NamedTuple):
    """The name of a kind of file, its endings, and what to hand in instead."""

    words: str
    mend: str
    endings: tuple[str, ...]


_LINK = _Kind(
    "a link", "hand in the file that the link leads to",
    (".url", ".webloc", ".lnk", ".desktop", ".gdoc", ".gsheet", ".gslides", ".alias"),
)  # fmt: skip
_PAGE = _Kind(
    "a web page", "hand in the notebook itself (.ipynb) or the .py file, not a page of it",
    (".html", ".htm", ".mhtml", ".xhtml"),
)  # fmt: skip
_PDF = _Kind("a PDF", _CODE, (".pdf",))
_PICTURE = _Kind(
    "a picture", "hand in the code as text, not as a picture of it",
    (".png", ".jpg", ".jpeg", ".heic", ".heif", ".gif", ".bmp", ".webp", ".tif", ".tiff"),
)  # fmt: skip
_WORDS = _Kind(
    "a text document", _CODE, (".doc", ".docx", ".odt", ".rtf", ".pages", ".tex", ".wps")
)
_PACKED = _Kind(
    "an archive of a kind that is not opened", "pack it as an ordinary zip",
    (*names.FOREIGN_ARCHIVES, ".gz", ".bz2", ".xz", ".zst", ".cab", ".arj", ".iso", ".dmg", ".jar"),
)  # fmt: skip
_POINTER = _Kind("only a pointer of Git LFS", "hand in the file itself", ())
_KINDS = (
    _PDF, _WORDS, _PAGE, _LINK, _PICTURE, _PACKED,
    _Kind("slides", _CODE, (".ppt", ".pptx", ".odp", ".key")),
    _Kind("a video or a sound", _CODE, (".mp4", ".mov", ".avi", ".mkv", ".webm", ".mp3", ".m4a")),
    _Kind("a program of another system", _CODE, (".exe", ".dll", ".class", ".app", ".msi")),
    _Kind("code in another language", _CODE, (".m", ".r", ".jl", ".java", ".c", ".cpp", ".js")),
    _Kind("a pickle", _CODE, (".pkl", ".pickle")),
)  # fmt: skip
# The first bytes of a file, which count more than its name.
_STARTS = (
    (b"%PDF-", _PDF),
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"Rar!\x1a\x07", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _WORDS),
    (b"{\\rtf", _WORDS),
    (b"[InternetShortcut]", _LINK),
    (b"version https://git-lfs", _POINTER),
    (b"L\0\0\0\x01\x14\x02\0", _LINK),
)
_PAGES = (b"<!doctype html", b"<html", b"<!doctype  html")
# The names that Moodle and Canvas give to text written on their pages.
_ONLINE = frozenset(("onlinetext.html", "text.html", "link.html"))
_LOOKED_AT = 400
_OF_ANOTHER_LANGUAGE = re.compile(r"a notebook in .{1,40}, not in Python")
# Kinds of files that are normal beside code: plots, models, data that it made or needs.
_BYPRODUCTS = frozenset((_PICTURE.words, "a pickle"))


def kind_of(name: str, content: bytes) -> Received | None:
    """Return the entry for a file of a kind in which code cannot be graded, else None.

    Parameters
    ----------
    name : str
        The file's path.
    content : bytes
        The content; its beginning counts more than the ending of the name.
    """
    if name.rpartition("/")[2].lower() in _ONLINE:
        return replace(online(name), size=len(content))
    start = content[:_LOOKED_AT]
    found = next((kind for begins, kind in _STARTS if start.startswith(begins)), None)
    if found is None and start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        found = _PAGE
    lower = name.lower()
    if found is None and start.startswith(b"PK\3\4") and not names.is_archive(lower):
        found = next((k for k in _KINDS if lower.endswith(k.endings)), None) or _known_zip(lower)
    if found is None:
        found = next((kind for kind in _KINDS if lower.endswith(kind.endings)), None)
    if found is None:
        return None
    mend = _PLAIN_TEXT if found is _WORDS and lower.endswith(".toml") else found.mend
    return Received(name=name, kind=found.words, size=len(content), mend=mend)


def _known_zip(lower: str) -> _Kind | None:
    """Return the kind of a zip named like code; other zips, such as models, are left alone."""
    return _PACKED if lower.endswith((".py", ".ipynb", ".toml")) else None


def is_byproduct(one: Received) -> bool:
    """Return whether files of its kind normally accompany code."""
    return one.kind in _BYPRODUCTS


def foreign(name: str, size: int, kind: str) -> Received:
    """Return the entry for an archive that could not be opened, or that was empty."""
    return Received(name=name, kind=kind, size=size, mend=_FILES)


def damaged(name: str, size: int, why: str = "") -> Received:
    """Return the entry for a notebook that cannot be read; `why` is the reason, if known."""
    if found := _OF_ANOTHER_LANGUAGE.search(why):
        mend = "choose a Python kernel, run it again and hand it in"
        return Received(name=name, kind=found[0], size=size, mend=mend)
    mend = "open it in Jupyter, save it and hand it in again"
    return Received(name=name, kind="a damaged notebook", size=size, mend=mend)


def without_code(name: str, size: int) -> Received:
    """Return the entry for a notebook that has only text."""
    mend = "put the code into cells of code, save the notebook and hand it in again"
    return Received(name=name, kind="a notebook without code", size=size, mend=mend)


def leftover(name: str) -> Received:
    """Return the entry for a program's copy of somebody's work, if nothing else was submitted."""
    if name.lower().endswith(".pyc"):
        return Received(name=name, kind="compiled code", mend=_CODE)
    mend = "hand in the file itself, which lies in the folder above on your computer"
    return Received(name=name, kind="a copy that Jupyter keeps", mend=mend)


def no_text(name: str, size: int) -> Received:
    """Return the entry for a Python file without any text."""
    mend = "open it in your editor, save it and hand it in again"
    return Received(name=name, kind="a damaged file", size=size, mend=mend)


def empty(name: str, size: int) -> Received:
    """Return the entry for an empty file, such as a failed upload leaves."""
    mend = "open it in your editor, save it and hand it in again"
    return Received(name=name, kind="an empty file", size=size, mend=mend)


def unportable(name: str, size: int) -> Received:
    """Return the entry for code under a name that some system does not allow."""
    kind = "a file whose name not every system can have"
    return Received(name=name, kind=kind, size=size, mend="rename it and hand it in again")


def online(name: str) -> Received:
    """Return the entry for text on a platform's page, which is in no file."""
    mend = "hand in the code as a file"
    return Received(name=name, kind="text on the platform's page", mend=mend)


def left_out(name: str, code: str) -> Received:
    """Return the entry for something that was not read, for a reason of `LEFT_OUT`."""
    kind, _, mend = LEFT_OUT[code].rpartition("; ")
    return Received(name=name, kind=kind.removeprefix("it is "), mend=mend)
