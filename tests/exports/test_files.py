"""Files are whole at any moment."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_written_with_its_permissions_in_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_whole(path, b"content", mode=0o600)
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_there_stays_where_it_cannot_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    (path / "inside").write_bytes(b"old")
    with pytest.raises(OSError, match="directory"):
        write_whole(path, b"new")
    assert (path / "inside").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]  # and no draft is left


def test_a_name_may_be_as_long_as_names_are(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(path, b"new")
        assert os.read(end, 10) == b"new"
    finally:
        os.close(end)
    assert path.is_fifo()
