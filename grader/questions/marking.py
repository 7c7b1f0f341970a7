"""The checks of an answers file: right or wrong, known mistakes, answers for hand grading.

Each question is a hidden check: students learn whether an answer is right only from grading. Two
other checks can be public: how the answers are read, and which answers go to the instructor.
"""

from __future__ import annotations

__all__ = ["checks_of", "hand_over_words", "mistakes_of", "show_how_answers_are_read"]

from functools import partial
from typing import TYPE_CHECKING, Any

from grader.checks import Check, Disagreement, Failed, Misconception, Table, Visibility
from grader.questions import reading
from grader.questions.question_types import PERCENT, Choice, Form, Number, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.checks import Case

QUESTIONS, OBSERVATIONS = "questions", "observations"
MAX_NAMED = 5
# Maximum relative distance between an answer and a mistake's number that explains it.
NEAR = 0.01


def checks_of(questions: Iterable[Question], points: float) -> tuple[Check, ...]:
    """Return a hidden check for each question.

    Parameters
    ----------
    questions : iterable of Choice or Number
    points : float
        The points of each question.
    """
    return tuple(
        Check(
            name=question.key,
            claim=question.text,
            run=partial(_judge, question=question),
            points=points,
            visibility=Visibility.HIDDEN,
            needs=(),
            lecture=question.lecture,
        )
        for question in questions
    )


def mistakes_of(questions: Sequence[Question]) -> tuple[Misconception, ...]:
    """Return the known mistakes of all questions, each with example answers that show it.

    Parameters
    ----------
    questions : sequence of Choice or Number
    """
    right = {question.key: question.answer for question in questions}
    return tuple(
        Misconception(
            name=name,
            of=QUESTIONS,
            sentence=why,
            wrong=dict,  # recognised by the answer itself
            lecture=question.lecture,
            example={**right, question.key: example},
        )
        for question in questions
        for name, why, example in _examples(question)
    )


def _examples(question: Question) -> Iterator[tuple[str, str, Any]]:
    if isinstance(question, Number):
        for one in question.wrong:
            yield one.name, one.why, one.value
        return
    for letter, option in zip(question.letters, question.options, strict=True):
        if question.several:
            others = sorted(set(question.letters) - {letter})[:1]  # nothing chosen is no answer
            yield option.name, option.why, "".join(set(question.answer) ^ {letter} or others)
        elif not option.right:
            yield option.name, option.why, letter


def show_how_answers_are_read(
    case: Case, forms: Iterable[tuple[Any, ...]], file: str = "answers.toml"
) -> None:
    """Show each answer as the grader reads it; raise `Failed` if one has the wrong form.

    Parameters
    ----------
    case : Case
    forms : iterable of tuple
        The result of `forms_of`; a public check gets it from a `recorded` function, so that the
        kit does not contain the right answers.
    file : str
        The name of the file, for a message.
    """
    for remark in reading.remarks_on(case):
        case.note(remark)
    table = reading.table_of(case, QUESTIONS)
    asked = [Form(*form) for form in forms]
    _note_unknown(case, table, [form.key for form in asked], f"[{QUESTIONS}] in {file}")
    rows, faults = [], []
    for form in asked:
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
    if len(faults) == len(asked):
        raise Failed("No question is answered yet.")


def hand_over_words(
    case: Case, texts: Iterable[tuple[str, str]], file: str = "answers.toml"
) -> None:
    """Queue free-text answers for hand grading; raise `Failed` if one is no text, or none is given.

    Parameters
    ----------
    case : Case
    texts : iterable of (str, str)
        The result of `texts_of`, in a public check from a `recorded` function.
    file : str
        The name of the file, for a message.
    """
    table = reading.table_of(case, OBSERVATIONS)
    asked = dict(texts)
    _note_unknown(case, table, list(asked), f"[{OBSERVATIONS}] in {file}")
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


def _read(value: Any, form: Form) -> str:
    if form.letters:
        return ", ".join(reading.letters_of(value, form))
    numbers = reading.numbers_of(value, form.key, asks=form.asks)
    return " or ".join(f"{number:.6g}{' %' if form.asks == PERCENT else ''}" for number in numbers)


def _note_unknown(case: Case, table: dict[str, Any], known: list[str], where: str) -> None:
    unknown = [reading.shown(key) for key in table if key not in known]
    if unknown:
        more = ", …" if len(unknown) > MAX_NAMED else ""
        case.note(
            f"No question has this name, below {where}: {', '.join(unknown[:MAX_NAMED])}{more}. "
            "Keep the names of the template."
        )


def _judge(case: Case, question: Question) -> None:
    """Raise `Failed` if the question is not answered, or answered wrongly."""
    value = reading.table_of(case, QUESTIONS).get(question.key)
    if isinstance(question, Choice):
        _judge_choice(case, question, reading.letters_of(value, question))
    else:
        numbers = reading.numbers_of(value, question.key, asks=question.asks)
        _judge_number(case, question, numbers)


def _judge_choice(case: Case, question: Choice, chosen: str) -> None:
    pairs = list(zip(question.letters, question.options, strict=True))
    case.show(
        Table(
            title="The statements",
            columns=("", "statement", "you chose it"),
            rows=tuple((at, o.text, "yes" if at in chosen else "no") for at, o in pairs),
        )
    )
    if chosen == question.answer:
        return
    wrong = [
        option
        for letter, option in pairs
        if (letter in chosen) != option.right and not (option.right and not question.several)
    ]
    message = "This is not the right one."
    if question.several:
        count = len(wrong)
        message = f"{count} statement{' is' if count == 1 else 's are'} judged wrongly."
    raise Disagreement(
        message, got=", ".join(chosen), diagnoses=tuple(case.known(o.name) for o in wrong)
    )


def _judge_number(case: Case, question: Number, values: tuple[float, ...]) -> None:
    # If a text has two readings, it is right if one of them is: the other cannot be meant.
    room = question.tolerance * max(1.0, abs(question.answer))
    if any(abs(value - question.answer) <= room for value in values):
        return
    known = [
        one
        for one in question.wrong
        if any(abs(value - one.value) <= NEAR * abs(one.value) for value in values)
    ]
    raise Disagreement(
        "This is not the right number.",
        got=" or ".join(f"{value:.6g}" for value in values),
        diagnoses=tuple(case.known(one.name) for one in known),
    )
