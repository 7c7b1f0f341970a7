"""Reading an answer: what came may be of any kind, and what is meant is taken where it is clear."""

from __future__ import annotations

__all__ = ["NOT_YET", "is_empty", "letters_of", "number_of", "shown", "table_of"]

import math
import re
from typing import TYPE_CHECKING, Any

from grader.checks import Failed, Opaque, short

if TYPE_CHECKING:
    from grader.checks import Case

    from .kinds import Choice, Form

NOT_YET = "This question is not answered yet."
_BETWEEN = re.compile(r"[\s,;.+&()\[\]/]+|\band\b")
_LONGEST = 100  # characters of an answer that is letters or a number


def table_of(case: Case, name: str) -> dict[str, Any]:
    """Return a table of the file, such as ``[questions]``."""
    table = case.student.constant(name)
    if not isinstance(table, dict):
        raise Failed(
            f"`{name}` has to be a table, not {shown(table)}.",
            hint=f"Keep the line `[{name}]` of the template, and the answers below it.",
        )
    return table


def is_empty(value: Any) -> bool:
    """Say whether an answer was left as the template has it, or taken out."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def letters_of(value: Any, question: Choice | Form) -> str:
    """Return the letters that were chosen, sorted; raise `Failed` where they are not letters."""
    if is_empty(value):
        raise Failed(NOT_YET)
    parts = value if isinstance(value, list) else [value]
    if all(isinstance(part, str) for part in parts) and sum(map(len, parts)) <= _LONGEST:
        found = _BETWEEN.sub("", " ".join(parts).lower()).upper()
        one = question.several or len(set(found)) == 1
        if found and set(found) <= set(question.letters) and one:
            return "".join(sorted(set(found)))
    first, last = question.letters[0], question.letters[-1]
    wanted = f'letters from {first} to {last}, such as "{first}{last}"'
    if not question.several:
        wanted = f'one letter from {first} to {last}, such as "{last}"'
    raise Failed(f"`{question.key}` has to be {wanted}, not {shown(value)}.")


def number_of(value: Any, key: str) -> float:
    """Return the number that was written, with or without quotes, or raise `Failed`."""
    if is_empty(value):
        raise Failed(NOT_YET)
    if isinstance(value, str) and len(value) <= _LONGEST:
        value = _from_text(value)
    if type(value) not in (int, float) or not abs(value) < 1e300 or not math.isfinite(value):
        raise Failed(f"`{key}` has to be a number, such as 0.5, not {shown(value)}.")
    return float(value)


def _from_text(text: str) -> Any:
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        return text


def shown(value: Any) -> str:
    """Return a value as text for a message."""
    if isinstance(value, Opaque):
        return f"a {value.type_name.rpartition('.')[2]}"
    return short(value)
