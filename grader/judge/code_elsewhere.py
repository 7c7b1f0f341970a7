"""Find code that was handed in as a text, under a name that nobody runs."""

from __future__ import annotations

__all__ = ["is_meant", "is_text_with_code", "texts_for"]

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.results import Received

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXTS = (".txt", ".text", ".md", ".rst", ".rmd", ".qmd", ".org", ".pyw", ".py3")
# What is run, looked into or read elsewhere.
_READ = (".py", ".ipynb", ".toml")
# Data may hold code as a text; nobody hands code in as a line of a table.
_DATA = (".csv", ".tsv", ".log")
_DEFINITION = re.compile(rb"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_COPY = re.compile(
    r"(?:\s*\(\d+\)|[-_ ]*copy[-_ ]?\d*|[-_ ]*(?:final|solution|done|neu|new|v\d))+$"
)
_ENDING = re.compile(r"[. ,_](?:py|ipynb|txt)$")
_LOOKED_AT = 1 << 20


def is_meant(one: Received, stem: str) -> bool:
    """Return whether something has the name of a file, with any ending, or with several.

    Parameters
    ----------
    one : Received
        What was handed in: ``gradient.pdf``, ``gradient.py.docx``, ``gradient (1).py.txt``.
    stem : str
        The file's name without its ending: ``gradient``.
    """
    name = PurePosixPath(one.name.replace("\\", "/")).name.casefold()
    own = PurePosixPath(name).stem if not _ENDING.search(name) else name
    while True:
        if _bare(own) == _bare(stem):
            return True
        shorter = _COPY.sub("", _ENDING.sub("", own))
        if shorter == own:
            return False
        own = shorter


def is_text_with_code(path: str, content: bytes) -> bool:
    """Return whether a file is a text in which something is defined, and no file that is run.

    Parameters
    ----------
    path : str
        Where it lies; its ending does not matter, since editors and systems give it any.
    content : bytes
        Its content.
    """
    lower = path.lower()
    if lower.endswith((*_READ, *_DATA)) or b"\0" in content[:_LOOKED_AT]:
        return False
    return _DEFINITION.search(content[:_LOOKED_AT]) is not None


def texts_for(file: str, template: bytes, handed_in: Mapping[str, bytes]) -> Iterator[Received]:
    """Yield texts that may hold the code of a file: by their names, or by what they define.

    Parameters
    ----------
    file : str
        A file of the course for which nothing was handed in that can be graded.
    template : bytes
        The file as the course hands it out.
    handed_in : mapping of str to bytes
        All files of the submission.
    """
    wanted = set(_DEFINITION.findall(template))
    for path, content in handed_in.items():
        one = Received(name=path, kind="a text", size=len(content), mend=f"hand in {file}")
        is_named = path.lower().endswith(_TEXTS) and is_meant(one, PurePosixPath(file).stem)
        defined = set[bytes]()
        if is_text_with_code(path, content):
            defined = wanted & set(_DEFINITION.findall(content[:_LOOKED_AT]))
        # Notes may quote a function: what may replace a file has half of it or more.
        if is_named or (defined and 2 * len(defined) >= len(wanted)):
            yield one


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
