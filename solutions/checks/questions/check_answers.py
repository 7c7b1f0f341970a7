"""The questions: each is a check, and whether it was answered rightly is said at grading only.

Two more checks, without points, run on the student's machine as well: how the answers are read, and
what goes to the instructor.
"""

from functools import partial
from typing import Any

from grader.checks import Case, Check, Failed, Table, Visibility, check, recorded

from . import reading
from .asking import judge
from .catalogue import QUESTIONS
from .kinds import Choice, Form, Question
from .observations import OBSERVATIONS
from .written import PERCENT

POINTS = 2
MAX_NAMED = 5


@check(0)
def answers_can_be_read(case: Case) -> None:
    """Each answer in `answers.toml` has the form that is asked for."""
    for remark in reading.remarks_on(case):
        case.note(remark)
    table = reading.table_of(case, "questions")
    forms = [Form(*form) for form in forms_of_answers()]
    _note_unknown(case, table, [form.key for form in forms], "questions")
    rows, faults = [], []
    for form in forms:
        try:
            rows.append((form.key, _read(table.get(form.key), form)))
        except Failed as fault:
            rows.append((form.key, "–"))
            faults.append(fault.message)
            if reading.fault_of(table.get(form.key))[0]:
                case.note(fault.message)
    case.show(
        Table(title="How your answers are read", columns=("question", "answer"), rows=(*rows,))
    )
    said = [fault for fault in faults if fault != reading.NOT_YET]
    if said:
        rest = "The other answers were read." if any(answer != "–" for _, answer in rows) else ""
        raise Failed(" ".join((*said[:MAX_NAMED], rest)).strip())
    if len(faults) == len(forms):
        raise Failed("No question is answered yet.")


@check(0)
def observations_are_handed_over(case: Case) -> None:
    """What you observed, in your own words, goes to your instructor, who reads and grades it."""
    table = reading.table_of(case, "observations")
    asked = dict(texts_of_observations())
    _note_unknown(case, table, list(asked), "observations")
    written = {key: table.get(key) for key in asked if not reading.is_empty(table.get(key))}
    for key, answer in written.items():
        words = reading.words_of(answer)
        if words:
            case.ask_for_hand_grading(asked[key], words, name=key)
            if fault := reading.fault_of(answer)[0]:
                case.note(f"{fault}. Your words were handed over all the same.")
    for key, answer in written.items():
        if reading.words_of(answer) is None:
            raise Failed(f"`{key}` has to be text in quotes, not {reading.shown(answer)}.")
    if not written:
        raise Failed("Nothing is written here yet.")


@recorded
def forms_of_answers() -> list[tuple[str, str, bool, str]]:
    """Return what a `Form` is made of, for each question: its right answer stays here."""
    return [
        (question.key, question.letters, question.several, "")
        if isinstance(question, Choice)
        else (question.key, "", False, question.asks)
        for question in QUESTIONS
    ]


@recorded
def texts_of_observations() -> list[tuple[str, str]]:
    """Return the key and the text of each question that a person reads."""
    return [(one.key, one.text) for one in OBSERVATIONS]


def _read(value: Any, form: Form) -> str:
    if form.letters:
        return ", ".join(reading.letters_of(value, form))
    numbers = reading.numbers_of(value, form.key, asks=form.asks)
    return " or ".join(f"{number:.6g}{' %' if form.asks == PERCENT else ''}" for number in numbers)


def _note_unknown(case: Case, table: dict[str, Any], known: list[str], name: str) -> None:
    unknown = [reading.shown(key) for key in table if key not in known]
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
