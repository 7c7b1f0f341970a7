"""What is sent is read as it comes: hostile names, archives, sizes and forms."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request

from grader.intake.uploaded import UploadedFile, seal_uploaded
from grader.portal.uploads import UploadError, read_upload
from tests.portal.trying import HOME, Portal, source, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOUNDARY = "boundary-of-a-test"
HOSTILE = [
    "../../../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "C:\\autoexec.bat", "a\x00b.py",
    "con", ".bashrc", "\u202egnp.exe", "x" * 3000, "a/" * 60 + "b.py", "$(touch pwned)", "..",
    "<script>alert(1)</script>.py", "'; DROP TABLE hand_ins; --", "neural_net/../../x.py", "\ud83d",
]  # fmt: skip


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    """Return one part of a form."""
    said = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{said}\r\n\r\n'
    return head.encode("utf-8", "surrogatepass") + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def request(pieces: Iterator[bytes], length: int | None = None) -> Request:
    """Return a request whose body comes in pieces."""
    kind = f"multipart/form-data; boundary={BOUNDARY}".encode()
    headers = [(b"content-type", kind)]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    return Request(scope, receive)


async def files_of(portal: Portal, asked: Request) -> list[tuple[str, bytes]]:
    """Read a form, and return its files by the names that were given."""
    async with read_upload(asked, portal.context) as form:
        found = contents(portal, form.files)
    assert in_spool(portal) == []
    return found


def in_spool(portal: Portal) -> list[Path]:
    """Return what lies in the portal's spool."""
    return list(Path(portal.context.spool._scratch.path).iterdir())


def contents(portal: Portal, files: list[UploadedFile]) -> list[tuple[str, bytes]]:
    """Return files by the names that were given; they lie in the spool under names of ours."""
    [folder] = in_spool(portal)
    for one in files:
        assert Path(one.path).resolve().parent == folder.resolve()
        assert Path(one.path).name.isdecimal()
    return [(one.name, Path(one.path).read_bytes()) for one in files]


def size_of(one: UploadedFile) -> int:
    """Return how many bytes a file has."""
    return Path(one.path).stat().st_size


def refused(portal: Portal, asked: Request) -> UploadError:
    """Return why a form is not read."""
    with pytest.raises(UploadError) as caught:
        asyncio.run(files_of(portal, asked))
    assert in_spool(portal) == []
    return caught.value


def test_no_name_that_is_given_names_a_file_of_this_machine(here: Portal, tmp_path: Path) -> None:
    body = b"".join(part("files", b"x", name.replace('"', "")) for name in HOSTILE) + END
    before = sorted(tmp_path.iterdir())
    found = asyncio.run(files_of(here, request(iter([body]))))
    assert len(found) == len(HOSTILE)
    assert {content for _, content in found} == {b"x"}
    assert sorted(tmp_path.iterdir()) == before


