"""Parse the words about lateness in Moodle's grading worksheet.

The column "Status" contains ``Submitted for grading - 2 days 3 hours late``, in the language of the
person who downloaded it [1]_.

References
----------
.. [1] Moodle, ``mod/assign/gradingtable.php`` (``col_status``), ``format_time`` and the string
   ``submittedlateshort`` of ``mod_assign``.
"""

from __future__ import annotations

__all__ = ["LateWords", "late_words"]

import re
import unicodedata
from dataclasses import dataclass

_UNITS = {
    31_536_000: "years year ans an année années jahre jahr años año anni anno",
    86_400: "days day jours jour tage tag días día giorni giorno dagen dag",
    3_600: "hours hour heures heure stunden stunde std horas hora ore ora uren uur",
    60: "minutes minute mins min minuten minutos minuto minuti",
    1: "seconds second secs sec secondes seconde sekunden sekunde segundos segundo secondi secondo",
}
_SECONDS = {word: size for size, words in _UNITS.items() for word in words.split()}
_LATE = re.compile(r"\b(?:late|en retard|verspätet|zu spät|tarde|in ritardo|te laat)\b")
_HANDED_IN = re.compile(
    r"\b(?:submitted for grading|remis pour évaluation|zur bewertung abgegeben|enviado para"
    r" calificar|consegnato per la valutazione)\b"
)
_AMOUNT = re.compile(r"(\d{1,5})\s+([^\W\d_]+)\.?")


@dataclass(frozen=True, slots=True)
class LateWords:
    """A platform's words about lateness; `seconds` is None if they cannot be parsed."""

    seconds: int | None
    said: str


def late_words(status: str) -> LateWords | None:
    """Return the lateness in a status; None if it says nothing about a submission.

    Parameters
    ----------
    status : str
        A cell of Moodle's column.
    """
    said = unicodedata.normalize("NFC", " ".join(status.split())).casefold()
    for part in re.split(r" - |;|<br>", said):
        if _LATE.search(part):
            found = [(int(n), _SECONDS.get(word)) for n, word in _AMOUNT.findall(part)]
            seconds = [n * size for n, size in found if size is not None]
            whole = bool(found) and len(seconds) == len(found)
            return LateWords(sum(seconds) if whole else None, part.strip())
    return LateWords(0, "") if _HANDED_IN.search(said) else None
