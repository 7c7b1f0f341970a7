"""The sample class comes out of every platform's download as it lies on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.course import find_course, load_course
from grader.intake import AttemptChoice, Layout, Refused, choose_attempts, list_entries
from tests.sampling import is_whole

CLASS = Path(__file__).parents[1] / "submissions"


def handed_in() -> dict[str, dict[str, bytes]]:
    """Return the files of each student, an archive as one file."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(CLASS.iterdir()):
        if path.is_dir():
            found[path.name] = {
                str(file.relative_to(path)): file.read_bytes()
                for file in sorted(path.rglob("*"))
                if file.is_file() and file.name != "expect.toml" and "__pycache__" not in file.parts
            }
        elif path.suffix in (".zip", ".gz"):
            found[path.name.partition(".")[0]] = {path.name: path.read_bytes()}
    return {name: files for name, files in found.items() if files}


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout(load_course(find_course(None), []).files)


def sealed(paths: list[Path], layout: Layout) -> dict[str, dict[str, bytes] | str]:
    entries = choose_attempts(list_entries(paths, layout), AttemptChoice.LATEST)
    opened = {entry.name: entry.open() for entry in entries}
    return {
        name: one.reason if isinstance(one, Refused) else dict(one.files)
        for name, one in opened.items()
    }


@pytest.mark.sampled
def test_every_download_holds_what_the_students_handed_in(platforms: Any, layout: Layout) -> None:
    class_ = handed_in()
    assert len(class_) >= 30
    if not is_whole():
        class_ = dict(list(class_.items())[::3])
    assert {len(files) == 1 for files in class_.values()} == {True, False}
    plain_tree: dict[str, bytes] = {}
    moodle: dict[str, bytes] = {}
    canvas: dict[str, bytes] = {}
    gradescope: dict[str, bytes] = {}
    metadata = ""
    for number, (name, files) in enumerate(class_.items(), 1001):
        packed = files if len(files) == 1 else {"all.zip": platforms.zipped(files)}
        ((file, content),) = list(packed.items())[:1]
        plain_tree |= {f"{name}/{path}": data for path, data in files.items()}
        moodle |= platforms.moodle(name, number, files)
        canvas |= platforms.canvas(name, number, [(9000 + number, file, content)])
        gradescope |= {f"x/submission_{number}/{path}": data for path, data in files.items()}
        metadata += f"submission_{number}:\n  :submitters:\n  - :name: {name}\n    :sid: '1'\n"
    gradescope["x/submission_metadata.yml"] = metadata.encode()
    plain = sealed([platforms.write("plain", plain_tree, unpacked=True)], layout)
    assert set(plain) == set(class_)
    spaced = {name.replace("_", " "): files for name, files in plain.items()}
    assert sealed([platforms.write("moodle.zip", moodle)], layout) == spaced
    assert sealed([platforms.write("moodle", moodle, unpacked=True)], layout) == spaced
    assert sealed([platforms.write("gradescope.zip", gradescope)], layout) == plain
    assert sealed([platforms.write("canvas.zip", canvas)], layout) == plain
