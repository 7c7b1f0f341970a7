"""A small course, and downloads made by the rules of the platforms' own sources."""

from __future__ import annotations

import io
import os
import re
import textwrap
import zipfile
from typing import TYPE_CHECKING

import pytest

from grader.intake import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    Files = Mapping[str, bytes]

RIGHT = b"def double(x):\n    return 2 * x\n"
WRONG = b"def double(x):\n    return x * x\n"

MANIFEST = """
title = "A course of two functions"
[profiles.numpy]
[limits]
call_seconds = 1.0
[[exercises]]
id = "double"
number = "1"
title = "Doubling"
folder = "work"
files = ["work/double.py"]
points = 3
[[exercises]]
id = "halve"
number = "2"
title = "Halving"
folder = "work"
files = ["work/halve.py"]
points = 2
"""
CHECKS = '''
from grader.checks import check

@check({points})
def {name}s(case):
    """`{name}(x)` is right."""
    case.agrees("{name}", 3.0)
'''


class Platforms:
    """Writes downloads as the platforms do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, files: Files, *, unpacked: bool = False) -> Path:
        """Write a download as a zip, or as the folder that it unpacks to."""
        path = self.folder / name
        if unpacked:
            for file, content in files.items():
                target = path / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            return path
        path.write_bytes(self.zipped(files))
        return path

    @staticmethod
    def zipped(files: Files) -> bytes:
        """Return a zip."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    @staticmethod
    def moodle(
        who: str,
        number: int | None,
        files: Files,
        *,
        ending: str = "_",
        plugin: str = "file",
        folders: bool = True,
    ) -> dict[str, bytes]:
        """Return the entries of one participant.

        By `get_student_prefix` and `load_submissionplugin_filelist` of its downloader: `_`
        in a name becomes a blank; since Moodle 4.1 a folder's name has no `_` at its end.
        """
        prefix = who.replace("_", " ") + ("" if number is None else f"_{number}")
        start = f"{prefix}_assignsubmission_{plugin}"
        joint = f"{ending}/" if folders else "_"
        return {f"{start}{joint}{name}": content for name, content in files.items()}

    @staticmethod
    def canvas(
        sortable_name: str,
        user: int | str,
        attachments: Iterable[tuple[int, str, bytes]],
        *,
        late: bool = False,
    ) -> dict[str, bytes]:
        """Return the entries of one user.

        By `ContentZipper#get_filename` and `#add_upload_submission`: the name in lower case and
        without all that is no part of a word, LATE, the user, the attachment, the file's name.
        """
        name = re.sub(r"_(\d+)_", r"\1", sortable_name).lower() if sortable_name else None
        start = "_".join(part for part in (name, "LATE" if late else None, str(user)) if part)
        start = re.sub(r"[^\w]", "", start)
        return {
            f"{start}_{number}_" + re.sub(r'[\x00/\\:*?"<>|]+', "_", file): content
            for number, file, content in attachments
        }


@pytest.fixture
def platforms(tmp_path: Path) -> Platforms:
    return Platforms(tmp_path)


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout(
        ("work/double.py", "work/halve.py", "gradient/gradient.py", "gradient/gradient_2.py")
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return the root of a course with two exercises, of one function each."""
    root = tmp_path / "course"
    files = {"assignments/course.toml": MANIFEST}
    for name, points in (("double", 3), ("halve", 2)):
        body = "2 * x" if name == "double" else "x / 2"
        files |= {
            f"assignments/work/{name}.py": f"def {name}(x):\n    raise NotImplementedError\n",
            f"solutions/work/{name}.py": f"def {name}(x):\n    return {body}\n",
            f"solutions/checks/{name}/check_{name}.py": CHECKS.format(name=name, points=points),
        }
    for file, text in files.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("FORCE_COLOR", "TTY_"))]:
        monkeypatch.delenv(name)
