"""Python that this Python cannot read, although a person or a later Python can.

Text that went through a web page, a PDF or a word processor has characters that look like those of
a program: no-break spaces, typographic quotes, ``&lt;``. A later version of Python reads
``f"{d["key"]}"`` and ``def f[T](x)``. Each is tried only where the text cannot be read as it is.
Lines keep their numbers.
"""
# ruff: noqa: RUF001 - characters that look like others are what people paste

from __future__ import annotations

__all__ = ["CHARACTERS", "LAYOUT", "laid_out", "readings"]

import html
import re
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is told: see `grader.submission.failures.stand_ins`.
CHARACTERS, LAYOUT = "characters", "layout"
_BLANKS = str.maketrans(
    dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                  "\u202f\u205f\u3000", " ")
    | dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060\u00ad\x1a\0", "")
)  # fmt: skip
_SIGNS = str.maketrans(
    dict.fromkeys("−–‐‑", "-") | dict.fromkeys("“”„«»″", '"') | dict.fromkeys("‘’‚′", "'")
    | {"×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "（": "(", "）": ")",
       "，": ",", "：": ":", "；": ";", "…": "..."}
)  # fmt: skip
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|nbsp|#\d{1,4});")
_PROMPT = re.compile(r"^(?:>>> ?|\.\.\. ?|In \[\d*\]: ?|   \.\.\.: ?)", re.MULTILINE)
_HAS_PROMPTS = re.compile(r"^(?:>>> |In \[\d*\]: )", re.MULTILINE)

_PARAMETERS = re.compile(
    r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)\[[^\]\n]{0,200}\](?=[ \t]*[(:])", re.MULTILINE
)
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)(?:\[[^\]\n]{0,200}\])?(?=[ \t]*=)", re.MULTILINE)
_OPENS = re.compile(r"(?<!\w)(?P<prefix>[rRbBuUfF]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_HAS_NEW_STRINGS = sys.version_info >= (3, 12)
MOST_CHARACTERS = 100_000


def readings(text: str) -> Iterator[tuple[str, str]]:
    """Yield other forms of a text that is not Python, each with what is told of it.

    The likeliest form comes first. For a form of a later Python, nothing is told.
    """
    if len(text) > MOST_CHARACTERS:
        return
    forms = [(_for_this_version(text), "")]
    blanks = text.translate(_BLANKS)
    signs = blanks.translate(_SIGNS)
    forms += [(blanks, CHARACTERS), (signs, CHARACTERS)]
    if _ENTITY.search(signs):
        forms.append((html.unescape(signs).translate(_BLANKS), CHARACTERS))
    seen = {text}
    for form, told in forms:
        if form not in seen:
            seen.add(form)
            yield form, told


def laid_out(text: str) -> str:
    """Return a text without the prompts of a console, and not indented as a whole."""
    if _HAS_PROMPTS.search(text):
        text = _PROMPT.sub("", text)
    return textwrap.dedent(text) if text.lstrip("\r\n")[:1] in (" ", "\t") else text


def _for_this_version(text: str) -> str:
    """Return a text that a later Python can read in a form for this one."""
    if _HAS_NEW_STRINGS:
        return text
    text = _ALIAS.sub(r"\1\2", _PARAMETERS.sub(r"\1", text))
    return _with_longer_quotes(text)


def _with_longer_quotes(text: str) -> str:
    """Return a text in which an f-string that has its own quotes inside has three at its ends."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "#":
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            parts.append(text[at:end])
            at = end
            continue
        opens = _OPENS.match(text, at)
        if opens is None:
            parts.append(text[at])
            at += 1
            continue
        prefix, quote = opens["prefix"], opens["quote"]
        end = _end(text, opens.end(), prefix, quote)
        body = text[opens.end() : end]
        if "f" in prefix.lower() and len(quote) == 1 and quote in body and "\\" not in body:
            quote *= 3
        parts.append(f"{prefix}{quote}{body}{quote if end < len(text) else ''}")
        at = end + len(opens["quote"])
    return "".join(parts)


def _end(text: str, at: int, prefix: str, quote: str) -> int:
    """Return where a string ends: the place of its closing quote, or the end of the text."""
    depth = 0
    while at < len(text):
        if depth == 0 and text.startswith(quote, at):
            return at
        char = text[at]
        if char == "\\":
            at += 2
        elif "f" not in prefix.lower():
            at += 1
        elif depth == 0 and text[at : at + 2] == "{{":
            at += 2
        elif depth and (opens := _OPENS.match(text, at)):
            inner = _end(text, opens.end(), opens["prefix"], opens["quote"])
            at = inner + len(opens["quote"])
        elif char in "{([" and (depth or char == "{"):
            depth, at = depth + 1, at + 1
        elif char in "})]" and depth:
            depth, at = depth - 1, at + 1
        else:
            at += 1
    return len(text)
