"""Numbers as people write them: with a decimal comma, as a fraction, as a power, with a unit.

What a person reads as one number is that number, in whatever country it was written. One form has
two readings, ``2,600``: both are returned.
"""
# ruff: noqa: RUF001 - characters that look like others are what people type

import re

_MINUS = str.maketrans(dict.fromkeys("−–—‐‑‒﹣－", "-") | {"＋": "+", "⁄": "/", "∕": "/", "÷": "/"})
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u200b\ufeff]+")
_FRACTIONS = dict(zip("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞", (
    "1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/6", "5/6", "1/8", "3/8",
    "5/8", "7/8",
), strict=True))  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(r"(?<=\d)([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})")

_DECIMAL = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)"
_PLAIN = re.compile(rf"{_DECIMAL}(?:[eE][+-]?\d{{1,3}})?")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[ '’.,_])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d+)?")
_TENS = re.compile(
    rf"(?:(?P<by>{_DECIMAL}) ?[·×x*⋅.] ?)?10 ?(?:\^|\*\*) ?\(?(?P<to>[+-]?\d{{1,3}})\)?"
)
_RAISE = re.compile(r"(?P<base>\d{1,3}) ?(?:\^|\*\*) ?\(?(?P<to>\d{1,2})\)?")
_RATIO = re.compile(
    rf"(?:(?P<whole>\d{{1,6}}) (?:(?:et|and) )?)?(?P<over>{_DECIMAL}) ?/ ?(?P<under>{_DECIMAL})"
)

# `x = 2.6`, `≈ 2.6`; then `4 neurons`, but neither `5 or 6` nor `2 millions`.
_NAME = re.compile(r"(?:[A-Za-zα-ω∂/′']{1,8} ?)?[=≈~:] ?")
_UNIT = re.compile(
    r"(?P<number>.*[\d.,)])(?P<unit> ?[^\W\d_]{1,20}(?: [^\W\d_]{1,20}){0,2})[.]?", re.DOTALL
)
_NO_UNIT = frozenset((
    "or", "ou", "oder", "o", "to", "à", "bis", "not", "pas", "no", "non", "nicht", "and", "et",
    "und", "times", "fois", "plus", "minus", "moins", "pi", "i", "j", "e", "k", "x", "y", "million",
    "millions", "mille", "thousand", "hundred", "cent", "dozen", "milliard", "billion", "percent",
    "pourcent",
))  # fmt: skip
_MOST = 1e300
_WORDS = {word: str(n) for n, words in enumerate((
    "zero zéro", "one un une", "two deux", "three trois", "four quatre", "five cinq", "six",
    "seven sept", "eight huit", "nine neuf", "ten dix", "eleven onze", "twelve douze",
    "thirteen treize", "fourteen quatorze", "fifteen quinze", "sixteen seize",
    "seventeen dix-sept", "eighteen dix-huit", "nineteen dix-neuf", "twenty vingt",
)) for word in words.split()}  # fmt: skip
_REMARK = re.compile(r"(?<=[\w.½-¾])(?: *#(.*)| +\(([^()]*)\))$", re.DOTALL)
# A remark that takes the number back, or names another one.
_SECOND = re.compile(r"\b(?:or|ou|oder|to|à|bis|rather|plutôt)\b", re.IGNORECASE)


def readings(text: str) -> tuple[float, ...]:
    """Return the number that a text is: none where it is no number, two where it may be either.

    Such as ``2,6``, ``1/2``, ``½``, ``−1``, ``1e-3``, ``1 000``, ``3⁵``, ``x = 2.6``, or ``4
    neurons``.
    """
    text = _BLANKS.sub(" ", text.translate(_MINUS)).strip()
    if remark := _REMARK.search(text):
        second, found = remark[1] or remark[2] or "", readings(text[: remark.start()])
        other = _SECOND.search(second) or not set(readings(second)) <= set(found)
        return () if other else found
    text = text.strip(" \"'“”«»`;()[]")
    text = _WORDS.get(text.casefold(), text)
    text = _spelled(_NAME.sub("", text, count=1))
    if unit := _UNIT.fullmatch(text):
        if not _NO_UNIT.isdisjoint(unit["unit"].casefold().split()) or unit["unit"].strip() == "M":
            return ()
        text = unit["number"]
    sign = -1.0 if text.startswith("-") else 1.0
    text = text[1:] if text[:1] in "+-" and text[1:2] not in "+-" else text
    found = _unsigned(text.strip()) or _unsigned(text.strip(" ."))
    return tuple(sign * value for value in found if value < _MOST)


def _spelled(text: str) -> str:
    """Return a text with fractions and raised figures as they are typed."""
    text = _POWER.sub(lambda found: f"^{found[1].translate(_RAISED)}", text)
    for sign, ratio in _FRACTIONS.items():
        text = re.sub(rf"(?<=\d) ?{sign}", f" {ratio}", text).replace(sign, ratio)
    return text


def _unsigned(text: str) -> tuple[float, ...]:
    if _GROUPED.fullmatch(text):
        return _grouped(text)
    if _PLAIN.fullmatch(text):
        return (_decimal(text),)
    if found := _TENS.fullmatch(text):
        return (_decimal(found["by"] or "1") * 10.0 ** max(-300, min(300, int(found["to"]))),)
    if found := _RAISE.fullmatch(text):
        return (min(float(found["base"]) ** int(found["to"]), _MOST),)
    found = _RATIO.fullmatch(text)
    if found and _decimal(found["under"]):
        whole = float(found["whole"] or 0)
        return (whole + _decimal(found["over"]) / _decimal(found["under"]),)
    return ()


def _grouped(text: str) -> tuple[float, ...]:
    """Return what figures in groups of three can be; a lone point is a decimal sign."""
    mark = next(char for char in text if not char.isdigit())
    groups = text.split(mark)
    behind = groups[-1]
    if mark == "." and len(groups) == 2 and "," not in behind:
        return (float(text),)
    whole = float("".join(groups).replace(",", "."))
    if mark == "," and len(groups) == 2 and "." not in behind:
        return (_decimal(text),) if text.startswith("0") else (_decimal(text), whole)
    return (whole,)


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))
