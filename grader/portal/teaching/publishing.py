"""Results published or held back, exercise by exercise: what students see, get by mail, get passed.

While an exercise is held back, students see nothing of what it came to. To publish it lets them see
it from that moment on, writes so into the history, puts the scores where platforms get them from,
and says whom to write to.
"""

from __future__ import annotations

__all__ = ["Addressee", "Published", "hold_back", "publish", "write_to"]

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from grader.errors import GraderError, UsageError
from grader.gradebook.book import latest_results
from grader.gradebook.exercise_rules import set_rule
from grader.gradebook.models import (  # fmt: skip
    Attempt,
    AttemptPerson,
    ExerciseGrade,
    Participant,
    Result,
    ResultExercise,
)
from grader.gradebook.rows import write_history
from grader.languages import say, speaking
from grader.portal.showing import held_exercises
from grader.portal.teaching.published_scores import put_published
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from grader.course import Course, Exercise
    from grader.gradebook import Gradebook
    from grader.languages import Language
    from grader.portal.identity.mailing import Mailer
    from grader.portal.teaching.published_scores import ScoresSeen

log = logging.getLogger("grader.portal")


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person who gets a mail."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The effects of publishing.

    Attributes
    ----------
    people : int
        Who has a result in it.
    addressees : tuple of Addressee
        Those of them with an address.
    scores : int
        How many scores were put out for platforms.
    is_all : bool
        Whether these are all; the others follow by themselves, a moment later.
    """

    people: int
    addressees: tuple[Addressee, ...]
    scores: int = 0
    is_all: bool = True


def concerned(connection: Connection, exercise: str) -> list[Addressee]:
    """Return the people with a result in an exercise, each once, by name."""
    whose = func.coalesce(Participant.merged_into, Participant.id)
    latest = latest_results().subquery()
    graded = (
        select(ResultExercise.result_id)
        .join(ExerciseGrade, ExerciseGrade.id == ResultExercise.grade_id)
        .where(ExerciseGrade.exercise == exercise)
    )
    people = (
        select(whose)
        .join(AttemptPerson, AttemptPerson.person_id == Participant.id)
        .join(Attempt, Attempt.id == AttemptPerson.attempt_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Result.id.in_(select(latest.c.result_id)), Result.id.in_(graded))
    )
    asked = select(Participant.name, Participant.email).where(
        Participant.id.in_(people), Participant.purged_at == ""
    )
    rows = connection.execute(asked.order_by(Participant.spelled, Participant.id))
    return [Addressee(row.name, row.email) for row in rows]


def publish(
    connection: Connection,
    course: Course,
    exercise: Exercise,
    *,
    author: str,
    seen: ScoresSeen | None = None,
) -> Published:
    """Publish the results of an exercise to students.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write: all of it happens, or nothing.
    course : Course
    exercise : Exercise
        Which is held back.
    author : str
        Who publishes, for the history.
    seen : ScoresSeen, optional
        The scores that are published then, for platforms; worked out before, with this exercise.

    Raises
    ------
    UsageError
        Where it is published already, perhaps by somebody else a moment ago.
    """
    if exercise.id not in held_exercises(connection, course):
        raise UsageError(f"The results of exercise {exercise.number} are published already.")
    scores, is_all = put_published(connection, seen) if seen else (0, True)
    set_rule(connection, exercise.id, "held", value=False, author=author)
    found = concerned(connection, exercise.id)
    told = f"exercise {exercise.id}: {counted(len(found), 'student')}"
    if scores:
        told += f", {counted(scores, 'score')} for a learning platform"
    write_history(connection, "published", who=author, detail=told)
    some = tuple(one for one in found if one.email)
    return Published(people=len(found), addressees=some, scores=scores, is_all=is_all)


def hold_back(connection: Connection, course: Course, exercise: Exercise, *, author: str) -> None:
    """Hide the results of an exercise from students.

    Raises
    ------
    UsageError
        Where it is held back already.
    """
    if exercise.id in held_exercises(connection, course):
        raise UsageError(f"The results of exercise {exercise.number} are held back already.")
    set_rule(connection, exercise.id, "held", value=True, author=author)
    write_history(connection, "held back", who=author, detail=f"exercise {exercise.id}")


def write_to(
    book: Gradebook,
    mailer: Mailer,
    addressees: Sequence[Addressee],
    subject: str,
    text: str,
    *,
    author: str,
    speaks: Callable[[str], Language | None] = lambda _address: None,
) -> int:
    """Send each person a mail, one after the other; record the number in the history.

    Parameters
    ----------
    book : Gradebook
        With the history.
    mailer : Mailer
    addressees : sequence of Addressee
    subject, text : str
        ``{name}`` in the text is the name.
    author : str
        Who asked for it, for the history.
    speaks : callable, optional
        Returns the language of whoever has an address; English where not given.

    Returns
    -------
    int
        How many the server took.
    """
    sent = 0
    for one in addressees:
        try:
            with speaking(speaks(one.email)):
                said = say(subject), say(text.replace("{name}", one.name))
            mailer.send(one.email, *said)
        except GraderError as error:
            log.warning("a mail did not go out: %s", error)
        else:
            sent += 1
    with book.database.writing() as connection:
        detail = f"{sent} of {counted(len(addressees), 'mail')}: {subject}"
        write_history(connection, "mailed", who=author, detail=detail)
    return sent
