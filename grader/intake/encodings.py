"""Python files that an editor did not save as UTF-8 are read in the encoding it used."""

from __future__ import annotations

__all__ = ["put_encodings_right"]

import codecs
import io
import tokenize
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.intake.kinds import no_text

if TYPE_CHECKING:
    from grader.intake.tree import Tree

    Files = dict[tuple[str, ...], bytes]

# In UTF-16 text every second byte is 0, except for letters that are rare in code.
LEAST_ZEROS = 0.4


def put_encodings_right(files: Files, tree: Tree) -> None:
    """Convert Python files in an encoding that Python refuses to UTF-8, and add a note.

    Text of Windows (accents in its code page, or UTF-16 as PowerShell writes it) is decoded as
    such. A file without text, as a computer that crashed leaves it, is received but not run.
    """
    for parts, content in list(files.items()):
        if not parts[-1].casefold().endswith(".py") or _is_read_by_python(content):
            continue
        shown = "/".join(parts)
        encoding, text = _read(content)
        if not text.strip("\0") or "\0" in text.rstrip("\0"):
            del files[parts]
            tree.receive(no_text(shown, len(content)))
            continue
        said = f"is not saved as UTF-8: it was read as {encoding}. Save it as UTF-8 in your editor"
        if encoding == "UTF-8":
            said = "declares another encoding than it has: it was read as UTF-8. Take that line out"
        if text.endswith("\0"):
            said = "has no text at its end, which was left out. Save it again in your editor"
        files[parts] = _without_declaration(text.rstrip("\0")).encode("utf-8", "replace")
        tree.say(f"{quoted(shown)} {said}, so that Python can read it too.")


def _is_read_by_python(content: bytes) -> bool:
    """Return whether Python can decode a file, as UTF-8 or as the file declares (PEP 263)."""
    if b"\0" in content:
        return False
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return False
    return True


def _read(content: bytes) -> tuple[str, str]:
    """Return the name of a file's probable encoding, and its text."""
    for mark in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        if content.startswith(mark):
            return "UTF-32", content.decode("utf-32", "replace")
    pairs = len(content) // 2
    for mark, place, encoding in (
        (codecs.BOM_UTF16_LE, slice(1, None, 2), "utf-16-le"),
        (codecs.BOM_UTF16_BE, slice(0, None, 2), "utf-16-be"),
    ):
        zeros = content[place].count(0) - content.count(b"\0\0")
        if content.startswith(mark) or (pairs and zeros >= LEAST_ZEROS * pairs):
            return "UTF-16", content.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return "UTF-8", content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "Windows-1252", content.decode("cp1252", "replace")


def _without_declaration(text: str) -> str:
    """Return the text without a declaration of another encoding than UTF-8."""
    lines = text.split("\n", 2)
    for at, line in enumerate(lines[:2]):
        if tokenize.cookie_re.match(line):
            lines[at] = "#"
    return "\n".join(lines)
