"""Zip archives as students, broken programs and attackers make them."""

from __future__ import annotations

import stat
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import IntakeError
from grader.intake import Caps, Layout, open_submission

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = {"gradient/gradient.py": b"x=1"}


def opened(path: Path, layout: Layout, **caps: int) -> tuple[dict[str, bytes], str]:
    """Return the files and all notes as one text."""
    sealed = open_submission(path, layout, Caps(**caps))
    return dict(sealed.files), "\n".join(sealed.notes)


def refusal(path: Path, layout: Layout, **caps: int) -> str:
    with pytest.raises(IntakeError) as caught:
        open_submission(path, layout, Caps(**caps))
    return str(caught.value)


def test_files_come_out_as_they_went_in(pack: Any, layout: Layout) -> None:
    content = bytes(range(256)) * 500
    files, notes = opened(
        pack.zip(
            {"gradient/gradient.py": b"x\r\n", "data.bin": content, "a/b.txt": b"\xef\xbb\xbfx\r\n"}
        ),
        layout,
    )
    assert files == {
        "gradient/gradient.py": b"x\r\n",
        "data.bin": content,
        "a/b.txt": b"\xef\xbb\xbfx\r\n",
    }
    assert not notes


def test_what_programs_leave_behind_is_left_out_in_silence(pack: Any, layout: Layout) -> None:
    junk = ("__MACOSX/._a", ".DS_Store", "gradient/__pycache__/x.pyc", ".vscode/settings.json")
    files, notes = opened(pack.zip(GOOD | dict.fromkeys(junk, b"x")), layout)
    assert files == GOOD
    assert not notes


@pytest.mark.parametrize(
    ("name", "shown", "why"),
    [
        (b"../evil.py", "../evil.py", '".."'),
        (b"a/../../evil.py", "a/../../evil.py", '".."'),
        (b"/etc/passwd", "/etc/passwd", "root of a disk"),
        (b"C:/evil.py", "C:/evil.py", "drive"),
        (b"a\\b.py", "a\\b.py", "backslash"),
        (b"a\nb.py", "a b.py", "control character"),
        (b"a\0b.py", "ab.py", "control character"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}yp.evil".encode(), "yp.evil", "control character"),
        (b"d/" * 40 + b"x.py", "d/d/d", "too many folders"),
        (b"d/" * 20 + b"x.py", "d/d/d", "too many folders"),
        (b"x" * 300, "xxx", "too long"),
        (b"gradient/nul.py", "gradient/nul.py", "not every system"),
        (b"gradient/a?.py", "gradient/a?.py", "not every system"),
    ],
)
def test_a_bad_name_costs_only_its_own_file(
    pack: Any, raw_entry: Any, layout: Layout, name: bytes, shown: str, why: str
) -> None:
    files, notes = opened(pack.raw_zip(raw_entry(name, b"evil")), layout)
    assert files == GOOD
    assert shown in notes
    assert "was left out" in notes
    assert why in notes


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK | 0o777, "symbolic link"),
        (stat.S_IFIFO, "named pipe"),
        (stat.S_IFSOCK, "socket"),
        (stat.S_IFCHR, "device"),
    ],
)
def test_only_files_are_read(
    pack: Any, raw_entry: Any, layout: Layout, mode: int, why: str
) -> None:
    files, notes = opened(pack.raw_zip(raw_entry(b"evil.py", b"/etc/passwd", mode=mode)), layout)
    assert files == GOOD
    assert '"evil.py" was left out' in notes
    assert why in notes


def test_backslashes_of_windows_are_separators(pack: Any, raw_entry: Any, layout: Layout) -> None:
    entry = raw_entry(b"project\\gradient\\gradient.py", b"y=2", made_on=0)
    files, _ = opened(pack.raw_zip(entry, good=False), layout)
    assert files == {"gradient/gradient.py": b"y=2"}
    entry = raw_entry(b"..\\..\\evil.py", b"y=2", made_on=0)
    _, notes = opened(pack.raw_zip(entry), layout)
    assert '"../../evil.py" was left out' in notes


