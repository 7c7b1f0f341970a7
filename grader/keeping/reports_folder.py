"""Lock a folder of reports, and write and remove only files that this program made in it.

Only one grading at a time: a second one is refused, so that results are not mixed. The folders that
this program makes are listed in ``instructor/folders.json`` before they are made; nothing else is
ever overwritten or removed.
"""

from __future__ import annotations

__all__ = [
    "Folder",
    "GradingKind",
    "apart_from",
    "link_again",
    "opened",
    "submissions_apart_from",
]

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from grader import report
from grader.errors import UsageError
from grader.intake import Caps, Entry, Layout, slugs
from grader.intake import Kind as EntryKind
from grader.keeping.merging import Change, matched, merged, still_missing
from grader.languages import speaking
from grader.languages.readers import NOBODY, Readers
from grader.report.annotated import annotated_in
from grader.report.links import INSTRUCTOR, href_of, instructors, whole_of
from grader.results import ClassResult, from_json
from grader.util.atomic import remove_drafts, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.course.roster import Roster
    from grader.results import CourseInfo, Person, SubmissionResult

RESULTS = "results.json"
LOCK = f"{INSTRUCTOR}/.lock"
FOLDERS = f"{INSTRUCTOR}/folders.json"
OF_COURSES = ("assignments", "solutions")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingKind:
    """The settings for grading into a folder.

    Attributes
    ----------
    course : CourseInfo
        The course, with the exercises that are graded.
    public_only : bool
        Whether only the public checks are run.
    trial : bool
        Whether this only tries the grader: the next grading replaces its results.
    replace : bool
        Whether the new results replace everything in the folder.
    """

    course: CourseInfo
    public_only: bool = False
    trial: bool = False
    replace: bool = False


