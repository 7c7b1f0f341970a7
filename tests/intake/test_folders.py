"""Folders on disk: only regular files, nothing followed, nothing waited for."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import GraderError, IntakeError
from grader.intake import Caps, Layout, folder, open_submission

if TYPE_CHECKING:
    from collections.abc import Callable

posix = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="posix: only where there are such things"
)


@pytest.fixture
def student(tmp_path: Path) -> Path:
    place = tmp_path / "alice"
    (place / "gradient").mkdir(parents=True)
    (place / "gradient" / "gradient.py").write_bytes(b"x=1")
    return place


def opened(path: Path, layout: Layout, **caps: int) -> tuple[dict[str, bytes], str]:
    sealed = open_submission(path, layout, Caps(**caps))
    return dict(sealed.files), "\n".join(sealed.notes)


def refusal(path: Path, layout: Layout, **caps: int) -> str:
    with pytest.raises(IntakeError) as caught:
        open_submission(path, layout, Caps(**caps))
    return str(caught.value)


GOOD = {"gradient/gradient.py": b"x=1"}


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may only be short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


@posix
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "symbolic link"),
        (lambda path: path.symlink_to("/etc"), "symbolic link"),
        (lambda path: path.symlink_to(path), "symbolic link"),
        (os.mkfifo, "named pipe"),
        (make_socket, "socket"),
    ],
)
def test_only_files_are_read(
    student: Path, layout: Layout, make: Callable[[Path], None], why: str
) -> None:
    make(student / "gradient" / "evil.py")
    files, notes = opened(student, layout)
    assert files == GOOD
    assert '"gradient/evil.py" was left out' in notes
    assert why in notes


@posix
def test_a_name_that_is_swapped_for_a_link_is_not_followed(
    student: Path, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.py").write_bytes(b"secret")
    (student / "evil.py").write_bytes(b"harmless")
    (student / "folder").mkdir()
    look = folder.FolderPlace.state

    def looked_at_and_swapped(place: folder.FolderPlace, name: str) -> os.stat_result:
        state = look(place, name)
        if name == "evil.py":
            (student / name).unlink()
            (student / name).symlink_to(tmp_path / "outside" / "secret.py")
        if name == "folder":
            (student / name).rmdir()
            (student / name).symlink_to(tmp_path / "outside")
        return state

    monkeypatch.setattr(folder.FolderPlace, "state", looked_at_and_swapped)
    files, notes = opened(student, layout)
    assert files == GOOD
    assert '"evil.py" was left out: it cannot be read' in notes
    assert '"folder" was left out: it cannot be read' in notes


@posix
def test_a_file_that_is_swapped_for_a_pipe_does_not_make_us_wait(
    student: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = folder.FolderPlace.state

    def looked_at_and_swapped(place: folder.FolderPlace, name: str) -> os.stat_result:
        state = look(place, name)
        if name == "gradient.py":
            (student / "gradient" / name).unlink()
            os.mkfifo(student / "gradient" / name)
        return state

    monkeypatch.setattr(folder.FolderPlace, "state", looked_at_and_swapped)
    files, notes = opened(student, layout)
    assert files == {}
    assert '"gradient/gradient.py" was left out: it is a named pipe' in notes


def test_a_file_that_grows_while_it_is_read_is_left_out(
    student: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = student / "log.txt"
    path.write_bytes(b"one")
    read = folder._read_up_to

    def read_and_grow(file: Any, most: int) -> bytes:
        content = read(file, most)
        if content == b"one":
            path.write_bytes(b"one more")
        return content

    monkeypatch.setattr(folder, "_read_up_to", read_and_grow)
    files, notes = opened(student, layout)
    assert files == GOOD
    assert '"log.txt" was left out: it changed while it was read' in notes


def test_an_endless_file_is_read_no_further_than_its_cap(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(10_000))
    with path.open("rb") as file:
        assert len(folder._read_up_to(file, 100)) == 101


def test_caps_hold(student: Path, layout: Layout) -> None:
    for number in range(50):
        (student / f"{number}.py").write_bytes(bytes(100))
    assert '"alice" holds too many files' in refusal(student, layout, files=20)
    assert '"alice" holds far too many entries' in refusal(student, layout, entries=20)
    assert '"alice" holds too many bytes' in refusal(student, layout, total_bytes=2_000)
    assert '"alice" takes too long' in refusal(student, layout, seconds=-1)
    files, notes = opened(student, layout, file_bytes=50)
    assert files == GOOD
    assert '"0.py" was left out: it is bigger' in notes
    assert "30 more entries" in notes


def test_folders_may_not_be_endlessly_deep(student: Path, layout: Layout) -> None:
    deep = student.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    (deep / "x.py").write_bytes(b"x")
    (student.joinpath(*["d"] * 20) / "y.py").write_bytes(b"y")
    files, notes = opened(student, layout)
    assert files == GOOD
    assert notes.count("too many folders deep") == 2


@pytest.mark.skipif(os.name == "nt", reason="posix: no such names there")
def test_names_on_disk_need_not_be_text(student: Path, layout: Layout) -> None:
    for name in (b"h\xfclle.py", b"a\nb.py", b"a\\b.py"):
        with open(os.path.join(os.fsencode(student), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(b"x")
    files, notes = opened(student, layout)
    assert files == GOOD | {"hülle.py": b"x"}
    assert '"a b.py" was left out' in notes
    assert '"a\\b.py" was left out' in notes


def test_an_error_of_the_disk_is_ours(
    student: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_place: folder.FolderPlace, _name: str) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(folder.FolderPlace, "open", broken)
    with pytest.raises(GraderError, match=r'"alice" cannot be read.*Input/output'):
        open_submission(student, layout)


def test_a_file_without_permission_costs_only_itself(
    student: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = folder.FolderPlace.open

    def forbidding(place: folder.FolderPlace, name: str) -> int:
        if name == "closed.py":
            raise PermissionError(13, "Permission denied")
        return opening(place, name)

    (student / "closed.py").write_bytes(b"x")
    monkeypatch.setattr(folder.FolderPlace, "open", forbidding)
    files, notes = opened(student, layout)
    assert files == GOOD
    assert '"closed.py" was left out: it cannot be read; check its permissions.' in notes


def test_systems_without_descriptors_of_folders_read_the_same(
    student: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_RELATIVE", False)
    (student / "more").mkdir()
    (student / "more" / "b.py").write_bytes(b"y")
    if hasattr(os, "mkfifo"):
        (student / "link").symlink_to(student)
    files, notes = opened(student, layout)
    assert files == GOOD | {"more/b.py": b"y"}
    assert '"link" was left out' in notes or not hasattr(os, "mkfifo")


def test_an_empty_folder_is_a_submission_without_files(tmp_path: Path, layout: Layout) -> None:
    (tmp_path / "nothing" / "gradient").mkdir(parents=True)
    files, notes = opened(tmp_path / "nothing", layout)
    assert files == {}
    assert '"nothing" holds no files' in notes
