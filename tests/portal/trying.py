"""A portal in this process: without a network, and with a judge that runs nothing."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx

from grader.gradebook import Conditions, Gradebook
from grader.gradebook.hand_ins import claim_next, waiting_ids
from grader.gradebook.holders import person_of
from grader.judge import GradedExercise, Judge
from grader.portal.application import create_app
from grader.portal.grading_hand_ins import HandInGrader, HandInTask
from grader.portal.identity import Cookies, PublicUrl, SignInWay
from grader.portal.identity.roles import PortalRole
from grader.portal.queue_state import ENDED, QueueState
from grader.portal.reception import Reception
from grader.portal.settings import PortalSettings
from grader.results import ExerciseResult, Outcome, Person
from grader.sandbox.doctor import launcher_of
from tests.courses import the_course

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.applications import Starlette

    from grader.course import Course, Exercise
    from grader.executors.progress_board import Board
    from grader.judge import PreparedSubmission
    from grader.portal.reception import NotebooksWanted, Receipt, RefusedUpload, Upload

HOME = "http://portal.example"
RIGHT = b"right"
Sent = dict[str, bytes]


@dataclass(frozen=True)
class PretendedJudge(Judge):
    """Gives all points to a file that contains ``right``, and half of them otherwise."""

    def grade_exercise(self, exercise: Exercise, found: PreparedSubmission) -> GradedExercise:
        """Return the result of an exercise without running anything."""
        if not self.has_work(exercise, found):
            return GradedExercise(
                ExerciseResult(id=exercise.id, checks=self._unrun(exercise, "Nothing of it came."))
            )
        is_right = any(RIGHT in found.work.texts.get(part.file, b"") for part in exercise.parts)
        checks = tuple(
            replace(
                one,
                outcome=Outcome.PASSED if is_right or not at % 2 else Outcome.FAILED,
                points=one.max_points if is_right or not at % 2 else 0.0,
                message="" if is_right or not at % 2 else f"{one.id} is wrong.",
            )
            for at, one in enumerate(self._unrun(exercise, ""))
        )
        return GradedExercise(ExerciseResult(id=exercise.id, checks=checks))


class WorksHere:
    """A queue of hand-ins in this process; it grades when the test calls `grade`."""

    def __init__(self, course: Course, book: Gradebook, board: Board) -> None:
        self.book = book
        self.launcher = launcher_of("none")
        conditions = Conditions(salt=b"salt", isolation="none")
        with book.run("serve", course, "none") as run:
            self.recorder = book.recorder(course, conditions, run)
        self.judge = PretendedJudge(course, self.launcher, b"salt", memory=self.recorder)
        self.reception = Reception(self.judge, book)
        self.grader = HandInGrader(self.judge, book, self.recorder, board)

    @property
    def waiting(self) -> int:
        """The number of hand-ins that wait."""
        with self.book.database.reading() as connection:
            return len(waiting_ids(connection))

    @property
    def running(self) -> int:
        """How many are being graded: never any, between two calls."""
        return 0

    async def receive(self, sent: Upload) -> Receipt | RefusedUpload:
        """Receive at once."""
        return self.reception.receive(sent)

    async def hand_back(self, wanted: NotebooksWanted) -> dict[str, bytes]:
        """Make notebooks at once."""
        return self.reception.hand_back(wanted)

    def state(self, number: int) -> QueueState:
        """Return what is known of a hand-in."""
        with self.book.database.reading() as connection:
            waiting = waiting_ids(connection)
        return QueueState("queued", waiting.index(number)) if number in waiting else ENDED

    async def states(self, number: int) -> AsyncIterator[QueueState | None]:
        """Yield what is known now."""
        yield self.state(number)

    def grade(self, withheld: str = "", most: int = 1000) -> int:
        """Grade all waiting hand-ins, as workers do; return their number."""
        for done in range(most):
            with self.book.database.writing() as connection:
                claimed = claim_next(connection)
            if claimed is None:
                return done
            self.grader.grade(HandInTask(claimed, self.judge.course.digest, withheld))
        return most


class Visiting:
    """A browser without scripts in which somebody is signed in; it follows no redirect."""

    def __init__(self, app: Starlette, runner: asyncio.Runner, person: int, role: str) -> None:
        self.person = person
        self.role = role
        self._runner = runner
        transport = httpx.ASGITransport(app, client=("192.0.2.7", 4321))
        self.client = httpx.AsyncClient(transport=transport, base_url=HOME)
        self.headers = {"origin": HOME, "accept": "text/html"}

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page."""
        return self._runner.run(self.client.get(path, headers={**self.headers, **headers}))

    def post(self, path: str, **given: Any) -> httpx.Response:
        """Send something, with headers in place of ours where they are given."""
        headers = {**self.headers, **given.pop("headers", {})}
        return self._runner.run(self.client.post(path, headers=headers, **given))

    def form(self, page: str) -> dict[str, str]:
        """Return the hidden fields of the first form of a page."""
        text = self.get(page).text
        return {
            name: html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', text)[0])
            for name in ("form_token", "once")
            if f'name="{name}"' in text
        }

    def hand_in(self, files: Sent, exercise: str = "random_data", **fields: str) -> httpx.Response:
        """Hand files in, on the page of an exercise."""
        page = f"/exercises/{exercise}" if exercise else "/hand-in"
        action = f"{page}/hand-ins" if exercise else "/hand-ins"
        given = [("files", (name, content)) for name, content in files.items()]
        # A page on which nothing can be handed in has no form: somebody kept an older one open.
        form = self.form(page) or {}
        if "form_token" not in form:
            form = {**self.form("/tokens"), "once": "kept"}
        return self.post(action, data={**form, **fields}, files=given)


