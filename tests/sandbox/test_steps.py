"""Each step, off and on: its attack gets through without it, and not with it.

Where several steps stop the same attack, the others are off in both runs.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import grader
from grader.errors import Crashed, GraderError, OverLimit, RunnerKilled
from grader.submission.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.isolated import IsolatedLauncher
    from grader.sandbox.launcher import RunnerSpec

    Attack = Callable[..., Any]

READ = "return open(given[0]).read()"
CALLS, PATHS = "known_calls_only", "known_paths_only"


@pytest.fixture
def secret(shared_stubs: Path) -> str:
    """Lay a file beside the stubs that everybody may read."""
    path = shared_stubs.parent / "reference.py"
    path.write_text("the answer")
    path.chmod(0o644)
    return str(path)


@pytest.mark.parametrize("level", ["full", "reduced"])
@pytest.mark.parametrize(
    "body",
    [
        "pid = os.fork()\nif not pid: os._exit(0)\nreturn 'got it'",
        "import socket\nsocket.socket()\nreturn 'got it'",
        "import socket\nsocket.socketpair()\nreturn 'got it'",
        "os.memfd_create('x')\nreturn 'got it'",
        "import mmap\nmmap.mmap(-1, 4096)\nreturn 'got it'",
        "os.setpriority(os.PRIO_PROCESS, 0, 19)\nreturn 'got it'",
        "import fcntl\nfcntl.fcntl(1, fcntl.F_SETOWN, os.getpid())\nreturn 'got it'",
    ],
)
def test_known_calls_only(attack: Attack, level: str, body: str) -> None:
    assert attack(level, (CALLS,), body) == "got it"
    with pytest.raises(Crashed, match=r"PermissionError|Operation not permitted"):
        attack(level, (), body)


def test_modes_and_times_of_files_elsewhere(attack: Attack, secret: str) -> None:
    # Landlock, which stops all else there, has no say in these.
    for body in ("os.chmod(given[0], 0o644)\nreturn 1", "os.utime(given[0])\nreturn 1"):
        assert attack("reduced", (CALLS,), body, secret) == 1
        with pytest.raises(Crashed, match="PermissionError"):
            attack("reduced", (), body, secret)


def test_known_paths_only(attack: Attack, secret: str) -> None:
    assert attack("reduced", (PATHS,), READ, secret) == "the answer"
    with pytest.raises(Crashed, match="PermissionError"):
        attack("reduced", (), READ, secret)


def test_private_view(attack: Attack, secret: str) -> None:
    # Level reduced is the level without a view of its own.
    assert attack("reduced", (PATHS,), READ, secret) == "the answer"
    with pytest.raises(Crashed, match="FileNotFoundError"):
        attack("full", (PATHS,), READ, secret)


def test_the_view_has_neither_our_package_nor_proc(attack: Attack) -> None:
    body = """
        import sys
        found = []
        for folder, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if name not in ("usr", "tensorflow")]
            found += [os.path.join(folder, name) for name in files]
        ours = [path for path in found if path.startswith(given[0])]
        return [len(found), ours, os.listdir("/proc/self"), "/solutions/" in str(found)]
    """
    package = str(Path(grader.__file__).parent) + "/"
    # Tens of thousands of files, when nothing of them is in memory.
    count, ours, proc, solutions = attack("full", (PATHS,), body, package, seconds=60)
    assert count > 100
    rooms = {path.removeprefix(package).split("/")[0] for path in ours}
    assert rooms - {"__pycache__"} == {"__init__.py", "runner", "wire"}
    assert sorted(proc) == ["cmdline", "exe"]
    assert not solutions


def test_own_processes(attack: Attack) -> None:
    body = """
        found = []
        for pid in range(1, 100):
            try:
                if pid != os.getpid():
                    os.kill(pid, 0)
                    found.append(pid)
            except OSError:
                pass
        return found
    """
    others = (CALLS, PATHS)
    assert attack("full", ("inside own_processes", *others), body)
    assert attack("full", others, body) == []


def test_own_network(attack: Attack) -> None:
    body = "import socket\nsocket.create_connection(('127.0.0.1', given[0]), 2)\nreturn 'out'"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert attack("full", (CALLS, PATHS, "own_network"), body, port) == "out"
        with pytest.raises(Crashed, match=r"OSError|ConnectionRefused"):
            attack("full", (CALLS, PATHS), body, port)


def test_own_messages(attack: Attack) -> None:
    libc = ctypes.CDLL(None)
    key = 0x6772_0000 + os.getpid() % 0xFFFF
    shared = libc.shmget(key, 4096, 0o1000 | 0o666)
    assert shared >= 0
    body = "import ctypes\nreturn ctypes.CDLL(None).shmget(given[0], 0, 0) >= 0"
    try:
        assert attack("full", (CALLS, "own_messages"), body, key) is True
        assert attack("full", (CALLS,), body, key) is False
    finally:
        libc.shmctl(shared, 0, None)


RENAME = """
    import ctypes
    if given:
        return ctypes.CDLL(None).sethostname(given[0].encode(), len(given[0]))
    return os.uname().nodename
