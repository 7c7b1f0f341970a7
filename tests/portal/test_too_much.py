"""Who sends, watches or asks too much keeps nobody else waiting, and loses nothing of their own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from grader.gradebook.personal_tokens import MOST_TOKENS, make_token, tokens_of
from grader.portal.concurrency_limit import ConcurrencyLimit
from grader.portal.context import MOST_STREAMS, MOST_UPLOADS
from grader.portal.uploads import MOST_FIELDS, MOST_OTHER_PARTS, UploadError
from tests.portal.test_uploads import END, files_of, part, request
from tests.portal.trying import Portal, Visiting, source, words

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "learn_random_data.py"


def token_of(portal: Portal, somebody: Visiting) -> dict[str, str]:
    """Return the headers of somebody's program."""
    with portal.context.book.database.writing() as connection:
        made = make_token(connection, somebody.person, "a program")
    return {"authorization": f"Bearer {made}"}


def sent(somebody: Visiting, headers: dict[str, str], content: bytes, **fields: str) -> Any:
    """Hand a file in as a program does; return the answer."""
    files = [("files", (FILE, content))]
    data = {"exercise": "2", **fields}
    return somebody.post("/api/hand-ins", headers=headers, data=data, files=files)


# ---------------------------------------------------------------------------- the same bytes


@pytest.mark.parametrize("form", [{}, {"once": ""}, {"once": "1"}])
def test_two_people_may_send_the_same_bytes_under_the_same_name(
    here: Portal, form: dict[str, str]
) -> None:
    numbers = []
    for name in ("ada", "bob"):
        somebody = here.visit(name)
        answer = sent(somebody, token_of(here, somebody), source(), **form)
        assert answer.status_code == 201, answer.text
        numbers.append(answer.json()["number"])
    assert numbers == [1, 2]


def test_a_form_without_a_name_is_a_new_one_each_time(here: Portal) -> None:
    ada = here.visit("ada")
    headers = token_of(here, ada)
    came = [sent(ada, headers, source(mark)).json() for mark in (b"right", b"wrong", b"right")]
    assert [one["number"] for one in came] == [1, 2, 3]  # what was sent last counts
    again = [sent(ada, headers, source(), once="o").json()["number"] for _ in range(2)]
    assert again == [4, 4]


# ---------------------------------------------------------------------------- at the same time


def test_one_person_sends_few_things_at_the_same_time(here: Portal) -> None:
    ada, bob = here.visit("ada"), here.visit("bob")
    headers = token_of(here, ada)
    with contextlib.ExitStack() as places:
        for _ in range(MOST_UPLOADS):
            assert places.enter_context(here.context.uploads.one(ada.person))
        refused = sent(ada, headers, source())
        assert refused.status_code == 429
        assert "still sending earlier files" in refused.json()["said"]
        assert "still sending earlier files" in words(ada.hand_in({FILE: source()}))
        assert bob.hand_in({FILE: source()}).status_code == 303
    assert sent(ada, headers, source()).status_code == 201
    assert here.context.uploads.taken(ada.person) == 0


def test_what_is_refused_and_what_breaks_off_leaves_its_place(here: Portal) -> None:
    ada = here.visit("ada")
    headers = token_of(here, ada)
    for _ in range(2 * MOST_UPLOADS):
        broken = ada.post(
            "/api/hand-ins",
            headers={**headers, "content-type": "multipart/form-data; boundary=b"},
            content=b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
        )
        assert broken.status_code == 400
    assert here.context.uploads.taken(ada.person) == 0


def test_a_stream_that_nobody_came_for_leaves_its_place(here: Portal) -> None:
    ada = here.visit("ada")
    ada.hand_in({FILE: source()})
    cookie = "; ".join(f"{one.name}={one.value}" for one in ada.client.cookies.jar)
    scope = {
        "type": "http", "asgi": {"spec_version": "2.4"}, "method": "GET",
        "path": "/hand-ins/1/events", "raw_path": b"", "query_string": b"",
        "headers": [(b"cookie", cookie.encode()), (b"host", b"portal.example")],
        "client": ("192.0.2.7", 1), "server": ("portal.example", 80), "scheme": "http",
        "http_version": "1.1", "root_path": "",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def gone(message: Any) -> None:
        raise OSError(f"nobody is there for {message['type']}")

    for _ in range(MOST_STREAMS + 1):
        with contextlib.suppress(Exception):
            here.runner.run(here.app(dict(scope), receive, gone))
    assert here.context.streams.taken(ada.person) == 0
    assert ada.get("/hand-ins/1/events").status_code == 200
    with contextlib.ExitStack() as places:
        for _ in range(MOST_STREAMS):
            assert places.enter_context(here.context.streams.one(ada.person))
        assert ada.get("/hand-ins/1/events").status_code == 429


def test_places_are_counted_for_each_person() -> None:
    places = ConcurrencyLimit(1)
    with places.one(1) as first, places.one(1) as second, places.one(2) as other:
        assert (first, second, other) == (True, False, True)
    assert (places.taken(1), places.taken(2)) == (0, 0)


# ---------------------------------------------------------------------------- many small things


@pytest.mark.parametrize("name", ["a", ""])
@pytest.mark.parametrize("filename", [None, ""])
def test_a_form_of_a_million_parts_is_refused_at_once(
    here: Portal, name: str, filename: str | None
) -> None:
    one = part(name, b"", filename)
    read = 0

    def pieces() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield one * 1000
        yield END

    with pytest.raises(UploadError, match="too many fields"):
        here.runner.run(files_of(here, request(pieces())))
    most = here.context.settings.upload_files + MOST_OTHER_PARTS
    content = b"".join(part("files", b"x", f"{n}.py") for n in range(most - MOST_OTHER_PARTS))
    whole = part("f", b"") * MOST_FIELDS + part("folder", b"", "") * MOST_FIELDS + content + END
    assert len(here.runner.run(files_of(here, request(iter([whole]))))) == most - MOST_OTHER_PARTS


def test_of_too_many_tokens_the_oldest_ends(here: Portal) -> None:
    ada, bob = here.visit("ada"), here.visit("bob")
    bobs, first, second = token_of(here, bob), token_of(here, ada), token_of(here, ada)
    for _ in range(MOST_TOKENS - 1):
        token_of(here, ada)
    with here.context.book.database.reading() as connection:
        assert len(tokens_of(connection, ada.person)) == MOST_TOKENS
    assert sent(ada, first, source()).status_code == 401
    assert sent(ada, second, source()).status_code == 201
    assert sent(bob, bobs, source()).status_code == 201


def test_a_token_that_is_none_is_refused_while_somebody_writes(here: Portal) -> None:
    nobody = here.nobody()
    with here.context.book.database.writing():
        for path in ("/api/hand-ins", "/api/hand-ins/1"):
            headers = {"authorization": "Bearer grader_none"}
            get = nobody.post if path.endswith("ins") else None
            answer = get(path, headers=headers) if get else nobody.get(path, **headers)
            assert answer.status_code == 401
