"""Downloads of the class, and a learning platform's own table with the points filled in."""

from __future__ import annotations

__all__ = ["export_routes"]

from functools import partial
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from grader.errors import UsageError
from grader.exports.canvas import canvas_grades
from grader.exports.filling import FilledTable
from grader.exports.moodle import moodle_grades
from grader.gradebook.rows import write_history
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.giving_back import file_answer, zipped
from grader.portal.identity import Permission, roles_that_may
from grader.portal.reception import NotebooksWanted
from grader.portal.teaching.class_exports import EXPORTS, feedback_of_all, whole_class
from grader.portal.teaching.teaching_room import problem, room_of, show
from grader.portal.teaching.uploading import SENT, sent_table
from grader.report.pages import render_shown
from grader.util.csv_tables import read_table
from grader.util.wording import counted

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.context import PortalContext
    from grader.portal.language_choice import LanguageChoice

_FILLING = {"moodle": moodle_grades, "canvas": canvas_grades}
_CALLED = {"moodle": "Moodle", "canvas": "Canvas"}
FEEDBACK = "feedback"


def export_routes() -> list[AllowedRoute]:
    """Return the routes."""
    may = roles_that_may(Permission.EXPORT)
    return [
        AllowedRoute("/exports", exports_page, may=may),
        AllowedRoute("/exports/files/{form}", download, may=may),
        AllowedRoute("/exports/fill/{platform}", fill_table, may=may, methods=["POST"]),
        AllowedRoute("/exports/filled/{kept}", filled_page, may=may),
        AllowedRoute("/exports/filled/{kept}/file", filled_file, may=may),
    ]


async def exports_page(request: Request) -> Response:
    """Show the downloads."""
    return await _page(request)


async def _page(request: Request, wrong: str = "") -> Response:
    forms = [(name, one.file, one.about) for name, one in EXPORTS.items()]
    forms.append(
        (
            FEEDBACK,
            "feedback.zip",
            "Everybody's report, and notebook with feedback, as its author may see it now",
        )
    )
    return show(
        request,
        "teaching_exports.html.j2",
        status=422 if wrong else 200,
        problem=wrong,
        forms=forms,
        platforms=list(_CALLED.items()),
    )


def _noted(context: PortalContext, author: str, what: str) -> None:
    """Record a download in the history."""
    with context.book.database.writing() as connection:
        write_history(connection, "exported", who=author, detail=what)


async def download(request: Request) -> Response:
    """Return a download."""
    form, context = request.path_params["form"], context_of(request)
    author = visitor_of(request).name
    if form == FEEDBACK:
        files = await _feedback(request)
        await context.ask(_noted, context, author, form)
        return file_answer(await context.ask(zipped, files), "feedback.zip", "application/zip")
    if form not in EXPORTS:
        raise HTTPException(404)
    wanted = EXPORTS[form]

    def work() -> bytes:
        return wanted.make(whole_class(context.book, context.course))

    content = await context.ask(work)
    await context.ask(_noted, context, author, form)
    return file_answer(content, wanted.file, wanted.kind)


async def _feedback(request: Request) -> dict[str, bytes]:
    """Return everybody's report and notebooks, by their paths, each in its reader's language."""
    context = context_of(request)
    choice: LanguageChoice = request.app.state.languages
    files: dict[str, bytes] = {}
    info, all_of_them = await context.ask(feedback_of_all, context.book, context.course)
    for one in all_of_them:
        spoken = await context.ask(choice.of_work, one.result)
        made: dict[str, bytes] = {}
        if one.notebooks_of is not None:
            lang = spoken.tag if spoken else ""
            wanted = NotebooksWanted(submission=one.notebooks_of, result=one.result, lang=lang)
            made = await context.works.hand_back(wanted)
        page = await context.ask(render_shown, one.result, info, list(made), spoken)
        files[f"{one.folder}/report.html"] = page.encode()
        files |= {f"{one.folder}/{name}": content for name, content in made.items()}
    return files


async def fill_table(request: Request) -> Response:
    """Fill points into a platform's table, and redirect to the outcome."""
    platform, context = request.path_params["platform"], context_of(request)
    if platform not in _FILLING:
        raise HTTPException(404)
    try:
        table, fields = await sent_table(request, context, partial(read_table, called=SENT))

        def work() -> FilledTable:
            whole = whole_class(context.book, context.course)
            column = fields.get("column", "").strip()[:200]
            return _FILLING[platform](table, whole.submissions, column)

        filled = await context.ask(work)
    except UsageError as error:
        return await _page(request, str(error))
    person = visitor_of(request)
    await context.ask(_noted, context, person.name, f"{platform}: {counted(filled.count, 'line')}")
    kept = room_of(request).kept.put(person.person, (platform, filled))
    return RedirectResponse(f"/exports/filled/{kept}", status_code=303)


def _kept(request: Request) -> tuple[str, FilledTable] | None:
    kept = room_of(request).kept.get(visitor_of(request).person, request.path_params["kept"])
    return kept if isinstance(kept, tuple) and isinstance(kept[1], FilledTable) else None


async def filled_page(request: Request) -> Response:
    """Show whose points were filled in, and whose were not."""
    found = _kept(request)
    if found is None:
        said = "This table is not kept any more: send it again."
        return problem(request, "No such table", said, "/exports", 404)
    platform, filled = found
    here = request.url.path
    return show(
        request,
        "teaching_filled.html.j2",
        platform=_CALLED[platform],
        filled=filled,
        file=f"{here}/file",
    )


async def filled_file(request: Request) -> Response:
    """Return the filled-in table."""
    found = _kept(request)
    if found is None:
        raise HTTPException(404)
    return file_answer(found[1].content, f"{found[0]}-filled.csv", "text/csv")