class Portal:
    """A portal with a new book."""

    def __init__(
        self, book: Path, board: Board, runner: asyncio.Runner, course: Course, **settings: Any
    ) -> None:
        self.runner = runner
        self.works: WorksHere | None = None
        self.settings = PortalSettings(
            course_root=course.root, gradebook=str(book), url=HOME, **settings
        )
        self.app = create_app(self.settings, course=course)
        self.context = self.app.state.context
        self.works = WorksHere(course, self.context.book, board)
        self.context.dispatcher = self.works

    @property
    def here(self) -> WorksHere:
        """The queue of hand-ins."""
        assert self.works is not None
        return self.works

    def person(self, name: str) -> int:
        """Put a person into the book, and return their row."""
        with self.context.book.database.writing() as connection:
            number, _ = person_of(connection, Person(id=name, name=name.title()))
            return number

    def visit(self, name: str, role: PortalRole = PortalRole.STUDENT) -> Visiting:
        """Return the browser of somebody who has signed in."""
        person = self.person(name)
        sessions = self.app.state.entrance.sessions
        if role is not PortalRole.STUDENT:
            sessions.grant(person, role, by="a test")
        secret = sessions.begin(person, SignInWay.EMAIL)
        visiting = Visiting(self.app, self.runner, person, role)
        said = Cookies(PublicUrl(HOME)).header("session", secret)
        name_, _, rest = said.partition("=")
        visiting.client.cookies.set(name_, rest.split(";")[0])
        return visiting

    def nobody(self) -> Visiting:
        """Return the browser of somebody who has not signed in."""
        return Visiting(self.app, self.runner, 0, "")

    def close(self) -> None:
        """Close the portal."""
        self.here.launcher.close()
        self.context.spool.close()
        self.context.book.close()


def small_course() -> Course:
    """Return three exercises of the course, one of which imports another's file."""
    return the_course().only(["warm_up", "random_data", "structured_data"])


def words(answer: httpx.Response) -> str:
    """Return the text of a page, in one line."""
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def source(mark: bytes = RIGHT) -> bytes:
    """Return a file that may be exercise 2's: nothing is run of it."""
    return b"# " + mark + b"\ndef forward():\n    return 0\n"
