"""The zip that an instructor uploads to Gradescope; the same course gives the same bytes."""

from __future__ import annotations

__all__ = ["make_bundle"]

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.errors import CourseError
from grader.integrations.gradescope.container import SETTINGS
from grader.util.wheel import STAMP, make_wheel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.course import Course
    from grader.integrations.gradescope.container import Settings

HERE = Path(__file__).parent
SCRIPTS = ("setup.sh", "run_autograder")
FOLDERS = ("assignments", "solutions")
# The time that the container needs to end by itself before Gradescope ends it.
SPARE_SECONDS = 45


def make_bundle(course: Course, settings: Settings, extras: Sequence[str]) -> bytes:
    """Return the zip to upload.

    Parameters
    ----------
    course : Course
        The course; its folder is copied whole, with the solutions and the salt, which must exist.
    settings : Settings
        The autograder's settings.
    extras : sequence of str
        The program's extras to install.

    Raises
    ------
    CourseError
        The course contains something that cannot be copied.
    """
    wheel = make_wheel()
    seconds = settings.minutes * 60 - SPARE_SECONDS
    shell = f"EXTRAS={','.join(extras)}\nSECONDS_ALLOWED={seconds}\n"
    files = {
        **{name: (0o755, (HERE / name).read_bytes()) for name in SCRIPTS},
        wheel.name: (0o600, wheel.content),
        SETTINGS: (0o600, msgspec.json.encode(settings)),
        "settings.sh": (0o600, shell.encode()),
        **{f"course/{name}": (0o600, content) for name, content in _course_files(course.root)},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (mode, content) in files.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system = 3  # file modes are those of Unix, on every system
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _course_files(root: Path) -> Iterator[tuple[str, bytes]]:
    yield ".grader/salt", (root / ".grader" / "salt").read_bytes()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_symlink():
                raise CourseError(f"{name} is a symbolic link: put the file itself there.")
            if path.is_file() and "__pycache__" not in path.parts:
                yield name, path.read_bytes()
