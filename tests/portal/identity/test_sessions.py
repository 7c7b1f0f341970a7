"""Sessions begin with a new id, are stored as a hash, and end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from grader.gradebook.access_models import SignedIn
from grader.gradebook.people import merge
from grader.gradebook.purging import purge
from grader.portal.identity import PortalRole, SignInWay
from grader.portal.identity.sessions import LIFETIMES, MOST_SESSIONS, NOTED_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.gradebook import Gradebook
    from grader.portal.identity import Sessions
    from tests.portal.identity.conftest import Clock


def test_an_id_has_256_bits_and_the_book_has_its_hash_alone(
    sessions: Sessions, person: Callable[..., int], book: Gradebook
) -> None:
    secret = sessions.begin(person("Ann"), SignInWay.EMAIL)
    assert len(secret) == 43  # 32 bytes in base64, without filling
    assert sessions.begin(person("Ann"), SignInWay.EMAIL) != secret
    files = Path(book.place).parent.glob("book.sqlite*")
    assert not any(secret.encode() in file.read_bytes() for file in files)
    found = sessions.visitor(secret)
    assert found is not None
    assert (found.name, found.role, found.how) == ("Ann", PortalRole.STUDENT, "email")


@pytest.mark.parametrize("wrong", ["", "x", "a" * 43, "a" * 100_000, "\ud800", "'; DROP TABLE"])
def test_an_id_that_nobody_has_is_nobody(sessions: Sessions, wrong: str) -> None:
    assert sessions.visitor(wrong) is None


def test_the_key_of_a_session_lets_nobody_in(
    sessions: Sessions, person: Callable[..., int]
) -> None:
    found = sessions.visitor(sessions.begin(person("Ann"), SignInWay.EMAIL))
    assert found is not None
    assert sessions.visitor(found.session) is None


@pytest.mark.parametrize("role", PortalRole)
def test_a_session_ends_without_use_and_at_last(
    sessions: Sessions, person: Callable[..., int], clock: Clock, role: PortalRole
) -> None:
    lifetime = LIFETIMES[role]
    ann = person("Ann")
    sessions.grant(ann, role, by="a test")
    idle = sessions.begin(ann, SignInWay.EMAIL)
    clock.turn(lifetime.idle_seconds - 1)
    used = sessions.begin(ann, SignInWay.EMAIL)
    assert sessions.visitor(used)
    clock.turn(1)
    assert sessions.visitor(idle) is None
    for _ in range(0, lifetime.seconds, lifetime.idle_seconds // 2):
        found = sessions.visitor(used)
        clock.turn(lifetime.idle_seconds // 2)
    assert found is not None
    assert sessions.visitor(used) is None


def test_that_a_session_is_used_is_written_down_now_and_then(
    sessions: Sessions, person: Callable[..., int], clock: Clock, book: Gradebook
) -> None:
    def seen() -> int:
        with book.database.reading() as connection:
            return int(connection.execute(select(SignedIn.seen_at)).scalar_one())

    secret = sessions.begin(person("Ann"), SignInWay.EMAIL)
    first = seen()
    clock.turn(NOTED_SECONDS - 1)
    sessions.visitor(secret)
    assert seen() == first
    clock.turn(1)
    sessions.visitor(secret)
    assert seen() == first + NOTED_SECONDS


def test_signing_out_ends_one_and_everywhere_ends_all_of_a_person(
    sessions: Sessions, person: Callable[..., int]
) -> None:
    ann, bob = person("Ann"), person("Bob")
    one, two = (sessions.begin(ann, SignInWay.EMAIL) for _ in range(2))
    three = sessions.begin(ann, SignInWay.LTI)
    other = sessions.begin(bob, SignInWay.EMAIL)
    found = sessions.visitor(one)
    assert found is not None
    sessions.end(found.session)
    assert sessions.visitor(one) is None
    assert sessions.visitor(two)
    assert sessions.end_all(ann) == 2
    assert sessions.visitor(two) is None
    assert sessions.visitor(three) is None
    assert sessions.visitor(other)


def test_signing_in_again_leaves_the_id_of_before_worthless(
    sessions: Sessions, person: Callable[..., int]
) -> None:
    before = sessions.begin(person("Ann"), SignInWay.EMAIL)
    after = sessions.begin(person("Bob"), SignInWay.EMAIL, instead_of=before)
    assert sessions.visitor(before) is None
    assert sessions.visitor(after)


def test_somebody_has_so_many_sessions_and_no_more(
    sessions: Sessions, person: Callable[..., int], clock: Clock
) -> None:
    secrets = []
    for _ in range(MOST_SESSIONS + 1):
        clock.turn(1)
        secrets.append(sessions.begin(person("Ann"), SignInWay.EMAIL))
    assert sessions.visitor(secrets[0]) is None
    assert all(map(sessions.visitor, secrets[1:]))


def test_another_role_is_had_after_signing_in_anew(
    sessions: Sessions, person: Callable[..., int]
) -> None:
    ann = person("Ann")
    student = sessions.begin(ann, SignInWay.EMAIL)
    sessions.grant(ann, PortalRole.INSTRUCTOR, by="a test")
    assert sessions.visitor(student) is None
    found = sessions.visitor(sessions.begin(ann, SignInWay.EMAIL))
    assert found is not None
    assert found.role is PortalRole.INSTRUCTOR
    sessions.grant(ann, PortalRole.STUDENT, by="a test")
    found = sessions.visitor(sessions.begin(ann, SignInWay.EMAIL))
    assert found is not None
    assert found.role is PortalRole.STUDENT


def test_who_was_merged_goes_on_as_the_other_one(
    sessions: Sessions, person: Callable[..., int], book: Gradebook
) -> None:
    person("Ann", known="1")
    kept = person("Ann Lee", known="2")
    secret = sessions.begin(person("Ann", known="1"), SignInWay.EMAIL)
    merge(book, "1", "2", author="a test")
    found = sessions.visitor(secret)
    assert found is not None
    assert (found.person, found.name) == (kept, "Ann Lee")


def test_whose_data_are_removed_is_signed_out(
    sessions: Sessions, person: Callable[..., int], book: Gradebook
) -> None:
    ann = person("Ann")
    sessions.grant(ann, PortalRole.ASSISTANT, by="a test")
    secret = sessions.begin(ann, SignInWay.EMAIL)
    purge(book, "Ann", author="a test")
    assert sessions.visitor(secret) is None
    with book.database.reading() as connection:
        assert list(connection.execute(select(SignedIn.key))) == []