class Folder:
    """A folder of reports that is locked for one grading; `opened` makes it.

    Attributes
    ----------
    starts_over : bool
        Whether the new results replace the earlier ones.
    """

    def __init__(self, out: Path, kind: GradingKind) -> None:
        self._out = out
        self._kind = kind
        self._earlier = _earlier(out, kind)
        self.starts_over = kind.replace or (self._earlier is not None and self._earlier.trial)
        if self._earlier is not None and not self.starts_over:
            _refuse_strangers(out, kind, self._earlier)
        self._own = _own_folders(out, self._earlier)
        self._before: list[SubmissionResult | None] = []
        self._missing: tuple[Person, ...] = ()
        self._strangers: tuple[str, ...] = ()

    @property
    def _kept(self) -> tuple[SubmissionResult, ...]:
        """The earlier results, unless the folder starts over."""
        there = self._earlier is not None and not self.starts_over
        return self._earlier.submissions if self._earlier is not None and there else ()

    def places(
        self, entries: Sequence[Entry], roster: Roster | None = None
    ) -> tuple[list[Entry], list[str]]:
        """Match each submission with a student, and choose the folder of its report.

        A student who was there before keeps the folder; nobody gets a folder that this program did
        not make.

        Returns
        -------
        list of Entry
            The entries, with names from the roster if there is one.
        list of str
            The folders, which are now listed as ours.
        """
        entries = list(entries)
        if roster is not None:
            entries = self._assigned(entries, roster)
        names = [(entry.name, entry.delivery) for entry in entries]
        earlier = self._earlier.submissions if self._earlier is not None else ()
        before = matched(names, earlier)
        old = {one.slug for one in before if one is not None}
        others = {path.name for path in self._out.iterdir()} - self._own
        taken = {*others, *old, *(one.slug for one in self._kept)}
        fresh = iter(
            slugs(
                [entry.name for entry, one in zip(entries, before, strict=True) if one is None],
                taken,
            )
        )
        folders = [next(fresh) if one is None else one.slug for one in before]
        if roster is None and self._kept and self._earlier is not None:
            self._missing = still_missing(self._earlier.missing, names)
            again = {one.student for one in before if one is not None}
            self._strangers = tuple(n for n in self._earlier.strangers if n not in again)
        self._before = [None] * len(entries) if self.starts_over else before
        self._own |= set(folders)
        self._write_down(self._own)
        return entries, folders

    def name_missing(self, people: Sequence[Person]) -> None:
        """Set the people on the roster who handed nothing in, if a gradebook knows them."""
        self._missing = tuple(people)

    def _assigned(self, entries: list[Entry], roster: Roster) -> list[Entry]:
        """Match the roster with the whole class: those graded now, and those kept."""
        kept = [
            Entry(
                name=one.student, path="", kind=EntryKind.FOLDER, layout=Layout(()), caps=Caps(),
                delivery=one.delivery,
            )
            for one in self._kept
        ]  # fmt: skip
        everybody, self._missing, self._strangers = roster.assign([*entries, *kept])
        if self._earlier is not None and kept:
            known = everybody[len(entries) :]
            submissions = tuple(
                replace(one, delivery=entry.delivery)
                for one, entry in zip(self._kept, known, strict=True)
            )
            self._earlier = replace(self._earlier, submissions=submissions)
        return everybody[: len(entries)]

    def finish(
        self,
        results: Sequence[SubmissionResult],
        notes: Sequence[str] = (),
        readers: Readers = NOBODY,
    ) -> tuple[ClassResult, Change]:
        """Write the class's files, and remove the folders of students who are gone.

        `notes` are sentences for the instructor about the reading of the class, whose page is in
        the language of `readers`.
        """
        now = ClassResult(
            course=self._kind.course,
            submissions=tuple(results),
            missing=self._missing,
            strangers=self._strangers,
            public_only=self._kind.public_only,
            trial=self._kind.trial,
            notes=tuple(notes),
        )
        before = replace(self._earlier or replace(now, submissions=()), submissions=self._kept)
        whole, change = merged(now, self._before, before)
        with speaking(readers.for_instructors()):
            report.write_class(whole, self._out)
        here = {one.slug for one in whole.submissions}
        gone = [
            one.student
            for one in (self._earlier.submissions if self._earlier is not None else ())
            if one.slug not in here
        ]
        left = [slug for slug in sorted(self._own - here) if not self._removed(slug)]
        self._own = here | set(left)
        self._write_down(self._own)
        return whole, replace(change, gone=tuple(gone), left=tuple(left))

    def tidy(self) -> None:
        """Remove unfinished files that a killed grading left behind."""
        for folder in (self._out, self._out / INSTRUCTOR, *(self._out / own for own in self._own)):
            remove_drafts(folder)

    def _removed(self, slug: str) -> bool:
        """Remove the files made for a student; return whether the folder is then empty."""
        if not href_of(slug):
            return True
        for name in (href_of(slug), f"{slug}/result.json", instructors(slug), whole_of(slug)):
            with contextlib.suppress(OSError):
                (self._out / name).unlink()
        for path in annotated_in(self._out / slug):
            with contextlib.suppress(OSError):
                path.unlink()
        with contextlib.suppress(OSError):
            (self._out / slug).rmdir()
        return not (self._out / slug).exists()

    def _write_down(self, folders: set[str]) -> None:
        content = json.dumps(sorted(folders), indent=0) + "\n"
        write_whole(self._out / FOLDERS, content.encode())


def apart_from(root: Path, out: Path) -> Path:
    """Return where reports go; refuse a place among a course's own files.

    Parameters
    ----------
    root : Path
        The course's folder.
    out : Path
        The folder of the reports.
    """
    place, root = out.resolve(), root.resolve()
    if place == root or any(place.is_relative_to(root / own) for own in OF_COURSES):
        raise UsageError(
            f"The reports would lie among the course's own files, in {place}: choose another "
            "folder by --out."
        )
    return out


def submissions_apart_from(root: Path, paths: Iterable[Path]) -> None:
    """Refuse a course's own folder in the place of a class: its solutions are no submission.

    Parameters
    ----------
    root : Path
        The course's folder.
    paths : iterable of Path
        Where submissions are looked for.
    """
    for path in paths:
        if path.resolve() == root.resolve():
            raise UsageError(
                f"{path} is the course's own folder: put the submissions into a folder of their "
                "own, and name that."
            )


