"""Parse the letters of chosen statements, as people write them down.

Beside ``BD`` these are a list (``B, D``), a sentence (``B and D are right``), a verdict on each
statement (``A: no, B: yes``), the statements themselves, with or without their letters, and all
statements but some (``all but C``).
"""
# ruff: noqa: RUF001 - characters that look like others are what people type

from __future__ import annotations

__all__ = ["chosen"]

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 100  # characters in an answer of letters
LONGEST_WITH_TEXTS = 2_000  # in one that repeats the statements
# Letters of other alphabets that look like Latin ones; other keyboard layouts type them.
_ALIKE = str.maketrans("АВСЕНαΑΒΕΗ", "ABCEHAABEH")
_BETWEEN = re.compile(
    r"[\s,;:.!+&()\[\]{}<>/|\\$*_`\"'“”„«»‹›‘’、，；•·]+|(?<=\s)[-–—](?=\s)|"
    r"\b(?:and|et|und|as well as|ainsi que|puis|then|only|just|seulement|uniquement|both|les deux|"
    r"the|la|le|les|answers?|options?|statements?|letters?|réponses?|lettres?|propositions?|"
    r"affirmations?)\b"
)
# `A-B-E` is a list, and `A-B` one both as a list and as a range; `A-D` may be either.
_HYPHENS = re.compile(r"[A-H](?:-[A-H]){2,7}|A-B|B-C|C-D|D-E|E-F|F-G|G-H", re.IGNORECASE)
# Words around letters: `Réponses B et D`, `Answer: D  # the weights`, `Non : B, D`.
_LEADS = (
    re.compile(r"(?:yes|no|oui|non|ja|nein)\s*[:.,;]\s*", re.IGNORECASE),
    re.compile(
        r"(?:i (?:choose|chose|think|believe|take|say)|je (?:choisis|pense(?: que)?|crois|prends|"
        r"dis)|j'ai choisi)\b[ :]*(?:(?:it is|it's|that|c'est|ce sont)\b[ :]*)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:the |my |la |les |ma |mes )?(?:right |correct |bonnes? )?(?:answers?|letters?|"
        r"options?|statements?|shape|réponses?|lettres?|propositions?|affirmations?|forme)"
        r"(?: (?:is|are|est|sont))?\b[ :]*",
        re.IGNORECASE,
    ),
)
_TRAIL = re.compile(
    r"(?<=[\s,)])(?:is|are|est|sont|seem|semblent)\s+(?:right|correct|true|vraies?|justes?|"
    r"correctes?|bonnes?|exactes?)\s*[.!]?$",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\s#.*$", re.DOTALL)
# A remark behind the letters; one that names a letter, or says "or", may change them.
_REMARK = re.compile(r"\s*(?:\((?P<inside>[^()]*)\)|\s(?://|;|--|–|—)\s(?P<behind>.*))$", re.DOTALL)
_CHANGES = re.compile(
    r"(?<![^\W_])[A-Ha-h](?![^\W_])|\b(?:or|ou|oder|not|pas|no|non|all|toutes|tous)\b"
)
# `D. (20, 10)`, one letter with the statement that it stands for.
_WITH_ITS_TEXT = re.compile(r"(?P<letter>[A-Ha-h])(?:[.):]\s*|\s+)(?!.*\b[A-H]\b)\S.*", re.DOTALL)
_ITEM = re.compile(r"(?<![^\W_])([A-H])(?![^\W_])")
_YES = frozenset(
    ("yes", "true", "right", "correct", "oui", "vrai", "vraie", "juste", "ja", "ok", "✓", "✔", "✅",
     "☑", "y", "t", "v", "o", "1")
)  # fmt: skip
_NO = frozenset(
    ("no", "false", "wrong", "incorrect", "non", "faux", "fausse", "nein", "✗", "✘", "❌", "☐", "✖",
     "n", "f", "0")
)  # fmt: skip
_SIGNS = re.compile(r"[\s,;:.=()\[\]→>-]+")
_ALL_BUT = re.compile(
    r"(?:all|every(?:thing|one)?|toutes?|tous|tout)(?: of them| statements| the statements)?,? "
    r"(?:but|except(?: for)?|sauf|excepté|hormis|à part)[ :]+(?P<but>.+)",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(r"[^\W_]+|[^\w\s]")
_LEAST_WORDS = 4
_SILENT = frozenset(".,;:()[]\"'`’“”«»-–—*") | {"and", "et", "und"}


def chosen(value: Any, letters: str, texts: Sequence[str] = (), *, several: bool = True) -> str:
    """Return the letters that an answer chooses, sorted; empty if it is not clear which.

    Parameters
    ----------
    value : object
        The answer: a text, or a list of texts, which may be in lists themselves.
    letters : str
        The letters to choose from.
    texts : sequence of str
        The statement that each letter stands for; without them, a statement is not recognised.
    several : bool
        Whether more than one may be chosen.
    """
    if isinstance(value, Mapping):
        found = _ticked(value, letters)
        return found if several or len(found) == 1 else ""
    parts = list(_flat(value))
    if not all(isinstance(part, str) for part in parts) or len(parts) > len(letters) * 2:
        return ""
    text = _plain(" ".join(parts))
    if not text or len(text) > LONGEST_WITH_TEXTS:
        return ""
    found = ""
    if len(text) <= LONGEST:
        found = _listed(text, letters, several=several)
        found = found or (_judged(text, letters) if several else "")
    found = found or _stated(text, letters, texts)
    return found if several or len(found) == 1 else ""


def _flat(value: Any, depth: int = 0) -> Any:
    if isinstance(value, list | tuple) and depth < 3:
        for part in value:
            yield from _flat(part, depth + 1)
    else:
        yield value


def _ticked(table: Mapping[str, Any], letters: str) -> str:
    """Return the letters that a table has as true: ``{A = false, B = true}``."""
    names = [str(name).strip().upper() for name in table]
    verdicts = [str(said).strip().casefold() for said in table.values()]
    if len(set(names)) < max(2, len(names)) or not set(names) <= set(letters):
        return ""
    if not set(verdicts) <= _YES | _NO:
        return ""
    return "".join(sorted(n for n, said in zip(names, verdicts, strict=True) if said in _YES))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_ALIKE))
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def _listed(text: str, letters: str, *, several: bool) -> str:
    """Return letters that stand alone, apart from the usual words around them."""
    text = _COMMENT.sub("", text)
    remark = _REMARK.search(text)
    said = (remark["inside"] or remark["behind"] or "") if remark else ""
    if remark and remark.start() and not _CHANGES.search(said):
        text = text[: remark.start()]
    for lead in _LEADS:
        text = lead.sub("", text.lstrip(), count=1) if lead.match(text.lstrip()) else text
    text = _TRAIL.sub("", text).strip()
    if _HYPHENS.fullmatch(text):
        text = text.replace("-", " ")
    if but := _ALL_BUT.fullmatch(text.strip()):
        without = "" if _ALL_BUT.match(but["but"]) else _listed(but["but"], letters, several=True)
        return "".join(one for one in letters if one not in without) if without else ""
    if not several and (one := _WITH_ITS_TEXT.fullmatch(text.strip())):
        text = one["letter"]
    found = _BETWEEN.sub("", text.lower()).upper()
    return "".join(sorted(set(found))) if found and set(found) <= set(letters) else ""


