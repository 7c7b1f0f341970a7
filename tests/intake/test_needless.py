"""What no exercise needs is left out and told, in folders and archives alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import IntakeError
from grader.intake import Caps, Layout, list_entries, open_submission
from tests.sampling import is_whole

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"gradient/gradient.py": b"x=1", "gradient/tools.py": b"y=2", "data/points.csv": b"1,2"}

Tree = dict[str, bytes]


def environment(name: str) -> Tree:
    """Return an environment, as `venv` makes one."""
    packages = f"{name}/lib/python3.11/site-packages"
    files = {f"{packages}/numpy/core/f{n}.py": b"import x" for n in range(2_100)}
    return files | {
        f"{name}/pyvenv.cfg": b"home = /usr/bin",
        f"{name}/bin/activate": b"",
        f"{name}/bin/gradient.py": b"no",
        f"{name}/lib64/python3.11/site-packages/gradient.py": b"no",
    }


def pictures(folder: str, count: int = 2_500, ending: str = "png") -> Tree:
    return {f"{folder}/{n:05}.{ending}": b"\x89PNG" for n in range(count)}


HEAPS: dict[str, tuple[Tree, str]] = {
    "venv": (environment("venv"), '"venv"'),
    "my-env": (environment("my-env"), '"my-env"'),
    "env inside": (environment("gradient/env"), '"gradient/env"'),
    "windows": (
        {f"env/Lib/site-packages/x/{n}.py": b"" for n in range(2_500)}
        | {"env/pyvenv.cfg": b"", "env/Scripts/python.exe": b"MZ"},
        '"env"',
    ),
    "git": ({f".git/objects/{n:04}": b"x" for n in range(2_500)} | {".git/HEAD": b""}, '".git"'),
    "node": ({f"node_modules/a/{n}.js": b"x" for n in range(2_500)}, '"node_modules"'),
    "pictures": (pictures("images"), '2,500 files in "images"'),
    "pictures by class": (
        {k: v for n in range(10) for k, v in pictures(f"digits/{n}", 300).items()},
        '300 files in "digits/',
    ),
    "texts": (pictures("labels", 3_000, "txt"), '3,000 files in "labels"'),
    "big data": ({f"big/{n}.bin": bytes(4 << 20) for n in range(12)}, '12 files in "big"'),
}


def handed_in(pack: Any, tree: Tree, how: str) -> Path:
    """Return a folder or an archive that holds some files, among those that are asked for."""
    if how == "folder":
        return pack.write_all("alice", tree)  # type: ignore[no-any-return]
    packed = pack.zip(tree) if how == "zip" else pack.tar(tree, "alice.tar.gz", "w:gz")
    assert packed.is_file()
    return packed  # type: ignore[no-any-return]


HOW = ["folder", "zip", "tar"]
# Each heap in one form, in turn, and the first in all of them; the audit has each in each.
PACKED = [
    (heap, how)
    for number, heap in enumerate(HEAPS)
    for form, how in enumerate(HOW)
    if is_whole() or number == 0 or number % len(HOW) == form
]


@pytest.mark.sampled
@pytest.mark.parametrize(("heap", "how"), PACKED)
def test_the_rest_is_graded_and_one_sentence_says_what_was_left_out(
    pack: Any, layout: Layout, heap: str, how: str
) -> None:
    more, named = HEAPS[heap]
    sealed = open_submission(handed_in(pack, GOOD | more, how), layout)
    assert {name: c for name, c in sealed.files.items() if name in GOOD} == GOOD
    assert not [name for name in sealed.files if "site-packages" in name or "bin/" in name]
    [note] = sealed.notes
    assert note.startswith("What no exercise needs was left out: ")
    assert named in note


@pytest.mark.parametrize("how", ["folder", "zip", "tar"])
def test_what_stays_within_reason_is_kept_in_silence(pack: Any, layout: Layout, how: str) -> None:
    few = GOOD | pictures("figures", 40) | pictures("notes", 30, "csv") | {"venv.py": b"v"}
    few |= {"gradient/__pycache__/gradient.cpython-311.pyc": b"x", ".DS_Store": b""}
    sealed = open_submission(handed_in(pack, few, how), layout)
    assert len(sealed.files) == len(GOOD) + 71
    assert sealed.notes == ()


def test_a_file_that_is_needed_is_kept_beside_a_heap(pack: Any, layout: Layout) -> None:
    sealed = open_submission(pack.zip(GOOD | pictures("data")), layout)
    assert sealed.files["data/points.csv"] == b"1,2"
    assert not [name for name in sealed.files if name.endswith(".png")]


def test_all_of_it_at_once(pack: Any, layout: Layout) -> None:
    everything = GOOD.copy()
    for more, _ in HEAPS.values():
        everything |= more
    sealed = open_submission(pack.zip(everything), layout)
    assert {name: c for name, c in sealed.files.items() if name in GOOD} == GOOD
    [note] = sealed.notes
    assert note.count('"') == 6
    assert note.endswith(" more.")


def test_a_heap_alone_is_not_nothing(pack: Any, layout: Layout) -> None:
    sealed = open_submission(pack.zip(pictures("scans")), layout)
    assert sealed.files == {}
    [came] = sealed.received
    assert (came.name, came.kind) == ("scans", "a folder of 2,500 files without any code")


def test_too_much_code_is_refused_as_before(pack: Any, layout: Layout) -> None:
    tree = {f"code/{n}.py": b"" for n in range(300)}
    with pytest.raises(IntakeError, match="holds too many files"):
        open_submission(pack.zip(tree), layout, Caps(files=200))


LEFTOVERS = {
    "a notebook's copy": (".ipynb_checkpoints/nets-checkpoint.ipynb", "a copy that Jupyter keeps"),
    "a file's copy": ("TP/.ipynb_checkpoints/gradient-checkpoint.py", "a copy that Jupyter keeps"),
    "compiled": ("gradient/__pycache__/gradient.cpython-311.pyc", "compiled code"),
    "compiled elsewhere": ("gradient.pyc", "compiled code"),
}


@pytest.mark.parametrize("how", ["folder", "zip", "tar"])
@pytest.mark.parametrize(("name", "kind"), LEFTOVERS.values(), ids=LEFTOVERS)
def test_work_of_which_only_a_leftover_came_is_not_nothing(
    pack: Any, layout: Layout, name: str, kind: str, how: str
) -> None:
    sealed = open_submission(handed_in(pack, {name: b"{}", "notes.txt": b"x"}, how), layout)
    assert [(one.name, one.kind) for one in sealed.received] == [(name, kind)]


@pytest.mark.parametrize("how", ["folder", "zip", "tar"])
def test_leftovers_beside_the_work_are_nothing_to_tell(pack: Any, layout: Layout, how: str) -> None:
    tree = GOOD | dict.fromkeys((name for name, _ in LEFTOVERS.values()), b"{}")
    sealed = open_submission(handed_in(pack, tree, how), layout)
    assert (dict(sealed.files), sealed.notes, sealed.received) == (GOOD, (), ())


def test_who_handed_in_leftovers_does_not_vanish_from_a_class(pack: Any, layout: Layout) -> None:
    tree = {"ann/.ipynb_checkpoints/nets-checkpoint.ipynb": b"{}"}
    tree |= {f"bob/{name}": content for name, content in GOOD.items()}
    entries = list_entries([pack.zip(tree, "class.zip")], layout)
    assert [entry.name for entry in entries] == ["ann", "bob"]
    [came] = entries[0].seal().received
    assert came.kind == "a copy that Jupyter keeps"
