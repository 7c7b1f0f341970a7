"""The library: what a server, a notebook, a benchmark or another grader calls.

`import grader` offers all of it. The command line parses its arguments, calls the same functions
and prints what comes back.
"""

from __future__ import annotations

__all__ = [
    "Grading",
    "Submissions",
    "grade",
    "grade_class",
    "load_course",
    "open_class",
    "open_submission",
    "read_results",
    "write_report",
]

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader import course as courses
from grader import executors, intake, report
from grader import gradebook as books
from grader.course.salt import load_salt
from grader.errors import UsageError
from grader.gradebook import Conditions, place_of_book
from grader.intake import AttemptChoice, Layout, choose_attempts, list_entries
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.keeping import Change, GradingKind, apart_from, opened
from grader.languages import language
from grader.languages.readers import Readers, remember
from grader.results import ClassResult, SubmissionResult, from_json, now
from grader.sandbox.doctor import choose_level, launcher_of
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from os import PathLike

    from grader.course import Course
    from grader.course.roster import Roster
    from grader.executors.batch import Executor, Plan
    from grader.gradebook import RunEntry
    from grader.gradebook.departed import RemovedPerson
    from grader.intake import Entry
    from grader.submission import ProgressEvent


def load_course(
    path: str | PathLike[str] | None = None, exercises: Iterable[str | int] = ()
) -> Course:
    """Load a course: its references, its checks and their points.

    Parameters
    ----------
    path : path, optional
        The folder that holds ``assignments`` and ``solutions``; where not given, the nearest one
        at or above the working folder.
    exercises : iterable of str or int, optional
        Numbers or ids of the exercises that are wanted; all of them where there is none.

    Raises
    ------
    UsageError
        Where there is no course, or no such exercise.
    CourseError
        Where the course contradicts itself: one sentence for its author.
    """
    root = courses.find_course(None if path is None else Path(path))
    return courses.load_course(root, [str(name) for name in exercises])


def open_submission(course: Course, path: str | PathLike[str]) -> Sealed:
    """Read one submission: a folder, an archive, a notebook or one of the course's files.

    Raises
    ------
    UsageError
        Where the path is not there or cannot be read.
    IntakeError
        Where it cannot be opened as a submission.
    """
    return intake.open_submission(Path(path), Layout.of(course.files, course.stubs))


@dataclass(frozen=True, slots=True)
class Submissions:
    """The submissions of a class, found and not yet opened.

    Attributes
    ----------
    entries : tuple of Entry
        What will be graded: each has the ``name`` under which it was handed in, and can be opened.
    notes : tuple of str
        What the instructor has to know of how they were found, a sentence each.
    """

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.entries)


def open_class(course: Course, *paths: str | PathLike[str], attempt: str = "latest") -> Submissions:
    """Find the submissions of a class: in folders, archives, or downloads of a platform.

    Parameters
    ----------
    course : Course
        Whose files are looked for.
    *paths : path
        Each holds one submission, or a class of them.
    attempt : {"latest", "best", "all"}
        Which attempts of a student are graded, where a download holds several.

    Raises
    ------
    UsageError
        Where a path is not there or cannot be read, or where nothing was handed in.
    """
    notes: list[str] = []
    where = [Path(path) for path in paths]
    entries = list_entries(where, Layout.of(course.files, course.stubs), tell=notes.append)
    if not entries:
        raise UsageError(f"There is no submission in {', '.join(map(str, where))}.")
    chosen = choose_attempts(entries, AttemptChoice(attempt), tell=notes.append)
    return Submissions(tuple(chosen), tuple(notes))


