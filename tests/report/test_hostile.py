"""Every text may be written by somebody who wants to break the page."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest

from grader.report import render_class, render_student

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.results import ClassResult, SubmissionResult

HOSTILE = {
    "script": "</script></style></title></svg><script>alert(1)</script>",
    "attribute": "\"><img src=x onerror='alert(1)'>",
    "single quote": "' onmouseover='alert(1)' x='",
    "template": "{{ 7*7 }}{% include 'x' %}{# x #}",
    "backquotes": "`<b>`` `<i onclick=x>` ```",
    "bidi": "user\u202etxt.exe\u2066\u2069\u200f\u061c",
    "controls": "a\x00b\x07c\x1b[31mred\x1b]0;title\x07\x08\x7f\x9b31m",
    "surrogate": "half \ud800 a pair",
    "comment": "<!-- --><![CDATA[x]]>&lt;&#x3c;",
    "long": "<b>x" * 250_000,
    "lines": "\r\n".join(["line"] * 50_000),
    "marks": "z" + "\u0300" * 5_000,
    "empty": "",
}
KEPT = {"outcome", "visibility", "slug", "role", "background", "skipped_for", "id", "name"}


def poison(value: Any, text: str, field: str = "") -> Any:
    """Return the value with every text in it replaced, but for ids, which are the course's."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value if field in KEPT else text
    if isinstance(value, tuple):
        return tuple(poison(one, text, field) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: poison(getattr(value, f.name), text, f.name) for f in fields(value)}
        )
    return value


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("slug", ["emile-picard", "grace-hopper", "noa-levi", "tim"])
def test_hostile_texts_stay_texts_on_a_students_page(
    sample: ClassResult,
    student: Callable[[str], SubmissionResult],
    reader: Any,
    kind: str,
    slug: str,
) -> None:
    poisoned = poison(student(slug), HOSTILE[kind])
    page = render_student(poisoned, sample.course)
    page.encode()
    assert reader(page).problems == []
    assert len(page) < 1_000_000


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_stay_texts_on_the_classs_page(
    sample: ClassResult, reader: Any, kind: str
) -> None:
    page = render_class(poison(sample, HOSTILE[kind]))
    page.encode()
    assert reader(page).problems == []
    assert len(page) < 1_000_000


@pytest.mark.parametrize("kind", HOSTILE)
def test_even_hostile_names_of_evidence_and_ids_stay_texts(
    sample: ClassResult,
    student: Callable[[str], SubmissionResult],
    reader: Any,
    kind: str,
) -> None:
    text = HOSTILE[kind]
    submission = student("emile-picard")
    exercises = tuple(
        replace(
            exercise,
            id=f"{text}{number}",
            checks=tuple(
                replace(check, id=f"{text}{number}.{k}", evidence=_named(check.evidence, text))
                for k, check in enumerate(exercise.checks)
            ),
        )
        for number, exercise in enumerate(submission.exercises)
    )
    page = render_student(replace(submission, exercises=exercises), sample.course)
    assert reader(page).problems == []


def _named(evidence: Any, text: str) -> Any:
    def named(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(named(one) for one in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        parts = {f.name: named(getattr(value, f.name)) for f in fields(value)}
        return replace(value, **(parts | ({"name": text} if "name" in parts else {})))

    return named(evidence)


@pytest.mark.parametrize("slug", ["../../etc", "a/b", 'x" onclick="y', "javascript:alert(1)", ""])
def test_a_slug_that_leads_elsewhere_is_no_link(
    sample: ClassResult, reader: Any, slug: str
) -> None:
    strange = replace(sample.submissions[0], slug=slug)
    page = render_class(replace(sample, submissions=(strange,)))
    assert reader(page).problems == []
    assert not any(link.endswith(".html") for link in reader(page).links)


def test_nothing_unseen_reaches_a_page(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    poisoned = poison(student("emile-picard"), HOSTILE["bidi"] + HOSTILE["controls"])
    for page in (
        render_student(poisoned, sample.course),
        render_class(replace(sample, submissions=(poisoned,))),
    ):
        unseen = {c for c in page if not c.isprintable() and c != "\n"}
        assert unseen == set()
        assert "⟨U+202E⟩" in page
