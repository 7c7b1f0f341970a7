"""Whatever the bytes are, the outcome is a submission or a sentence, and it comes in time."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.intake import Layout, Refused, list_entries, open_submission
from grader.intake.unpack.helper_frames import HelperLimits, Sender
from grader.intake.unpack.main import _read
from grader.intake.unpack.reasons import LEFT_OUT, REFUSED, Refusal
from tests.sampling import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = {
    "p/gradient/gradient.py": b"x = 1\n" * 50,
    "p/ü.txt": bytes(range(256)),
    "p/d/e.zip": b"PK",
}

# What is done to the bytes: a place (as a share of the length) and what is put there.
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["set", "cut", "insert", "drop"]),
        st.binary(min_size=1, max_size=8) | st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\xff" * 8]),
    ),
    max_size=4,
)


def edited(data: bytes, edits: Any) -> bytes:
    for share, how, piece in edits:
        at = int(share * len(data))
        if how == "cut":
            data = data[:at]
        elif how == "insert":
            data = data[:at] + piece + data[at:]
        elif how == "drop":
            data = data[:at] + data[at + len(piece) :]
        else:
            data = data[:at] + piece + data[at + len(piece) :]
    return data


def quick() -> settings:
    return settings(
        max_examples=examples(400),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def read(data: bytes) -> None:
    """Read as the helper does, in this process: whatever it raises but a refusal is a bug."""
    limits = HelperLimits([1 << 16, 1 << 18, 20, 100, 1 << 20, 1 << 29, 10])
    for mode in ("tree", "list"):
        out = io.BytesIO()
        try:
            _read(mode, io.BytesIO(data), Sender(out), limits, [])
        except Refusal as refusal:
            assert refusal.code in REFUSED  # noqa: PT017 - a refusal is one of two good outcomes
        assert len(out.getvalue()) < 1 << 20


@quick()
@given(EDITS)
@example([(0.0, "insert", b"PK\3\4")])
def test_a_damaged_zip(pack: Any, edits: Any) -> None:
    read(edited(pack.zipped(FILES), edits))


@quick()
@given(EDITS)
def test_a_damaged_tar(pack: Any, edits: Any) -> None:
    read(edited(pack.tarred(FILES), edits))


@quick()
@given(EDITS, st.sampled_from(["w:gz", "w:bz2", "w:xz"]))
def test_a_damaged_compressed_tar(pack: Any, edits: Any, mode: str) -> None:
    read(edited(pack.tarred(FILES, mode), edits))


@quick()
@given(st.dictionaries(st.sampled_from(["size", "name", "type", "prefix"]), st.binary(max_size=12)))
def test_a_tar_with_headers_whose_checksum_holds(pack: Any, fields: dict[str, bytes]) -> None:
    data = bytearray(pack.tarred(FILES))
    for field, at in (("size", 124), ("name", 0), ("type", 156), ("prefix", 345)):
        piece = fields.get(field, b"")
        data[at : at + len(piece)] = piece
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    read(bytes(data))


@quick()
@given(st.binary(max_size=600), st.sampled_from([b"x", b"g", b"L", b"K", b"X", b"S"]))
def test_a_tar_with_any_extended_header(pack: Any, body: bytes, kind: bytes) -> None:
    header = bytearray(pack.tarred({"x": b""})[:512])
    header[124:136] = b"%011o\0" % len(body)
    header[156:157] = kind
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    padded = body + bytes(-len(body) % 512)
    read(bytes(header) + padded + pack.tarred(FILES))


@quick()
@given(
    st.binary(max_size=200), st.sampled_from([b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"BZh9", b""])
)
def test_any_bytes(body: bytes, start: bytes) -> None:
    read(start + body)


@contextlib.contextmanager
def on_disk(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alice.zip"
        path.write_bytes(data)
        yield path


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(EDITS, st.booleans())
def test_a_damaged_archive_from_end_to_end(
    pack: Any, layout: Layout, edits: Any, is_zip: bool
) -> None:
    data = pack.zipped(FILES) if is_zip else pack.tarred(FILES, "w:gz")
    with on_disk(edited(data, edits)) as path:
        try:
            files, sentence = dict(open_submission(path, layout).files), ""
        except IntakeError as error:
            files, sentence = {}, str(error)
        assert len(files) <= 3
        assert not sentence or re.match(r'"(alice|e)\.zip" .*\.$', sentence)
        for entry in list_entries([path], layout):
            outcome = entry.open()
            assert not isinstance(outcome, Refused) or outcome.reason.endswith(".")


def test_every_reason_says_what_to_do() -> None:
    for sentence in LEFT_OUT.values():
        assert "; " in sentence
    for sentence in REFUSED.values():
        assert "; " in sentence
