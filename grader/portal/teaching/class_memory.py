"""A cache of the class, which is read again only after the gradebook has changed."""

from __future__ import annotations

__all__ = ["BookStamp", "ClassMember", "ClassMemory", "ClassMoment", "stamp_of"]

import threading
import time
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from grader.gradebook.adjustment_rows import attached
from grader.gradebook.book import read_result, standings_of
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.models import Adjustment, History, Participant, Result
from grader.gradebook.portal_models import QUEUED, RUNNING, HandIn
from grader.portal.showing import held_exercises
from grader.results import ClassResult, Person, reckon, shortened
from grader.statistics.misconception_ranking import ranked_misconceptions
from grader.statistics.stuck import obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.gradebook.book import Standing
    from grader.results import Reckoning, SubmissionResult
    from grader.statistics.misconception_ranking import RankedMisconception
    from grader.statistics.stuck import Obstacle

LEAST_SECONDS = 1.0
# A large class is read less often: at most this part of the time goes into it.
MOST_SHARE = 0.1
_WHOSE = func.coalesce(Participant.merged_into, Participant.id)


@dataclass(frozen=True, slots=True)
class BookStamp:
    """A stamp that changes with every change of the book, and is cheap to read."""

    history: int
    results: int
    hand_ins: int
    waiting: int
    running: int

    def __str__(self) -> str:
        """Return it as a page and its events have it."""
        return ".".join(map(str, astuple(self)))


