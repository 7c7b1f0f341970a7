"""The student's kit: its content, and the proof that it gives the grader's own verdicts."""

from __future__ import annotations

__all__ = ["Contents", "Progress", "beside_stubs", "build_kit", "divided", "zipped"]

import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from grader.authoring.catalogues import course_words, kit_catalogue, translated
from grader.authoring.release.explore import is_large, public_part
from grader.authoring.release.extract import extracted
from grader.authoring.release.handouts import handouts
from grader.authoring.release.instructions import instructions
from grader.authoring.release.kernels import require_jupyter, run_notebooks
from grader.authoring.release.notebook_edition import FOLDER as NOTEBOOKS
from grader.authoring.release.recording_pool import Progress, RecordingPool
from grader.authoring.release.replay import (
    CHECKS,
    DESCRIPTION,
    FORMAT,
    JUDGE,
    RECORDING,
    Kit,
    KnownMistake,
)
from grader.authoring.release.solved_stubs import refuse_solved
from grader.authoring.stubs import stubs_of
from grader.course import MANIFEST
from grader.errors import CourseError
from grader.languages import language, speaking, tag
from grader.languages.catalogue import COURSE_FILE, DEFAULT, catalogue_path
from grader.languages.translations import edition_of, is_edition
from grader.util.scratch import Scratch
from grader.util.wheel import STAMP, make_wheel
from grader.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from grader.checks.recording import Recording
    from grader.course import Course, Part

EXERCISES = "exercises"
# Everything is in one folder, wherever the kit is unpacked.
FOLDER = "neural-network-exercises"
# Endings of other files in the folder of the stubs that students get.
STATEMENTS = frozenset([".md"])
HANDED_OUT = frozenset([".md", ".npz", ".toml", ".csv", ".png", ".svg"])


@dataclass(frozen=True, slots=True)
class Contents:
    """A kit and what is known about it.

    Attributes
    ----------
    files : dict
        The content of each file, by its path in the kit.
    checks : int
        The number of public checks in it.
    calls : int
        The number of recorded values of the reference.
    submissions : int
        The number of submissions on which the kit and the grader gave the same verdicts.
    untried : tuple of str
        Titles of exercises that were tested only as far as possible without large packages.
    notebooks : int or None
        The number of notebooks that ran to their last cell; None if none was to be run.
    not_run : tuple of str
        Titles of exercises whose notebooks need packages that are not installed.
    """

    files: dict[str, bytes]
    checks: int
    calls: int
    submissions: int
    untried: tuple[str, ...]
    notebooks: int | None = None
    not_run: tuple[str, ...] = ()


def build_kit(
    course: Course,
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    prove: bool = True,
    kernels: bool = True,
    workers: int = 1,
    lang: str = "",
) -> Contents:
    """Make the kit of a course and prove that it gives the grader's verdicts.

    Parameters
    ----------
    course : Course
        The course, with the exercises to release.
    progress : callable
        Called with the present activity, before each submission that is tested.
    prove : bool
        Whether to test it on submissions; without that, its verdicts are not known.
    kernels : bool
        Whether to run its notebooks, too, each in a kernel.
    workers : int
        The number of processes; with 1, all is done in this process.
    lang : str
        The language of what students read, such as ``fr``; empty is English.

    Raises
    ------
    CourseError
        If a public check cannot run without the reference, a stub contains an answer, or a
        notebook fails: which one, and what to change.
    UsageError
        If a package that makes or runs notebooks is not installed.
    """
    require_jupyter(kernel=prove and kernels)
    progress(Progress("the stubs", "no answer is in them"))
    refuse_solved(course, stubs_of(course.root / "solutions", _python(course)))
    pool = RecordingPool(course, min(workers, len(course.exercises)), progress)
    recording = pool.recorded()
    if recording.missed:
        raise CourseError(_unrecordable(recording.missed[0]))
    wheel = make_wheel()
    with speaking(language(lang, course.root)):
        files = _judge_files(course, recording) | _for_students(course)
        files["INSTRUCTIONS.md"] = instructions(course, wheel.name).encode()
    files[wheel.name] = wheel.content
    running = prove and kernels
    notebooks, not_run = _run_all(course, files, progress, workers) if running else (None, ())
    with Scratch() as folder:
        _write(folder, files)
        submissions = pool.proved(folder) if prove else 0
    return Contents(
        files=dict(sorted(files.items())),
        checks=_public_checks(course),
        calls=len(recording),
        submissions=submissions,
        untried=tuple(one.title for one in course.exercises if is_large(one)),
        notebooks=notebooks,
        not_run=not_run,
    )


