"""Pages on one student, for staff: grades with reasons, hand-ins, changes by hand."""

from __future__ import annotations

__all__ = ["PersonLook", "found_in", "person_routes", "person_shown"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from starlette.exceptions import HTTPException

from grader.gradebook import stored
from grader.gradebook.adjustment_rows import adjusted_of, attached, rows_of
from grader.gradebook.book import read_result, standing_of
from grader.gradebook.exercise_rules import course_as_ruled, deadline_for
from grader.gradebook.hand_ins import hand_ins_of
from grader.gradebook.holders import ID, resolve
from grader.gradebook.models import Identity, Participant
from grader.gradebook.people import history_lines
from grader.portal.access import AllowedRoute
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.person_views import (
    KINDS,
    change_line,
    check_lines,
    exercise_lines,
    file_views,
)
from grader.portal.teaching.teaching_room import (
    allowed,
    number_in,
    show,
)
from grader.report.text import exact_points, line
from grader.results import Adjusted, grade_warnings, reckon

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.course import Course
    from grader.gradebook.hand_ins import StoredHandIn
    from grader.gradebook.people import HistoryLine
    from grader.portal.context import PortalContext
    from grader.results import SubmissionResult

MOST_WORDS = 2_000
_WORDS = {"queued": "waits", "running": "is being graded", "failed": "not graded, our error"}


def person_routes() -> list[AllowedRoute]:
    """Return the routes."""
    see = roles_that_may(Permission.WORK_SEE)
    one = "/class/people/{person}"
    return [
        AllowedRoute(one, person_page, may=see),
        AllowedRoute(f"{one}/work", work_page, may=see),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLook:
    """Everything that the book stores about a person."""

    person: int
    name: str
    email: str
    section: str
    known: tuple[str, ...]
    course: Course
    result: SubmissionResult | None
    submission: int | None
    changes: tuple[Adjusted, ...]
    deadlines: dict[str, str]
    hand_ins: tuple[StoredHandIn, ...]
    history: tuple[HistoryLine, ...]


def _look(context: PortalContext, person: int) -> PersonLook | None:
    with context.book.database.reading() as connection:
        asked = select(Participant).with_only_columns(
            Participant.name, Participant.email, Participant.section, Participant.purged_at
        )
        row = connection.execute(asked.where(Participant.id == person)).one_or_none()
        if row is None or row.purged_at or resolve(connection, person) != person:
            return None
        course = course_as_ruled(connection, context.course)
        standing = standing_of(connection, person)
        result = None
        if standing is not None:
            result = read_result(connection, standing.result_id)
            result = attached(connection, standing.people, result, course.exercise_digests)
            result = replace(result, policy=course.policy)
            changes = result.adjustments
        else:
            changes = tuple(adjusted_of(one) for one in rows_of(connection, person))
        return PersonLook(
            person=person,
            name=line(row.name, 80) or "without a name",
            email=row.email,
            section=row.section,
            known=_known(connection, person),
            course=course,
            result=result,
            submission=standing.submission_id if standing else None,
            changes=changes,
            deadlines={
                one.id: deadline_for(connection, course, person, one.id) for one in course.exercises
            },
            hand_ins=tuple(hand_ins_of(connection, person, 50)),
            history=tuple(history_lines(connection, person)),
        )


def _known(connection: Connection, person: int) -> tuple[str, ...]:
    asked = select(Identity.value).where(Identity.person_id == person, Identity.kind == ID)
    return tuple(connection.execute(asked.order_by(Identity.id)).scalars())


async def found_in(request: Request) -> PersonLook:
    """Return the person that the URL names."""
    found = await context_of(request).ask(_look, context_of(request), number_in(request, "person"))
    if found is None:
        raise HTTPException(404)
    return found


async def person_page(request: Request) -> Response:
    """Show a student."""
    return await person_shown(request, await found_in(request))


async def person_shown(
    request: Request, found: PersonLook, given: dict[str, str] | None = None, wrong: str = ""
) -> Response:
    """Return the page of a person, with a refused form and the reason."""
    reckoned = reckon(found.result) if found.result else None
    kinds = [
        (str(kind), words) for kind, (words, needed) in KINDS.items() if allowed(request, needed)
    ]
    whats = [("", "the whole")]
    whats += [(f"exercise:{one.id}", f"{one.number} {one.title}") for one in found.course.exercises]
    return show(
        request,
        "teaching_person.html.j2",
        status=422 if wrong else 200,
        problem=wrong,
        found=found,
        total="" if reckoned is None else exact_points(reckoned.total),
        most="" if reckoned is None else exact_points(reckoned.most),
        excused=bool(reckoned and reckoned.excused),
        exercises=exercise_lines(found.course, found.result, found.deadlines),
        notes=list(grade_warnings(found.result)) if found.result else [],
        changes=[change_line(one, found.course) for one in found.changes],
        hand_ins=[
            {
                "number": one.id,
                "when": when_in_words(one.handed_in_at),
                "exercise": one.exercise or "all",
                "state": _WORDS.get(one.state, "graded"),
                "has_report": one.result is not None,
            }
            for one in found.hand_ins
        ],
        history=[
            (when_in_words(one.at), one.what, one.who, one.why, one.detail)
            for one in found.history[-50:]
        ],
        kinds=kinds,
        whats=whats,
        checks=[check.id for one in found.course.info.exercises for check in one.checks],
        given=given or {},
    )


async def work_page(request: Request) -> Response:
    """Show a student's hand-in: all checks in full, and the files."""
    found, context = await found_in(request), context_of(request)

    def files() -> dict[str, bytes]:
        if found.submission is None:
            return {}
        with context.book.database.reading() as connection:
            return dict(stored(connection, found.submission, found.name).files)

    return show(
        request,
        "teaching_work.html.j2",
        found=found,
        checks=check_lines(found.course, found.result),
        files=file_views(await context.ask(files)),
        refused=found.result.refused if found.result else "",
    )
