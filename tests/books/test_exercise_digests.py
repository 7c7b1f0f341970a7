"""What an exercise's verdicts follow from: an edit elsewhere leaves its digest as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from grader.api import load_course
from tests.books.pretending import FILES, MANIFEST, written

if TYPE_CHECKING:
    from pathlib import Path

BOTH = {"double", "halve"}
SHARED = "solutions/checks/shared.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a course whose second exercise imports what its checks share with nobody."""
    files = {
        **FILES,
        "solutions/checks/__init__.py": "",
        SHARED: "LIMIT = 3.0\n",
        "solutions/checks/halve/__init__.py": "",
        "solutions/checks/halve/check_halve.py": FILES[
            "solutions/checks/halve/check_halve.py"
        ].replace("3.0", "LIMIT").replace("from grader", "from ..shared import LIMIT\nfrom grader"),
    }  # fmt: skip
    return written(tmp_path / "course", files)


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("solutions/checks/halve/check_halve.py", "right", "correct", {"halve"}),
        ("solutions/checks/double/check_double.py", "right", "correct", {"double"}),
        ("solutions/work/halve.py", "x / 2", "0.5 * x", {"halve"}),
        ("assignments/work/halve.py", "raise", "# now\n    raise", {"halve"}),
        (SHARED, "3.0", "4.0", {"halve"}),
        ("assignments/course.toml", "[limits]", "[limits]\ncall_seconds = 9.0", BOTH),
        (
            "assignments/course.toml", 'files = ["work/halve.py"]',
            'files = ["work/halve.py"]\nlimits = { call_seconds = 9.0 }', {"halve"},
        ),
        ("assignments/course.toml", "A course of two", "The course of two", set()),
        ("assignments/course.toml", '"Halving"', '"To halve"', set()),
    ],
)  # fmt: skip
def test_an_edit_changes_the_digest_of_what_it_is_about(
    root: Path, file: str, old: str, new: str, changed: set[str]
) -> None:
    before = load_course(root).exercise_digests
    path = root / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    after = load_course(root).exercise_digests
    assert {name for name in BOTH if before[name] != after[name]} == changed


def test_the_same_course_elsewhere_has_the_same_digests(root: Path, tmp_path: Path) -> None:
    """And whether all of it is loaded, or one exercise alone."""
    whole = load_course(root).exercise_digests
    root.rename(tmp_path / "moved")
    assert load_course(tmp_path / "moved").exercise_digests == whole
    alone = load_course(tmp_path / "moved", ["2"]).exercise_digests
    assert alone == {"halve": whole["halve"]}


def test_a_new_exercise_changes_no_other(root: Path) -> None:
    before = load_course(root).exercise_digests
    third = re.sub("halve|Halving|halving", "third", MANIFEST.split("[[exercises]]")[2])
    manifest = root / "assignments" / "course.toml"
    manifest.write_text(manifest.read_text() + "[[exercises]]" + third.replace('"2"', '"3"'))
    for name in ("assignments/work/{}.py", "solutions/work/{}.py"):
        (root / name.format("third")).write_text("def third(x):\n    return x / 3\n")
    written(
        root,
        {
            "solutions/checks/third/check_third.py": FILES[
                "solutions/checks/double/check_double.py"
            ].replace("double", "third").replace("check(3)", "check(1)")
        },
    )  # fmt: skip
    after = load_course(root).exercise_digests
    assert {name: after[name] for name in BOTH} == before
    assert set(after) == {*BOTH, "third"}
