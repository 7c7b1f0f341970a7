"""The questions: each is a check, and whether it was answered rightly is said at grading only.

Two more checks, without points, run on the student's machine as well: how the answers are read, and
what goes to the instructor.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from grader.checks import Check, Failed, Table, Visibility, check

from .asking import judge
from .catalogue import QUESTIONS
from .kinds import Choice, Question
from .observations import OBSERVATIONS
from .reading import NOT_YET, is_empty, letters_of, number_of, shown, table_of

if TYPE_CHECKING:
    from grader.checks import Case

POINTS = 2
MAX_NAMED = 5


@check(0)
def answers_can_be_read(case: Case) -> None:
    """Each answer in `answers.toml` has the form that is asked for."""
    table = table_of(case, "questions")
    _note_unknown(case, table, [question.key for question in QUESTIONS], "questions")
    rows, faults = [], []
    for question in QUESTIONS:
        try:
            rows.append((question.key, _read(table.get(question.key), question)))
        except Failed as fault:
            rows.append((question.key, "–"))
            faults.append(fault.message)
    case.show(
        Table(title="How your answers are read", columns=("question", "answer"), rows=(*rows,))
    )
    said = [fault for fault in faults if fault != NOT_YET]
    if said:
        raise Failed(" ".join(said[:MAX_NAMED]))
    if len(faults) == len(QUESTIONS):
        raise Failed("No question is answered yet.")


@check(0)
def observations_are_handed_over(case: Case) -> None:
    """What you observed, in your own words, goes to your instructor, who reads and grades it."""
    table = table_of(case, "observations")
    _note_unknown(case, table, [one.key for one in OBSERVATIONS], "observations")
    written = {one: table.get(one.key) for one in OBSERVATIONS if not is_empty(table.get(one.key))}
    for one, answer in written.items():
        if isinstance(answer, str):
            case.hand_over(one.text, answer.strip())
    for one, answer in written.items():
        if not isinstance(answer, str):
            raise Failed(f"`{one.key}` has to be text in quotes, not {shown(answer)}.")
    if not written:
        raise Failed("Nothing is written here yet.")


def _read(value: Any, question: Question) -> str:
    if isinstance(question, Choice):
        return ", ".join(letters_of(value, question))
    return f"{number_of(value, question.key):.6g}"


def _note_unknown(case: Case, table: dict[str, Any], known: list[str], name: str) -> None:
    unknown = [shown(key) for key in table if key not in known]
    if unknown:
        more = ", …" if len(unknown) > MAX_NAMED else ""
        case.note(
            f"No question has this name, below [{name}] in answers.toml: "
            f"{', '.join(unknown[:MAX_NAMED])}{more}. Keep the names of the template."
        )


def _check_of(question: Question) -> Check:
    return Check(
        name=question.key,
        claim=question.text,
        run=partial(judge, question=question),
        points=POINTS,
        visibility=Visibility.HIDDEN,
        needs=(),
        lecture=question.lecture,
    )


CHECKS = tuple(_check_of(question) for question in QUESTIONS)
