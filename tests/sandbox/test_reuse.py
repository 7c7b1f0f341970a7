"""What one runner leaves untouched at level reduced is given to another, and nothing else is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.homes import Homes
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import RunnerSpec
from grader.sandbox.shelf import Shelf
from grader.submission.session import Session

Launchers = Callable[..., IsolatedLauncher]
Specs = Callable[..., RunnerSpec]
FILE = "net/submission.py"
FILES = {"net/a.py": b"a = 1\n", "b/c/d.txt": b"", "top.py": b"x = 2\n"}


def write(slots: Path) -> None:
    (slots / "03").write_text("for a friend")


def write_and_empty(slots: Path) -> None:
    write(slots)
    os.truncate(slots / "03", 0)


def empty_what_is_empty(slots: Path) -> None:
    os.close(os.open(slots / "00", os.O_WRONLY | os.O_TRUNC))


def make(slots: Path) -> None:
    (slots / "more").touch()


def remove(slots: Path) -> None:
    (slots / "01").unlink()


def put_another_there(slots: Path) -> None:
    (slots / "new").touch(mode=0o600)
    (slots / "new").rename(slots / "01")


def link(slots: Path) -> None:
    os.link(slots / "01", slots.parent.parent / "link")


def change_its_mode(slots: Path) -> None:
    (slots / "01").chmod(0o644)


def read(slots: Path) -> None:
    (slots / "01").read_bytes()
    os.utime(slots / "01", ns=(1, (slots / "01").stat().st_mtime_ns))


def leave_something_beside(slots: Path) -> None:
    slots.with_name("submission").mkdir()


@pytest.mark.parametrize(
    "change",
    [
        *(write, write_and_empty, empty_what_is_empty, make, remove, put_another_there),
        *(link, change_its_mode, read, leave_something_beside),
    ],
)
def test_a_folder_that_was_touched_is_never_given_again(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    homes = Homes(str(tmp_path), 4)
    home = homes.take()
    change(Path(home, "slots"))
    homes.give_back(home)
    assert not Path(home).exists()
    other = homes.take()
    assert other != home
    found = [path.stat() for path in sorted(Path(other, "slots").iterdir())]
    assert [(one.st_size, one.st_nlink, one.st_mode & 0o777) for one in found] == [
        (0, 1, 0o600)
    ] * 4


def test_a_folder_that_was_only_looked_at_is_given_again_and_not_to_two(tmp_path: Path) -> None:
    homes = Homes(str(tmp_path), 4)
    home = homes.take()
    time.sleep(0.02)  # the clock of a file system may have ticks of 10 ms
    os.listdir(f"{home}/slots")  # noqa: PTH208
    os.listdir(home)  # noqa: PTH208
    moved = f"{tmp_path}/moved"
    Path(home).rename(moved)
    homes.give_back(moved)
    assert homes.take() == moved
    assert homes.take() != moved


def test_a_folder_that_is_gone_or_was_made_by_others_is_not_given(tmp_path: Path) -> None:
    homes = Homes(str(tmp_path), 4)
    homes.give_back(f"{tmp_path}/gone")
    strange = tmp_path / "strange" / "slots"
    strange.mkdir(parents=True)
    homes.give_back(str(strange.parent))
    assert not strange.exists()
    assert Path(homes.take(), "slots").is_dir()


def _placed(shelf: Shelf, home: Path, files: dict[str, bytes], folder: str = "net") -> Path:
    home.mkdir()
    root = home / "submission"
    shelf.place(str(root), files, folder)
    assert {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()} == set(files)
    assert all((root / name).read_bytes() == content for name, content in files.items())
    assert (root / folder).is_dir()
    return root


def test_a_submission_is_laid_out_once_for_runners_that_follow_each_other(tmp_path: Path) -> None:
    shelf = Shelf()
    numbers = []
    for turn in range(3):
        # This also reads each file, which must not leave a trace.
        root = _placed(shelf, tmp_path / f"home{turn}", dict(FILES))
        numbers.append([(root / name).stat().st_ino for name in FILES])
        shelf.take_back(str(root), str(root.parent))
        assert not root.exists()
    assert numbers[0] == numbers[1] == numbers[2]


def test_two_runners_at_once_have_files_of_their_own(tmp_path: Path) -> None:
    shelf = Shelf()
    roots = [_placed(shelf, tmp_path / f"home{turn}", dict(FILES)) for turn in range(2)]
    assert roots[0].exists()
    assert not (roots[0] / "top.py").samefile(roots[1] / "top.py")
    for root in roots:
        shelf.take_back(str(root), str(root.parent))
    left = [path for path in tmp_path.iterdir() if not path.name.startswith("home")]
    assert len(left) == 1  # one of them is kept


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ({**FILES, "top.py": b"x = 3\n"}, "net"),
        ({"net/a.py": b"a = 1\n"}, "net"),
        ({**FILES, "net/b.py": b""}, "net"),
        (FILES, "other"),  # a folder that exists only as the working directory
    ],
)
def test_another_submission_finds_nothing_of_the_last(
    tmp_path: Path, files: dict[str, bytes], folder: str
) -> None:
    shelf = Shelf()
    first = _placed(shelf, tmp_path / "one", FILES)
    shelf.take_back(str(first), str(first.parent))
    root = _placed(shelf, tmp_path / "two", files, folder)
    folders = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}
    parents = {str(parent) for name in files for parent in Path(name).parents}
    assert folders | {"."} == parents | {folder, "."}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]  # the last is removed


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "top.py").write_bytes(b"x = 9\n"),  # of the same length
        lambda root: (root / "top.py").chmod(0o600),
        lambda root: (root / "net" / "more.py").touch(),
        lambda root: (root / "b" / "c" / "d.txt").unlink(),
        lambda root: os.utime(root / "top.py", ns=(1, (root / "top.py").stat().st_mtime_ns)),
    ],
)
def test_files_that_were_changed_are_laid_out_anew(
    tmp_path: Path, change: Callable[[Path], Any]
) -> None:
    shelf = Shelf()
    first = _placed(shelf, tmp_path / "one", FILES)
    change(first)
    shelf.take_back(str(first), str(first.parent))
    root = _placed(shelf, tmp_path / "two", FILES)
    assert (root / "top.py").stat().st_atime_ns > (root / "top.py").stat().st_mtime_ns
    assert (root / "top.py").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


LOOK = """
slots = os.environ["HOME"] + "/slots/"
names = sorted(os.listdir(slots))
if given:
    for name in names:
        with open(slots + name, "w") as file:
            file.write("for a friend")
        os.truncate(slots + name, 0)
