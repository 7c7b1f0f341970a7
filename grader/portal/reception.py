"""The receiving process: it opens hand-ins, matches files with exercises, and stores them.

It opens them once more for whoever wants their notebook back, with feedback in it. It is apart from
the server, which never reads a byte of a submission, and from the workers, which may be training a
network when somebody hands in.
"""

from __future__ import annotations

__all__ = [
    "NotebooksWanted",
    "Receipt",
    "ReceptionPlan",
    "RefusedUpload",
    "Upload",
    "begin_reception",
    "hand_back",
    "receive",
]

import atexit
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.course import load_course
from grader.course.reloading import AnotherCourseError
from grader.errors import CourseError, IntakeError
from grader.executors.feedback_notebooks import feedback_notebooks
from grader.gradebook import Gradebook, stored
from grader.gradebook.codec import digest_of
from grader.gradebook.contents import content_key
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.hand_ins import (
    Accepted,
    HandInDetails,
    TakenFile,
    accept,
    hand_ins_of,
    latest_of,
    sent_before,
)
from grader.intake import Layout
from grader.intake.uploaded import UploadedFile, seal_uploaded
from grader.judge import Judge
from grader.languages import language, speaking
from grader.portal.earlier_work import CumulativeHandIn, with_earlier_work
from grader.portal.limits_of_attempts import refusal_of
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.gradebook.hand_ins import StoredHandIn
    from grader.judge import PreparedSubmission
    from grader.results import SubmissionResult

MOST_TOLD = 60
MOST_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionPlan:
    """The settings of the receiving process: small, and safe to send to it."""

    course_root: Path
    book: str
    isolation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload, in files that the portal has named.

    Attributes
    ----------
    once : str
        The form's own name; empty if it has none.
    person : int
        The row of whoever is signed in.
    exercise : str
        On whose page; empty for all.
    at : str
        When the first byte came, in UTC.
    """

    once: str
    person: int
    exercise: str
    at: str
    files: tuple[UploadedFile, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The number under which a hand-in is stored."""

    number: int


@dataclass(frozen=True, slots=True)
class RefusedUpload:
    """The reason why an upload was refused, in a sentence; `status` is the response's."""

    said: str
    status: int = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebooksWanted:
    """A submission whose notebooks are to come back with feedback in them.

    Attributes
    ----------
    submission : int
        The row of its files.
    result : SubmissionResult
        What came of it, as its author may see it now.
    lang : str
        The language of the feedback, such as ``fr``.
    """

    submission: int
    result: SubmissionResult
    lang: str = ""


