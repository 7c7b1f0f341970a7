"""Parse numbers as people write them: decimal comma, fraction, power, unit.

A text that a person reads as one number gives that number, in the notation of any country. Only
``2,600`` has two readings: both are returned.
"""
# ruff: noqa: RUF001 - characters that look like others are what people type

from __future__ import annotations

__all__ = ["readings"]

import re

from grader.questions.number_words import figures, is_number
from grader.questions.question_types import LEAST, PERCENT
from grader.questions.sums import worked_out

_WIDE = {chr(0xFF01 + n): chr(0x21 + n) for n in range(94)}  # signs of a wide script
_SIGNS = str.maketrans(
    _WIDE
    | dict.fromkeys("−–—‐‑‒﹣－", "-")
    | {"⁄": "/", "∕": "/", "÷": "/", "٫": ".", "٬": "’", "،": ",", "٪": "%"}
)
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

# Words before a number that do not change it, in English, French and German.
_LEADS = re.compile(
    r"(?:~|≈|about|approximately|approx\.?|around|roughly|circa|ca\.|exactly|precisely|only|just|"
    r"probably|i think|i guess|it is|it's|is|equals|we need|you need|it (?:leads|goes) to|"
    r"there are|(?:the |my )?(?:answer|result|number|value|error)(?: is)?|(?:SE|A|x)(?= is)|"
    r"à peu près|environ|env\.|exactement|"
    r"seulement|juste|probablement|sans doute|je pense|je crois|c'est|vaut|"
    r"il (?:en )?faut|il y a|(?:la |ma )?réponse(?: est)?|(?:le )?(?:résultat|nombre)(?: est)?|"
    r"(?:la )?valeur(?: est)?|(?:l')?erreur(?: est)?|(?:SE|A|x)(?= (?:est|vaut))|est|"
    r"etwa|"
    r"ungefähr|rund|genau)(?: (?:que|de|à|that))?(?![^\W\d_])[ :]*",
    re.IGNORECASE,
)
# A sentence that ends in its number: `Chaque coefficient vaut 243`. One that denies, or has an
# alternative, says something else.
_SENTENCE = re.compile(
    r"(?:(?!(?:ne|n|not|pas|no|non|never|jamais|ni|neither|sauf|except|or|ou|oder|et|and)\b)"
    r"[^\W\d_]{1,20}[ '’]){1,6}(?:vaut|valent|est|sont|fait|donne|obtient|trouve|arrive|mène|"
    r"conduit|atteint|contient|devient|is|are|contains|becomes|equals|gives|leads|get|find|ends)"
    r"(?: (?:à|en|de|to|at|in|exactly|égale?s?))*(?: x =)? (?=[-+]?[.,]?\d)",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"(?:[A-Za-z_]{0,15} ?(?:>=|≥)|(?:at least|at minimum|minimum|min|au moins|au minimum|"
    r"mindestens)(?![^\W\d_])\.?)[ :]*(?P<behind>.+)|"
    r"(?P<before>.+?) ?(?:\+|or more|and more|ou plus|et plus|oder mehr|"
    r"(?<= )(?:at least|au moins|mindestens))",
    re.IGNORECASE,
)
_MINUS_IN_WORDS = re.compile(r"(?:minus|moins|negative) (?=\S)", re.IGNORECASE)
_POINT_IN_WORDS = re.compile(r"(?<=\d) (?:point|virgule|comma) (?=\d)", re.IGNORECASE)
# `x = 2.6`, `1 + 4 = 5`, `A⁶ → 243`: a name or a sum may stand on the other side.
_EQUALS = re.compile(r"==|:=|[=＝≈≃≅→⇒]|->|=>|(?<=[^\W\d_]) ?: ")
_BOUNDS = re.compile(r"[<>≤≥≠±]")
_NAME = re.compile(
    r"[A-Za-zα-ωΑ-Ω∂∇∑Σ][\w∂∇α-ω^*'′/+-]{0,15}(?: ?\([\w ,+-]{0,12}\))?(?: ?[a-z]{1,10}){0,2}"
)
_SUM = re.compile(r"(?=.*[+*/^×·²³⁴⁵⁶-])(?:[\d.,+*/^()×·√ ²³⁴⁵⁶'′-]|[A-Za-zα-ω]{1,2}(?![^\W\d_]))+")
_LINKS = frozenset(
    ("or", "ou", "to", "à", "et", "at", "en", "in", "not", "pas", "no", "non", "and")
)
_SEVERAL = re.compile(r"[,;] ")
_PERCENT = re.compile(
    r"(?P<number>.*\d) ?(?:%|percent|per cent|pct|pour ?cent|prozent)[.]?", re.IGNORECASE
)
# `4 neurons`, but neither `5 or 6` nor `2 millions`, `2 per output` or `3 squared`.
_UNIT = re.compile(
    r"(?P<number>.*[\d.,)])(?P<unit> ?[^\W\d_]{1,20}(?: [^\W\d_]{1,20}){0,2})[.]?", re.DOTALL
)
_NO_UNIT = frozenset((
    "or", "ou", "oder", "o", "to", "à", "bis", "not", "pas", "no", "non", "nicht", "and", "et",
    "und", "but", "mais", "except", "sauf", "times", "fois", "plus", "minus", "moins", "more",
    "less", "fewer", "least", "mindestens", "too", "trop", "above", "below", "most", "maximum",
    "max", "over", "sur",
    "divided", "divisé", "multiplied", "pi", "i", "j", "e", "k", "x", "y", "percent",
    "pourcent", "per", "par", "each", "chaque", "chacun", "chacune", "pro", "je", "square",
    "squared", "cube", "cubed", "carré", "root", "racine", "factorial", "double", "triple",
    "pair", "pairs", "paire", "paires", "couple", "couples", "half", "halves", "demi", "demis",
    "tiers", "quart", "quarts", "quarter", "quarters", "hundred", "hundreds", "cent", "cents",
    "centaine", "centaines", "thousand", "thousands", "mille", "milliers", "million", "millions",
    "milliard", "milliards", "billion", "billions", "dozen", "dozens", "douzaine", "douzaines",
    "dizaine", "dizaines", "tens",
))  # fmt: skip
_PART = re.compile(r"(?:\d ?(?:th|st|nd|rd|e|è|er|ème)|.*(?:ths?|ièmes?))$", re.IGNORECASE)
_MOST = 1e300
_REMARK = re.compile(
    r"(?<=[\w.%½-¾])(?: *#(.*)| +\(((?:[^()]|\([^()]*\))*)\)| +(?://|;|--) +([^\d\W].*))$",
    re.DOTALL,
)
# The value of the function there, beside the place: `1 (f(x) = 3.5)`.
_ITS_VALUE = re.compile(r"(?:y|f ?\(?[\w,. ]{0,8}\)?) ?= ?[\d.,-]{1,8}")
# A remark that withdraws the number, or gives another one.
_SECOND = re.compile(
    r"\b(?:or|ou|oder|to|à|bis|rather|plutôt)\b",
    re.IGNORECASE,
)
# A remark that explains the parts of the number: `4 (2 per output)`.
_PARTS = re.compile(r"\b(?:per|par|each|chaque|for|pour)\b", re.IGNORECASE)
# `$2{,}6$`, `3^{5}`, `\frac{13}{5}`, `3 \times 81`.
_LATEX = re.compile(r"\{([,.]|[+-]?\d{1,3})\}|\$|\\(?:left|right|[()\[\]])")
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\s*\{([\d.,]+)\}\s*\{([\d.,]+)\}")
_LATEX_TIMES = re.compile(r"\\(?:times|cdot)(?![A-Za-z])")
# `np.float64(2.6)`, `array([2.6])`: a number as Python shows it.
_OF_PYTHON = re.compile(
    r"(?:(?:np|numpy)\.)?(?:float|int|uint|array)\d{0,3}\((?P<inside>[^()]{1,60})\)"
)
# `at x = 1`, `en 1`: where something is.
_WHERE = re.compile(r"(?:at|for|en|à|pour|vers) (?=x|[-+.,\d])", re.IGNORECASE)
_TO_THE_POWER = re.compile(r"(?<=\d) (?:puissance|to the power(?: of)?) (?=\d)", re.IGNORECASE)
# `4, because each output needs 2`: a reason, and no second number.
_REASON = re.compile(
    r"(?<=[\w.)])[,;:]? (?:car|because|since|puisque|parce que|weil) (?:(?!\bou\b|\bor\b).)*$",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_SIDE = 40
_QUOTES = " \"'“”‘’„«»`´;()[]$*\\_?"


def readings(text: str, *, asks: str = "") -> tuple[float, ...]:
    """Return the readings of a text as a number: usually one, none if it is no number, or two.

    Examples are ``2,6``, ``1/2``, ``½``, ``−1``, ``1e-3``, ``1 000``, ``3⁵``, ``x = 2.6``, ``1 + 4
    = 5``, ``about 2.6``, ``97 %``, ``4 neurons`` or ``four``. If the question asks for a
    percentage, ``97 %`` is 97, otherwise 0.97. If it asks for the least number, ``at least 4`` is
    4.
    """
    text = _typed(text)
    text = _SENTENCE.sub("", text, count=1) if text[:1].isalpha() else text
    text = _WHERE.sub("", _TO_THE_POWER.sub("^", _REASON.sub("", text)), 1).strip()
    if remark := _REMARK.search(text):
        second, found = (
            remark[1] or remark[2] or remark[3] or "",
            readings(text[: remark.start()], asks=asks),
        )
        if _ITS_VALUE.fullmatch(second.strip()):
            return found
        other = _SECOND.search(second) or not set(readings(second, asks=asks)) <= set(found)
        return () if other else found
    if asks == LEAST and (bound := _AT_LEAST.fullmatch(text)):
        text = bound["before"] or bound["behind"]
    if _BOUNDS.search(_EQUALS.sub("=", text)):
        return ()
    sides = [side.strip() for side in _EQUALS.split(text)]
    read = [_one(side, asks=asks) for side in sides]
    if any(
        side and not found and not _says_nothing(side)
        for side, found in zip(sides, read, strict=True)
    ):
        return ()
    all_of_them = [found for found in read if found]
    return tuple(
        value
        for value in (all_of_them or [()])[-1]
        if all(any(_equal(value, one) for one in found) for found in all_of_them)
    )


def _typed(text: str) -> str:
    """Return a text in the signs of a keyboard: what LaTeX, Python or a wide script writes."""
    text = text.translate(_SIGNS)
    text = _LATEX_TIMES.sub("×", _LATEX_FRACTION.sub(r"\1/\2", text))
    text = _BLANKS.sub(" ", _LATEX.sub(r"\1", text)).strip()
    if shown := _OF_PYTHON.fullmatch(text):
        text = shown["inside"].strip("[] '\"").rstrip(".")
    return text


def _says_nothing(side: str) -> bool:
    """Return whether to ignore a side of an equation: it is a name, or a sum to compute."""
    if len(side) > _LONGEST_SIDE or _SEVERAL.search(side):
        return False
    if not _LINKS.isdisjoint(side.casefold().split()) and not side.startswith("minimum"):
        return False
    return bool(_SUM.fullmatch(side) or _NAME.fullmatch(side))


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-3 * max(abs(one), abs(other))


def _one(text: str, *, asks: str) -> tuple[float, ...]:
    """Return the readings of a text without an equality sign."""
    if (worked := worked_out(text)) is not None:
        return (worked,)
    text = text.strip(_QUOTES)
    while lead := _LEADS.match(text):
        text = text[lead.end() :].strip(_QUOTES)
    if minus := _MINUS_IN_WORDS.match(text):
        text = f"-{text[minus.end() :]}"
    sign = -1.0 if text.startswith("-") else 1.0
    text = text[1:].lstrip() if text[:1] in "+-" and text[1:2] not in "+-" else text
    text = _POINT_IN_WORDS.sub(".", _spelled(figures(text)))
    if share := _PERCENT.fullmatch(text):
        found = _unsigned(share["number"].strip())
        return tuple(
            sign * value / (1.0 if asks == PERCENT else 100.0) for value in found if value < _MOST
        )
    if unit := _UNIT.fullmatch(text):
        words = unit["unit"].casefold().split()
        if (
            not _NO_UNIT.isdisjoint(words)
            or unit["unit"].strip() == "M"
            or any(map(is_number, words))
        ):
            return ()
        if any(map(_PART.fullmatch, [*words, text])):
            return ()
        text = unit["number"]
    found = _unsigned(text.strip()) or _unsigned(text.strip(" .,;"))
    return tuple(sign * value for value in found if value < _MOST)


def _spelled(text: str) -> str:
    """Return a text with fraction characters and superscripts in typed form."""
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
    """Return the readings of digits in groups of three; a single point is a decimal point."""
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