def _public_checks(course: Course) -> int:
    return sum(len(public_part(part).checks) for e in course.exercises for part in e.parts)


def _run_all(
    course: Course,
    files: Mapping[str, bytes],
    progress: Callable[[Progress], None],
    workers: int,
) -> tuple[int, tuple[str, ...]]:
    """Run the notebooks whose packages are installed; return their number, and the others."""
    at, left = divided(course, [name for name in files if name.endswith(".ipynb")], NOTEBOOKS)
    run_notebooks(files, list(at), lambda name: progress(at[name]), workers=workers)
    return len(at), left


def divided(
    course: Course, notebooks: Collection[str], folder: str = "."
) -> tuple[dict[str, Progress], tuple[str, ...]]:
    """Divide notebooks into those that can be run here, and those that lack a package.

    Parameters
    ----------
    course : Course
        The course.
    notebooks : collection of str
        The paths of the notebooks.
    folder : str
        The folder in which they have the paths of the course's files.

    Returns
    -------
    dict
        What to tell while a notebook runs, by its path, in the course's order.
    tuple of str
        The titles of the exercises that lack a package.
    """
    at: dict[str, Progress] = {}
    left: list[str] = []
    for exercise in course.exercises:
        paths = [PurePosixPath(folder, part.file).with_suffix(".ipynb") for part in exercise.parts]
        names = [name for name in map(str, paths) if name in notebooks]
        if names and exercise.run_config({}).obstacle():
            left.append(exercise.title)
            continue
        title = f"{exercise.number}  {exercise.title}"
        for number, name in enumerate(names, 1):
            at[name] = Progress(
                title, "running its notebooks", number, len(names), name, "notebooks"
            )
    return at, tuple(left)


def _notebook(file: str) -> str:
    return f"{NOTEBOOKS}/{file.removesuffix('.py')}.ipynb"


def _python(course: Course) -> list[str]:
    return [file for file in course.files if file.endswith(".py")]


def zipped(files: Mapping[str, bytes], folder: str = FOLDER) -> bytes:
    """Return a zip with all files in one folder; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", STAMP)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _unrecordable(name: str) -> str:
    file, _, function = name.rpartition(":")
    return (
        f"A public check asks `{function}` of {file} for what cannot be recorded: give it plain "
        "data that follow from the seed, or make the check hidden."
    )


# ---------------------------------------------------------------------------- content


def _judge_files(course: Course, recording: Recording) -> dict[str, bytes]:
    """Return the grader's files: public checks, recorded values, stubs and the manifest."""
    parts = [part for e in course.exercises for part in map(public_part, e.parts)]
    roots = [root for part in parts for root in _roots(part)]
    mistakes = {
        part.file: [
            KnownMistake(m.name, m.of, m.sentence, m.lecture)
            for m in part.misconceptions
            if part.checks and any(check.points for check in part.checks)
        ]
        for part in parts
    }
    ids = tuple(exercise.id for exercise in course.exercises)
    kit = Kit(FORMAT, __version__, course.digest, ids, mistakes)
    files = {
        DESCRIPTION: msgspec.json.format(msgspec.json.encode(kit, order="deterministic")),
        RECORDING: recording.to_bytes(),
        MANIFEST.as_posix(): _manifest(course),
    }
    checks = extracted(course.root / "solutions" / "checks", roots)
    said = [course.title, *(exercise.title for exercise in course.exercises)]
    for one in chain(*mistakes.values()):
        said += [one.name.replace("_", " ").capitalize(), one.sentence, one.lecture]
    catalogue = kit_catalogue(course.root, tag(), checks, filter(None, said))
    if catalogue is not None:
        files[catalogue_path(Path("locale"), tag(), COURSE_FILE).as_posix()] = catalogue
    files |= {f"{CHECKS}/{path}": text.encode() for path, text in checks.items()}
    for path in sorted(course.stubs.rglob("*.py")):
        files[f"assignments/{path.relative_to(course.stubs).as_posix()}"] = path.read_bytes()
    # What students were given is no work of theirs, also where it lies beside untouched stubs.
    words = course_words(course.root, tag())
    for path, name in beside_stubs(course):
        if path.suffix in STATEMENTS:
            files[f"assignments/{name}"] = _said(path, words)
    return {f"{JUDGE}/{path}": content for path, content in files.items()}