class Reception:
    """Receives the hand-ins of one book.

    Parameters
    ----------
    judge : Judge
        Of the whole course; it only looks which file is which.
    book : Gradebook
        In which they are stored.
    """

    def __init__(self, judge: Judge, book: Gradebook) -> None:
        self._judge = judge
        self._book = book
        course = judge.course
        self._layout = Layout.of(course.files, course.stubs)

    def receive(self, sent: Upload) -> Receipt | RefusedUpload:
        """Open an upload, and store it."""
        try:
            sealed = seal_uploaded(f"person {sent.person}", sent.files, self._layout)
        except IntakeError as error:
            return RefusedUpload(str(error))
        # The same form with other files is another hand-in: somebody went back, and chose again.
        # A form without a name is new each time, and the names of two people never meet.
        form = sent.once or secrets.token_hex(16)
        sent = replace(sent, once=digest_of(f"person {sent.person}", form, content_key(sealed)))
        with self._book.database.reading() as connection:
            known = sent_before(connection, sent.once, sent.person)
        if known is not None:
            return Receipt(known)
        new = self._judge.prepare(sealed)
        if not sealed.files or new.ungradable.whole:
            return RefusedUpload(new.ungradable.whole or _NOTHING)
        for _ in range(MOST_TRIES):  # what the person handed in before may change meanwhile
            stored_number = self._store(sent, new)
            if stored_number is not None:
                return stored_number
        return RefusedUpload("You handed in several times at once: try again.", 409)

    def hand_back(self, wanted: NotebooksWanted) -> dict[str, bytes]:
        """Return the notebooks of a submission that were graded, with feedback, by their names."""
        with self._book.database.reading() as connection:
            sealed = stored(connection, wanted.submission, wanted.result.student)
        with speaking(language(wanted.lang, self._judge.course.root)):
            return feedback_notebooks(self._judge, sealed, wanted.result)

    def _store(self, sent: Upload, new: PreparedSubmission) -> Receipt | RefusedUpload | None:
        """Store the hand-in; None if the person has handed in something else meanwhile."""
        before, earlier = self._before(sent.person)
        whole = with_earlier_work(self._judge, earlier, before, new, sent.exercise, sent.at)
        if isinstance(whole, str):
            return RefusedUpload(whole)
        with self._book.database.writing() as connection:
            latest = latest_of(connection, sent.person)
            if (latest and latest.id) != (before and before.id):
                return None
            course = course_as_ruled(connection, self._judge.course)
            mine = hand_ins_of(connection, sent.person)
            refusal = refusal_of(course, mine, whole.fresh, sent.at)
            if refusal:
                return RefusedUpload(refusal, 429)
            said = self._said(whole, new, sent, attempt=len(mine) + 1)
            accepted = Accepted(
                once=sent.once,
                person=sent.person,
                exercise=sent.exercise,
                sealed=whole.sealed,
                handed_in_at=sent.at,
                said=said,
            )
            return Receipt(accept(connection, accepted))

    def _before(self, person: int) -> tuple[StoredHandIn | None, PreparedSubmission | None]:
        with self._book.database.reading() as connection:
            before = latest_of(connection, person)
            if before is None:
                return None, None
            sealed = stored(connection, before.submission, f"person {person}")
        return before, self._judge.prepare(sealed)

    def _said(
        self, whole: CumulativeHandIn, new: PreparedSubmission, sent: Upload, *, attempt: int
    ) -> HandInDetails:
        return HandInDetails(
            fresh=whole.fresh,
            moments=whole.moments,
            supplies=whole.supplies,
            taken=_taken(new, sent),
            notes=(*whole.notes, *new.work.still_true(new.sealed.notes)),
            attempt=attempt,
        )


_NOTHING = "There is no file in what you handed in: choose files, a folder, a zip or a notebook."


def _taken(new: PreparedSubmission, sent: Upload) -> tuple[TakenFile, ...]:
    """Return the files, each with the course's file that it was taken for."""
    by_path: dict[str, list[str]] = {}
    for file, path in new.work.sources.items():
        by_path.setdefault(path, []).append(file)
    for file in new.course.files:
        if file in new.sealed.files and file not in new.work.sources:
            by_path.setdefault(file, []).append(file)
    del sent
    each = [TakenFile(path, ", ".join(sorted(by_path.get(path, ())))) for path in new.sealed.files]
    each.sort(key=lambda one: (not one.taken_as, one.name))
    return tuple(replace(one, name=one.name[:240]) for one in each[:MOST_TOLD])


_reception: Reception | None = None


def begin_reception(plan: ReceptionPlan) -> Callable[[], None]:
    """Start receiving in this process; return the function that ends its child processes."""
    global _reception  # noqa: PLW0603  (the process has one, made when it starts)
    try:
        course = load_course(plan.course_root)
    except CourseError:
        return _nothing
    launcher = launcher_of(plan.isolation)
    atexit.register(launcher.close)
    judge = Judge(course, launcher)
    _reception = Reception(judge, Gradebook(plan.book))
    return launcher.give_up


def _nothing() -> None:
    """Do nothing: nothing was started."""


def receive(sent: Upload) -> Receipt | RefusedUpload:
    """Receive a hand-in; called in the receiving process.

    Raises
    ------
    AnotherCourseError
        Where the course could not be loaded when it began.
    """
    if _reception is None:
        raise AnotherCourseError("The course cannot be loaded.")
    return _reception.receive(sent)


def hand_back(wanted: NotebooksWanted) -> dict[str, bytes]:
    """Make notebooks with feedback; called in the receiving process."""
    if _reception is None:
        raise AnotherCourseError("The course cannot be loaded.")
    return _reception.hand_back(wanted)
