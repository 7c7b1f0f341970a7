"""Find submitted files that cannot be graded as they are, and the exercises they belong to."""

from __future__ import annotations

__all__ = ["UngradableFiles", "ungradable_files", "why_unread"]

import codecs
import functools
import glob
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.kinds import damaged, empty, is_byproduct, kind_of, without_code
from grader.judge.code_elsewhere import is_meant, is_text_with_code, texts_for
from grader.languages.translations import editions_of
from grader.notebooks.outline import outline_of
from grader.results import Outcome, Received

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from grader.course import Course, Exercise
    from grader.intake.sealed import Sealed
    from grader.notebooks import Work
    from grader.results import ExerciseResult

_MOST_NAMED = 3
# A code cell contains this, in every format of notebooks.
_CODE_CELL = re.compile(rb"\"cell_type\"\s*:\s*\"code\"")
_NUMBERED = r"(?:^|[\W_])(?:ex|exo|exercise|exercice|aufgabe|task|tp)[\W_]*0?{}(?!\d)"


@dataclass(frozen=True, slots=True)
class UngradableFiles:
    """The submitted files that cannot be graded.

    Attributes
    ----------
    received : tuple of Received
        All of them.
    gradable : frozenset of str
        The course's files for which there is code to run, or for which points can be lost.
    whole : str
        A sentence that says why nothing of the submission can be graded. Empty if something can
        be graded, or if nothing was submitted.
    texts : mapping of str to set of str
        For files of the course the texts that may hold their code, by what they define.
    """

    received: tuple[Received, ...]
    gradable: frozenset[str]
    whole: str
    texts: Mapping[str, AbstractSet[str]]

    def reason_of(self, file: str) -> str:
        """Return why the files submitted for one file cannot be graded; empty if one can."""
        own = [one for one in self.received if _is_for_file(one, file, self.texts)]
        if file in self.gradable or not own:
            return ""
        return (
            f"What came for {file} cannot be graded as it is: {_listed(own)}. Please "
            f"{own[0].mend or 'hand in ' + file}."
        )

    def reason(self, exercise: Exercise) -> str:
        """Return why the files for an exercise cannot be graded; empty if there are none."""
        if self.whole:
            return self.whole
        own = [one for one in self.received if _is_for(one, exercise, self.texts)]
        if not own:
            return ""
        return (
            f"What came for this exercise cannot be graded as it is: {_listed(own)}. Please "
            f"{own[0].mend or 'hand in ' + exercise.parts[0].file}."
        )


def ungradable_files(course: Course, sealed: Sealed, work: Work) -> UngradableFiles:
    """Return which parts of a submission cannot be graded.

    Parameters
    ----------
    course : Course
        The course, restricted to the exercises that are graded.
    sealed : Sealed
        The submission.
    work : Work
        The gradable work that was found in it.
    """
    files = dict.fromkeys(course.files)
    if (course.stubs / "course.toml").is_file():
        files |= dict.fromkeys(outline_of(course.stubs).by_file)
    gradable = frozenset(f for f in files if work.can_grade(f) and _is_code(f, work))
    blank = {file: work.files[file] for file in files if _is_empty(file, work)}
    broken = [
        damaged(path, len(sealed.files.get(path, b"")), why) for path, why in work.damaged.items()
    ]
    broken += [empty(file, len(content)) for file, content in blank.items()]
    received = {one.name: one for one in (*sealed.received, *broken)}
    untouched = frozenset(file for file in gradable if _is_untouched(course.stubs, file, work))
    found = {
        file: {
            one.name: one
            for one in texts_for(file, _template(_place(course.stubs, file)), sealed.files)
            if not _was_given(course.stubs, one.name, sealed.files[one.name])
        }
        for file in files
        if file not in gradable or file in untouched
    }
    for file_texts in found.values():
        received |= {name: one for name, one in file_texts.items() if name not in received}
    texts = {file: file_texts.keys() for file, file_texts in found.items()}
    known = {PurePosixPath(file).name.casefold() for file in files}
    others = [file for file in sealed.files if PurePosixPath(file).name.casefold() in known]
    whole = ""
    if not gradable and not any(_is_code(file, work) for file in others):
        for file, content in sealed.files.items():
            if _is_handed_out(course.stubs / file, content):
                continue
            if not _is_listed(file, content, received.values()):
                received[file] = _unknown(file, content)
        whole = _whole(list(received.values()))
    if gradable == untouched:
        received |= _astray(course.stubs, sealed.files, received)
    came = [one for one in received.values() if _may_be_work(course.stubs, one)]
    is_bare = bool(gradable) and gradable == untouched
    if is_bare and not all(_has_exercise(one, course, texts) for one in came):
        whole = _whole(came)
    gradable -= untouched if whole else _hidden_by_templates(course, untouched, came, texts)
    bare = [e for e in course.exercises if not any(p.file in gradable for p in e.parts)]
    kept = [
        one
        for one in received.values()
        if whole or not is_byproduct(one) or any(_is_for(one, exercise, texts) for exercise in bare)
    ]
    return UngradableFiles(tuple(kept), gradable, whole, texts)


def _is_untouched(stubs: Path, file: str, work: Work) -> bool:
    """Return whether a file is the template as it was given out, and no other one replaces it."""
    if file not in work.files or file in work.programs or file in work.placed:
        return False
    return _is_handed_out(_place(stubs, file), work.files[file])


