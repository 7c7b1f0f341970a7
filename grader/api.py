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
from grader.course.reloading import KnownDigests
from grader.course.salt import load_salt
from grader.errors import UsageError
from grader.gradebook import Conditions, place_of_book
from grader.intake import AttemptChoice, Layout, choose_attempts, list_entries
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.keeping import Change, GradingKind, apart_from, opened, submissions_apart_from
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
        The folder that holds ``assignments`` and ``solutions``; by default the nearest one at or
        above the working folder.
    exercises : iterable of str or int, optional
        Numbers or ids of the wanted exercises; all exercises if it is empty.

    Raises
    ------
    UsageError
        If there is no course, or no such exercise.
    CourseError
        If the course is inconsistent: one sentence for its author.
    """
    root = courses.find_course(None if path is None else Path(path))
    return courses.load_course(root, [str(name) for name in exercises])


def open_submission(course: Course, path: str | PathLike[str]) -> Sealed:
    """Read one submission: a folder, an archive, a notebook or one of the course's files.

    Raises
    ------
    UsageError
        If the path does not exist or cannot be read.
    IntakeError
        If it cannot be opened as a submission.
    """
    return intake.open_submission(Path(path), Layout.of(course.files, course.stubs))


@dataclass(frozen=True, slots=True)
class Submissions:
    """The submissions of a class, found and not yet opened.

    Attributes
    ----------
    entries : tuple of Entry
        The submissions; each has the ``name`` under which it was handed in, and can be opened.
    notes : tuple of str
        Sentences for the instructor about how they were found.
    """

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of submissions."""
        return len(self.entries)