"""


def _leaks(launcher: IsolatedLauncher, spec: RunnerSpec, *given: Any) -> tuple[Any, Any]:
    """Return what one submission got, and what the next one finds."""
    found = []
    for arguments in (given, ()):
        session = Session(launcher, spec)
        found.append(session.call("net/submission.py", "attack", arguments).value)
        session.close()
    return found[0], found[1]


def test_own_name(
    launchers: Callable[..., IsolatedLauncher], spec: Callable[..., RunnerSpec]
) -> None:
    others = (CALLS, "no_capabilities", "inside own_users")
    off = launchers("full", *others, "inside own_name")
    session = Session(off, spec(RENAME))
    assert session.call("net/submission.py", "attack", ["renamed"]).value == 0
    # The child that stood ready had been forked before; it shares the name all the same.
    session.close()
    session = Session(off, spec(RENAME))
    assert session.call("net/submission.py", "attack", []).value == "renamed"
    session.close()
    assert _leaks(launchers("full", *others), spec(RENAME), "renamed") == (0, os.uname().nodename)


def test_own_users(
    launchers: Callable[..., IsolatedLauncher], spec: Callable[..., RunnerSpec]
) -> None:
    others = (CALLS, "no_capabilities", "inside own_name")
    off = launchers("full", *others, "inside own_users")
    assert _leaks(off, spec(RENAME), "renamed") == (0, "renamed")
    assert _leaks(launchers("full", *others), spec(RENAME), "renamed") == (
        -1,
        os.uname().nodename,
    )


def test_own_scratch(
    launchers: Callable[..., IsolatedLauncher], spec: Callable[..., RunnerSpec]
) -> None:
    body = """
        if given:
            open("/box/left", "w").write("for a friend")
        return os.path.exists("/box/left")
    """
    assert _leaks(launchers("full", "own_scratch"), spec(body), 1) == (True, True)
    assert _leaks(launchers("full"), spec(body), 1) == (True, False)


def test_own_scratch_has_a_size(attack: Attack) -> None:
    many = """
        for number in range(5000):
            open(f"{number}", "w").close()
        return number
    """
    large = """
        for number in range(40):
            open(f"{number}", "wb").write(bytes(1 << 20))
        return number
    """
    assert attack("full", ("own_scratch", "resource_limits"), large) == 39
    for body in (many, large):
        with pytest.raises(OverLimit, match="more than there is room for: 8 MiB, in 512 files"):
            attack("full", (), body)


def test_without_mounts_of_its_own_nothing_runs(attack: Attack) -> None:
    with pytest.raises(GraderError, match="own_scratch"):
        attack("full", ("inside own_mounts",), "return 1")


@pytest.mark.parametrize(
    "body",
    [
        """
        import threading, time
        threading.stack_size(1 << 16)
        for _ in range(100):
            threading.Thread(target=time.sleep, args=(1,)).start()
        return 'got it'
        """,
        "files = [open('/dev/null') for _ in range(500)]\nreturn 'got it'",
        "import resource\nresource.setrlimit(resource.RLIMIT_CORE, (2, 2))\nreturn 'got it'",
    ],
)
def test_resource_limits(attack: Attack, body: str) -> None:
    if "CORE" not in body:
        assert attack("full", ("resource_limits",), body) == "got it"
    sentences = r"could not start another thread|more than 64 files open|not allowed|exceed"
    with pytest.raises((Crashed, OverLimit), match=sentences):
        attack("full", (), body)


CRASH = """
import os, resource, sys
from grader.sandbox.steps import no_core_dump
from grader.sandbox.steps.kernel import prctl
from grader.sandbox.steps.limits import PR_SET_DUMPABLE