def test_hostile_names_are_left_out_and_that_is_said(here: Portal) -> None:
    ada = here.visit("ada")
    form = ada.form("/exercises/random_data")
    names = [name for name in HOSTILE if name.isprintable() and '"' not in name]
    fields = b"".join(part(name, value.encode()) for name, value in form.items())
    body = fields + part("files", source(), "learn_random_data.py")
    body += b"".join(part("files", b"x", name) for name in names) + END
    answer = ada.post(
        "/exercises/random_data/hand-ins",
        content=body,
        headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    assert answer.status_code == 303
    page = ada.get("/hand-ins/1")
    assert "<script>alert" not in page.text
    assert 'its name leads out of the archive with ".."' in words(page)
    here.here.grade()
    assert ada.get("/hand-ins/1/report").status_code == 200


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_form_may_come_in_any_pieces(here: Portal, size: int) -> None:
    content = bytes(range(256)) * 40 + f"\r\n--{BOUNDARY[:-1]}".encode()
    body = part("once", b"abc") + part("files", content, "dir/a.bin") + END
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    assert asyncio.run(files_of(here, request(pieces))) == [("dir/a.bin", content)]


def test_what_is_big_is_never_in_memory(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(upload_bytes=48 << 20)
    piece = b"x" * (1 << 18)

    def pieces(count: int) -> Iterator[bytes]:
        yield part("files", b"", "big.bin")[:-2]
        for _ in range(count):
            yield piece
        yield b"\r\n" + END

    async def read() -> int:
        async with read_upload(request(pieces(160)), portal.context) as form:
            return size_of(form.files[0])

    tracemalloc.start()
    try:
        assert asyncio.run(read()) == 160 * len(piece)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 << 20
    error = refused(portal, request(pieces(400)))
    assert error.status == 413
    assert "more than 48.0 MiB" in error.said


def test_what_says_that_it_is_too_big_is_not_read_into_a_file(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(upload_bytes=1 << 20)
    error = refused(portal, request(iter([b"x"]), length=1 << 40))
    assert error.status == 413


def test_forms_that_are_none_are_refused(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(upload_files=3)
    whole = part("files", b"x", "a.py")
    cases: list[tuple[bytes, int, str]] = [
        (whole, 400, "incomplete"),
        (b"words" + END, 400, "damaged"),
        (part("once", b"x" * 5000) + END, 400, "too long"),
        (whole * 4 + END, 413, "more than 3 files"),
        (b"".join(part(f"f{n}", b"x") for n in range(20)) + END, 400, "too many fields"),
    ]
    for body, status, said in cases:
        error = refused(portal, request(iter([body])))
        assert (error.status, said in error.said) == (status, True), error.said


def test_an_empty_picker_is_no_file(here: Portal) -> None:
    ada = here.visit("ada")
    fields = ada.form("/exercises/random_data").items()
    body = b"".join(part(name, value.encode()) for name, value in fields)
    body += part("files", b"", "") * 2 + END
    answer = ada.post(
        "/exercises/random_data/hand-ins",
        content=body,
        headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    assert answer.status_code == 422
    assert "Choose what you hand in first" in words(answer)


def test_somebody_who_sends_all_the_time_is_asked_to_wait(here: Portal) -> None:
    ada = here.visit("ada")
    form = ada.form("/exercises/random_data")
    files = [("files", ("notes.txt", b"x"))]
    seen = {
        ada.post("/exercises/random_data/hand-ins", data=form, files=files).status_code
        for _ in range(31)
    }
    assert seen == {422, 429}


def test_a_bomb_is_refused_in_a_sentence(here: Portal) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"zeros{number}.py", b"\0" * (24 << 20))
    answer = here.visit("ada").hand_in({"bomb.zip": packed.getvalue()})
    assert answer.status_code == 422
    assert "holds too many bytes when opened" in words(answer)


def test_uploaded_files_are_sealed_as_a_folder_of_them(here: Portal, tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_bytes(source())
    layout = here.here.reception._layout
    sealed = seal_uploaded(
        "x", [UploadedFile("w/neural_net/learn_random_data.py", str(path))], layout
    )
    assert dict(sealed.files) == {"neural_net/learn_random_data.py": source()}


def test_whose_network_is_cut_has_handed_in_nothing_and_is_no_error_of_ours(
    here: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "grader")
    ada = here.visit("ada")
    [(name, secret)] = ada.client.cookies.items()
    form = ada.form("/exercises/random_data")
    begun = b"".join(
        f'--B\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{value}\r\n'.encode()
        for one, value in form.items()
    )
    begun += b'--B\r\nContent-Disposition: form-data; name="files"; filename="a.py"\r\n\r\nx'
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": begun, "more_body": True}, {"type": "http.disconnect"},
    ]  # fmt: skip
    headers = {
        "host": "portal.example", "origin": HOME, "cookie": f"{name}={secret}",
        "content-type": "multipart/form-data; boundary=B",
    }  # fmt: skip
    scope = {
        "type": "http", "method": "POST", "path": "/exercises/random_data/hand-ins",
        "query_string": b"", "scheme": "http", "server": ("portal.example", 80),
        "client": ("192.0.2.7", 4321), "root_path": "", "http_version": "1.1",
        "headers": [(one.encode(), value.encode()) for one, value in headers.items()],
    }  # fmt: skip
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: object) -> None:
        sent.append(message)

    here.runner.run(here.app(scope, receive, send))
    assert sent == []
    assert not [one for one in caplog.records if one.levelname == "ERROR"]
    assert here.here.waiting == 0
    folder = here.context.spool.new()
    assert list(folder.parent.iterdir()) == [folder]
