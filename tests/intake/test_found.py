"""How a class is found: nobody vanishes without a word, and nobody is taken for another."""
# ruff: noqa: RUF001 - names that look alike are what this is about

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import Refused, list_entries, slugs
from grader.intake import folder as folders
from grader.intake.look_alikes import named_apart
from grader.intake.sealed import Sealed

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Layout

GOOD = {"gradient/gradient.py": b"x=1"}
posix = pytest.mark.skipif(os.name != "posix", reason="posix: only there are such names and links")


def found(path: Path, layout: Layout) -> tuple[dict[str, Sealed | Refused], list[str]]:
    told: list[str] = []
    entries = list_entries([path], layout, tell=told.append)
    return {entry.name: entry.open() for entry in entries}, told


def files_of(opened: Sealed | Refused) -> dict[str, bytes]:
    assert isinstance(opened, Sealed), opened
    return dict(opened.files)


# ---------------------------------------------------------------------------- hard links


def linked(source: str, target: str) -> None:
    os.link(source, target)


@posix
@pytest.mark.parametrize("of", ["files", "archives"])
def test_a_copy_by_hard_links_is_graded_as_its_original(pack: Any, layout: Layout, of: str) -> None:
    for name in ("ann", "ben"):
        if of == "files":
            pack.write(f"class/{name}/gradient/gradient.py", b"x=1")
            pack.write(f"class/{name}/gradient/own.zip", pack.zipped({"helper.py": b"h"}))
        else:
            pack.zip(GOOD, f"class/{name}.zip")
    before, _ = found(pack.folder / "class", layout)
    shutil.copytree(pack.folder / "class", pack.folder / "again", copy_function=linked)
    for path in ("class", "again"):
        opened, told = found(pack.folder / path, layout)
        assert {n: files_of(o) for n, o in opened.items()} == {
            n: files_of(o) for n, o in before.items()
        }
        assert told == []
        assert all(GOOD.items() <= files_of(one).items() for one in opened.values())


def state(*, links: int, owner: int) -> os.stat_result:
    return os.stat_result((stat.S_IFREG | 0o600, 1, 1, links, owner, 0, 3, 0, 0, 0))


