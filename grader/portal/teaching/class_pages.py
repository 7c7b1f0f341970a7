"""The class live: who handed in, who is stuck where, and this hour's misconceptions."""

from __future__ import annotations

__all__ = ["class_routes"]

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from grader.gradebook.portal_models import FAILED, QUEUED, RUNNING
from grader.languages import N_
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.identity.entrance import entrance_of
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.queue_pages import served_in
from grader.portal.teaching.teaching_room import room_of, show
from grader.report.text import exact_points, line, points
from grader.results import now, total_points
from grader.statistics.handed_in import was_handed_in
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.teaching.class_memory import ClassMember, ClassMoment
    from grader.results import ExerciseInfo

ON_A_PAGE = 100
MOST_STUCK = 8
MOST_MISTAKES = 8
MOST_NAMES = 6
SHOWN = {
    "all": N_("everybody"),
    "in": "handed in",
    "missing": "nothing handed in",
    "waiting": "waiting or being graded",
    "ours": "an error of the grader",
}
_STATES = {QUEUED: "waits to be graded", RUNNING: "is being graded", FAILED: "could not be graded"}


def class_routes() -> list[AllowedRoute]:
    """Return the routes."""
    may = roles_that_may(Permission.CLASS_SEE)
    return [
        AllowedRoute("/class", class_page, may=may),
        AllowedRoute("/class/events", class_events, may=may),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLink:
    """The name of a person, with a link to their page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseLine:
    """The state of an exercise in the class."""

    number: str
    title: str
    handed_in: int
    mean: str
    most: str
    deadline: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLine:
    """A check at which people are stuck, or a mistake that people made."""

    times: int
    title: str
    where: str
    people: tuple[NamedLink, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """A person of the class, as a row of the table."""

    name: str
    section: str
    href: str
    cells: tuple[str, ...]
    total: str
    when: str
    state: str
    sign: str


async def class_page(request: Request) -> Response:
    """Show the class as it is."""
    context, room = context_of(request), room_of(request)
    moment = await context.ask(room.memory.look)
    asked = request.query_params
    wanted = asked.get("show", "all") if asked.get("show") in SHOWN else "all"
    name = asked.get("name", "")[:80]
    some = [one for one in moment.members if _is_wanted(one, wanted, name)]
    pages = max(1, -(-len(some) // ON_A_PAGE))
    at = asked.get("page", "1")
    page = min(int(at), pages) if at.isdecimal() and len(at) < 6 and int(at) else 1
    lines = [_line(moment, one) for one in some[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
    hour_ago = _hour_ago()
    return show(
        request,
        "teaching_class.html.j2",
        at=when_in_words(now()),
        stamp=moment.stamp,
        course_served=served_in(request),
        numbers=_numbers(moment, hour_ago),
        exercises=[_exercise(moment, one) for one in moment.course.info.exercises],
        stuck=_stuck(moment),
        mistakes=_mistakes(moment, hour_ago),
        lines=lines,
        count=len(some),
        members=len(moment.members),
        choices=SHOWN,
        wanted=wanted,
        name=name,
        page=page,
        pages=pages,
    )


def _hour_ago() -> str:
    return (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_wanted(one: ClassMember, wanted: str, name: str) -> bool:
    if name and name.casefold() not in f"{one.name} {one.section}".casefold():
        return False
    if wanted == "in":
        return one.result is not None or bool(one.number)
    if wanted == "missing":
        return one.result is None and not one.number
    if wanted == "waiting":
        return one.state in (QUEUED, RUNNING)
    if wanted == "ours":
        return one.state == FAILED or bool(one.result and one.result.provisional)
    return True


def _numbers(moment: ClassMoment, hour_ago: str) -> list[tuple[str, str]]:
    """Return the numbers at the top, each with what it counts."""
    members = moment.members
    there = sum(_is_wanted(one, "in", "") for one in members)
    lately = sum(one.last_at >= hour_ago for one in members)
    waiting = moment.stamp.waiting + moment.stamp.running
    ours = sum(_is_wanted(one, "ours", "") for one in members)
    return [
        (f"{there} of {len(members)}", "handed something in"),
        (str(lately), "of them within the last hour"),
        (str(waiting), "waiting or being graded"),
        (str(ours), "with an error of the grader"),
    ]


def _exercise(moment: ClassMoment, info: ExerciseInfo) -> ExerciseLine:
    found = [
        one
        for result in moment.whole.submissions
        for one in result.exercises
        if one.id == info.id and any(map(was_handed_in, one.checks))
    ]
    late = {rule.exercise: rule for rule in moment.course.policy.late}
    rule = late.get(info.id) or late.get("")
    most = total_points(check.max_points for check in info.checks)
    mean = total_points(one.score for one in found) / len(found) if found else None
    return ExerciseLine(
        number=info.number,
        title=info.title,
        handed_in=len(found),
        mean="" if mean is None else points(round(mean, 2)),
        most=points(most),
        deadline=when_in_words(rule.deadline) if rule and rule.deadline else "",
        held=info.id in moment.held,
    )


def _people(moment: ClassMoment, slugs: Sequence[tuple[str, str]]) -> tuple[NamedLink, ...]:
    return tuple(
        NamedLink(name=line(name, 60), href=f"/class/people/{moment.people[slug]}")
        for name, slug in slugs[:MOST_NAMES]
    )


def _stuck(moment: ClassMoment) -> list[StuckLine]:
    """Return the checks behind which most points wait."""
    titles = {one.id: f"{one.number} {one.title}" for one in moment.course.info.exercises}
    found = []
    for one in moment.obstacles[:MOST_STUCK]:
        slugs = [(held.place.student, held.place.slug) for held in one.held]
        nobody = "; nobody who handed it in gets past it" if one.nobody_past else ""
        found.append(
            StuckLine(
                times=len(one.held),
                title=one.claim,
                where=f"Exercise {titles.get(one.exercise, one.exercise)}: {len(one.held)} of "
                f"{one.of}, {points(one.points)} points wait behind it{nobody}",
                people=_people(moment, slugs),
                more=max(0, len(slugs) - MOST_NAMES),
            )
        )
    return found


def _mistakes(moment: ClassMoment, hour_ago: str) -> list[StuckLine]:
    """Return the known mistakes of this hour."""
    numbers = {one.id: one.number for one in moment.course.info.exercises}
    found = []
    for one in moment.misconceptions(hour_ago)[:MOST_MISTAKES]:
        where = ", ".join(numbers.get(exercise, exercise) for exercise in one.exercises)
        slugs = [(place.student, place.slug) for place in one.places]
        found.append(
            StuckLine(
                times=one.count,
                title=one.sentence,
                where=f"{one.name.replace('_', ' ')}, exercise {where}: {one.count} of "
                f"{counted(one.of, 'submission')}",
                people=_people(moment, slugs),
                more=max(0, len(slugs) - MOST_NAMES),
            )
        )
    return found


def _line(moment: ClassMoment, one: ClassMember) -> MemberLine:
    cells, total = ("",) * len(moment.course.exercises), ""
    if one.result is not None and one.reckoned is not None:
        there = {
            exercise.id
            for exercise in one.result.exercises
            if any(map(was_handed_in, exercise.checks))
        }
        each = {exercise.exercise: exercise for exercise in one.reckoned.exercises}
        cells = tuple(
            exact_points(each[info.id].points) if info.id in each and info.id in there else ""
            for info in moment.course.info.exercises
        )
        total = "excused" if one.reckoned.excused else exact_points(one.reckoned.total)
    state, sign = _STATES.get(one.state, ""), "skipped"
    if one.state == FAILED or (one.result and one.result.provisional and not state):
        state, sign = "an error of the grader keeps points open", "grader_error"
    return MemberLine(
        name=line(one.name, 60) or "without a name",
        section=line(one.section, 40) if one.section else "",
        href=f"/class/people/{one.person}",
        cells=cells,
        total=total,
        when=when_in_words(one.last_at, now()) if one.last_at else "",
        state=state,
        sign=sign,
    )


async def class_events(request: Request) -> Response:
    """Send the book's stamp, at once and whenever it changes, as long as the page is open.

    Whoever signs out, or may no longer see the class, is told nothing more.
    """
    room, session = room_of(request), visitor_of(request).session
    role_in = entrance_of(request).sessions.role_in

    async def told() -> AsyncIterator[bytes]:
        yield b"retry: 5000\n\n"
        async for stamp in room.stamps():
            if await room.context.ask(role_in, session) not in roles_that_may(Permission.CLASS_SEE):
                return
            if stamp is not None:
                yield b"event: stamp\ndata: %s\n\n" % str(stamp).encode()
                await asyncio.sleep(1)  # a storm of changes is told once a second
            else:
                yield b": nothing new\n\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)
