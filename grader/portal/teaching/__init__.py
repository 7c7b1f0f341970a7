"""The pages of those who teach: the class as it is, and all that they decide about it.

Everything they do is a function of the gradebook's, which the command line calls, too; a page shows
what it comes to before it is stored, and says afterwards what was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.portal.teaching.answer_pages import answer_routes
from grader.portal.teaching.audit_pages import audit_routes
from grader.portal.teaching.change_pages import change_routes
from grader.portal.teaching.class_pages import class_routes
from grader.portal.teaching.export_pages import export_routes
from grader.portal.teaching.job_pages import job_routes
from grader.portal.teaching.people_pages import people_routes
from grader.portal.teaching.person_pages import person_routes
from grader.portal.teaching.published_scores import putting_out
from grader.portal.teaching.queue_pages import queue_routes
from grader.portal.teaching.roster_pages import roster_routes
from grader.portal.teaching.rules_pages import rules_routes
from grader.portal.teaching.teaching_room import TeachingRoom

if TYPE_CHECKING:
    from grader.portal.access import AllowedRoute

__all__ = ["TeachingRoom", "putting_out", "teaching_routes"]


def teaching_routes() -> list[AllowedRoute]:
    """Return the routes of all pages of staff."""
    return [
        *class_routes(),
        *person_routes(),
        *change_routes(),
        *answer_routes(),
        *rules_routes(),
        *queue_routes(),
        *roster_routes(),
        *export_routes(),
        *people_routes(),
        *job_routes(),
        *audit_routes(),
    ]
