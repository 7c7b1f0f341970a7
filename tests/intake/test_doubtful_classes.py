"""What may be several people's, or one person's twice, is graded and never in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import Layout, list_entries

if TYPE_CHECKING:
    from pathlib import Path


def told(paths: list[Path], layout: Layout) -> tuple[list[str], list[str]]:
    """Return the names of the submissions, and the sentences for the instructor."""
    notes: list[str] = []
    entries = list_entries(paths, layout, tell=notes.append)
    return [entry.name for entry in entries], notes


@pytest.mark.parametrize(
    "files",
    [
        ("ann_gradient.py", "bob_gradient.py"),
        ("ann.ipynb", "bob.ipynb", "roster.csv"),
        ("gradient.py", "gradient_ann.py", "gradient_bob.py"),
    ],
)
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_a_class_in_one_folder_is_told(
    pack: Any, layout: Layout, files: tuple[str, ...], form: str
) -> None:
    for name in files:
        pack.write(f"class/{name}", b"def gradient(x, y): return 2 * x, 2 * y")
    path = pack.folder / "class"
    if form == "archive":
        path = pack.zip(dict.fromkeys(files, b"def gradient(x, y): return 1"), "class.zip")
    names, [note] = told([path], layout)
    assert names == ["class"]
    assert note.startswith("All of this was taken as one person's work")
    assert all(f'"{name}"' in note for name in files if name.endswith(("_ann.py", "bob.ipynb")))


def test_one_persons_folder_is_not_doubted(pack: Any, layout: Layout) -> None:
    for name in ("gradient.py", "gradient_2.py", "helpers.py", "notes.txt", "plot.png"):
        pack.write(f"ann/{name}", b"x = 1")
    assert told([pack.folder / "ann"], layout) == (["ann"], [])


def test_paths_that_are_one_person_s_each_are_not_doubted(pack: Any, layout: Layout) -> None:
    """As in ``grader grade class/*``: whose each is was said by whoever named them."""
    for person in ("ann", "bob"):
        for name in ("TP1.py", "tools.py"):
            pack.write(f"{person}/{name}", b"x = 1")
    paths = [pack.folder / "ann", pack.folder / "bob"]
    assert told(paths, layout) == (["ann", "bob"], [])


@pytest.mark.parametrize(
    "titles",
    [
        ("Bo.zip", "Bo (1).zip"),
        ("Bo (1)", "Bo (2)"),
        ("Bo.zip", "Bo - Copy.zip"),
        ("Bo-20261130T101010Z-001.zip", "Bo-20261130T101010Z-002.zip"),
        ("Bo-20261130T101010Z-1-001.zip", "Bo-20261201T101010Z-1-001.zip"),
        ("Bo Ek - Nov 29, 2026 1011 AM", "Bo Ek - Nov 30, 2026 911 PM"),
        ("bo", "BO (1)"),
    ],
)
def test_names_that_may_be_one_persons_are_told(
    pack: Any, layout: Layout, titles: tuple[str, str]
) -> None:
    for title in (*titles, "Di Um"):
        if title.endswith(".zip"):
            (pack.folder / "class").mkdir(exist_ok=True)
            pack.zip({"gradient/gradient.py": title.encode()}, f"class/{title}")
        else:
            pack.write(f"class/{title}/gradient/gradient.py", title.encode())
    names, [note] = told([pack.folder / "class"], layout)
    assert len(names) == 3  # they are not put together
    assert note.startswith("2 submissions may be one person's, handed in more than once")
    assert all(f'"{title}"' in note for title in titles)


@pytest.mark.parametrize(
    "titles", [("Bo 1", "Bo 2"), ("Bo (A)", "Bo (B)"), ("group-1", "group-2"), ("(1)", "(2)")]
)
def test_names_of_different_people_are_not_doubted(
    pack: Any, layout: Layout, titles: tuple[str, str]
) -> None:
    for title in titles:
        pack.write(f"class/{title}/gradient/gradient.py", title.encode())
    assert told([pack.folder / "class"], layout)[1] == []
