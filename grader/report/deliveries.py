"""Describe how submissions were handed in: lateness, attempt, people, and who is missing."""

from __future__ import annotations

__all__ = ["NameList", "marks_of", "name_list_of", "sentences_of"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import line, plural

if TYPE_CHECKING:
    from grader.results import ClassResult, Delivery

PLATFORMS = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "gradescope": "Gradescope",
    "blackboard": "Blackboard",
}
MOST_NAMES = 500
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """Names of people or submissions, and how many more there are."""

    count: int
    names: tuple[str, ...]
    more: int


def marks_of(delivery: Delivery) -> tuple[str, ...]:
    """Return the remarks behind a student's name, a few words each."""
    marks = ["late"] if delivery.late else []
    if delivery.attempts > 1:
        marks.append(f"attempt {delivery.attempt} of {delivery.attempts}")
    if delivery.group:
        marks.append("group")
    return tuple(marks)


def sentences_of(delivery: Delivery, *, costs: bool = False) -> tuple[str, ...]:
    """Return the sentences on a student's page; `costs` says whether lateness took points."""
    sentences = []
    if delivery.late:
        platform = PLATFORMS.get(delivery.platform, "the platform")
        taken = "see below" if costs else "no points were subtracted for it here"
        sentences.append(f"Marked as late by {platform}; {taken}.")
    if delivery.attempts > 1:
        sentences.append(f"This is attempt {delivery.attempt} of {delivery.attempts}.")
    if delivery.group and len(delivery.people) > 1:
        shown = [line(person.name or person.id, 60) for person in delivery.people[:MOST_PEOPLE]]
        if len(delivery.people) > MOST_PEOPLE:
            shown.append(plural(len(delivery.people) - MOST_PEOPLE, "more student"))
        sentences.append(f"Handed in together by {', '.join(shown)}.")
    return tuple(sentences)


def name_list_of(result: ClassResult) -> tuple[NameList, NameList]:
    """Return the people without a submission, and the submissions of nobody on the roster."""
    missing = [
        line(person.name or person.id, 80)
        + (f" ({line(person.section, 40)})" if person.section else "")
        for person in result.missing
    ]
    strangers = [line(name, 80) for name in result.strangers]
    return _roll(missing), _roll(strangers)


def _roll(names: list[str]) -> NameList:
    return NameList(
        count=len(names), names=tuple(names[:MOST_NAMES]), more=max(len(names) - MOST_NAMES, 0)
    )
