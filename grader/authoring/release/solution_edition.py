"""The solutions as students get them after the deadline: files, and notebooks that were run."""

from __future__ import annotations

__all__ = ["FOLDER", "Solutions", "build_solutions"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.authoring.catalogues import course_words, translated
from grader.authoring.release.kernels import require_jupyter, run_notebooks
from grader.authoring.release.kit import Progress, beside_stubs, divided
from grader.authoring.release.notebook_edition import read_statements, solved_notebooks_of
from grader.authoring.stubs import course_files, solved_of, stubs_of
from grader.errors import CourseError
from grader.languages import language, speaking, tag
from grader.languages.translations import edition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.course import Course

# Everything is in one folder, wherever the zip is unpacked.
FOLDER = "neural-network-solutions"
# Figures are drawn into a notebook, whatever a profile or this command's environment says.
DRAWN = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


@dataclass(frozen=True, slots=True)
class Solutions:
    """The solutions of a course.

    Attributes
    ----------
    files : dict
        The content of each file, by its path.
    notebooks : int or None
        The number of notebooks that ran to their last cell; None if none was to be run.
    not_run : tuple of str
        Titles of exercises whose notebooks need packages that are not installed.
    """

    files: dict[str, bytes]
    notebooks: int | None = None
    not_run: tuple[str, ...] = ()


def build_solutions(
    course: Course,
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    kernels: bool = True,
    workers: int = 1,
    lang: str = "",
) -> Solutions:
    """Make the solutions of a course: each file, and beside it its notebook with what came of it.

    Parameters
    ----------
    course : Course
        The course, with the exercises to release.
    progress : callable
        Called with the present activity, before each notebook that is run.
    kernels : bool
        Whether the notebooks are run, each in a kernel of its own.
    workers : int
        How many are run at the same time.
    lang : str
        The language of docstrings and statements, such as ``fr``; empty is English.

    Raises
    ------
    CourseError
        If a file cannot be read, or a cell fails: which one, and what to change.
    UsageError
        If a package that makes or runs notebooks is not installed.
    """
    require_jupyter(kernel=kernels)
    with speaking(language(lang, course.root)):
        files, notebooks = _unrun(course)
    if not kernels:
        return Solutions(dict(sorted(files.items())))
    at, not_run = divided(course, notebooks)
    # A solution may import that of another exercise, which does not leave for that.
    others = {file: solved_of(_read(course, file).decode()) for file in course_files(course.root)}
    executed = run_notebooks(
        {name: text.encode() for name, text in others.items()} | files,
        list(at), lambda name: progress(at[name]), workers=workers,
        environments=_environments(course), solved=True,
    )  # fmt: skip
    files |= {name: text.encode() for name, text in executed.items()}
    return Solutions(dict(sorted(files.items())), len(executed), not_run)


def _unrun(course: Course) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return all files, in the language that is spoken, and the notebooks that are among them."""
    words = course_words(course.root, tag())
    python = [file for file in course.files if file.endswith(".py")]
    stubs = stubs_of(course.root / "solutions", python)
    texts = {file: solved_of(_read(course, file).decode()) for file in python}
    if words:
        stubs = {file: translated(text, file, words) for file, text in stubs.items()}
        texts = {file: translated(text, file, words) for file, text in texts.items()}
    notebooks = solved_notebooks_of(stubs, texts, read_statements(course.stubs))
    files = {name: edition_of(path).read_bytes() for path, name in beside_stubs(course)}
    for name in course.files:
        if _is_answered(course, name):
            files[name] = _read(course, name)
            if words and name.endswith(".toml"):
                files[name] = translated(files[name].decode(), name, words).encode()
    files |= {name: text.encode() for name, text in (texts | notebooks).items()}
    return files, notebooks


def _environments(course: Course) -> Mapping[str, Mapping[str, str]]:
    """Return the variables with which the course runs each notebook's code."""
    return {
        f"{part.file.removesuffix('.py')}.ipynb": {**exercise.profile.environment, **DRAWN}
        for exercise in course.exercises
        for part in exercise.parts
    }


def _is_answered(course: Course, name: str) -> bool:
    """Say whether a file that is no code has its answers in the solutions."""
    return not name.endswith(".py") and (course.root / "solutions" / name).is_file()


def _read(course: Course, file: str) -> bytes:
    try:
        return (course.root / "solutions" / file).read_bytes()
    except OSError as error:
        raise CourseError(f"solutions/{file} cannot be read: {error.strerror}") from error
