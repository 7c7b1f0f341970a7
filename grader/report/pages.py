"""Render pages from data: the templates, the style sheet and the content security policy."""

from __future__ import annotations

__all__ = [
    "STUDENT",
    "equip",
    "render_class",
    "render_instructor",
    "render_page",
    "render_regraded",
    "render_shown",
    "render_student",
    "words_of",
]

import base64
import hashlib
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import PackageLoader
from markupsafe import Markup

from grader.languages import current, gettext, ngettext, say, speaking, tag
from grader.report.class_page import class_page
from grader.report.compiled_templates import environment_of
from grader.report.instructor import instructor_page
from grader.report.student_page import student_page
from grader.report.text import (
    cell,
    graded_when,
    own_words,
    plural,
    points,
    rich,
    spoken,
    value,
)
from grader.results import for_student

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinja2 import Environment, Template

    from grader.languages import Language
    from grader.results import ClassResult, CourseInfo, Regraded, SubmissionResult

STUDENT = ("student.js", "figures.js", "frames.js")
"""The scripts of a page with figures."""


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> Environment:
    environment = environment_of(PackageLoader("grader.report"))
    equip(environment)
    return environment


def equip(environment: Environment) -> None:
    """Add the filters and functions of our templates to a Jinja environment."""
    environment.filters.update(rich=rich, points=points, plural=plural, plain=say)
    environment.filters.update(say=spoken, cell=cell, value=value, own_words=own_words)
    environment.globals.update(language=tag, words=_words)
    install: Any = environment  # the extension adds it
    install.install_gettext_callables(gettext, ngettext, newstyle=True)


@cache
def _asset(name: str) -> Markup:
    """Return one of our files for inlining into a page: the style sheet or a script."""
    environment = _environment()
    if environment.loader is None:  # pragma: no cover - it is set above
        raise RuntimeError("the templates have no loader")
    source, _, _ = environment.loader.get_source(environment, name)
    if name.endswith(".css"):
        source = _squeezed(source)
    return Markup(source.strip())  # noqa: S704 - our own file


def _squeezed(style: str) -> str:
    """Return our style without what is for its authors: each page has all of it."""
    plain = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    lines = re.sub(r"\n\s*", "\n", plain)
    return re.sub(r" ?([{};]) ?\n?", r"\1", lines).replace(";}", "}")


def _words(*scripts: str) -> Markup:
    """Return the attribute with the translated words of the page's scripts; empty in English."""
    return words_of(_asset(one) for one in scripts) if current() else Markup()


def words_of(sources: Iterable[str]) -> Markup:
    """Return the attribute with the words of scripts, translated.

    Parameters
    ----------
    sources : iterable of str
        The scripts' own texts, in which ``inWords("…")`` stands.
    """
    language = current()
    if language is None:
        return Markup()
    found = {
        message: language.marked[message][0]
        for one in sources
        for message in re.findall(r'\binWords\("([^"]+)"\)', one)
        if message in language.marked
    }
    told = json.dumps(found, ensure_ascii=False)
    return Markup(' data-words="{}"').format(told)


@cache
def _template(name: str, *scripts: str, images: bool = False) -> Template:
    """Return a template with its style sheet, its scripts, and the policy with their hashes."""
    style = _asset("report.css")
    script = Markup("\n").join(_asset(one) for one in ("page.js", *scripts))
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)};"
        " base-uri 'none'; form-action 'none'"
    )
    if images:
        policy += "; img-src data:"
    return _environment().get_template(
        name,
        globals={
            "style": style,
            "script": script,
            "policy": policy,
            "scripts": ("page.js", *scripts),
        },
    )


def render_student(
    result: SubmissionResult, course: CourseInfo, language: Language | None = None
) -> str:
    """Return the page of one submission, for its author.

    Parameters
    ----------
    result : SubmissionResult
        What came of it; any text in it may be hostile. What is the instructor's is left out.
    course : CourseInfo
        Titles, and the landscapes below the descents.
    language : Language, optional
        What the page speaks; English by default.

    Returns
    -------
    str
        A whole HTML document that loads nothing.
    """
    return render_shown(for_student(result), course, language=language)


def render_shown(
    shown: SubmissionResult,
    course: CourseInfo,
    notebooks: Sequence[str] = (),
    language: Language | None = None,
) -> str:
    """Return the page as `render_student` does, for a result that `for_student` has returned.

    `notebooks` are the names of those that lie beside the page, with feedback in them.
    """
    beside = [(quote(name), name) for name in notebooks]
    with speaking(language):
        page = student_page(shown, course)
        return _template("student.html.j2", *STUDENT).render(page=page, notebooks=beside)


def render_instructor(result: SubmissionResult, course: CourseInfo) -> str:
    """Return the instructor's page: everything that a submission's author may not see.

    Parameters
    ----------
    result : SubmissionResult
        What came of it, as it was graded.
    course : CourseInfo
        Titles.

    Returns
    -------
    str
        A whole HTML document in a folder beside the students'.
    """
    page = instructor_page(result, course)
    return _template("instructor.html.j2", *STUDENT, images=True).render(page=page)


def render_class(result: ClassResult, similar: str = "") -> str:
    """Return the page of a class, for its instructor.

    Parameters
    ----------
    result : ClassResult
        The course and all its submissions.
    similar : str
        The address of the page of similar submissions, where there is one.

    Returns
    -------
    str
        A whole HTML document; its links lead to ``<slug>/index.html``.
    """
    return _template("class.html.j2", "class.js", "map.js", images=True).render(
        page=class_page(result, similar)
    )


def render_regraded(told: Regraded, course: str, graded_at: str = "") -> str:
    """Return the page with the changes of a regrade, for the instructor.

    Parameters
    ----------
    told : Regraded
        What it came to; names and messages in it may be hostile.
    course : str
        Its title.
    graded_at : str
        When it was graded again, as in `SubmissionResult.graded_at`.

    Returns
    -------
    str
        A whole HTML document.
    """
    made = graded_when([graded_at])
    return _template("regrade.html.j2", "student.js").render(told=told, course=course, made=made)


def render_page(template: str, page: object) -> str:
    """Return a page that is made from other data than results, in the same style.

    Parameters
    ----------
    template : str
        The name of one of our templates.
    page : object
        What it shows.
    """
    return _template(template, "student.js").render(page=page)
