"""The salt is made once, by one of several processes, on any file system."""

from __future__ import annotations

import errno
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from grader.course import salt
from grader.course.salt import load_salt
from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def no_links(*_: Any, **__: Any) -> None:
    """Refuse, as FAT does."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_one_salt_is_made_however_many_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    numbers = iter(range(1000))
    monkeypatch.setattr(os, "getpid", lambda: next(numbers))  # threads stand for processes
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(load_salt, [tmp_path] * 16))
    assert len(found) == 1
    assert len(found.pop()) == salt.SIZE
    (file,) = (tmp_path / ".grader").iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS])
def test_a_file_system_without_links_is_told_by_many_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    assert load_salt(tmp_path) == load_salt(tmp_path)


def test_a_salt_that_is_being_written_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".grader" / "salt"
    file.parent.mkdir()
    file.touch()
    text = os.urandom(salt.SIZE).hex()
    monkeypatch.setattr(time, "sleep", lambda _: file.write_text(text))
    assert load_salt(tmp_path) == bytes.fromhex(text)


def test_an_empty_salt_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(salt, "BEING_WRITTEN_SECONDS", 0.0)
    (tmp_path / ".grader").mkdir()
    (tmp_path / ".grader" / "salt").touch()
    with pytest.raises(UsageError, match="is not of 32 bytes: restore it or delete it"):
        load_salt(tmp_path)


@pytest.mark.parametrize("links", [True, False])
def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def full(_: int) -> bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(salt, "_write_new", lambda *_: full(0))
    with pytest.raises(UsageError, match="cannot be made: No space left on device"):
        load_salt(tmp_path)
    assert not list((tmp_path / ".grader").iterdir())
