"""A notebook that was handed in on the portal comes back with what the report says of it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import nbformat

from grader.course.hand_in_rules import HandInRule, HandInRules, HiddenShown
from grader.portal.identity.roles import PortalRole
from grader.results import Visibility
from tests.notebooks.making import notebook
from tests.portal.trying import Portal, small_course, words

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

NAME = "learn_random_data.ipynb"
CELLS = notebook("import numpy as np", "def forward(x, w1, w2):\n    return 0, 0, 0")


def handed_in(portal: Portal) -> None:
    ada = portal.visit("ada")
    assert ada.hand_in({NAME: CELLS}).status_code == 303
    portal.here.grade()


def feedback(content: bytes) -> str:
    book = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(book)
    ours = [one.source for one in book.cells if one.metadata.get("grader", {}).get("feedback")]
    assert len(ours) < len(book.cells)
    return "\n".join(ours)


def given(answer: httpx.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    assert NAME in answer.headers["content-disposition"]
    return answer.content


def test_the_report_leads_to_the_notebook_with_feedback(here: Portal) -> None:
    handed_in(here)
    ada, eve = here.visit("ada"), here.visit("eve")
    assert f'<a href="/hand-ins/1/notebooks"><bdi>{NAME}</bdi></a>' in (
        ada.get("/hand-ins/1/report").text
    )
    said = feedback(given(ada.get("/hand-ins/1/notebooks")))
    assert "is wrong" in said
    assert "Graded on " in said
    assert feedback(given(here.visit("ines", PortalRole.INSTRUCTOR).get("/hand-ins/1/notebooks")))
    seen, nothing = eve.get("/hand-ins/1/notebooks"), eve.get("/hand-ins/77/notebooks")
    assert seen.status_code == nothing.status_code == 404
    assert words(seen) == words(nothing)


def test_it_says_no_more_than_the_page(make_portal: Callable[..., Portal]) -> None:
    course = small_course()
    kept = HandInRules(rules=(HandInRule(hidden=HiddenShown.NEVER),))
    told = []
    for rules in (course.hand_in, kept):
        portal = make_portal(course=replace(course, hand_in=rules))
        handed_in(portal)
        told.append(feedback(given(portal.visit("ada").get("/hand-ins/1/notebooks"))))
    [exercise] = [one for one in course.info.exercises if one.id == "random_data"]
    hidden = [one for one in exercise.checks if one.visibility is Visibility.HIDDEN]
    # Each check that is told of has a line in bold type.
    assert told[0].count("**") - told[1].count("**") == 2 * len(hidden) > 0
    assert told[1].count("**") == 2 * (len(exercise.checks) - len(hidden))


def test_the_zip_of_all_feedback_has_it_too(here: Portal) -> None:
    handed_in(here)
    content = here.visit("ines", PortalRole.INSTRUCTOR).get("/exports/files/feedback").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page, book = sorted(archive.namelist(), reverse=True)
        assert book.endswith(f"/{NAME}")
        assert feedback(archive.read(book))
        assert f'<a href="{NAME}">' in archive.read(page).decode()


def test_without_a_notebook_there_is_none(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({"learn_random_data.py": b"x = 1\n"})
    assert ada.get("/hand-ins/1/notebooks").status_code == 404
    here.here.grade()
    assert "/notebooks" not in ada.get("/hand-ins/1/report").text
    assert ada.get("/hand-ins/1/notebooks").status_code == 404
