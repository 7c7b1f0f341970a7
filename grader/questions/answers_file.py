"""Write the two files that follow from the questions: the template, and the answers."""

from __future__ import annotations

__all__ = ["answers_text", "template_text"]

import textwrap
from typing import TYPE_CHECKING

from grader.questions.question_types import PERCENT, Choice, Observation, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 98
HEAD = """\
# Your answers to the questions of the course.
#
# Write each answer between the quotes. Where there are statements, choose *all* that are right, by
# their letters: "AC". Just these letters count; the statements themselves stay as they are.
# A number may be written with or without quotes: 0.5 or "0.5". Run `grader check .` to see how your
# answers are read; whether they are right is said when you hand them in.
"""
OWN_WORDS = """\
# What did you observe? In your own words: two or three sentences are fine, and a person reads
# them. For several lines use three quotes at either end. Leave out what you did not do.
"""


def template_text(questions: Sequence[Question], observed: Sequence[Observation] = ()) -> str:
    """Return the file that students fill in, as TOML.

    Parameters
    ----------
    questions : sequence of Choice or Number
        The questions of the table ``[questions]``, in this order.
    observed : sequence of Observation
        The questions of the table ``[observations]``, which is left out if there are none.
    """
    return _file(questions, observed, {}, {})


def answers_text(questions: Sequence[Question], observed: Sequence[Observation] = ()) -> str:
    """Return the file with the right answers, and with a model answer for each observation.

    Parameters
    ----------
    questions : sequence of Choice or Number
    observed : sequence of Observation
    """
    right = {
        question.key: question.answer if isinstance(question, Choice) else f"{question.answer:g}"
        for question in questions
    }
    return _file(questions, observed, right, {one.key: one.model for one in observed})


def _file(
    questions: Sequence[Question],
    observed: Sequence[Observation],
    right: dict[str, str],
    models: dict[str, str],
) -> str:
    blocks = [HEAD, "[questions]\n"]
    blocks += [
        f"{_text(number, question)}{question.key} = {_quoted(right.get(question.key, ''))}\n"
        for number, question in enumerate(questions, 1)
    ]
    if observed:
        blocks += [f"{OWN_WORDS}[observations]\n"]
    blocks += [
        f"{_comment(one.text)}{one.key} = {_quoted(models.get(one.key, ''))}\n" for one in observed
    ]
    return "\n".join(blocks)


def _text(number: int, question: Question) -> str:
    text = _comment(f"{number}. {question.text}")
    if not isinstance(question, Choice):
        asked = "A number, in percent." if question.asks == PERCENT else "A number."
        return text + _comment(asked, indent="   ")
    for letter, option in zip(question.letters, question.options, strict=True):
        text += _comment(f"{letter}. {option.text}", indent="   ")
    kind = "All that are right." if question.several else "One letter."
    return text + _comment(kind, indent="   ")


def _comment(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(
        text, WIDTH, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}   "
    )
    return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    if '"' in text or "\\" in text:
        raise ValueError(f"{text!r} cannot stand between quotes")
    return f'"{text}"'
