"""Roles and permissions: one table, and one function that decides."""

from __future__ import annotations

__all__ = [
    "PERMISSIONS",
    "Permission",
    "PortalRole",
    "Visitor",
    "may",
    "may_grant",
    "roles_that_may",
]

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.languages import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class PortalRole(StrEnum):
    """The role of a person in the portal; everybody has one."""

    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


SAID = (N_("student"), N_("assistant"), N_("instructor"), N_("admin"))
"""The roles as pages name them."""


class Permission(StrEnum):
    """A permission; those that begin with ``own`` are about one's own work."""

    OWN_SEE = "own.see"
    OWN_HAND_IN = "own.hand-in"
    OWN_TERMINAL = "own.terminal"  # a token for `grader submit`
    CLASS_SEE = "class.see"  # who handed in, misconceptions, statistics
    WORK_SEE = "work.see"  # anybody's files and reports, with what is hidden from students
    WORK_GRADE = "work.grade"  # grading by hand, comments
    QUEUE_SEE = "queue.see"
    SIMILAR_SEE = "similar.see"
    ADJUST = "adjust"  # points by hand, excuses
    EXTEND = "extend"  # more time for one person
    REGRADE = "regrade"
    EXPORT = "export"
    ROSTER_IMPORT = "roster.import"
    DEADLINES_EDIT = "deadlines.edit"
    RESULTS_PUBLISH = "results.publish"  # publish or hold back, mail, pass back to a platform
    PEOPLE_INVITE = "people.invite"
    AUDIT_SEE = "audit.see"
    PLATFORM_LINK = "platform.link"  # choose exercises in deep linking, fill the roster by LTI
    QUEUE_MANAGE = "queue.manage"
    ROLES_GRANT = "roles.grant"
    SETTINGS_SEE = "settings.see"


_STUDENT = frozenset([Permission.OWN_SEE, Permission.OWN_HAND_IN, Permission.OWN_TERMINAL])
# An assistant sees and grades, and publishes nothing.
_ASSISTANT = _STUDENT | {
    Permission.CLASS_SEE,
    Permission.WORK_SEE,
    Permission.WORK_GRADE,
    Permission.QUEUE_SEE,
    Permission.SIMILAR_SEE,
}
_INSTRUCTOR = _ASSISTANT | {
    Permission.ADJUST,
    Permission.EXTEND,
    Permission.REGRADE,
    Permission.EXPORT,
    Permission.ROSTER_IMPORT,
    Permission.DEADLINES_EDIT,
    Permission.RESULTS_PUBLISH,
    Permission.PEOPLE_INVITE,
    Permission.AUDIT_SEE,
    Permission.PLATFORM_LINK,
}
_ADMIN = _INSTRUCTOR | {
    Permission.QUEUE_MANAGE,
    Permission.ROLES_GRANT,
    Permission.SETTINGS_SEE,
}
# The permissions of each role. Nobody has a permission that is not listed here.
PERMISSIONS: Mapping[PortalRole, frozenset[Permission]] = {
    PortalRole.STUDENT: _STUDENT,
    PortalRole.ASSISTANT: _ASSISTANT,
    PortalRole.INSTRUCTOR: _INSTRUCTOR,
    PortalRole.ADMIN: _ADMIN,
}
RANKS = tuple(PortalRole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person who is signed in.

    Attributes
    ----------
    person : int
        Their row in the gradebook, the one that goes on where people were merged.
    email : str
        Their address in the gradebook; empty where it has none.
    how : str
        The way in which they came (`grader.portal.identity.SignInWay`); empty for a program.
    session : str
        Key of their session: a hash, by which nobody gets in.
    """

    person: int
    name: str
    role: PortalRole
    email: str = ""
    how: str = ""
    session: str = ""


def may(visitor: Visitor | None, permission: Permission, *, of: Collection[int] = ()) -> bool:
    """Return whether a visitor has a permission.

    Parameters
    ----------
    visitor : Visitor, optional
        Who asks; None is nobody, who may do nothing.
    permission : Permission
        What for.
    of : collection of int
        Whose work it is about, as rows of people that go on. What begins with ``own`` is about
        these alone: whoever is not among them may not. For other permissions it does not matter.

    Returns
    -------
    bool
        Also False for what no table names.
    """
    if visitor is None or permission not in PERMISSIONS.get(visitor.role, frozenset()):
        return False
    return not permission.startswith("own.") or visitor.person in of


def roles_that_may(permission: Permission) -> frozenset[PortalRole]:
    """Return the roles with a permission, for `AllowedRoute`."""
    return frozenset(role for role, given in PERMISSIONS.items() if permission in given)


def may_grant(visitor: Visitor | None, role: PortalRole) -> bool:
    """Return whether a visitor may give a role: nobody may give more than they have.

    Parameters
    ----------
    visitor : Visitor, optional
        Who asks.
    role : PortalRole
        Which the other one would have.
    """
    if visitor is None or not may(visitor, Permission.PEOPLE_INVITE):
        return False
    return RANKS.index(role) <= RANKS.index(visitor.role)
