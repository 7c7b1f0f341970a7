"""The hostile corpus, graded for real: each case gets what it deserves, and nothing else happens.

Each folder in `tests/hostile` with an ``expect.toml`` is a submission that attacks the grader, its
checks or its neighbours. At each level of isolation it is graded by one judge in one row: an
attack, an honest control, an attack, and so on, beside a bystander that runs all the while. A case
tells what it got hold of by printing ``OBTAINED``; ``hints.py`` tells it what it would have to
search for.

``expect.toml`` has `about`, `group`, `score` (of 5; the honest file beside the attack is worth one
of them) and where they say more `calls` (the score of the second exercise), `checks` (their
outcomes), `limit`, `message` and `printed` (patterns), `limits`, and `lines` (files of so many
lines that are too long to keep here). A table ``[none]`` says what is different where nothing holds
the attack: with `obtained` it gets what it wants, which shows that it is one (``perhaps`` where
that depends on the machine); without the table it is not run there.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import grader
from grader.course import Course, load_course
from grader.judge import Judge
from grader.results import (
    ExerciseResult,
    Outcome,
    SubmissionResult,
    Usage,
    from_json,
    to_json,
)
from grader.sandbox.doctor import LEVELS, make_launcher, obstacle
from grader.sandbox.launcher import Order
from grader.sandbox.steps.kernel import prctl
from grader.sandbox.steps.privileges import UNUSED_ID
from grader.sealed import Sealed
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.launcher import Launcher

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the attacks are on Linux")

HERE = Path(__file__).parent / "hostile"
CONTROLS = ("right", "one_by_one", "squares", "misspelt", "not_written")
GROUPS = {"forging", "reading", "escaping", "staying", "exhausting", "breaking"}
SALT = b"grains of the salt: thirteen thin thorns"
TOKEN = "a token of the judge: fifteen fine feathers"  # noqa: S105  (what attacks look for)
SECRETS = (
    "seven silver spoons",
    "eleven empty env",
    "nine noble nee",
    "een thin tho",
    "fine feathers",
)
MARK = f"hostile-{os.getpid()}"
KEY = 0x6873_0000 + os.getpid() % 0xFFFF
PR_SET_CHILD_SUBREAPER = 36
SETTLE_SECONDS = 5.0
# Of the judge's own processor: what a submission can make it do.
JUDGE_CPU_SECONDS = 6.0
WALL_SECONDS = 40.0

CASES = {path.parent.name: tomllib.loads(path.read_text()) for path in HERE.glob("*/expect.toml")}


def at(name: str, level: str) -> dict[str, Any]:
    """Return what is expected of a case at a level."""
    case = {key: value for key, value in CASES[name].items() if key not in LEVELS}
    here = CASES[name].get(level, {})
    if here.get("obtained"):
        case.pop("printed", None)
    return {"obtained": False, "left": False, **case, **here}


def levels_of(name: str) -> list[str]:
    return [level for level in LEVELS if level != "none" or "none" in CASES[name]]


# ---------------------------------------------------------------------------- the machine


def processes() -> dict[int, str]:
    """Return the pid and the name of all that descends from this process, with its state."""
    parents: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
            state, parent = rest.split()[:2]
            if state == "Z" and int(parent) == os.getpid():
                # An orphan that came to us in place of the machine's first process.
                os.waitpid(int(folder.name), os.WNOHANG)
                continue
            parents[int(folder.name)] = int(parent), f"{name} {state}"
    found = {os.getpid()}
    while more := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= more
    return {pid: parents[pid][1] for pid in found - {os.getpid()}}


def traces() -> list[str]:
    """Return what of the attacks lies in places that outlive them."""
    found = [
        str(path)
        for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108
        for path in (Path(folder).iterdir() if Path(folder).is_dir() else ())
        if MARK in path.name
    ]
    for kind in ("shm", "sem", "msg"):
        table = Path("/proc/sysvipc", kind)
        if table.exists() and re.search(rf"^\s*{KEY}\s", table.read_text(), re.MULTILINE):
            found.append(f"{kind} {KEY}")
    abstract = Path("/proc/net/unix").read_text()
    return found + [line for line in abstract.splitlines() if f"@{MARK}-left" in line]


@dataclass
class World:
    """What an attack could reach if it were let: files, servers, a bystander."""

    place: Path
    stack: contextlib.ExitStack
    tcp: socket.socket = field(init=False)
    servers: list[socket.socket] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Lay everything out where every user can get at it."""
        for parent in (self.place, *self.place.parents):
            if parent.name.startswith("pytest-"):
                parent.chmod(0o755)
        self.place.chmod(0o755)
        shutil.copytree(HERE / "course", self.place / "course")
        shutil.copytree(HERE / "controls", self.place / "class")
        for name in ("open", "tmp"):
            (self.place / name).mkdir()
            (self.place / name).chmod(0o777)
        (self.place / "salt").write_bytes(SALT)
        self.mine = self.place / "mine.txt"
        self.mine.write_text("not to be touched")
        self.mine.chmod(0o644)
        if os.geteuid() == 0:
            # As it is for an ordinary user: what he owns belongs to who attacks as well.
            os.chown(self.mine, UNUSED_ID, UNUSED_ID)
        self.tcp = self._serve(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = self._serve(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._serve(socket.AF_UNIX, socket.SOCK_STREAM, str(self.place / "unix"))
        (self.place / "unix").chmod(0o777)
        self._serve(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{MARK}-server")
        libc = ctypes.CDLL(None)
        shared = libc.shmget(KEY - 1, 4096, 0o1000 | 0o666)
        self.stack.callback(libc.shmctl, shared, 0, None)
        self.hints: dict[str, Any] = {
            "COURSE": str(self.place / "course"),
            "CLASS": str(self.place / "class"),
            "OPEN": str(self.place / "open"),
            "MINE": str(self.mine),
            "SALT": str(self.place / "salt"),
            "PACKAGE": str(Path(grader.__file__).parent),
            "JUDGE": os.getpid(),
            "PORT": self.tcp.getsockname()[1],
            "UDP_PORT": udp.getsockname()[1],
            "UNIX": str(self.place / "unix"),
            "ABSTRACT": f"\0{MARK}-server",
            "KEY": KEY,
            "SHARED_KEY": KEY - 1,
            "MARK": MARK,
        }

    def _serve(self, family: int, kind: int, address: Any) -> socket.socket:
        server = self.stack.enter_context(socket.socket(family, kind))
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.setblocking(False)
        self.servers.append(server)
        return server

    def visitors(self) -> int:
        """Return how many have come to the servers since the last time."""
        count = 0
        for server in self.servers:
            with contextlib.suppress(BlockingIOError):
                while True:
                    if server.type == socket.SOCK_STREAM:
                        server.accept()[0].close()
                    else:
                        server.recv(100)
                    count += 1
        return count

    def untouched(self) -> bool:
        """Say whether the file is as it was."""
        mode = self.mine.stat().st_mode & 0o777
        return mode == 0o644 and self.mine.read_text() == "not to be touched"


# ---------------------------------------------------------------------------- one level


@dataclass
class Graded:
    """A result, and what grading it cost and left."""

    result: SubmissionResult
    wall_seconds: float
    judge_seconds: float
    left: list[str]
    visitors: int

    @property
    def printed(self) -> str:
        """All that it has written."""
        return "\n".join(check.printed for e in self.result.exercises for check in e.checks)


class Arena:
    """One judge and one launcher, in which everything of one level is graded."""

    def __init__(self, level: str, world: World) -> None:
        self.level = level
        self.world = world
        self.course = load_course(world.place / "course")
        self.turn = 0
        launcher = make_launcher(level)
        self.alone = {name: timeless(self._grade(launcher, control(name))) for name in CONTROLS}
        launcher.close()
        self.before, self.known_traces = processes(), traces()
        self.launcher = make_launcher(level)
        self.bystander = self._bystander()
        self._grade(self.launcher, control("right"))
        self.family = len(self._settled(0))
        self.fds, self.known_files = self._open_files(), self._files()

    def _bystander(self) -> Session:
        exercise = self.course.exercises[0]
        files = control("right").files
        order = Order(
            files=files,
            folder=exercise.folder,
            stubs=self.course.stubs,
            profile=exercise.profile,
            limits=replace(exercise.limits, exercise_wall_seconds=600.0),
        )
        session = Session(self.launcher, order)
        session.call("work/attack.py", "double", [1.0])
        return session

    def attack(self, name: str) -> Graded:
        """Grade a case, and look around before and after it."""
        limits = CASES[name].get("limits", {})
        exercises = tuple(
            replace(e, limits=replace(e.limits, **limits)) for e in self.course.exercises
        )
        course = Course(self.course.title, self.course.root, self.course.digest, exercises)
        wall, cpu = time.monotonic(), time.process_time()
        result = self._grade(self.launcher, self._case(name), course)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        return Graded(result, wall, cpu, self._left(), self.world.visitors())

    def turn_of_a_control(self) -> bool:
        """Say whether an honest submission comes next: always, but for a level of slow starts."""
        self.turn += 1
        return self.level != "none" or self.turn % 3 == 0

    def control(self) -> tuple[str, SubmissionResult]:
        """Grade the next honest submission."""
        name = CONTROLS[self.turn % len(CONTROLS)]
        return name, timeless(self._grade(self.launcher, control(name)))

    def _grade(
        self, launcher: Launcher, sealed: Sealed, course: Course | None = None
    ) -> SubmissionResult:
        return Judge(course or self.course, launcher, salt=SALT).grade(sealed)

    def _case(self, name: str) -> Sealed:
        process: Any = self.bystander._runners._line.process  # type: ignore[union-attr]
        sibling = process._pid if self.level != "none" else process._process.pid
        hints = {**self.world.hints, "SIBLING": sibling, "SIBLING_ROOT": process.root}
        text = "".join(f"{key} = {value!r}\n" for key, value in hints.items())
        files = {"tools.py": (HERE / "tools.py").read_bytes(), "hints.py": text.encode()}
        long = {path: b"#\n" * lines for path, lines in CASES[name].get("lines", {}).items()}
        return Sealed(name, {**files, **long, **submission(HERE / name)})

    def bystander_is_well(self) -> bool:
        """Say whether the submission that runs all the while still answers."""
        return bool(self.bystander.call("work/attack.py", "double", [2.0]).value == 4.0)

    def _left(self) -> list[str]:
        """Return what an attack has left, and take it away."""
        settled = self._settled(self.family)
        extra = len(settled) - self.family
        left = [f"processes: {settled}"] if extra else []
        if self.level == "none" and extra:
            self._clean_up(settled)
        if (now := self._settled_files()) != self.fds:
            left.append(f"open files: {self.fds}, now {now}")
        left += sorted(set(traces()) - set(self.known_traces))
        left += sorted(self._files() - self.known_files)
        for path in left:
            if path.startswith("/"):
                Path(path).unlink(missing_ok=True)
        libc = ctypes.CDLL(None)
        libc.shmctl(libc.shmget(KEY, 0, 0), 0, None)
        return left

    def _settled(self, count: int) -> dict[int, str]:
        """Return the processes of this level when they are so many, or when the time is up."""
        patience = SETTLE_SECONDS if self.level != "none" else 1.0
        until = time.monotonic() + (patience if count else 0.3)
        while True:
            now = {p: name for p, name in processes().items() if p not in self.before}
            zombies = [name for name in now.values() if name.endswith(" Z")]
            if (len(now) == count and not zombies) or time.monotonic() > until:
                return now
            time.sleep(0.01)

    def _settled_files(self) -> list[int]:
        """Return how many files are open when they are as many as before, or the time is up."""
        until = time.monotonic() + (SETTLE_SECONDS if self.level != "none" else 1.0)
        while (now := self._open_files()) != self.fds and time.monotonic() < until:
            time.sleep(0.01)  # what starts runners may be making the next one
        return now

    def _clean_up(self, found: dict[int, str]) -> None:
        process: Any = self.bystander._runners._line.process  # type: ignore[union-attr]
        for pid in found.keys() - {process._process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _open_files(self) -> list[int]:
        """Return how many files each of us has open, as far as one may know."""
        counts = [len(list(Path("/proc/self/fd").iterdir()))]
        zygotes: dict[str, Any] = getattr(self.launcher, "_zygotes", {})
        for zygote in zygotes.values():
            guard = zygote._process.pid
            first = Path(f"/proc/{guard}/task/{guard}/children").read_text().split()[0]
            for pid in (guard, first):
                with contextlib.suppress(OSError):
                    counts.append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
        return counts

    def _files(self) -> set[str]:
        place = self.world.place
        return {str(path) for name in ("open", "tmp") for path in (place / name).iterdir()}

    def close(self) -> list[str]:
        """End everything and return what is left."""
        self.bystander.close()
        self.launcher.close()
        left = [f"process {name}" for name in self._settled(0).values()]
        return left + sorted(set(traces()) - set(self.known_traces))


def submission(folder: Path) -> dict[str, bytes]:
    """Return a submission's files, with an honest file beside the attack."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "expect.toml" and "__pycache__" not in path.parts
    }
    return {"work/neighbour.py": (HERE / "neighbour.py").read_bytes(), **files}


def control(name: str) -> Sealed:
    return Sealed(name, submission(HERE / "controls" / name))


def timeless(result: SubmissionResult) -> SubmissionResult:
    """Return the result without what varies from run to run."""

    def of(exercise: ExerciseResult) -> ExerciseResult:
        usage = Usage(calls=exercise.usage.calls, restarts=exercise.usage.restarts)
        checks = tuple(replace(check, wall_seconds=0.0) for check in exercise.checks)
        return replace(exercise, checks=checks, usage=usage)

    return replace(result, exercises=tuple(map(of, result.exercises)))


class Arenas:
    """The arenas of all levels, of which one is open at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: Arena | None = None
        self.left: dict[str, list[str]] = {}

    def at(self, level: str) -> Arena:
        """Return the arena of a level; that of the level before is closed."""
        if self._open is None or self._open.level != level:
            self.close()
            if problem := why_not(level):
                pytest.skip(f"level {level} cannot be had here: {problem}")
            self._open = Arena(level, self._world)
        return self._open

    def close(self) -> None:
        """Close the one that is open and keep what was left by it."""
        if self._open is not None:
            self.left[self._open.level] = self._open.close()
            self._open = None


why_not = functools.cache(obstacle)


@pytest.fixture(scope="module")
def arenas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arenas]:
    """Make the arenas; whoever loses his parent comes to us, and so is seen."""
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTILE_TOKEN", TOKEN)
        world = World(tmp_path_factory.mktemp("hostile"), stack)
        patch.setattr(tempfile, "tempdir", str(world.place / "tmp"))
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        stack.callback(prctl, PR_SET_CHILD_SUBREAPER, 0)
        made = Arenas(world)
        stack.callback(made.close)
        yield made


# ---------------------------------------------------------------------------- the tests

ALL = [(level, name) for level in LEVELS for name in sorted(CASES) if level in levels_of(name)]


@pytest.mark.parametrize(("level", "name"), ALL)
def test_it_gets_what_it_deserves_and_leaves_nothing(arenas: Arenas, level: str, name: str) -> None:
    arena, wanted = arenas.at(level), at(name, level)
    graded = arena.attack(name)
    result = graded.result
    shown = [
        (c.id, str(c.outcome), c.message, c.printed) for e in result.exercises for c in e.checks
    ]
    work, calls = result.exercises
    assert (work.score, calls.score) == (wanted["score"], wanted.get("calls", 0)), shown
    assert not any(outcome == Outcome.GRADER_ERROR for _, outcome, _, _ in shown), shown

    obtained = "OBTAINED" in graded.printed or bool(graded.visitors)
    assert wanted["obtained"] in (obtained, "perhaps"), shown
    found = [secret for secret in SECRETS if secret.encode() in to_json(result)]
    assert wanted["obtained"] or not found, found
    assert bool(graded.left) == wanted["left"], graded.left

    outcomes = {c.id.rpartition(".")[2]: str(c.outcome) for e in result.exercises for c in e.checks}
    assert outcomes | wanted.get("checks", {}) == outcomes, shown
    limits = {c.limit for e in result.exercises for c in e.checks}
    assert "limit" not in wanted or wanted["limit"] in limits, shown
    messages = "\n".join(c.message for e in result.exercises for c in e.checks)
    assert re.search(wanted.get("message", ""), messages), shown
    assert re.search(wanted.get("printed", ""), graded.printed), shown
    assert from_json(to_json(result), SubmissionResult) == result
    assert graded.judge_seconds < JUDGE_CPU_SECONDS
    assert graded.wall_seconds < WALL_SECONDS

    assert arena.world.untouched()
    assert arena.bystander_is_well()
    if arena.turn_of_a_control():
        honest, its_result = arena.control()
        assert its_result == arena.alone[honest], name


def test_at_the_end_nothing_is_left(arenas: Arenas) -> None:
    arenas.close()
    assert arenas.left
    assert not any(arenas.left.values()), arenas.left


def test_controls_are_right_and_wrong_in_several_ways() -> None:
    course = load_course(HERE / "course")
    launcher = make_launcher("none")
    judge = Judge(course, launcher, salt=SALT)
    scores = [judge.grade(control(name)).score for name in CONTROLS]
    assert scores == [6, 5, 1, 3, 1]


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can become somebody else"
)
def test_it_holds_for_an_ordinary_user_too() -> None:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    ordinary = Path(__file__).parent / "sandbox" / "ordinary.py"
    wanted = "(reading or escaping or staying or nothing_is_left) and not none"
    run = subprocess.run(
        [sys.executable, str(ordinary), *command, "-k", wanted],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=HERE.parents[1],
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_the_corpus_is_whole() -> None:
    assert len(CASES) >= 80
    assert {case["group"] for case in CASES.values()} == GROUPS
    for name, case in CASES.items():
        assert name.startswith(case["group"]), name
        assert case["about"], name
        for path in (HERE / name).rglob("*.py"):
            assert path.read_text().lstrip().startswith('"""'), path
