"""The process in which archives are read: whose fault it is when it fails, and what it may say."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import pytest

from grader.errors import GraderError, IntakeError
from grader.intake import Caps, Layout, launch, open_submission
from grader.intake.unpack import helper_frames as frames

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="posix: the helpers here are written for signals"
)

Replace = Callable[[str], None]


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Replace the helper by a few lines of Python."""

    def replace(code: str) -> None:
        def start(_arguments: Sequence[str], archive: IO[bytes]) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", code],
                stdin=archive,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )

        monkeypatch.setattr(launch, "start", start)

    return replace


def frame(kind: bytes, name: bytes = b"", body: bytes = b"") -> bytes:
    return frames.HEAD.pack(kind, len(name), len(body)) + name + body


def saying(*parts: bytes) -> str:
    return f"import os; [os.write(1, part) for part in {parts!r}]"


GOOD = frame(b"F", b"gradient/gradient.py", b"x=1")


def test_a_helper_that_is_killed_is_our_fault(pack: Any, layout: Layout, helper: Replace) -> None:
    for name in ("SIGKILL", "SIGSEGV", "SIGTERM"):
        helper(f"import os, signal; os.kill(os.getpid(), signal.{name})")
        number = getattr(signal, name)
        with pytest.raises(GraderError, match=rf'"alice\.zip" ended with status -{number}'):
            open_submission(pack.zip({}), layout)


def test_a_helper_that_ends_too_early_is_our_fault(
    pack: Any, layout: Layout, helper: Replace
) -> None:
    for code in ("", saying(GOOD), saying(GOOD[:10]), "raise SystemExit(3)"):
        helper(code)
        with pytest.raises(GraderError, match="before it had finished"):
            open_submission(pack.zip({}), layout)


def test_a_helper_that_cannot_be_started_is_our_fault(
    pack: Any, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(GraderError, match="cannot be started"):
        open_submission(pack.zip({}), layout)


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        (
            f"import os, time; os.write(1, {frames.HEAD.pack(b'F', 1, 10_000) + b'a'!r})\n"
            "while True: os.write(1, b'x'); time.sleep(0.05)"
        ),
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
        # A child that keeps the pipe open after its parent has ended.
        "import os, time\nif os.fork() == 0: time.sleep(60)",
    ],
)
def test_the_deadline_holds_whatever_the_helper_does(
    pack: Any, layout: Layout, helper: Replace, code: str
) -> None:
    helper(code)
    with pytest.raises(IntakeError, match=r'"alice\.zip" takes too long to open'):
        open_submission(pack.zip({}), layout, Caps(seconds=1))


def test_processor_time_is_a_limit_of_the_submission(
    pack: Any, layout: Layout, helper: Replace
) -> None:
    helper("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    with pytest.raises(IntakeError, match="takes too long"):
        open_submission(pack.zip({}), layout)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (frame(b"?"), "unknown kind"),
        (frame(b"L", b"a", struct.pack(">QQ?", 0, 1, False)), "unknown kind"),
        (frame(b"B", b"", b"x"), "unknown kind"),
        (b"F" + struct.pack(">IQ", 1 << 31, 0), "too long"),
        (b"F" + struct.pack(">IQ", 1, 1 << 62), "too long"),
        (b"R" + struct.pack(">IQ", 1, 1 << 20), "too long"),
        (frame(b"F", b"../evil.py", b""), "a name"),
        (frame(b"F", b"a\nb", b""), "a name"),
        (frame(b"F", b"\xff", b""), "not text"),
        (frame(b"S", b"a", b"<b>you</b>"), "reason"),
        (frame(b"R", b"a", b"\xff"), "reason"),
        (frame(b"F", b"a", bytes(900)) * 2, "too long"),
        (frame(b"F", b"a") * 11, "more entries"),
        (frame(b"S", b"a", b"dots") * 30, "more entries"),
    ],
)
def test_a_helper_that_was_taken_over_gets_nothing_through(
    pack: Any, layout: Layout, helper: Replace, said: bytes, what: str
) -> None:
    helper(saying(said, frame(b"E")))
    with pytest.raises(GraderError, match=what):
        open_submission(pack.zip({}), layout, Caps(total_bytes=1_000, files=10, entries=20))


def test_a_mistake_of_the_helper_is_ours_and_keeps_its_traceback(
    pack: Any, layout: Layout, helper: Replace
) -> None:
    helper(saying(frame(b"X", b"", b"Traceback: KeyError"), frame(b"E")))
    with pytest.raises(GraderError, match="report it") as caught:
        open_submission(pack.zip({}), layout)
    assert caught.value.__notes__ == ["Traceback: KeyError"]


def test_nothing_of_ours_is_within_the_helpers_reach(
    pack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALT", "secret")
    secret = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(secret, True)
    report = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); import unpack.main; "
        "fds = [fd for fd in range(64) if os.path.exists(f'/proc/self/fd/{fd}')]; "
        "text = repr((dict(os.environ), fds[:4], sorted(m for m in sys.modules if 'site' in m)));"
        "os.write(1, text.encode())"
    )
    monkeypatch.setattr(launch, "_BOOT", report)
    with pack.zip({}).open("rb") as file:
        process = launch.start(["tree", "1", ""], file)
    said, _ = process.communicate()
    os.close(secret)
    environment, descriptors, modules = eval(said)  # noqa: S307 - our own words
    assert set(environment) <= {"LC_CTYPE", "SYSTEMROOT"}
    assert descriptors == [0, 1, 2] or not os.path.exists("/proc")  # noqa: PTH110
    assert modules == []


def test_opening_an_archive_is_quick(pack: Any, layout: Layout, spent: Callable[[], float]) -> None:
    path = pack.zip({f"gradient/{i}.py": b"x" * 1_000 for i in range(20)})
    open_submission(path, layout)
    took = []
    for _ in range(5):
        before = spent()
        open_submission(path, layout)
        took.append(spent() - before)
    assert min(took) < 0.2