@posix
@pytest.mark.parametrize(
    ("links", "file", "folder", "leaks"),
    [
        (1, 1001, 1001, False),  # a student's own file
        (2, 1001, 1001, False),  # the same, copied by hard links with its folder's owner kept
        (2, 1001, 500, False),  # … or into a folder of ours
        (2, 500, 500, False),  # a class that we unpacked
        (2, 500, 1001, True),  # a student's second name for a file of ours
        (2, 0, 1001, True),  # … of the system's
        (2, 1002, 1001, True),  # … of another student's
        (1, 500, 1001, False),  # our file in a student's folder: we put it there
    ],
)
def test_a_second_name_leaks_only_where_its_maker_could_not_read(
    monkeypatch: pytest.MonkeyPatch, links: int, file: int, folder: int, *, leaks: bool
) -> None:
    monkeypatch.setattr(folders, "_OURSELVES", 500)
    code = folders._kind(state(links=links, owner=file), folder)
    assert code == ("foreign link" if leaks else "")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="giving away needs root"
)
def test_a_refused_link_is_no_empty_submission(
    pack: Any, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = pack.write("secret.py", b"secret")
    pack.write("class/ben/gradient/gradient.py", b"x=1")
    (pack.folder / "class" / "ann" / "gradient").mkdir(parents=True)
    (pack.folder / "class" / "ann" / "gradient" / "gradient.py").hardlink_to(secret)
    os.chown(pack.folder / "class" / "ann" / "gradient", 1001, 1001)
    monkeypatch.setattr(folders, "_OURSELVES", 0)
    opened, _ = found(pack.folder / "class", layout)
    assert files_of(opened["ann"]) == {}
    [one] = opened["ann"].received
    assert (one.name, one.kind) == (
        "gradient/gradient.py",
        "a hard link to a file of another person",
    )
    assert files_of(opened["ben"]) == GOOD


# ---------------------------------------------------------------------------- who is there


@posix
@pytest.mark.parametrize("packed", [False, True])
def test_nobody_vanishes_without_a_word(pack: Any, layout: Layout, *, packed: bool) -> None:
    files = {
        "c/ann/gradient/gradient.py": b"x=1",
        "c/.ben/gradient/gradient.py": b"x=2",  # a folder that nobody sees, and work in it
        "c/.cyd/work.pdf": b"%PDF-",
        "c/.rest/x": b"",  # … and one without
        "c/dora.pdf": b"%PDF-",
        "c/eve.ipynb": b"{}",
        "c/marks.csv": b"1",
        "c/.git/config": b"x",
        "c/.DS_Store": b"x",
        "c/__MACOSX/._x": b"x",
        "c/gus/.gradient/gradient.py": b"x=3",
        "c/hal/.gradient.py": b"x=4",
    }
    if packed:
        path = pack.zip(files, "c.zip")
    else:
        for name, content in files.items():
            pack.write(name, content)
        path = pack.folder / "c"
        (path / "ida").symlink_to(path / "ann")
    opened, told = found(path, layout)
    assert set(opened) == {"ann", ".ben", ".cyd", "gus", "hal"} | (set() if packed else {"ida"})
    assert files_of(opened[".ben"]) == {"gradient/gradient.py": b"x=2"}
    assert files_of(opened["gus"]) == {"gradient/gradient.py": b"x=3"}
    assert files_of(opened["hal"]) == {"gradient/gradient.py": b"x=4"}
    [one] = opened[".cyd"].received
    assert (one.name, one.kind) == ("work.pdf", "a PDF")
    if not packed:
        assert isinstance(opened["ida"], Refused)
        assert "symbolic link" in opened["ida"].reason
    [sentence] = told
    assert '".rest", "dora.pdf", "eve.ipynb", "marks.csv"' in sentence


@posix
def test_a_folder_that_may_not_be_read_is_one_refusal(
    pack: Any, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "ben", "cyd"):
        pack.write(f"class/{name}/nets.ipynb", b"{}")
    listed = folders.FolderPlace.listed

    def closed(self: folders.FolderPlace, most: int) -> list[str]:
        if self.path.endswith("ben"):
            raise PermissionError(13, "Permission denied")
        return listed(self, most)

    monkeypatch.setattr(folders.FolderPlace, "listed", closed)
    opened, _ = found(pack.folder / "class", layout)
    assert set(opened) == {"ann", "ben", "cyd"}
    assert isinstance(opened["ben"], Refused)
    assert "Permission denied" in opened["ben"].reason
    assert files_of(opened["ann"]) == {"nets.ipynb": b"{}"}


def test_a_class_that_is_taken_for_one_submission_is_told(pack: Any, layout: Layout) -> None:
    pack.write("class/gradient.py", b"x=0")
    for name in ("ann", "ben"):
        pack.write(f"class/{name}/gradient/gradient.py", b"x=1")
    opened, told = found(pack.folder / "class", layout)
    assert len(opened) == 1
    [sentence] = told
    assert '"ann", "ben"' in sentence


# ---------------------------------------------------------------------------- names


@posix
def test_names_that_look_alike_are_told_apart(pack: Any, layout: Layout) -> None:
    names = ["ann", " ann", "ann ", "ann\u200b", "ann\u00a0", "аnn", "bob"]
    for number, name in enumerate(names):
        pack.write(f"class/{name}/gradient/gradient.py", b"x=%d" % number)
    opened, told = found(pack.folder / "class", layout)
    assert {name: files_of(one)["gradient/gradient.py"] for name, one in opened.items()} == {
        "ann": b"x=0",
        "␣ann": b"x=1",
        "ann␣": b"x=2",
        "ann⟨U+200B⟩": b"x=3",
        "ann⟨U+00A0⟩": b"x=4",
        "аnn (with U+0430)": b"x=5",
        "bob": b"x=6",
    }
    [sentence] = told
    assert sentence.startswith("6 submissions have names that look alike: ")
    assert "bob" not in sentence
    made = dict(zip(opened, slugs(list(opened)), strict=True))
    assert made["ann"] == "ann"
    assert len({slug.casefold() for slug in made.values()}) == len(names)


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        (["Ann", "ann"], ["Ann", "ann"]),
        (["ann", "ann"], ["ann", "ann (ann.zip)"]),
        (["a  b", "a b"], ["a ␣b", "a b"]),
        (["é", "e\u0301"], ["é", "é (e\u0301.zip)"]),
        (["ann\u202e", "ann"], ["ann⟨U+202E⟩", "ann"]),
        ([" solo "], ["solo"]),
    ],
)
def test_each_pair_is_told_apart(titles: list[str], shown: list[str]) -> None:
    files = [titles[0], *(f"{title}.zip" for title in titles[1:])]
    named, told = named_apart(titles, files)
    assert len(told) == (len(titles) > 1)
    assert len(set(named)) == len(named)
    assert named == shown or titles[0] == "é"


def test_the_plain_name_is_his_who_is_called_so_whatever_the_order() -> None:
    for names in (["ann", "␣ann", "ann␣"], ["␣ann", "ann␣", "ann"], ["ann␣", "ann", "␣ann"]):
        assert slugs(names)[names.index("ann")] == "ann"
    assert slugs(["Zoë", "zoe"]) == ["Zoe-2", "zoe"]