def _manifest(course: Course) -> bytes:
    """Return the manifest; in another language than English it says so, as the kit speaks it."""
    text = (course.root / MANIFEST).read_text(encoding="utf-8")
    if tag() != DEFAULT:
        text = f'lang = "{tag()}"\n{re.sub(r"^lang *=.*$", "", text, flags=re.MULTILINE)}'
    return text.encode()


def _roots(part: Part) -> Iterator[tuple[str, str]]:
    for check in part.checks:
        if getattr(check.run, "__name__", "") != check.name:
            raise CourseError(
                f"The public check {check.name} of {part.file} is not a function of that name, and "
                "cannot be taken out of its module: write it as one, or make it hidden."
            )
        yield _module_of(check.run), check.name
    if part.backgrounds is not None:
        yield _module_of(part.backgrounds), "backgrounds"


def _module_of(function: Callable[..., Any]) -> str:
    """Return the module that defines a function of the checks: ``warm_up.check_neuron``."""
    return function.__module__.partition(".")[2]


def _for_students(course: Course) -> dict[str, bytes]:
    """Return both editions of the exercises: files and notebooks."""
    wanted = set(course.files)
    made = handouts(course.root)
    words = course_words(course.root, tag())
    files = {f"{EXERCISES}/{name}": made[name].encode() for name in wanted.intersection(made)}
    for path, name in beside_stubs(course):
        files[f"{EXERCISES}/{name}"] = _said(path, words)
        if path.suffix not in (".md", ".toml"):
            files[f"{NOTEBOOKS}/{name}"] = path.read_bytes()
    for name in sorted(wanted):
        notebook = _notebook(name)
        if notebook in made:
            files[notebook] = made[notebook].encode()
        elif not name.endswith(".py"):
            files[f"{NOTEBOOKS}/{name}"] = _said(course.stubs / name, words)
    return files


def _said(path: Path, words: Mapping[str, str]) -> bytes:
    """Return a file in the language that is spoken: a statement's edition, or other comments."""
    content = edition_of(path).read_bytes()
    if path.suffix != ".toml" or not words:
        return content
    return translated(content.decode(), path.name, words).encode()


def beside_stubs(course: Course) -> Iterator[tuple[Path, str]]:
    """Yield what students get beside the Python files, such as statements and data."""
    folders = {exercise.folder for exercise in course.exercises}
    wanted = set(course.files)
    for path, name in _files_of(course):
        inside = name.rpartition("/")[0] in folders or "/" not in name
        is_data = name in wanted and path.suffix != ".py"
        if is_data or (inside and _is_handed_out(path, wanted)):
            yield path, name


def _files_of(course: Course) -> Iterator[tuple[Path, str]]:
    """Yield the files in ``assignments``, without the manifest and other exercises' files."""
    manifest = tomllib.loads((course.root / MANIFEST).read_text(encoding="utf-8"))
    files = {file for exercise in manifest["exercises"] for file in exercise["files"]}
    left_out = {MANIFEST.name, *files.difference(course.files)}
    for path in sorted(course.stubs.rglob("*")):
        name = path.relative_to(course.stubs).as_posix()
        wanted = name not in left_out and not is_edition(path)
        if path.is_file() and wanted and not name.startswith(f"{NOTEBOOKS}/"):
            yield path, name


def _is_handed_out(path: Path, wanted: set[str]) -> bool:
    """Say whether students get a file besides stubs: not the page of an unreleased exercise."""
    if path.suffix != ".md" or path.name == "README.md":
        return path.suffix in HANDED_OUT
    head = path.read_text(encoding="utf-8").split("\n\n")[1:2]
    files = re.findall(r"`([^`]+\.py)`", head[0]) if head else []
    return not files or any(PurePosixPath(name).name in files for name in wanted)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
