"""Questions that are answered in a data file: by a number, by letters, or in own words.

=====================  ========================================================================
`question_types`       the kinds of questions, and how a course writes them down
`answers_file`         the file for students to fill in, and the file with the answers
`reading`              parse an answer of any type into letters, numbers or words
`numerals`             parse numbers as people write them; `number_words` parses words
`letters`              parse the letters of chosen statements, as people write them
`marking`              the checks: right or wrong, known mistakes, answers for hand grading
=====================  ========================================================================

A course declares its questions as data, in a module of its checks, and derives the rest from them:
``CHECKS = checks_of(QUESTIONS, points=2)`` and ``MISTAKES = mistakes_of(QUESTIONS)``. The file of
answers is a TOML file of the exercise; a submission's tables are read as constants of that file.
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