def grade(
    course: Course,
    submission: Sealed | str | PathLike[str],
    *,
    isolation: str | None = None,
    public_only: bool = False,
    salt: bytes | None = None,
    progress: Callable[[str, ProgressEvent], None] = lambda _name, _doing: None,
) -> SubmissionResult:
    """Grade one submission.

    Parameters
    ----------
    course : Course
        With the exercises that are to be graded.
    submission : Sealed or path
        As `open_submission` returned it, or where it lies.
    isolation : {"full", "reduced", "none"}, optional
        How far it is shut in; the best that holds here where not given. ``none`` trusts it.
    public_only : bool
        Whether only the public checks are run, on published inputs, as in a student's kit.
    salt : bytes, optional
        Secret that the inputs of hidden checks depend on; that of the course where not given.
    progress : callable
        Called with the submission's name and what is being done, whenever that changes.

    Returns
    -------
    SubmissionResult
        With all that the instructor may see: `grader.results.for_student` leaves that out.

    Raises
    ------
    UsageError, IntakeError
        As `open_submission`; where the level of isolation cannot be had here.
    """
    sealed = submission if isinstance(submission, Sealed) else open_submission(course, submission)
    level = choose_level(isolation)
    if salt is None:
        salt = b"" if public_only else load_salt(course.root)
    launcher = launcher_of(level)
    try:
        judge = Judge(course, launcher, salt, public_only=public_only, progress=progress)
        return replace(judge.grade(sealed), graded_at=now())
    finally:
        launcher.close()


@dataclass(frozen=True, slots=True)
class Grading:
    """What grading a class came to.

    Attributes
    ----------
    results : tuple of SubmissionResult
        Those that were graded now, in the order of the submissions.
    whole : ClassResult
        The class as it is in the folder of the reports: with those of earlier gradings.
    change : Change
        What became of the results that were in that folder before.
    left_out : tuple of RemovedPerson
        Who had been removed from the gradebook and came again: nothing of theirs was graded.
    notes : tuple of str
        `Submissions.notes`, and people of one name whom the gradebook knows as two.
    """

    results: tuple[SubmissionResult, ...]
    whole: ClassResult
    change: Change
    left_out: tuple[RemovedPerson, ...] = ()
    notes: tuple[str, ...] = ()


def grade_class(
    course: Course,
    submissions: Submissions,
    out: str | PathLike[str],
    *,
    workers: int | Executor = 1,
    isolation: str | None = None,
    public_only: bool = False,
    lang: str = "",
    trial: bool = False,
    start_over: bool = False,
    roster: Roster | None = None,
    done: Callable[[SubmissionResult], None] = lambda _: None,
    board: Path | None = None,
    gradebook: str | None = None,
    afresh: bool = False,
    reuse_time_outs: bool = False,
    again: bool = False,
) -> Grading:
    """Grade a class and write its reports, each as soon as it is there.

    Parameters
    ----------
    course, submissions
        The exercises that are to be graded, and what `open_class` found.
    out : path
        The folder of the reports; results that are there already are kept.
    workers : int or Executor
        How many processes grade (several need ``if __name__ == "__main__":``), or a `Cluster`.
    isolation, public_only, lang, trial, start_over
        As for `grade` and `write_report`; whether the next grading replaces this, this the last.
    roster : Roster, optional
        Who takes the course (`grader.course.roster`): names submissions, tells who is missing.
    done, board
        Called with each result, in no order; a folder that notes what takes long.
    gradebook : str, optional
        Where it is kept (``none``: nowhere), the course's where not given; a `trial` is in no book.
    afresh, reuse_time_outs, again : bool
        Whether all is graded anew; whether the book knows time-outs; whether who left comes back.

    Raises
    ------
    GraderError
        Where there is no folder or isolation to be had, or no going on: what was written is whole.
    """
    level, out = choose_level(isolation), _apart(Path(out), submissions, course)
    kind = GradingKind(course=course.info, public_only=public_only, trial=trial, replace=start_over)
    known = {"afresh": afresh, "reuse_time_outs": reuse_time_outs}
    conditions = Conditions(salt=load_salt(course.root), isolation=level, **known)
    place = "" if trial or public_only else place_of_book(gradebook, course.root)
    coming = _Coming(submissions.entries, roster)
    with opened(out, kind) as folder, _run(place, course, conditions, coming, again) as run:
        entries, folders = folder.places(run.coming.entries, run.coming.roster)
        plan = replace(_plan(course, conditions, public_only), out=out, board=board, book=run.book)
        plan = replace(plan, readers=readers_of(course, lang, run.coming.roster))
        judge = plan.judge_of(course)
        results = executors.grade_entries(plan, entries, workers, done, folders, judge=judge)
        notes = (*submissions.notes, *run.tell(results))
        told = folder.finish(results, notes, plan.readers)
        return Grading(tuple(results), *told, run.left_out, notes)