@contextlib.contextmanager
def opened(out: Path, kind: GradingKind) -> Iterator[Folder]:
    """Lock a folder of reports for one grading.

    Parameters
    ----------
    out : Path
        The folder; it is created if it is missing.
    kind : GradingKind
        The settings for the grading.

    Raises
    ------
    UsageError
        If the folder cannot be written, if somebody else grades into it, or if its content is not
        this program's or cannot be combined with the new results.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
        is_ours = (out / RESULTS).exists() or not (out / "index.html").exists()
        if not is_ours:
            raise UsageError(
                f"{out} holds an index.html that is not of the grader: choose another folder by "
                "--out."
            )
        (out / INSTRUCTOR).mkdir(exist_ok=True)
        file = (out / LOCK).open("a+b")
    except OSError as error:
        raise UsageError(
            f"Reports cannot be written to {out}: {error.strerror}. Choose another folder by --out."
        ) from error
    with file:
        _lock(file, out)
        folder = Folder(out, kind)
        folder.tidy()
        yield folder


def link_again(out: Path) -> bool:
    """Write the class's page again, with links to files made since; return whether it was written.

    Nothing is written if there is no such page. If somebody grades into the folder, that grading
    writes the links when it finishes.

    Parameters
    ----------
    out : Path
        The folder of the reports.
    """
    if not (out / "index.html").is_file():
        return False
    with contextlib.suppress(OSError, ValueError, UsageError), (out / LOCK).open("a+b") as file:
        _lock(file, out)
        result = from_json((out / RESULTS).read_bytes(), ClassResult)
        report.write_page(result, out)
        return True
    return False


def _lock(file: IO[bytes], out: Path) -> None:
    """Hold the lock until the file is closed or this process ends, for whatever reason."""
    try:
        import fcntl  # noqa: PLC0415  (Windows lacks it)
    except ImportError:  # pragma: no cover
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read(40).decode(errors="replace").strip()
        raise UsageError(
            f"Another grading is writing to {out}{f' ({holder})' if holder else ''}: wait until it "
            "is done, or choose another folder by --out."
        ) from error
    except OSError:
        return  # a disk without locks, such as some network disks
    with contextlib.suppress(OSError):
        file.truncate(0)
        file.write(f"process {os.getpid()}\n".encode())
        file.flush()


def _earlier(out: Path, kind: GradingKind) -> ClassResult | None:
    """Return the earlier results in a folder, None if there are none."""
    path = out / RESULTS
    if not path.exists():
        return None
    try:
        return from_json(path.read_bytes(), ClassResult)
    except (OSError, ValueError) as error:
        if kind.replace:
            return None
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"{path} cannot be read as the results of a class ({why}), so that nothing can be "
            "added to it: choose another folder by --out, or start over by --replace."
        ) from error


def _refuse_strangers(out: Path, kind: GradingKind, earlier: ClassResult) -> None:
    """Refuse to combine results that cannot be compared."""
    reason = ""
    if earlier.course.title != kind.course.title:
        reason = f"of another course, “{earlier.course.title}”"
    elif _worth(earlier.course) != _worth(kind.course):
        had = ", ".join(exercise.number for exercise in earlier.course.exercises)
        now = ", ".join(exercise.number for exercise in kind.course.exercises)
        reason = (
            f"of the exercises {had}, not of {now}"
            if had != now
            else "of the same exercises with other points"
        )
    elif earlier.public_only != kind.public_only:
        which = "the public checks alone" if earlier.public_only else "all checks"
        reason = f"of {which}"
    elif kind.trial:
        reason = "no trial"
    if reason:
        count = len(earlier.submissions)
        what = f"the results of {count} submissions" if count != 1 else "the result of 1 submission"
        raise UsageError(
            f"{out} holds {what} {reason}: choose another folder by --out, or start over by "
            "--replace, which takes them away."
        )


def _worth(course: CourseInfo) -> list[tuple[str, float]]:
    return [(exercise.id, exercise.max_points) for exercise in course.exercises]


def _own_folders(out: Path, earlier: ClassResult | None) -> set[str]:
    """Return the names of the folders that this program made, from its list."""
    own = {one.slug for one in earlier.submissions} if earlier is not None else set()
    with contextlib.suppress(OSError, ValueError):
        listed = json.loads((out / FOLDERS).read_bytes())
        own |= {name for name in listed if isinstance(name, str)}
    return {name for name in own if href_of(name)}
