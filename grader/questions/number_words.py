"""Parse numbers in words, English or French: from zero to millions, also decimals and halves."""

from __future__ import annotations

__all__ = ["figures", "is_number"]

import re

_SMALL = {word: n for n, words in enumerate((
    "zero zéro nought", "one un une", "two deux", "three trois", "four quatre", "five cinq", "six",
    "seven sept", "eight huit", "nine neuf", "ten dix", "eleven onze", "twelve douze",
    "thirteen treize", "fourteen quatorze", "fifteen quinze", "sixteen seize", "seventeen",
    "eighteen", "nineteen",
)) for word in words.split()}  # fmt: skip
_TENS = {word: 10 * n for n, words in enumerate((
    "twenty vingt vingts", "thirty trente", "forty quarante", "fifty cinquante", "sixty soixante",
    "seventy septante", "eighty huitante octante", "ninety nonante",
), start=2) for word in words.split()}  # fmt: skip
_LARGE = {"thousand": 1_000, "mille": 1_000, "million": 1_000_000, "millions": 1_000_000}
_HUNDRED = ("hundred", "cent", "cents")
_AND = ("and", "et")
_POINT = re.compile(r" (?:point|comma|virgule) ")
_AND_A_HALF = re.compile(r" (?:and a half|et demie?)$")
_HALVES = ("half", "a half", "one half", "un demi", "une demie", "demi")
_MOST_WORDS = 12


def figures(text: str) -> str:
    """Return a text with its leading number in digits; unchanged if it does not begin with one.

    Examples are ``four neurons``, ``deux virgule six``, or ``two hundred and forty-three``.
    """
    if not text[:1].isalpha():
        return text
    words = text.replace("-", " ").split()[:_MOST_WORDS]
    for count in range(len(words), 0, -1):
        number = _in_figures(" ".join(words[:count]).casefold())
        if number:
            rest = text.replace("-", " ").split()[count:]
            return text if rest and is_number(rest[0]) else " ".join([number, *rest])
    return text


def is_number(word: str) -> bool:
    """Return whether a word is a number by itself."""
    return bool(_in_figures(word.casefold()))


def _in_figures(text: str) -> str:
    if text in _HALVES:
        return "0.5"
    whole, half = _AND_A_HALF.sub("", text), _AND_A_HALF.search(text)
    whole, *behind = _POINT.split(whole)
    number = _whole(whole.split())
    if number is None or len(behind) > 1 or (behind and half):
        return ""
    if not behind:
        return f"{number}.5" if half else f"{number}"
    words = behind[0].split()
    digits = [_SMALL.get(word, 99) for word in words]
    if all(digit < 10 for digit in digits):
        return f"{number}.{''.join(map(str, digits))}"
    after = _whole(words)
    return f"{number}.{after}" if after is not None else ""


def _whole(words: list[str]) -> int | None:
    """Return the whole number of the words, or None if they are not one, such as `two three`."""
    if words[:1] == ["a"] and words[1:2] and words[1] in (*_HUNDRED, *_LARGE):
        words = words[1:]
    if not words or words[0] in _AND or words[-1] in _AND:
        return None
    if len(words) > 1 and any(_SMALL.get(word) == 0 for word in words):
        return None
    total = part = 0
    said = False
    for word in words:
        if word in _AND:
            if not said:
                return None
            continue
        if word in _LARGE:
            if total and total < _LARGE[word] * 1_000 and total % (_LARGE[word] * 1_000):
                return None
            total, part = total + max(part, 1) * _LARGE[word], 0
        else:
            grown = _with(part, word)
            if grown is None:
                return None
            part = grown
        said = True
    return total + part


def _with(part: int, word: str) -> int | None:
    """Return a number below a thousand, extended by a word; None if they do not combine."""
    below = part % 100
    if word in _HUNDRED:
        return max(part, 1) * 100 if part < 10 else None
    if word in ("vingt", "vingts") and below == 4:
        return part - 4 + 80
    if word in _TENS:
        return part + _TENS[word] if below == 0 else None
    small = _SMALL.get(word)
    if small is None:
        return None
    teens = below == 10 and small in (7, 8, 9)
    after_tens = below % 10 == 0 and below != 10 and small < 10
    french = below in (60, 80) and small >= 10
    return part + small if below == 0 or teens or after_tens or french else None
