"""Deadlines and other rules of exercises; results published or held back, exercise by exercise."""

from __future__ import annotations

__all__ = ["rules_routes"]

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from grader.errors import UsageError
from grader.gradebook.exercise_rules import course_as_ruled, set_rule
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, entrance_of, roles_that_may
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.published_scores import scores_seen
from grader.portal.teaching.publishing import (
    Published,
    concerned,
    hold_back,
    publish,
    write_to,
)
from grader.portal.teaching.rule_forms import (
    HIDDEN_WORDS,
    RuleFields,
    changes_of_rules,
    fields_of_rules,
    read_rules,
    rules_of,
    zone_named,
)
from grader.portal.teaching.teaching_room import done, fields_of, problem, room_of, show
from grader.results import LateRule, reckon
from grader.util.wording import counted

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.course import Course, Exercise
    from grader.portal.context import PortalContext
    from grader.portal.identity.mailing import Mailer
    from grader.portal.teaching.class_memory import ClassMoment

_LATE = ("deadline", "grace_seconds", "percent_per_day", "cut_off_seconds")
_sending: set[asyncio.Task[Any]] = set()


def rules_routes() -> list[AllowedRoute]:
    """Return the routes."""
    see = roles_that_may(Permission.CLASS_SEE)
    edit = roles_that_may(Permission.DEADLINES_EDIT)
    decide = roles_that_may(Permission.RESULTS_PUBLISH)
    one = "/rules/{exercise}"
    return [
        AllowedRoute("/rules", rules_page, may=see),
        AllowedRoute(one, edit_page, may=edit),
        AllowedRoute(one, preview_rules, may=edit, methods=["POST"]),
        AllowedRoute(f"{one}/store", store_rules, may=edit, methods=["POST"]),
        AllowedRoute(f"{one}/publish", ask_publish, may=decide),
        AllowedRoute(f"{one}/publish", do_publish, may=decide, methods=["POST"]),
        AllowedRoute(f"{one}/hold", ask_hold, may=decide),
        AllowedRoute(f"{one}/hold", do_hold, may=decide, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class RulesRead:
    """Rules that were read from a form, and the ones at that time."""

    exercise: str
    before: dict[str, Any]
    after: dict[str, Any]


async def rules_page(request: Request) -> Response:
    """Show the rules of all exercises, and what is held back."""
    moment = await context_of(request).ask(room_of(request).memory.look, fresh=True)
    lines = []
    for one in moment.course.exercises:
        rules = rules_of(moment.course, one.id)
        attempts = [
            f"{rules['attempts']} in all" if rules["attempts"] else "",
            f"{rules['attempts_per_hour']} an hour" if rules["attempts_per_hour"] else "",
        ]
        lines.append({
            "id": one.id,
            "number": one.number,
            "title": one.title,
            "opens": when_in_words(rules["opens"]) if rules["opens"] else "",
            "deadline": when_in_words(rules["deadline"]) if rules["deadline"] else "",
            "attempts": ", ".join(filter(None, attempts)) or "any number",
            "hidden": HIDDEN_WORDS[rules["hidden"]],
            "held": one.id in moment.held,
        })  # fmt: skip
    return show(request, "teaching_rules.html.j2", lines=lines)


def exercise_in(request: Request) -> Exercise:
    """Return the exercise that the URL names."""
    for one in context_of(request).course.exercises:
        if one.id == request.path_params["exercise"]:
            return one
    raise HTTPException(404)


def _course_now(context: PortalContext) -> Course:
    with context.book.database.reading() as connection:
        return course_as_ruled(connection, context.course)


async def edit_page(request: Request) -> Response:
    """Show the rules of an exercise in a form."""
    exercise, context = exercise_in(request), context_of(request)
    course = await context.ask(_course_now, context)
    try:
        zone = zone_named(request.query_params.get("zone", ""))
    except UsageError as error:
        return problem(request, "No such time zone", str(error), f"/rules/{exercise.id}")
    return _form(request, exercise, fields_of_rules(course, exercise.id, zone))


def _form(request: Request, exercise: Exercise, fields: RuleFields, wrong: str = "") -> Response:
    return show(
        request,
        "teaching_rule.html.j2",
        status=422 if wrong else 200,
        problem=wrong,
        exercise=exercise,
        fields=fields,
        hidden=[(str(one), words) for one, words in HIDDEN_WORDS.items()],
    )


async def preview_rules(request: Request) -> Response:
    """Show the changes before they are stored."""
    exercise, context, room = exercise_in(request), context_of(request), room_of(request)
    given = await fields_of(request)
    try:
        after = read_rules(given)
    except UsageError as error:
        own = {name: given[name][:80] for name in RuleFields.__slots__ if name in given}
        return _form(request, exercise, RuleFields(**own), str(error))
    moment = await context.ask(room.memory.look, fresh=True)
    before = rules_of(moment.course, exercise.id)
    zone = zone_named(given.get("zone", ""))
    changes = changes_of_rules(before, after, zone)
    if not changes:
        return done(request, "/rules", f"Nothing was changed of exercise {exercise.number}.")
    kept = room.kept.put(visitor_of(request).person, RulesRead(exercise.id, before, after))
    effects = await context.ask(_effects, moment, exercise.id, after)
    return show(
        request,
        "teaching_rule_changes.html.j2",
        exercise=exercise,
        changes=changes,
        effects=effects,
        kept=kept,
        zone=zone,
    )


def _effects(moment: ClassMoment, exercise: str, after: dict[str, Any]) -> list[str]:
    """Say whose totals would change under other rules for lateness."""
    own = LateRule(exercise=exercise, **{name: after[name] for name in _LATE})
    others = [rule for rule in moment.course.policy.late if rule.exercise != exercise]
    policy = replace(moment.course.policy, late=(*others, own))
    up, down = [], []
    for one in moment.members:
        if one.result is not None and one.reckoned is not None:
            then = reckon(replace(one.result, policy=policy)).total
            if then > one.reckoned.total:
                up.append(one.name)
            elif then < one.reckoned.total:
                down.append(one.name)
    said = [
        f"{counted(len(names), 'total')} would go {way}: {', '.join(names[:8])}"
        + (f" and {len(names) - 8} more." if len(names) > 8 else ".")
        for names, way in ((up, "up"), (down, "down"))
        if names
    ]
    return said or ["Nobody's total would change."]


async def store_rules(request: Request) -> Response:
    """Store rules that were shown before, if nobody has changed them meanwhile."""
    exercise, context, room = exercise_in(request), context_of(request), room_of(request)
    visitor = visitor_of(request)
    name = (await fields_of(request)).get("kept", "")
    read = room.kept.get(visitor.person, name)
    back = f"/rules/{exercise.id}"
    if not isinstance(read, RulesRead) or read.exercise != exercise.id:
        said = "What you wanted to change is not known any more: enter it again."
        return problem(request, "Nothing was changed", said, back, 409)

    def work() -> bool:
        with context.book.database.writing() as connection:
            if rules_of(course_as_ruled(connection, context.course), exercise.id) != read.before:
                return False
            for key, value in read.after.items():
                if read.before[key] != value:
                    set_rule(connection, exercise.id, key, value, author=visitor.name)
            return True

    if not await context.ask(work):
        said = "Somebody else has changed these rules since you opened them: look at them first."
        return problem(request, "Nothing was changed", said, back, 409)
    room.kept.drop(name)
    count = counted(sum(read.before[key] != value for key, value in read.after.items()), "rule")
    return done(request, "/rules", f"{count} of exercise {exercise.number} changed.")


async def ask_publish(request: Request) -> Response:
    """Ask for confirmation before results are published."""
    return await _ask(request, "publish")


async def ask_hold(request: Request) -> Response:
    """Ask for confirmation before results are held back."""
    return await _ask(request, "hold")


async def _ask(request: Request, what: str) -> Response:
    exercise, context = exercise_in(request), context_of(request)

    def work() -> tuple[int, int]:
        with context.book.database.reading() as connection:
            found = concerned(connection, exercise.id)
            return len(found), sum(bool(one.email) for one in found)

    people, reached = await context.ask(work)
    moment = await context.ask(room_of(request).memory.look, fresh=True)
    is_held = exercise.id in moment.held
    if is_held != (what == "publish"):
        state = "held back" if is_held else "published"
        said = f"The results of exercise {exercise.number} are {state} already."
        return problem(request, "Nothing to do", said, "/rules", 409)
    return show(
        request,
        "teaching_publish.html.j2",
        exercise=exercise,
        what=what,
        people=people,
        reached=reached,
        has_mail=mailer_in(request) is not None,
    )


def mailer_in(request: Request) -> Mailer | None:
    """Return the portal's mailer; None if it has none."""
    return entrance_of(request).mailer


async def do_publish(request: Request) -> Response:
    """Publish the results, and start sending mails."""
    exercise, context = exercise_in(request), context_of(request)
    author = visitor_of(request).name
    wants_mail = (await fields_of(request)).get("mail") == "yes"

    def work() -> Published:
        # A large class takes seconds to work out: others write meanwhile.
        with context.book.database.reading() as connection:
            seen = scores_seen(connection, context.course, also=exercise.id)
        with context.book.database.writing() as connection:
            course = course_as_ruled(connection, context.course)
            return publish(connection, course, exercise, author=author, seen=seen)

    try:
        found = await context.ask(work)
    except UsageError as error:
        return problem(request, "Nothing to do", str(error), "/rules", 409)
    people = counted(found.people, "student")
    said = f"The results of exercise {exercise.number} are published: {people} can see theirs."
    if found.scores:
        said += f" {counted(found.scores, 'score')} go to the learning platform."
    if not found.is_all:
        said += " What was graded in this moment follows by itself."
    mailer = mailer_in(request)
    if wants_mail and mailer is not None and found.addressees:
        where = entrance_of(request).url.page(f"/exercises/{exercise.id}")
        text = (
            f"Hello {{name}},\n\nthe results of exercise {exercise.number} ({exercise.title}) are "
            f"there: {where}\n"
        )
        subject = f"{context.course.title}: results of exercise {exercise.number}"
        sending = context.ask(
            write_to,
            context.book,
            mailer,
            found.addressees,
            subject,
            text,
            author=author,
            speaks=request.app.state.languages.of_address,
        )
        task = asyncio.ensure_future(sending)
        _sending.add(task)
        task.add_done_callback(_sending.discard)
        said += f" {counted(len(found.addressees), 'mail')} are on their way."
    return done(request, "/rules", said)


async def do_hold(request: Request) -> Response:
    """Hide results that were published."""
    exercise, context = exercise_in(request), context_of(request)
    author = visitor_of(request).name

    def work() -> None:
        with context.book.database.writing() as connection:
            hold_back(connection, context.course, exercise, author=author)

    try:
        await context.ask(work)
    except UsageError as error:
        return problem(request, "Nothing to do", str(error), "/rules", 409)
    said = f"The results of exercise {exercise.number} are held back: students see none of them."
    return done(request, "/rules", said)
