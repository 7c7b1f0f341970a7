"""Who may do what."""

from __future__ import annotations

import itertools

import pytest

from grader.portal.identity import PERMISSIONS, Permission, PortalRole, Visitor, may, may_grant


def visitor(role: PortalRole, person: int = 1) -> Visitor:
    return Visitor(person=person, name="Ann", role=role, how="email", session="")


def test_each_role_may_what_the_one_below_may_and_more() -> None:
    for below, above in itertools.pairwise(PortalRole):
        assert PERMISSIONS[below] < PERMISSIONS[above]
    assert PERMISSIONS[PortalRole.ADMIN] == set(Permission)


def test_an_assistant_sees_and_grades_and_publishes_nothing() -> None:
    assistant = visitor(PortalRole.ASSISTANT)
    assert may(assistant, Permission.WORK_SEE)
    assert may(assistant, Permission.WORK_GRADE)
    for refused in (
        Permission.RESULTS_PUBLISH, Permission.EXPORT, Permission.DEADLINES_EDIT,
        Permission.REGRADE, Permission.ADJUST, Permission.PEOPLE_INVITE,
    ):  # fmt: skip
        assert not may(assistant, refused)


def test_a_student_does_all_with_their_own_work_and_nothing_else() -> None:
    student = visitor(PortalRole.STUDENT, person=7)
    for permission in Permission:
        assert may(student, permission, of=[7, 8]) is permission.startswith("own.")
        assert not may(student, permission, of=[8])
        assert not may(student, permission)


@pytest.mark.parametrize("role", PortalRole)
def test_what_is_ones_own_is_nobody_elses_whatever_the_role(role: PortalRole) -> None:
    assert may(visitor(role, person=3), Permission.OWN_HAND_IN, of=[3])
    assert not may(visitor(role, person=3), Permission.OWN_HAND_IN, of=[4])


def test_nobody_may_nothing() -> None:
    assert not any(may(None, permission, of=[1]) for permission in Permission)
    assert not any(may_grant(None, role) for role in PortalRole)


def test_nobody_gives_more_than_they_have() -> None:
    given = {
        role: [other for other in PortalRole if may_grant(visitor(role), other)]
        for role in PortalRole
    }
    assert given == {
        PortalRole.STUDENT: [],
        PortalRole.ASSISTANT: [],
        PortalRole.INSTRUCTOR: list(PortalRole)[:3],
        PortalRole.ADMIN: list(PortalRole),
    }
