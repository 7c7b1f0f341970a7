"""Render the portal's pages: its templates extend those of the reports."""

from __future__ import annotations

__all__ = ["CONTENT_POLICY", "render", "spoken_to", "static_file"]

import functools
import hashlib
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, PackageLoader
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from grader.languages import current, speaking
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching_links import staff_links
from grader.report.compiled_templates import environment_of
from grader.report.pages import equip, words_of
from grader.results import now

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request

    from grader.languages import Language

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing that a page says by itself is run: no inline script, no inline style."""
# What is served under /static, from which package's templates each part comes.
_FILES = {
    "report.css": ("text/css", ("report.css", "portal.css", "entrance.css")),
    "page.js": ("text/javascript", ("page.js",)),
    "report.js": ("text/javascript", ("page.js", "student.js", "figures.js", "frames.js")),
    "hand_in.js": ("text/javascript", ("hand_in.js",)),
    "hand_over.js": ("text/javascript", ("hand_over.js",)),
    "waiting.js": ("text/javascript", ("waiting.js",)),
    "teaching.css": ("text/css", ("teaching.css",)),
    "teaching.js": ("text/javascript", ("teaching.js",)),
}
FOREVER = "public, max-age=31536000, immutable"


@functools.cache
def _environment() -> Environment:
    loaders = [PackageLoader("grader.portal"), PackageLoader("grader.report")]
    environment = environment_of(ChoiceLoader(loaders))
    equip(environment)
    environment.filters["staff_links"] = staff_links
    environment.filters["moment"] = when_in_words
    environment.globals.update(static=static_address, words=_words)
    return environment


@functools.cache
def _static(name: str) -> tuple[str, bytes, str]:
    """Return the type of a file of ours, its bytes, and a digest of them."""
    kind, parts = _FILES[name]
    whole = "\n".join(_source(part) for part in parts).encode()
    return kind, whole, hashlib.sha256(whole).hexdigest()[:16]


def static_address(name: str) -> str:
    """Return the address of a file of ours; it is another one when the file changes."""
    return f"/static/{_static(name)[2]}/{name}"


def _source(name: str) -> str:
    loader = _environment().loader
    if loader is None:  # pragma: no cover - it is set above
        raise RuntimeError("the templates have no loader")
    return loader.get_source(_environment(), name)[0]


def _words(*scripts: str) -> Markup:
    """Return the attribute with what a page's scripts say, where that is not English."""
    return words_of(_source(one) for one in scripts) if current() else Markup()


def spoken_to(request: Request) -> Language | None:
    """Return the language of the request; None is English."""
    spoken: Language | None = getattr(request.state, "spoken", None)
    return spoken


async def static_file(request: Request) -> Response:
    """Serve a style or a script, which browsers may keep."""
    name = request.path_params["name"]
    if name not in _FILES:
        raise HTTPException(404)
    kind, whole, digest = _static(name)
    keep = FOREVER if request.path_params["digest"] == digest else "no-cache"
    return Response(whole, media_type=kind, headers={"Cache-Control": keep})


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    scripts: tuple[str, ...] = (),
    **shown: Any,
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    request : Request
        Who asks, and by which form token.
    template : str
        One of ours.
    status : int
        Of the answer.
    scripts : tuple of str
        The scripts that are in it: what they say is in the page's language, too.
    **shown
        What the template shows; texts in it may be hostile.
    """
    page = _environment().get_template(template)
    visitor = getattr(request.state, "visitor", None)
    form = getattr(request.state, "form_token", "")
    course = request.app.state.context.course.title
    shown.setdefault("here", request.url.path)
    with speaking(spoken_to(request)):
        text = page.render(
            visitor=visitor,
            form_token=form,
            course=course,
            scripts=scripts,
            asked_at=when_in_words(now()),
            **shown,
        )
    headers = {"Cache-Control": "no-store"}
    choice = getattr(request.app.state, "languages", None)
    if visitor is None and choice is not None and choice.asks_browsers:
        headers["Vary"] = "Accept-Language"
    return HTMLResponse(text, status_code=status, headers=headers)
