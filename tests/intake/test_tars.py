"""Tar archives, plain and compressed, honest and hostile."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import IntakeError
from grader.intake import Caps, Layout, open_submission

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"gradient/gradient.py": b"x=1"}
LONG = "a" * 60 + "/" + "b" * 60 + "/" + "c" * 60 + ".py"


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def opened(path: Path, layout: Layout, **caps: int) -> tuple[dict[str, bytes], str]:
    sealed = open_submission(path, layout, Caps(**caps))
    return dict(sealed.files), "\n".join(sealed.notes)


def refusal(path: Path, layout: Layout, **caps: int) -> str:
    with pytest.raises(IntakeError) as caught:
        open_submission(path, layout, Caps(**caps))
    return str(caught.value)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_is_read(pack: Any, layout: Layout, mode: str, form: int) -> None:
    content = ("# é€ all kinds of letters, of one byte to four: \U0001d4b3\n" * 2_000).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name in ("./gradient/gradient.py", f"./{LONG}"):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        archive.addfile(member("./empty/", tarfile.DIRTYPE))
    files, notes = opened(pack.write("alice.tgz", buffer.getvalue()), layout)
    assert files == {"gradient/gradient.py": content, LONG: content}
    assert not notes


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (tarfile.SYMTYPE, "symbolic link"),
        (tarfile.LNKTYPE, "hard link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "named pipe"),
        (tarfile.GNUTYPE_SPARSE, "sparse"),
        (b"V", "neither a file nor a folder"),
    ],
)
def test_only_files_are_read(pack: Any, layout: Layout, kind: bytes, why: str) -> None:
    files, notes = opened(pack.tar_with(member("evil.py", kind, "/etc/passwd")), layout)
    assert files == GOOD
    assert '"evil.py" was left out' in notes
    assert why in notes


@pytest.mark.parametrize(
    "name", ["../evil.py", "/evil.py", "a/../../evil.py", "C:/evil.py", "a\nb.py", "a\\b.py"]
)
def test_a_bad_name_costs_only_its_own_file(pack: Any, layout: Layout, name: str) -> None:
    files, notes = opened(pack.tar_with(tarfile.TarInfo(name)), layout)
    assert files == GOOD
    assert "was left out" in notes


def test_of_a_file_that_was_added_anew_the_last_one_is_taken(pack: Any, layout: Layout) -> None:
    again = io.BytesIO()
    with tarfile.open(fileobj=again, mode="w") as archive:
        for content in (b"x=0", b"x=1"):  # as `tar -r` does after a correction
            info = tarfile.TarInfo("gradient/gradient.py")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    files, notes = opened(pack.write("alice.tar", again.getvalue()), layout)
    assert files == GOOD
    assert "is there twice, and the last was taken" in notes


def test_names_that_are_not_utf8_are_read_as_latin_1(pack: Any, layout: Layout) -> None:
    info = tarfile.TarInfo("hXlle.py")
    path = pack.tar_with(info)
    data = path.read_bytes()
    at = data.index(b"hXlle.py")
    header = bytearray(data[at : at + 512])
    header[1] = 0xFC
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path.write_bytes(data[:at] + bytes(header) + data[at + 512 :])
    assert "hülle.py" in opened(path, layout)[0]


def test_pax_sparse_files_are_left_out(pack: Any, layout: Layout) -> None:
    info = tarfile.TarInfo("evil.py")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.name": "evil.py"}
    _, notes = opened(pack.tar_with(info), layout)
    assert '"evil.py" was left out: it is stored as a sparse file' in notes


def test_a_giant_extended_header_is_refused(pack: Any, layout: Layout) -> None:
    info = tarfile.TarInfo("evil.py")
    info.pax_headers = {"comment": "x" * (1 << 20)}
    assert '"alice.tar" is an archive with headers' in refusal(pack.tar_with(info), layout)


def test_a_name_for_every_file_at_once_is_refused(pack: Any, layout: Layout) -> None:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"path": "evil"}
    ) as archive:
        archive.addfile(tarfile.TarInfo("a.py"))
    path = pack.write("alice.tar", buffer.getvalue())
    assert '"alice.tar" is an archive with headers' in refusal(path, layout)


def test_endless_headers_before_one_file_are_refused(pack: Any, layout: Layout) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    path = pack.tar_with(*[info] * 100)
    assert "is an archive with headers" in refusal(path, layout)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_an_archive_that_is_cut_short_is_refused(pack: Any, layout: Layout, mode: str) -> None:
    whole = pack.tarred(GOOD | {"b.py": bytes(range(256)) * 8}, mode)
    # A tar ends with blocks of zeros; without the last of them it is whole still.
    last = len(whole.rstrip(b"\0")) - 200 if mode == "w" else len(whole) - 1
    for length in (1, 5, 300, last // 3, last // 2, last):
        path = pack.write("cut.tar.gz", whole[: min(length, last)])
        assert '"cut.tar.gz" is ' in refusal(path, layout)


def test_a_damaged_header_in_the_middle_is_no_end(pack: Any, layout: Layout) -> None:
    data = bytearray(pack.tarred(GOOD | {"b.py": b"hello"}))
    data[data.index(b"b.py")] ^= 1
    path = pack.write("alice.tar", bytes(data))
    assert '"alice.tar" is a damaged archive' in refusal(path, layout)


@pytest.mark.parametrize("size", [64 << 20, 1 << 40])
def test_a_bomb_of_zeros_is_refused(pack: Any, layout: Layout, size: int) -> None:
    info = tarfile.TarInfo("bomb.bin")
    info.size = size
    start = pack.tarred(GOOD)[:1024] + info.tobuf(tarfile.GNU_FORMAT)
    path = pack.write("alice.tar.gz", gzip.compress(start + bytes(20 << 20), 1))
    sentence = refusal(path, layout, archive_bytes=16 << 20)
    assert '"alice.tar.gz" holds too many bytes' in sentence


def test_a_file_over_its_cap_is_left_out(pack: Any, layout: Layout) -> None:
    path = pack.tar(GOOD | {"big.bin": bytes(1 << 20), "last.py": b"y"})
    files, notes = opened(path, layout, file_bytes=1 << 10)
    assert files == GOOD | {"last.py": b"y"}
    assert '"big.bin" was left out: it is bigger' in notes


def test_too_many_members_are_refused(pack: Any, layout: Layout) -> None:
    path = pack.tar({f"{i}.py": b"" for i in range(300)}, mode="w:gz")
    assert "holds too many files" in refusal(path, layout, files=200)
    assert "far too many entries" in refusal(path, layout, entries=100)


def test_a_dictionary_that_fills_the_memory_is_refused(pack: Any, layout: Layout) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    packed = bytearray(lzma.compress(pack.tarred(GOOD), filters=filters))
    # The header of the first block, after twelve bytes of the stream's: its fifth byte is the size
    # of the dictionary (37 is a gibibyte and a half), its last four are its checksum.
    packed[16] = 37
    packed[20:24] = zlib.crc32(packed[12:20]).to_bytes(4, "little")
    path = pack.write("alice.tar.xz", bytes(packed))
    assert '"alice.tar.xz" needs too much memory' in refusal(path, layout)


def test_what_is_compressed_and_no_tar_is_refused(pack: Any, layout: Layout) -> None:
    path = pack.write("alice.tar.gz", gzip.compress(b"print('hello')" * 100))
    assert '"alice.tar.gz" is neither a zip nor a tar archive' in refusal(path, layout)
