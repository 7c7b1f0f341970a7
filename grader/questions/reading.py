"""Parse an answer, which may be of any type, and accept every form with a clear meaning."""

from __future__ import annotations

__all__ = [
    "NOT_YET",
    "fault_of",
    "is_empty",
    "letters_of",
    "numbers_of",
    "remarks_on",
    "shown",
    "table_of",
    "words_of",
]

import math
from typing import TYPE_CHECKING, Any

from grader.checks import Failed, Opaque, short
from grader.questions.letters import chosen
from grader.questions.numerals import readings

if TYPE_CHECKING:
    from grader.checks import Case
    from grader.questions.question_types import Choice, Form

NOT_YET = "This question is not answered yet."
_UNREAD = {"line", "written", "fault", "mend"}
_MOST_REMARKS = 8
_LONGEST_REMARK = 300
# What people call the answer in a table of its own, beside its explanation.
_ANSWER = frozenset((
    "answer", "answers", "reponse", "réponse", "reponses", "réponses", "value", "valeur", "choice",
    "choix", "letter", "letters", "lettre", "lettres", "result", "résultat", "resultat", "solution",
    "number", "nombre",
))  # fmt: skip
_LONGEST = 100  # characters in an answer of letters or a number


def table_of(case: Case, name: str) -> dict[str, Any]:
    """Return a table of the file, such as ``[questions]``."""
    table = case.student.constant(name)
    if not isinstance(table, dict):
        raise Failed(
            f"`{name}` has to be a table, not {shown(table)}.",
            hint=f"Keep the line `[{name}]` of the template, and the answers below it.",
        )
    return table


def remarks_on(case: Case) -> list[str]:
    """Return the file reader's remarks: corrections, and lines that it does not understand."""
    try:
        remarks = case.student.constant("__remarks__")
    except Failed:
        return []
    if not isinstance(remarks, list):
        return []
    return [one[:_LONGEST_REMARK] for one in remarks[:_MOST_REMARKS] if isinstance(one, str)]


def fault_of(value: Any) -> tuple[str, str]:
    """Return the fault of an answer's line that could not be read, and how to mend it.

    Both are empty if the line was read.
    """
    if not isinstance(value, dict) or value.keys() != _UNREAD:
        return "", ""
    fault, mend = value["fault"], value["mend"]
    if not isinstance(fault, str) or not isinstance(mend, str):
        return "", ""
    return fault[:_LONGEST_REMARK], mend[:_LONGEST_REMARK]


def words_of(value: Any) -> str | None:
    """Return a free-text answer, even from a line that could not be read; None if it is no text."""
    if fault_of(value)[0]:
        value = value["written"]
    return value.strip() if isinstance(value, str) else None


def is_empty(value: Any) -> bool:
    """Return whether an answer is as empty as in the template, or missing."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def letters_of(value: Any, question: Choice | Form) -> str:
    """Return the chosen letters, sorted; raise `Failed` if the value is not letters."""
    _refuse_empty(value := _held(value))
    if found := chosen(value, question.letters, question.texts, several=question.several):
        return found
    first, last = question.letters[0], question.letters[-1]
    wanted = f'letters from {first} to {last}, such as "{first}{last}"'
    if not question.several:
        wanted = f'one letter from {first} to {last}, such as "{last}"'
    raise Failed(f"`{question.key}` has to be {wanted}, not {shown(value)}.")


def numbers_of(value: Any, key: str, *, asks: str = "") -> tuple[float, ...]:
    """Return the readings of a number, with or without quotes; raise `Failed` if it is none.

    Two readings are returned for a number such as ``2,600``. `asks` is the question's, as in
    `Number`.
    """
    _refuse_empty(value := _held(value))
    if isinstance(value, list) and len(value) == 1:
        [value] = value
    found: tuple[float, ...] = ()
    if isinstance(value, str) and len(value) <= _LONGEST:
        found = readings(value, asks=asks)
    elif type(value) in (int, float) and abs(value) < 1e300 and math.isfinite(value):
        found = (float(value),)
    if not found:
        raise Failed(f"`{key}` has to be a number, such as 0.5, not {shown(value)}.")
    return found


def _held(value: Any) -> Any:
    """Return the answer in a table of its own, such as ``{answer = "BD", why = "…"}``."""
    if not isinstance(value, dict) or fault_of(value)[0]:
        return value
    named = [held for key, held in value.items() if str(key).strip().casefold() in _ANSWER]
    return named[0] if len(named) == 1 else value


def _refuse_empty(value: Any) -> None:
    """Raise `Failed` if the answer is empty or its line could not be read."""
    if is_empty(value):
        raise Failed(NOT_YET)
    fault, mend = fault_of(value)
    if fault:
        raise Failed(f"{fault}: {mend}.")


def shown(value: Any) -> str:
    """Return a value as text for a message."""
    if isinstance(value, Opaque):
        return f"a {value.type_name.rpartition('.')[2]}"
    return short(value)
