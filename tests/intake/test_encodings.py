"""A Python file is read in the encoding in which an editor has saved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.intake import Layout, open_submission

if TYPE_CHECKING:
    from pathlib import Path

FILE = "warm_up/neuron.py"
TEXT = "# dérivée, café\ndef relu(z):\n    return 'é' * z\n"
LAYOUT = Layout((FILE,))


def opened(folder: Path, content: bytes) -> tuple[bytes | None, str, list[str]]:
    (folder / "warm_up").mkdir()
    (folder / FILE).write_bytes(content)
    sealed = open_submission(folder, LAYOUT)
    return sealed.files.get(FILE), "\n".join(sealed.notes), [r.kind for r in sealed.received]


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (f"\ufeff{TEXT}".encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (f"# coding: utf-8\n{TEXT}".encode("cp1252"), "Windows-1252"),
        (f"# coding: no_such\n{TEXT}".encode(), "UTF-8"),
        (TEXT.encode() + b"\0" * 900, "left out"),
    ],
)
def test_what_python_would_refuse_is_read_and_told(
    tmp_path: Path, content: bytes, read_as: str
) -> None:
    read, told, received = opened(tmp_path, content)
    assert read is not None
    assert read.decode().removeprefix("#\n") == TEXT
    assert compile(read, FILE, "exec")
    assert read_as in told
    assert received == []


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        f"# -*- coding: latin-1 -*-\n{TEXT}".encode("latin-1"),
        b"",
        b"x = (\n",
    ],
)
def test_what_python_reads_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    assert opened(tmp_path, content) == (content, "", [])


@pytest.mark.parametrize("content", [b"\0" * 4096, b"x\0y\0\0z\xff" * 300])
def test_a_file_without_text_is_received_and_not_run(tmp_path: Path, content: bytes) -> None:
    read, _, received = opened(tmp_path, content)
    assert read is None
    assert received == ["a damaged file"]