def _was_given(stubs: Path, file: str, content: bytes) -> bool:
    """Return whether a file is one that the course hands out, wherever the student keeps it."""
    name = PurePosixPath(file).name
    return any(_is_handed_out(path, content) for path in stubs.rglob(glob.escape(name)))


@functools.lru_cache(maxsize=512)
def _place(stubs: Path, file: str) -> Path:
    """Return where the template of one of the course's files lies.

    It is kept, since each path that comes and goes leaves names in the interpreter's own table.
    """
    return stubs / file


def _template(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _may_be_work(stubs: Path, one: Received) -> bool:
    """Return whether something unreadable may hold work that templates do not show."""
    path = stubs / one.name
    is_given = path.is_file() and path.stat().st_size == one.size
    return not (is_byproduct(one) or is_given)


def _astray(
    stubs: Path, files: Mapping[str, bytes], known: Mapping[str, Received]
) -> dict[str, Received]:
    """Return the files that hold code where none is run: in texts, and in text cells."""
    found = {}
    for file, content in files.items():
        is_text = is_text_with_code(file, content)
        is_notebook = file.lower().endswith(".ipynb") and not _CODE_CELL.search(content)
        if (is_text or is_notebook) and file not in known and not _was_given(stubs, file, content):
            found[file] = _unknown(file, content)
    return found


def _has_exercise(one: Received, course: Course, texts: Mapping[str, AbstractSet[str]]) -> bool:
    return any(_is_for(one, exercise, texts) for exercise in course.exercises)


def _hidden_by_templates(
    course: Course,
    untouched: frozenset[str],
    came: Sequence[Received],
    texts: Mapping[str, AbstractSet[str]],
) -> frozenset[str]:
    """Return the untouched templates beside which work came for them that cannot be read.

    A template earns nothing. Graded in the place of that work, it would be a 0 that tells nobody.
    """
    found = {file for file in untouched if any(_is_for_file(one, file, texts) for one in came)}
    for exercise in course.exercises:
        own = {part.file for part in exercise.parts}
        if own <= untouched and any(_is_for(one, exercise, texts) for one in came):
            found |= own
    return frozenset(found)


def _is_listed(file: str, content: bytes, received: Iterable[Received]) -> bool:
    """Return whether a file is in the list, by its path or under its original name."""
    found = kind_of(file, content)
    return any(
        one.name == file or (found and (one.kind, one.size) == (found.kind, found.size))
        for one in received
    )


def _unknown(file: str, content: bytes) -> Received:
    """Return the entry for a file that is not the course's and cannot replace one."""
    if file.lower().endswith(".ipynb") and not _CODE_CELL.search(content):
        return without_code(file, len(content))
    mend = "name it as in the exercises"
    return Received(name=file, kind="a file", size=len(content), mend=mend)


def why_unread(exercises: Iterable[ExerciseResult]) -> str:
    """Return why no exercise could be graded although files were submitted; empty if one could."""
    checks = [check for exercise in exercises for check in exercise.checks]
    unread = [check.message for check in checks if check.outcome is Outcome.UNREADABLE]
    unrun = all(
        check.outcome is Outcome.UNREADABLE
        or (check.outcome is Outcome.SKIPPED and not check.skipped_for)
        for check in checks
    )
    return unread[0] if unread and unrun else ""


def _is_code(file: str, work: Work) -> bool:
    """Return whether a file is code as its name says: not a renamed PDF, and not empty."""
    is_foreign = file in work.files and kind_of(file, work.files[file]) is not None
    if file in work.programs and not any(cell.source.strip() for cell in work.programs[file].cells):
        return False  # a notebook of texts alone
    return not is_foreign and not _is_empty(file, work)


def _is_empty(file: str, work: Work) -> bool:
    """Return whether a file was submitted empty, and no other file replaces it."""
    if file not in work.files or file in work.programs or file in work.placed:
        return False
    return not work.files[file].removeprefix(codecs.BOM_UTF8).strip()


def _is_handed_out(path: Path, content: bytes) -> bool:
    """Return whether a file is unchanged from what the course hands out, in any language."""
    return any(one.is_file() and one.read_bytes() == content for one in editions_of(path))


def _whole(received: Sequence[Received]) -> str:
    if not received:
        return ""
    mends = Counter(one.mend for one in received if one.mend).most_common(1)
    mend = f" Please {mends[0][0]}." if mends else ""
    return f"What was handed in cannot be graded as it is: {_listed(received)}.{mend}"


def _listed(received: Sequence[Received]) -> str:
    shown = [one.described for one in received[:_MOST_NAMED]]
    if more := len(received) - len(shown):
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _is_for_file(one: Received, file: str, texts: Mapping[str, AbstractSet[str]]) -> bool:
    """Return whether something was meant for a file, by its name or by what it defines."""
    return is_meant(one, PurePosixPath(file).stem) or one.name in texts.get(file, ())


def _is_for(one: Received, exercise: Exercise, texts: Mapping[str, AbstractSet[str]]) -> bool:
    """Return whether a file was meant for an exercise: by its name, its folder or its code."""
    path = PurePosixPath(one.name.replace("\\", "/"))
    stems = [PurePosixPath(part.file).stem for part in exercise.parts]
    if any(is_meant(one, stem) for stem in (*stems, exercise.id)):
        return True
    if any(one.name in texts.get(part.file, ()) for part in exercise.parts):
        return True
    if is_byproduct(one):
        return False
    named = re.search(_NUMBERED.format(re.escape(exercise.number)), path.stem.casefold())
    return bool(named)