def _judged(text: str, letters: str) -> str:
    """Return the letters that are said to be right, where each has its verdict behind it."""
    head, *rest = _ITEM.split(text)
    pairs = [
        (letter, _SIGNS.sub(" ", said).strip().casefold())
        for letter, said in zip(rest[::2], rest[1::2], strict=True)
    ]
    names = [letter for letter, _ in pairs]
    verdicts = [said for _, said in pairs]
    if len(set(names)) < len(names) or not set(names) <= set(letters):
        return ""
    if head.strip() or not set(verdicts) <= _YES | _NO:
        return _judged_before(text, letters)
    return "".join(sorted(letter for letter, said in pairs if said in _YES))


def _judged_before(text: str, letters: str) -> str:
    """Return the letters with a "yes" before each of them: `oui A, oui B, non C`."""
    words = _SIGNS.sub(" ", text).split()
    pairs = list(zip(words[::2], words[1::2], strict=False))
    names = [name for _, name in pairs]
    good = len(words) % 2 == 0 and len(set(names)) == len(names) and set(names) <= set(letters)
    if not good or not {verdict.casefold() for verdict, _ in pairs} <= _YES | _NO:
        return ""
    return "".join(sorted(name for verdict, name in pairs if verdict.casefold() in _YES))


def _stated(text: str, letters: str, texts: Sequence[str]) -> str:
    """Return the letters of statements that are repeated, whole or behind their letters."""
    if len(texts) != len(letters):
        return ""
    by_letter = dict(zip(letters, map(_words, texts), strict=True))
    head, *rest = _ITEM.split(text)
    pairs = list(zip(rest[::2], map(_words, rest[1::2]), strict=True))
    if (
        any(said for _, said in pairs)
        and not _words(head)
        and all(name in letters for name, _ in pairs)
        and all(_is_part_of(said, by_letter[name]) for name, said in pairs)
    ):
        return "".join(sorted({name for name, _ in pairs}))
    left, found = _words(text), ""
    for letter, words in sorted(by_letter.items(), key=lambda one: -len(one[1])):
        at = next((i for i in range(len(left)) if left[i : i + len(words)] == words), -1)
        if at >= 0 and words:
            left[at : at + len(words)] = ["."]
            found += letter
    return "" if set(left) - {"."} else "".join(sorted(found))


def _is_part_of(said: list[str], statement: list[str]) -> bool:
    """Return whether words are nothing, a statement, or some of its words in their order.

    A few words may be the author's own: `C is not`.
    """
    left = iter(statement)
    in_order = len(said) >= _LEAST_WORDS and all(word in left for word in said)
    return not said or said == statement or in_order


def _words(text: str) -> list[str]:
    """Return the words and signs of a text, in which `20x10` and `(20, 10)` are the same."""
    plain = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d)", " ", _plain(text).casefold())
    return [word for word in _WORDS.findall(plain) if word not in _SILENT]