seen = [os.stat(slots + name) for name in names]
return (
    [one.st_size for one in seen],
    [(one.st_ino, one.st_mtime_ns) for one in seen],
    os.environ["HOME"],
    os.stat(__file__).st_ino,
)
"""


def _looked(launcher: IsolatedLauncher, order: RunnerSpec, *given: object) -> Any:
    session = Session(launcher, order)
    value = session.call(FILE, "attack", list(given)).value
    session.close()
    time.sleep(0.05)  # so that it is removed before the next one is made
    return value


def test_runners_that_write_nothing_share_three_folders_and_one_copy_of_their_files(
    launchers: Launchers, spec: Specs
) -> None:
    launcher = launchers("reduced")
    looked = [_looked(launcher, spec(LOOK)) for _ in range(8)]
    assert len({tuple(slots) for _, slots, *_ in looked}) <= 3
    assert len({file for *_, file in looked}) == 1
    homes = [home for *_, home, _ in looked]
    assert len(set(homes)) == len(homes)
    assert not any(Path(home).exists() for home in homes)


def test_what_a_runner_wrote_and_emptied_again_is_not_seen_by_those_after_it(
    launchers: Launchers, spec: Specs
) -> None:
    launcher = launchers("reduced")
    for _ in range(3):
        _, written, *_ = _looked(launcher, spec(LOOK), 1)
        for _ in range(4):
            sizes, seen, *_ = _looked(launcher, spec(LOOK))
            assert set(sizes) == {0}
            assert not set(seen) & set(written)


def test_the_next_student_finds_only_files_of_his_own(launchers: Launchers, spec: Specs) -> None:
    launcher = launchers("reduced")
    body = """
        found = []
        root = os.path.dirname(os.path.dirname(__file__))
        for folder, _, names in os.walk(root):
            found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
        return sorted(found)
    """
    plain = spec(body)
    for more in ({"net/first.py": b"1"}, {"second.py": b"2"}, {}, {"net/first.py": b"3"}):
        files = {**plain.files, **more}
        assert _looked(launcher, replace(plain, files=files)) == sorted(files)
