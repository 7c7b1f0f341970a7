"""The menu of staff's pages: each visitor gets those that they may see."""

from __future__ import annotations

__all__ = ["staff_links"]

from grader.languages import N_
from grader.portal.identity.roles import PERMISSIONS, Permission, Visitor

_LINKS = (
    ("/class", N_("Class"), Permission.CLASS_SEE),
    ("/answers", "Answers to grade", Permission.WORK_GRADE),
    ("/rules", "Deadlines and results", Permission.CLASS_SEE),
    ("/queue", N_("Queue"), Permission.QUEUE_SEE),
    ("/roster", N_("Roster"), Permission.ROSTER_IMPORT),
    ("/exports", N_("Exports"), Permission.EXPORT),
    ("/regrade", "Grade again", Permission.REGRADE),
    ("/similar", N_("Alike"), Permission.SIMILAR_SEE),
    ("/people", N_("People"), Permission.PEOPLE_INVITE),
    ("/invitations", N_("Invitations"), Permission.PEOPLE_INVITE),
    ("/platforms", N_("Platforms"), Permission.PLATFORM_LINK),
    ("/audit", "Audit log", Permission.AUDIT_SEE),
    ("/settings", N_("Settings"), Permission.SETTINGS_SEE),
)


def staff_links(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the address and the title of each page of staff that a visitor may see."""
    mine = PERMISSIONS[visitor.role]
    return [(href, title) for href, title, needed in _LINKS if needed in mine]
