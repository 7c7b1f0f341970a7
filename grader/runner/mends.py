"""What is wrong with a line of a file of answers, and how to write it."""

from __future__ import annotations

__all__ = ["BAD_LIST", "NO_QUOTES", "bare", "mended"]

import re
import tomllib

_CURLY = "“”„‟«»‹›‘’‚＂＇″′"  # noqa: RUF001 - quotes of other scripts are what this is about
_QUOTES = f"\"'`´{_CURLY}"  # noqa: RUF001 - an acute accent, as it is typed for a quote
_AFTER = re.compile(r"[\s,;.]*(?:#.*)?$", re.DOTALL)
# A remark behind an answer in quotes: it has no number, no letter of a statement, and no "or".
_REMARK = re.compile(
    r"\s*(?:\(|//|--|;)(?!.*(?:\d|\b[A-H]\b|\b(?:or|ou|oder|not|pas|no|non)\b)).*", re.DOTALL
)
_BLANKS = re.compile(r"\s+")
_LONGEST = 60
NO_QUOTES = "has no quotes around the answer"
BAD_LIST = "has a list that cannot be read"
_MOST_DIGITS = 4_300  # of an integer, by Python's own limit


def bare(written: str) -> str:
    """Return the text that was meant: without its quotes and what follows the last quote."""
    text = written.strip()
    if text[:2] in ('\\"', "\\'"):
        text = text.replace("\\", "")
    if text[:1] in _QUOTES:
        last = max(text.rfind(quote) for quote in _QUOTES)
        behind = text[last + 1 :]
        if last > 0 and (_AFTER.fullmatch(behind) or _REMARK.fullmatch(behind)):
            text = text[: last + 1]
    return text.strip().rstrip(",;").strip(_QUOTES).strip()


def mended(key: str, sign: str, written: str) -> tuple[str, str]:
    """Return what is wrong with an answer and what to write, each as a part of a sentence.

    Parameters
    ----------
    key, sign, written : str
        The text before the equals sign, what stands in place of that sign, and the text after it.
    """
    text = " ".join(bare(written).strip("[](){} ").split())
    if written[:3] in ('"""', "'''"):
        return _fault(key, sign, written), f"close it by `{written[:3]}`"
    simple = text and len(text) <= _LONGEST and not set(text) & set('"\\`')
    mend = f'write `{_BLANKS.sub("_", key)} = "{text if simple else "…"}"`'
    return _fault(key, sign, written), mend


def _fault(key: str, sign: str, written: str) -> str:
    if _BLANKS.search(key):
        return "has a blank in its name"
    first, last = written[:1], _AFTER.sub("", written)[-1:]
    if sign != "=" and (_is_sound(key, written) or first not in _QUOTES):
        return f"has `{sign}` where `=` belongs" if sign else "has no `=` after the name"
    if first in _CURLY or last in _CURLY:
        return "has typographic quotes in place of straight ones"
    if written[:3] in ('"""', "'''"):
        return "opens a text with three quotes and never closes it"
    if first in "\"'":
        return _fault_in_quotes(first, written)
    if last in "\"'":
        return "closes a quote that it never opens"
    if written.isdecimal() and len(written) > _MOST_DIGITS:
        return "has a number of too many digits"
    if first in "[{":
        return BAD_LIST
    return NO_QUOTES


def _fault_in_quotes(quote: str, written: str) -> str:
    inside, closing, behind = written[1:].partition(quote)
    if not closing and written[-1:] in "\"'":
        return "begins with one kind of quote and ends with another"
    if not closing:
        return "opens a quote and never closes it"
    if re.fullmatch(r"\s*[,;.]\s*(?:#.*)?", behind):
        return f"has a `{behind.strip()[0]}` behind the answer"
    if "\n" in inside:
        return "begins an answer that goes on in the next line"
    if not behind.strip() or behind.strip().startswith("#"):
        return "has a backslash in its answer"
    if any(mark in behind for mark in _QUOTES):
        return "has quotes inside the answer's own quotes"
    return "has something behind the answer's closing quote"


def _is_sound(key: str, written: str) -> bool:
    try:
        tomllib.loads(f"{key} = {written}")
    except (ValueError, RecursionError):
        return False
    return True