def open_class(course: Course, *paths: str | PathLike[str], attempt: str = "latest") -> Submissions:
    """Find the submissions of a class: in folders, archives, or downloads of a platform.

    Parameters
    ----------
    course : Course
        The course whose files are looked for.
    *paths : path
        Each holds one submission, or a class.
    attempt : {"latest", "best", "all"}
        Which attempts of a student are graded if a download holds several.

    Raises
    ------
    UsageError
        If a path does not exist or cannot be read, or if there is no submission.
    """
    notes: list[str] = []
    where = [Path(path) for path in paths]
    submissions_apart_from(course.root, where)
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
        The course with the exercises to grade.
    submission : Sealed or path
        A submission from `open_submission`, or its path.
    isolation : {"full", "reduced", "none"}, optional
        The isolation level; by default the best one of this machine. ``none`` isolates nothing.
    public_only : bool
        Whether to run only the public checks, on published inputs, as in a student's kit.
    salt : bytes, optional
        The secret that the inputs of hidden checks depend on; by default the course's.
    progress : callable
        Called with the submission's name and the present activity, whenever it changes.

    Returns
    -------
    SubmissionResult
        The full result, for the instructor: `grader.results.for_student` makes the student's.

    Raises
    ------
    UsageError, IntakeError
        As `open_submission`; if this machine does not support the isolation level.
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
    """The outcome of grading a class.

    Attributes
    ----------
    results : tuple of SubmissionResult
        The results that were graded now, in the order of the submissions.
    whole : ClassResult
        The whole class in the folder of the reports, with the results of earlier gradings.
    change : Change
        The changes to the results that were in that folder before.
    left_out : tuple of RemovedPerson
        People who were removed from the gradebook and came again; they were not graded.
    notes : tuple of str
        `Submissions.notes`, and sentences about people with one name who are two in the gradebook.
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
    """Grade a class, and write each report as soon as its result is ready.

    Parameters
    ----------
    course, submissions
        The course with the exercises to grade, and the submissions from `open_class`.
    out : path
        The folder for the reports; earlier results in it are kept.
    workers : int or Executor
        The number of processes (several need ``if __name__ == "__main__":``), or a `Cluster`.
    isolation, public_only, lang, trial, start_over
        As for `grade`, `write_report`; the next grading replaces a trial; replace earlier results.
    roster : Roster, optional
        The people who take the course: it names submissions and shows who is missing.
    done, board
        Called with each result, in no order; a folder that notes what takes long.
    gradebook : str, optional
        Its location; by default the course's, ``none`` for no gradebook. Trials are not stored.
    afresh, reuse_time_outs, again : bool
        Whether to grade all anew; to reuse stored time-outs; to take back people who were removed.

    Raises
    ------
    GraderError
        If the folder or the isolation level is not available, or grading cannot go on.
    """
    level, out = choose_level(isolation), _outside(Path(out), submissions, course)
    kind = GradingKind(course=course.info, public_only=public_only, trial=trial, replace=start_over)
    known = {"afresh": afresh, "reuse_time_outs": reuse_time_outs}
    conditions = Conditions(salt=load_salt(course.root), isolation=level, **known)
    place = "" if trial or public_only else place_of_book(gradebook, course.root)
    coming = _ClassToGrade(submissions.entries, roster)
    with opened(out, kind) as folder, _begin_run(place, course, conditions, coming, again) as run:
        entries, folders = folder.places(run.coming.entries, run.coming.roster)
        plan = _plan(course, conditions, public_only, run, lang)
        plan = replace(plan, out=out, board=board)
        judge = plan.judge_of(course)
        results = executors.grade_entries(plan, entries, workers, done, folders, judge=judge)
        notes = (*submissions.notes, *run.tell(results))
        told = folder.finish(results, notes, plan.readers)
        return Grading(tuple(results), *told, run.left_out, notes)


def readers_of(course: Course, lang: str = "", roster: Roster | None = None) -> Readers:
    """Return the languages in which the reports of a course are read.

    Parameters
    ----------
    course : Course
        The course, with its language and those that earlier rosters gave.
    lang : str
        The language of people without one of their own; by default the course's.
    roster : Roster, optional
        A roster, whose languages are stored for later reports.
    """
    if roster is not None and roster.languages:
        remember(course.root, roster.languages, load_salt(course.root))
    return Readers.of_course(course.root, lang or course.lang, load_salt)


def _plan(course: Course, conditions: Conditions, public: bool, run: _BookRun, lang: str) -> Plan:
    return executors.Plan(
        course_root=course.root, exercises=tuple(exercise.id for exercise in course.exercises),
        salt=conditions.salt, isolation=conditions.isolation, public_only=public, book=run.book,
        digests=KnownDigests.of(course) if run.book else None,
        readers=readers_of(course, lang, run.coming.roster),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _ClassToGrade:
    """The submissions of a class, and the people who take the course if they are known."""

    entries: Sequence[Entry]
    roster: Roster | None = None


@dataclass(frozen=True, slots=True)
class _BookRun:
    """A class to grade, and the run in a gradebook that stores the results, if there is one."""

    coming: _ClassToGrade
    book: RunEntry | None = None
    left_out: tuple[RemovedPerson, ...] = ()
    tell: Callable[[Sequence[SubmissionResult]], Iterable[str]] = lambda _: ()


@contextmanager
def _begin_run(
    place: str, course: Course, conditions: Conditions, coming: _ClassToGrade, again: bool
) -> Iterator[_BookRun]:
    """Begin a run in the gradebook, if any; removed people are left out, or taken back."""
    if not place:
        yield _BookRun(coming)
        return
    with books.Gradebook(place) as book, book.run("grade", course, conditions.isolation) as number:
        from grader.gradebook import departed, enrolling, namesakes  # noqa: PLC0415 - as the book

        gone = departed.left_out(book, coming.entries, coming.roster, conditions.salt)
        if gone and again:
            departed.admit(book, gone)
            gone = []
        if gone:
            entries, roster = departed.without(coming.entries, coming.roster, gone)
            coming = _ClassToGrade(entries, roster)
        last = namesakes.last_person(book)
        if coming.roster is not None:
            enrolling.enrol(book, coming.roster.people)
        entry = books.RunEntry(place=place, conditions=conditions, run=number)

        def told(now: Sequence[SubmissionResult]) -> Iterator[str]:
            yield from namesakes.tell_namesakes(book, now, last)
            if coming.roster is not None:
                yield from enrolling.tell_another_term(book)

        yield _BookRun(coming, entry, tuple(gone), told)


def _outside(out: Path, submissions: Submissions, course: Course) -> Path:
    """Return the reports' folder; refuse one among the submissions or the course's files."""
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
        From `grade` and `load_course`.
    path : path
    lang : str
        The page's language; by default the course's.

    Raises
    ------
    OSError
        If it cannot be written; an earlier file is unchanged.
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
        If the results do not exist.
    ValueError
        If they are damaged or of another version: one sentence.
    """
    out = Path(out)
    result: ClassResult = from_json((out / "results.json").read_bytes(), ClassResult)
    return report.read_whole_class(result, out)
