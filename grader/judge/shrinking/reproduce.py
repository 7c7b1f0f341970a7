"""``grader check --reproduce``: run one small input again, called as the judge called it."""

from __future__ import annotations

__all__ = ["Reproduced", "reproduce"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import SubmissionError, UsageError, did_you_mean
from grader.judge.shrinking.budget import SearchBudget, apart
from grader.judge.shrinking.searcher import Searcher
from grader.judge.shrinking.small_examples import place_of
from grader.judge.shrinking.texts import answer_text, argument_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.checks.small_inputs import SmallInputs
    from grader.course import Course, Exercise, Part
    from grader.judge.shrinking.small_examples import SessionOpener, SubmittedWork
    from grader.results import SmallExample


@dataclass(frozen=True, slots=True)
class Reproduced:
    """The result of one call.

    Attributes
    ----------
    file, function : str
    names, arguments : tuple of str
        The arguments' names, and Python that makes them.
    expected : str
    wrong : SmallExample or None
        The fault of the result; None if it is right, or if there is an `error`.
    error : SubmissionError or None
        The failure of the function, or of loading its file.
    printed : str
        The output on stdout and stderr.
    """

    file: str
    function: str
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    expected: str
    wrong: SmallExample | None
    error: SubmissionError | None
    printed: str


def reproduce(judge: SessionOpener, course: Course, found: SubmittedWork, name: str) -> Reproduced:
    """Call a function of a submission with one of its small inputs.

    Parameters
    ----------
    judge : SessionOpener
    course : Course
    found : SubmittedWork
        The submission.
    name : str
        The id of an example, such as ``warm_up.neuron.forward.7``.

    Raises
    ------
    UsageError
        If there is no such example.
    GraderError
        If no process could be started, or a kit lacks the right answer.
    """
    exercise, part, small, number = _small_input(course, name)
    session = judge.open(exercise, found.sealed, 0, apart(found.work))
    try:
        searcher = Searcher(session, part, place_of(exercise, part.file), SearchBudget())
        arguments = small.calls()[number - 1]
        expected = small.right(part.reference, number)
        error: SubmissionError | None = None
        wrong = None
        try:
            session.call(part.file, small.of, arguments)
        except SubmissionError as raised:
            error = raised
        else:
            seen = searcher.tried(small, number)
            wrong = None if seen is None else searcher.described(small, seen)
        return Reproduced(
            file=part.file,
            function=small.of,
            names=small.names,
            arguments=tuple(map(argument_text, arguments)),
            expected=answer_text(expected),
            wrong=wrong,
            error=error,
            printed=session.take_printed(),
        )
    finally:
        session.close()


def _small_input(course: Course, name: str) -> tuple[Exercise, Part, SmallInputs, int]:
    """Return the exercise, the file, the function's small inputs and the number of one of them."""
    known = {f"{place}.{small.of}": (e, p, small) for e, p, place, small in _all(course)}
    start, _, number = name.rpartition(".")
    if start not in known:
        raise UsageError(
            f"There is no example {name!r}: it looks like warm_up.neuron.forward.7, and stands "
            f"beside the check on your report.{did_you_mean(start, known)}"
        )
    exercise, part, small = known[start]
    if not number.isdecimal() or not 1 <= int(number) <= len(small.calls()):
        raise UsageError(f"The examples of {start} have the numbers 1 to {len(small.calls())}.")
    return exercise, part, small, int(number)


def _all(course: Course) -> Iterator[tuple[Exercise, Part, str, SmallInputs]]:
    for exercise in course.exercises:
        for part in exercise.parts:
            for small in part.small_inputs:
                yield exercise, part, place_of(exercise, part.file), small
