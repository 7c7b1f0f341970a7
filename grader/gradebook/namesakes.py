"""Report that a person who was graded now has a namesake in the book: perhaps only the id changed.

With another id a person is somebody else, and what was changed by hand for the earlier one does not
count for them. Only a person can say whether the two are one (`grader.gradebook.people.merge`).
"""

from __future__ import annotations

__all__ = ["last_person", "tell_namesakes"]

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from grader.gradebook.adjustment_rows import rows_of
from grader.gradebook.holders import handle_of, holder_of, people_of, spelled
from grader.gradebook.models import AttemptPerson, Participant
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from grader.gradebook.book import Gradebook
    from grader.results import SubmissionResult


def last_person(book: Gradebook) -> int:
    """Return the row number of the person who was added last; 0 if there is nobody."""
    with book.database.reading() as connection:
        return int(connection.execute(select(func.max(Participant.id))).scalar() or 0)


def tell_namesakes(
    book: Gradebook, results: Sequence[SubmissionResult], before: int
) -> Iterator[str]:
    """Yield a sentence for each namesake, in the book, of somebody who was graded now.

    Parameters
    ----------
    book : Gradebook
        The gradebook, with the results in it.
    results : sequence of SubmissionResult
        The results of this run.
    before : int
        The last person before this run, by `last_person`. A namesake is told once, in the run in
        which the later one is new; a namesake with changes by hand is told in each run.
    """
    people: dict[str, list[int]] = {}
    with book.database.writing() as connection:
        rows = select(Participant.id, Participant.spelled).where(
            Participant.merged_into.is_(None), Participant.purged_at == ""
        )
        for row in connection.execute(rows):
            people.setdefault(row.spelled, []).append(int(row.id))
        shared = {name: of for name, of in people.items() if len(of) > 1}
        graded = {
            number
            for one in results
            if any(spelled(p.name) in shared for p in people_of(one.student, one.delivery))
            for number in holder_of(connection, one).people
        }
        for name, of in shared.items():
            now = [one for one in of if one in graded]
            if len(now) == 1:  # two who are both graded are known to be two
                others = [one for one in of if one not in graded]
                yield from _sentences(connection, name, now[0], others, before)


def _sentences(
    connection: Connection, name: str, now: int, others: Sequence[int], before: int
) -> Iterator[str]:
    own = handle_of(connection, now)
    for other in others:
        known = handle_of(connection, other)
        merge = f"`grader gradebook merge {known} {own}`"
        if changes := len(rows_of(connection, other)):
            yield (
                f"The gradebook has another {name} ({known}): {own} is graded without the "
                f"{counted(changes, 'change')} made by hand for {known}. If they are one person, "
                f"whose id is another now: {merge}."
            )
        elif now > before and _has_handed_in(connection, other):
            yield (
                f"{name} ({own}) is new in the gradebook, which has another {name} ({known}). If "
                f"they are one person, whose id is another now: {merge}."
            )


def _has_handed_in(connection: Connection, person: int) -> bool:
    asked = select(AttemptPerson.attempt_id).where(AttemptPerson.person_id == person).limit(1)
    return connection.execute(asked).scalar() is not None
