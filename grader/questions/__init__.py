"""Questions that are answered in a file of data: by a number, by letters, or in own words.

=====================  ========================================================================
`question_types`       what a question is, and how a course writes it down
`answers_file`         the file that students fill in, and the one with the answers
`reading`              what was written, of whatever kind, as letters, numbers or words
`numerals`             numbers as people write them; `number_words` are those in words
`marking`              the checks: right or wrong, what a mistake shows, what a person reads
=====================  ========================================================================

A course declares its questions as data, in a module of its checks, and makes the rest of them:
``CHECKS = checks_of(QUESTIONS, points=2)`` and ``MISTAKES = mistakes_of(QUESTIONS)``. The file of
answers is a TOML file of the exercise, whose tables the submission hands over as constants.
"""

from grader.questions.answers_file import answers_text, template_text
from grader.questions.marking import (
    checks_of,
    hand_over_words,
    mistakes_of,
    show_how_answers_are_read,
)
from grader.questions.question_types import (
    LEAST,
    PERCENT,
    Choice,
    Form,
    Number,
    Observation,
    Option,
    Question,
    WrongNumber,
    choice,
    forms_of,
    number,
    observations,
    texts_of,
)

__all__ = [
    "LEAST",
    "PERCENT",
    "Choice",
    "Form",
    "Number",
    "Observation",
    "Option",
    "Question",
    "WrongNumber",
    "answers_text",
    "checks_of",
    "choice",
    "forms_of",
    "hand_over_words",
    "mistakes_of",
    "number",
    "observations",
    "show_how_answers_are_read",
    "template_text",
    "texts_of",
]
