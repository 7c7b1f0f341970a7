"""From the bytes of a notebook to its JSON object, or one clear sentence that says why not."""

from __future__ import annotations

__all__ = ["Unreadable", "parse"]

import codecs
import json
import re
from typing import Any

SAVE_AGAIN = "open it in Jupyter, save it and hand it in again"
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7})(?: |\r?$)", re.MULTILINE)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MAX_DIGITS = 20


class Unreadable(Exception):
    """The bytes are not a notebook; the message continues "the file …"."""


def parse(content: bytes, notes: list[str]) -> dict[str, Any]:
    """Return the JSON object in a file.

    Parameters
    ----------
    content : bytes
        The whole file.
    notes : list of str
        Repairs are added to this list.

    Raises
    ------
    Unreadable
        If the bytes are anything else.
    """
    text = _decoded(content, notes)
    try:
        found = json.loads(text, parse_int=_number)
    except json.JSONDecodeError as error:
        raise _damaged(content, text, error) from None
    if type(found) is not dict:
        raise Unreadable("is JSON, but no notebook")
    return found


def _number(digits: str) -> int:
    """Return an integer; one with very many digits does not matter in a notebook."""
    return int(digits) if len(digits) <= MAX_DIGITS else 0


def _decoded(content: bytes, notes: list[str]) -> str:
    if not content.strip(b"\0 \t\r\n"):
        raise Unreadable("is empty: save it in Jupyter and hand it in again")
    if content.startswith(b"version https://git-lfs"):
        raise Unreadable("is only a pointer of Git LFS: hand in the file itself")
    if content.lstrip()[:1] == b"<" and not content.startswith(b"<<<<"):
        raise Unreadable("is a web page, not a notebook: download the file itself")
    wide = content.startswith(_WIDE)
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    if wide or content.lstrip()[:1] != b"{":
        raise Unreadable(f"is not a notebook, or is encrypted or damaged: {SAVE_AGAIN}")
    notes.append("is not text in UTF-8 and was read as Latin-1: check its special letters")
    return content.decode("latin-1")


def _damaged(content: bytes, text: str, error: json.JSONDecodeError) -> Unreadable:
    """Return the sentence for text that is not JSON."""
    if conflict := _CONFLICT.search(content):
        line = content.count(b"\n", 0, conflict.start()) + 1
        return Unreadable(f"has marks of a merge conflict (line {line}): resolve it and save again")
    if text.lstrip()[:1] != "{":
        return Unreadable(f"is not a notebook, or is encrypted or damaged: {SAVE_AGAIN}")
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return Unreadable(f"is cut off (its last line is {error.lineno}): {SAVE_AGAIN}")
    return Unreadable(f"is damaged in line {error.lineno}, column {error.colno}: {SAVE_AGAIN}")
