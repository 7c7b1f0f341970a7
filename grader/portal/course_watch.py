"""Which version of the course a portal serves: its files are watched, and an edit is taken up.

A course that no longer loads is not taken up: the portal goes on with the one before, and says
where the error is.
"""

from __future__ import annotations

__all__ = ["CourseWatch", "ServedCourse"]

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.course.reloading import CourseFiles, reload_course
from grader.errors import GraderError
from grader.results import now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from grader.course import Course
    from grader.portal.context import PortalContext

log = logging.getLogger("grader.portal")

LOOK_SECONDS = 2.0
SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedCourse:
    """What staff are told of the course that is served.

    Attributes
    ----------
    version : str
        The first digits of its digest.
    since : str
        Since when it is served, in UTC.
    problem : str
        Why its files are not served as they are now, with the place of the error; empty where they
        are.
    tried : str
        When that was tried, in UTC.
    """

    version: str
    since: str
    problem: str = ""
    tried: str = ""


@dataclass(slots=True)
class CourseWatch:
    """Watches the files of a portal's course, and takes up what was edited.

    Attributes
    ----------
    context : PortalContext
        With the course that is served.
    taken_up : list of callable
        Awaited with the new course, in this order, once the pages have it.
    """

    context: PortalContext
    taken_up: list[Callable[[Course], Awaitable[None]]] = field(default_factory=list)
    _files: CourseFiles = field(init=False)
    served: ServedCourse = field(init=False)

    def __post_init__(self) -> None:
        """Note the files as they are."""
        course = self.context.course
        _ = course.exercise_digests  # of the files that were loaded, which may be edited later
        self._files = CourseFiles.of(course.root, course)
        self.served = ServedCourse(version=course.digest[:SHORT], since=now())

    async def watch(self) -> None:
        """Look at the files, as long as the portal goes on."""
        while not self.context.stopping:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> bool:
        """Take up what was edited since the last look; say whether there is a new course.

        Files that are being written are left alone: they are the same at two looks.
        """
        course = self.context.course
        found = await self.context.ask(CourseFiles.of, course.root, course)
        if found == self._files:
            return False
        await asyncio.sleep(LOOK_SECONDS / 4)
        if await self.context.ask(CourseFiles.of, course.root, course) != found:
            return False
        try:
            new = await self.context.ask(_loaded, course)
        except Exception as error:  # noqa: BLE001  (an author's file may raise anything)
            self._files = found
            is_told = isinstance(error, GraderError)
            self._stays(str(error) if is_told else f"{type(error).__name__}: {error}")
            return False
        if await self.context.ask(CourseFiles.of, course.root, course) != found:
            return False  # written to meanwhile: it is loaded anew at the next look
        await self._take(new)
        return True

    def _stays(self, problem: str) -> None:
        log.warning("the course stays as it was: %s", problem)
        self.served = replace(self.served, problem=problem, tried=now())

    async def _take(self, new: Course) -> None:
        self.context.course = new
        self._files = await self.context.ask(CourseFiles.of, new.root, new)
        self.served = ServedCourse(version=new.digest[:SHORT], since=now())
        log.warning("the course is served as edited: version %s", self.served.version)
        for one in self.taken_up:
            await one(new)


def _loaded(course: Course) -> Course:
    """Return the course as its files are now, with all that is read of them later."""
    new = reload_course(course.root)
    # Digests are of the files that were loaded: later, these may be others.
    _ = new.exercise_digests, new.info
    return new