# Whatever this test inherits: the step alone is to be seen.
prctl(PR_SET_DUMPABLE, 1)
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
os.chdir(sys.argv[1])
if sys.argv[2] == "on":
    no_core_dump(None)
os.abort()
"""


@pytest.mark.parametrize("step", ["on", "off"])
def test_no_core_dump(tmp_path: Path, step: str) -> None:
    command = [sys.executable, "-c", CRASH, str(tmp_path), step]
    pid = os.posix_spawn(sys.executable, command, os.environ)
    status = os.waitpid(pid, 0)[1]
    assert os.WTERMSIG(status) == signal.SIGABRT
    if step == "on":
        assert not os.WCOREDUMP(status)
        assert not list(tmp_path.iterdir())
    elif not Path("/proc/sys/kernel/core_pattern").read_text().startswith(("/", "|")):
        assert os.WCOREDUMP(status)
        assert list(tmp_path.glob("core*"))


@pytest.mark.parametrize("level", ["full", "reduced"])
def test_a_runner_cannot_have_its_core_dumped(attack: Attack, level: str) -> None:
    body = """
        import ctypes, resource
        libc = ctypes.CDLL(None)
        asked = libc.prctl(4, 1, 0, 0, 0)
        return resource.getrlimit(resource.RLIMIT_CORE), asked
    """
    assert attack(level, (), body) == ((1, 1), -1)


def test_no_capabilities(attack: Attack) -> None:
    body = """
        import ctypes
        return ctypes.CDLL(None).mount(b"tmpfs", b"/box/home", b"tmpfs", 0, None)
    """
    assert attack("full", (CALLS, PATHS, "no_capabilities"), body) == 0
    assert attack("full", (CALLS, PATHS), body) == -1


def test_no_new_privileges(attack: Attack) -> None:
    body = "import ctypes\nreturn ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)"
    others = (CALLS, PATHS)
    assert attack("full", ("no_new_privileges", *others), body) == 0
    assert attack("full", others, body) == 1


def test_nothing_inherited(attack: Attack) -> None:
    body = """
        found = 0
        for file in range(3, 60):
            try:
                os.fstat(file)
                found += 1
            except OSError:
                pass
        return found
    """
    assert attack("full", ("nothing_inherited",), body) > 1
    assert attack("full", (), body) == 1


def test_another_user(attack: Attack, shared_stubs: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("root: only root has another user to become")
    (shared_stubs / "roots").write_text("root's own")
    (shared_stubs / "roots").chmod(0o600)
    body = "return open('/stubs/roots').read()"
    assert attack("full", ("another_user",), body) == "root's own"
    with pytest.raises(Crashed, match="PermissionError"):
        attack("full", (), body)


def _gone(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.parametrize("off", [True, False])
def test_own_session(
    launchers: Callable[..., IsolatedLauncher], spec: Callable[..., RunnerSpec], off: bool
) -> None:
    launcher = launchers("reduced", CALLS, PATHS, *(["own_session"] if off else []))
    session = Session(launcher, spec("os.kill(0, 9)"))
    if off:
        with pytest.raises(RunnerKilled):  # with the zygote
            session.call("net/submission.py", "attack", [])
    else:
        with pytest.raises(Crashed, match="SIGKILL"):
            session.call("net/submission.py", "attack", [])
    session.close()


@pytest.mark.parametrize("off", [True, False])
def test_die_with_parent_and_die_first(
    launchers: Callable[..., IsolatedLauncher], spec: Callable[..., RunnerSpec], off: bool
) -> None:
    steps = ("die_with_parent", "die_first")
    launcher = launchers("reduced", *(steps if off else ()))
    process = launcher.start(spec("return 1"))
    pid = process._pid
    assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) == (0 if off else 1000)
    parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(parent, 9)
    assert _gone(pid, 0.3 if off else 60.0) is not off
    assert process.end().by_others
    assert _gone(pid, 60.0)
