"""Judging one answer: right or wrong, and what a wrong one shows."""

from collections.abc import Iterator
from typing import Any

from grader.checks import Case, Disagreement, Misconception, Table

from .catalogue import QUESTIONS
from .kinds import Choice, Number, Question
from .reading import letters_of, numbers_of, table_of

# How far from a number that a mistake leads to an answer is still explained by it, relatively.
NEAR = 0.01


def judge(case: Case, question: Question) -> None:
    """Raise where a question is not answered, or wrongly."""
    value = table_of(case, "questions").get(question.key)
    if isinstance(question, Choice):
        _judge_choice(case, question, letters_of(value, question))
    else:
        numbers = numbers_of(value, question.key, asks=question.asks)
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
        what = "statement is" if len(wrong) == 1 else "statements are"
        message = f"{len(wrong)} {what} judged wrongly."
    raise Disagreement(
        message, got=", ".join(chosen), diagnoses=tuple(case.known(o.name) for o in wrong)
    )


def _judge_number(case: Case, question: Number, values: tuple[float, ...]) -> None:
    # What can be read in two ways is right where one of them is: nobody can mean the other.
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


def table_of_answers() -> dict[str, Any]:
    """Return the right answers, as they would be handed in."""
    return {question.key: question.answer for question in QUESTIONS}


def mistakes() -> Iterator[Misconception]:
    """Yield what can be wrong with an answer, each with an answer that shows it."""
    for question in QUESTIONS:
        for name, why, example in _examples(question):
            yield Misconception(
                name=name,
                of="questions",
                sentence=why,
                wrong=dict,  # recognised by the answer itself
                lecture=question.lecture,
                example={**table_of_answers(), question.key: example},
            )


def _examples(question: Question) -> Iterator[tuple[str, str, Any]]:
    if isinstance(question, Number):
        for one in question.wrong:
            yield one.name, one.why, one.value
        return
    for letter, option in zip(question.letters, question.options, strict=True):
        if question.several:
            yield option.name, option.why, "".join(set(question.answer) ^ {letter})
        elif not option.right:
            yield option.name, option.why, letter


MISTAKES = tuple(mistakes())