def stamp_of(connection: Connection) -> BookStamp:
    """Return the stamp of a book."""
    found = connection.execute(
        select(
            select(func.max(History.id)).scalar_subquery(),
            select(func.max(Result.id)).scalar_subquery(),
            select(func.max(HandIn.id)).scalar_subquery(),
            select(func.count()).where(HandIn.state == QUEUED).scalar_subquery(),
            select(func.count()).where(HandIn.state == RUNNING).scalar_subquery(),
        )
    ).one()
    return BookStamp(*(int(one or 0) for one in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMember:
    """A person of the class.

    Attributes
    ----------
    person : int
        Their row in the book.
    result : SubmissionResult, optional
        What counts, without evidence; None where nothing was graded.
    reckoned : Reckoning, optional
        How the total comes about.
    handed_in_at : str
        When they last handed in on the portal, in UTC; empty where they have not.
    state : str
        Of that hand-in.
    number : int
        Of that hand-in; 0 for none.
    """

    person: int
    name: str
    section: str = ""
    result: SubmissionResult | None = None
    reckoned: Reckoning | None = None
    handed_in_at: str = ""
    state: str = ""
    number: int = 0

    @property
    def last_at(self) -> str:
        """When they last handed in, on the portal or elsewhere; empty where that is not known."""
        elsewhere = self.result.delivery.handed_in_at if self.result else ""
        return max(self.handed_in_at, elsewhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMoment:
    """A class at one moment.

    Attributes
    ----------
    course : Course
        With the rules that hold.
    held : frozenset of str
        The exercises whose results are held back.
    members : tuple of ClassMember
        In the order of their names.
    people : mapping
        For each result, by its name in `whole`, the row of one of those whose it is.
    whole : ClassResult
        The results that count, without evidence.
    obstacles : tuple of Obstacle
        Who is stuck where.
    """

    stamp: BookStamp
    course: Course
    held: frozenset[str]
    members: tuple[ClassMember, ...]
    people: Mapping[str, int]
    whole: ClassResult
    obstacles: tuple[Obstacle, ...]

    def misconceptions(self, since: str) -> tuple[RankedMisconception, ...]:
        """Return the known mistakes in what was graded since a moment, most frequent first."""
        some = tuple(one for one in self.whole.submissions if one.graded_at >= since)
        return ranked_misconceptions(replace(self.whole, submissions=some))


@dataclass(slots=True)
class ClassMemory:
    """The cache of a class; safe to use from several threads.

    Attributes
    ----------
    book : Gradebook
    course : Course
        As the manifest has it.
    """

    book: Gradebook
    course: Course
    _short: dict[int, SubmissionResult] = field(default_factory=dict)
    _last: ClassMoment | None = None
    _not_before: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stamp(self) -> BookStamp:
        """Return the book's stamp now."""
        with self.book.database.reading() as connection:
            return stamp_of(connection)

    def take_up(self, course: Course) -> None:
        """Read everything anew at the next look, by an edited course."""
        with self._lock:
            self.course, self._last = course, None
            self._short.clear()

    def look(self, *, fresh: bool = False) -> ClassMoment:
        """Return the class as it is now.

        Parameters
        ----------
        fresh : bool
            Whether it may not be older than this call; else it may be some seconds old, in a large
            class, so that the portal has time for others.
        """
        with self._lock:
            if self._last is not None and not fresh and time.monotonic() < self._not_before:
                return self._last
            began = time.monotonic()
            with self.book.database.reading() as connection:
                stamp = stamp_of(connection)
                if self._last is None or self._last.stamp != stamp:
                    self._last = self._read(connection, stamp)
            took = time.monotonic() - began
            self._not_before = time.monotonic() + max(LEAST_SECONDS, took / MOST_SHARE)
            return self._last

    def _read(self, connection: Connection, stamp: BookStamp) -> ClassMoment:
        course = course_as_ruled(connection, self.course)
        standings = standings_of(connection)
        changed = _changed_people(connection)
        known: dict[int, SubmissionResult] = {}
        results: list[SubmissionResult] = []
        mine: dict[int, SubmissionResult] = {}
        people: dict[str, int] = {}
        for standing in standings:
            short = self._short.get(standing.result_id) or self._shortened(connection, standing)
            known[standing.result_id] = short
            result = replace(short, policy=course.policy)
            if changed & set(standing.people):
                result = attached(connection, standing.people, result, course.exercise_digests)
            slug = str(standing.people[0])
            result = replace(result, slug=slug)
            results.append(result)
            people[slug] = standing.people[0]
            mine.update(dict.fromkeys(standing.people, result))
        self._short = known
        members = _members(connection, mine)
        missing = tuple(Person(name=one.name) for one in members if one.result is None)
        whole = ClassResult(course=course.info, submissions=tuple(results), missing=missing)
        held = frozenset(held_exercises(connection, course))
        return ClassMoment(
            stamp=stamp,
            course=course,
            held=held,
            members=members,
            people=people,
            whole=whole,
            obstacles=obstacles(whole),
        )

    def _shortened(self, connection: Connection, standing: Standing) -> SubmissionResult:
        result = read_result(connection, standing.result_id)
        whole = ClassResult(course=self.course.info, submissions=(result,))
        return shortened(whole).submissions[0]


def _changed_people(connection: Connection) -> set[int]:
    """Return the people with changes by hand that still hold."""
    asked = (
        select(_WHOSE)
        .join(Adjustment, Adjustment.person_id == Participant.id)
        .where(Adjustment.revoked_at == "")
        .distinct()
    )
    return {int(one) for one in connection.execute(asked).scalars()}


def _members(
    connection: Connection, results: Mapping[int, SubmissionResult]
) -> tuple[ClassMember, ...]:
    """Return everybody who is on the roster, was graded, or handed something in."""
    last = (
        select(_WHOSE.label("person"), func.max(HandIn.id).label("number"))
        .join(HandIn, HandIn.person_id == Participant.id)
        .group_by(_WHOSE)
        .subquery()
    )
    asked = select(last.c.person, HandIn.id, HandIn.handed_in_at, HandIn.state).join(
        HandIn, HandIn.id == last.c.number
    )
    handed_in = {int(row.person): row for row in connection.execute(asked)}
    wanted = results.keys() | handed_in.keys()
    rows = connection.execute(
        select(Participant.id, Participant.name, Participant.section, Participant.enrolled)
        .where(Participant.merged_into.is_(None), Participant.purged_at == "")
        .order_by(Participant.spelled, Participant.id)
    )
    into = select(Participant.merged_into).where(
        Participant.enrolled, Participant.merged_into.is_not(None)
    )
    enrolled = set(connection.execute(into).scalars())
    found = []
    for row in rows:
        if not (row.enrolled or row.id in enrolled or row.id in wanted):
            continue
        result, sent = results.get(row.id), handed_in.get(row.id)
        found.append(
            ClassMember(
                person=row.id,
                name=row.name,
                section=row.section,
                result=result,
                reckoned=reckon(result) if result else None,
                handed_in_at=sent.handed_in_at if sent else "",
                state=sent.state if sent else "",
                number=int(sent.id) if sent else 0,
            )
        )
    return tuple(found)
