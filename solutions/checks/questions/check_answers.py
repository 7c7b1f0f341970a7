"""The questions: each is a check, and whether it was answered rightly is said at grading only.

Two more checks, without points, run on the student's machine as well: how the answers are read, and
what goes to the instructor.
"""

from grader.checks import Case, check, recorded
from grader.questions import (
    checks_of,
    forms_of,
    hand_over_words,
    mistakes_of,
    show_how_answers_are_read,
    texts_of,
)

from .catalogue import QUESTIONS
from .observations import OBSERVATIONS


@check(0)
def answers_can_be_read(case: Case) -> None:
    """Each answer in `answers.toml` has the form that its question needs."""
    show_how_answers_are_read(case, forms_of_answers())


@check(0)
def observations_are_handed_over(case: Case) -> None:
    """What you observed, in your own words, goes to your instructor, who reads and grades it."""
    hand_over_words(case, texts_of_observations())


@recorded
def forms_of_answers() -> list[tuple[str, str, bool, str, tuple[str, ...]]]:
    """Return what is known of each answer's form: the right answers stay here."""
    return forms_of(QUESTIONS)


@recorded
def texts_of_observations() -> list[tuple[str, str]]:
    """Return the key and the text of each question that a person reads."""
    return texts_of(OBSERVATIONS)


CHECKS = checks_of(QUESTIONS, points=2)
MISTAKES = mistakes_of(QUESTIONS)