def test_names_that_are_not_utf8_are_read_as_the_format_says(
    pack: Any, raw_entry: Any, layout: Layout
) -> None:
    files, _ = opened(pack.raw_zip(raw_entry(b"h\x81lle.py", b"y")), layout)
    assert files["hülle.py"] == b"y"


def test_names_that_differ_only_by_case_or_form_are_one(
    pack: Any, raw_entry: Any, layout: Layout
) -> None:
    path = pack.raw_zip(
        raw_entry(b"GRADIENT/Gradient.py", b"other"),
        raw_entry(b"gradient/gradient.py", b"again"),
        raw_entry("caf\u00e9.py".encode(), b"1"),
        raw_entry("cafe\u0301.py".encode(), b"2"),
    )
    files, notes = opened(path, layout)
    # Added anew under exactly its own name, as `zip` and `tar -r` do: programs unpack the last one.
    assert files["gradient/gradient.py"] == b"again"
    assert len(files) == 2
    assert '"gradient/gradient.py" is there twice, and the last was taken' in notes
    assert '"GRADIENT/Gradient.py" was left out' in notes
    assert "café.py" in notes


def test_a_file_that_has_the_name_of_a_folder_is_left_out(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip({"Gradient": b"?"} | GOOD), layout)
    assert files == GOOD
    assert '"gradient" was left out: a folder has the same name' in notes


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"crc": 1}, "damaged"),
        ({"size": 3}, "damaged"),
        ({"size": 30}, "damaged"),
        ({"method": 9}, "not supported"),
        ({"method": 8}, "damaged"),
        ({"local_name": b"other.py"}, "two different names"),
        ({"size": 1 << 30}, "bigger than a single file"),
    ],
)
def test_a_damaged_entry_costs_only_its_own_file(
    pack: Any, raw_entry: Any, layout: Layout, change: dict[str, Any], why: str
) -> None:
    files, notes = opened(pack.raw_zip(raw_entry(b"bad.py", b"hello", **change)), layout)
    assert files == GOOD
    assert '"bad.py" was left out' in notes
    assert why in notes


@pytest.mark.parametrize("flags", [1, 1 | 0x40])
def test_a_password_refuses_the_whole(
    pack: Any, raw_entry: Any, layout: Layout, flags: int
) -> None:
    sentence = refusal(pack.raw_zip(raw_entry(b"secret.py", b"hello", flags=flags)), layout)
    assert '"alice.zip" is an archive with a password' in sentence
    assert "secret.py" in sentence


@pytest.mark.parametrize("claimed", [1 << 30, 10, 0])
def test_a_gibibyte_of_zeros_takes_neither_memory_nor_time(
    pack: Any, raw_entry: Any, layout: Layout, spent: Callable[[], float], claimed: int
) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    mebibyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = mebibyte * 1024 + packer.flush()
    bomb = raw_entry(b"bomb.bin", b"", deflated=True, size=claimed, packed=stream)
    assert len(bomb.packed) < 1 << 21
    path = pack.raw_zip(bomb)
    before = spent()
    files, notes = opened(path, layout)
    assert spent() - before < 4
    assert files == GOOD
    assert '"bomb.bin" was left out' in notes


def test_many_files_within_their_cap_are_too_many_bytes(
    pack: Any, raw_entry: Any, layout: Layout
) -> None:
    entries = [raw_entry(b"%d.py" % i, bytes(1 << 20), deflated=True) for i in range(20)]
    path = pack.raw_zip(*entries)
    sentence = refusal(path, layout, total_bytes=5 << 20)
    assert '"alice.zip" holds too many bytes' in sentence


def test_entries_that_share_bytes_are_a_bomb(pack: Any, raw_entry: Any, layout: Layout) -> None:
    kernel = raw_entry(b"a.py", bytes(1 << 16), deflated=True)
    again = [raw_entry(b"a.py", bytes(1 << 16), deflated=True, offset=0) for _ in range(5)]
    sentence = refusal(pack.raw_zip(kernel, *again, good=False), layout)
    assert '"alice.zip" is an archive whose files overlap' in sentence
    inner = raw_entry(b"b.py", kernel.local())
    at = 30 + len(b"b.py")
    shared = raw_entry(b"a.py", bytes(1 << 16), deflated=True, offset=at)
    assert "overlap" in refusal(pack.raw_zip(inner, shared, good=False), layout)