def readers_of(course: Course, lang: str = "", roster: Roster | None = None) -> Readers:
    """Return in which languages a course's reports are read.

    Parameters
    ----------
    course : Course
        Its language, and what earlier rosters said of people.
    lang : str
        The language of who has none of their own; the course's where not given.
    roster : Roster, optional
        Its languages are kept, for later reports.
    """
    if roster is not None and roster.languages:
        remember(course.root, roster.languages, load_salt(course.root))
    return Readers.of_course(course.root, lang or course.lang, load_salt)


def _plan(course: Course, conditions: Conditions, public_only: bool = False) -> Plan:
    return executors.Plan(
        course_root=course.root,
        exercises=tuple(exercise.id for exercise in course.exercises),
        salt=conditions.salt,
        isolation=conditions.isolation,
        public_only=public_only,
    )


@dataclass(frozen=True, slots=True)
class _Coming:
    """What was handed in, and who takes the course if that is known."""

    entries: Sequence[Entry]
    roster: Roster | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """A run in a gradebook, if there is one, and what is graded in it."""

    coming: _Coming
    book: RunEntry | None = None
    left_out: tuple[RemovedPerson, ...] = ()
    tell: Callable[[Sequence[SubmissionResult]], Iterable[str]] = lambda _: ()


@contextmanager
def _run(
    place: str, course: Course, conditions: Conditions, coming: _Coming, again: bool
) -> Iterator[_Run]:
    """Begin a run in a gradebook, if there is one; who was removed is left out, or taken back."""
    if not place:
        yield _Run(coming)
        return
    with books.Gradebook(place) as book, book.run("grade", course, conditions.isolation) as number:
        from grader.gradebook import departed, enrolling, namesakes  # noqa: PLC0415 - as the book

        gone = departed.left_out(book, coming.entries, coming.roster, conditions.salt)
        if gone and again:
            departed.admit(book, gone)
            gone = []
        if gone:
            entries, roster = departed.without(coming.entries, coming.roster, gone)
            coming = _Coming(entries, roster)
        last = namesakes.last_person(book)
        if coming.roster is not None:
            enrolling.enrol(book, coming.roster.people)
        entry = books.RunEntry(place=place, conditions=conditions, run=number)
        yield _Run(
            coming, entry, tuple(gone), lambda now: namesakes.tell_namesakes(book, now, last)
        )


def _apart(out: Path, submissions: Submissions, course: Course) -> Path:
    """Return where reports go; refuse a place among the submissions or the course's own files."""
    place = apart_from(course.root, out).resolve()
    for entry in submissions.entries:
        whole = Path(entry.path)
        own = whole.joinpath(*entry.inner)
        if place == whole or (entry.inner and place.is_relative_to(own)):
            raise UsageError(
                f"The reports would lie among the submissions, in {place}: choose another folder "
                "by --out."
            )
    return out


def write_report(
    result: SubmissionResult, course: Course, path: str | PathLike[str], lang: str = ""
) -> Path:
    """Write the page of one submission, as its author may see it, and return its path.

    Parameters
    ----------
    result, course
        As `grade` and `load_course` returned them.
    path : path
    lang : str
        Its language; the course's where not given.

    Raises
    ------
    OSError
        Where it cannot be written; what was there before is as it was.
    """
    path = Path(path)
    spoken = language(lang or course.lang, course.root)
    write_whole(path, report.render_student(result, course.info, spoken).encode())
    return path


def read_results(out: str | PathLike[str]) -> ClassResult:
    """Read the results of a class back from the folder of its reports.

    Raises
    ------
    OSError
        Where they are not there.
    ValueError
        Where they are of another version or damaged: one sentence.
    """
    out = Path(out)
    result: ClassResult = from_json((out / "results.json").read_bytes(), ClassResult)
    return report.read_whole_class(result, out)