def test_a_hundred_thousand_entries_are_refused(
    pack: Any, raw_entry: Any, layout: Layout, spent: Callable[[], float]
) -> None:
    path = pack.raw_zip(*(raw_entry(b"%06d.py" % i, b"") for i in range(100_000)))
    before = spent()
    assert '"alice.zip" holds too many files' in refusal(path, layout)
    assert spent() - before < 6


def test_an_archive_that_is_cut_short_is_refused(pack: Any, layout: Layout) -> None:
    whole = pack.zip(GOOD | {"b.py": b"hello" * 100}).read_bytes()
    for length in range(4, len(whole), 17):
        path = pack.write("cut.zip", whole[:length])
        sentence = refusal(path, layout)
        assert '"cut.zip" is ' in sentence
        assert "again" in sentence or "ordinary" in sentence


def test_zip64_is_read_and_its_lies_are_not_believed(
    pack: Any, raw_entry: Any, layout: Layout
) -> None:
    def extra(*values: int) -> bytes:
        return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)

    honest = raw_entry(b"a.py", b"hello", size=0xFFFFFFFF, extra=extra(5))
    honest_files, _ = opened(pack.raw_zip(honest), layout)
    assert honest_files["a.py"] == b"hello"
    lie = raw_entry(b"a.py", b"hello", size=0xFFFFFFFF, extra=extra(1 << 62))
    assert '"a.py" was left out' in opened(pack.raw_zip(lie), layout)[1]
    lost = raw_entry(b"a.py", b"hello", offset=0xFFFFFFFF, extra=extra(1 << 63))
    assert "damaged archive" in refusal(pack.raw_zip(lost), layout)
    short = raw_entry(b"a.py", b"hello", offset=0xFFFFFFFF)
    assert "damaged archive" in refusal(pack.raw_zip(short), layout)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is an empty file"),
        (b"hello", "is neither a zip nor a tar"),
        (b"Rar!\x1a\x07\0" * 100, "is neither a zip nor a tar"),
        (b"PK\7\10PK\3\4" * 100, "is one part of"),
        (b"\0" * 2000, "holds no files"),
    ],
)
def test_what_is_no_archive_is_said_to_be_none(
    pack: Any, layout: Layout, data: bytes, why: str
) -> None:
    path = pack.write("alice.zip", data)
    if "holds no" in why:
        assert why in opened(path, layout)[1]
    else:
        assert f'"alice.zip" {why}' in refusal(path, layout)


def test_an_archive_over_its_cap_is_not_even_read(pack: Any, layout: Layout) -> None:
    path = pack.write("alice.zip", bytes(3 << 20))
    assert '"alice.zip" is bigger than 2 MiB' in refusal(path, layout, archive_bytes=2 << 20)


def test_an_empty_archive_is_a_submission_without_files(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip({}), layout)
    assert files == {}
    assert '"alice.zip" holds no files' in notes


def test_hundreds_of_bad_entries_make_no_endless_notes(
    pack: Any, raw_entry: Any, layout: Layout
) -> None:
    path = pack.raw_zip(*(raw_entry(b"../%d" % i, b"") for i in range(500)))
    sealed = open_submission(path, layout)
    assert len(sealed.notes) == 21
    assert "480 more" in sealed.notes[-1]


def test_html_in_a_name_stays_text_of_one_line(pack: Any, raw_entry: Any, layout: Layout) -> None:
    name = b'../<script>alert(1)</script>\r\n\x1b[31m".py'
    _, notes = opened(pack.raw_zip(raw_entry(name, b"")), layout)
    assert "\n" not in notes
    assert "\x1b" not in notes
    assert notes.startswith('"../<script>alert(1)</script> [31m\'.py" was left out')
