"""Kill what grades a class, at random moments; say whether anything is lost, doubled or different.

A small class is graded into a gradebook by separate commands. At a random moment one of their
processes is killed: the command, a worker, a zygote, a runner, or the database server. Then the
command runs again, until it finishes undisturbed. Adds `kills`, `lost`, `doubled` and `different`
to `build/bench.json`. The same seed makes the same choices; the effect also depends on the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import re
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_numbers import keep
from compared_results import compared, differences
from kills_class import make
from private_postgresql import PrivateServer, programs
from sqlalchemy import NullPool, create_engine, inspect, text

from grader.cli.main import main as grader
from grader.gradebook import Gradebook, stored
from grader.results import to_json
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SEED = 20261130
COUNT = 200
# A launcher passes variables with this prefix on to every process that it starts.
MARK = "OPENBLAS_MARK_OF_A_KILL"
PATIENCE_SECONDS = 300.0
# The share of stories with two workers; they are slow, since their processes start anew each time.
WITH_WORKERS = 0.25
ON_A_SERVER = 0.3


@dataclass
class Tally:
    """The findings so far."""

    kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or different."""
        return not (self.lost or self.doubled or self.different)


@dataclass(kw_only=True)
class Story:
    """A class that is graded into a new book and a new folder, with kills."""

    folder: Path
    place: str
    level: str
    workers: int
    server: PrivateServer | None = None
    parts: tuple[str, ...] = ()  # of what is killed: one is chosen each time

    @property
    def out(self) -> Path:
        """The folder of the reports."""
        return self.folder / "reports"

    def start(self, mark: str) -> int:
        """Start the command in its own process, and return the process number."""
        sys.stdout.flush()
        if pid := os.fork():
            return pid
        try:
            os.setsid()
            said = os.open(self.folder / "said", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(said, 1)
            os.dup2(said, 2)
            os.environ[MARK] = mark
            code = grader(self.command())
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        except BaseException:  # noqa: BLE001 - nothing may come back from here
            traceback.print_exc()
            os._exit(70)

    def command(self) -> list[str]:
        """Return the command's arguments."""
        world = self.folder.parent
        return [
            *("grade", str(world / "class"), "--course", str(world / "course")),
            *("--out", str(self.out), "--gradebook", self.place),
            *("--workers", str(self.workers), "--isolation", self.level),
        ]

    def said(self) -> str:
        """Return the output of the last command."""
        return (self.folder / "said").read_text(encoding="utf-8", errors="replace")


def marked(mark: str) -> list[int]:
    """Return the live processes that carry a mark."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(folder.name)
            if f"{MARK}={mark}".encode() not in (folder / "environ").read_bytes():
                continue
            if (folder / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                found.append(pid)
    return found


def rows_of(place: str) -> dict[str, set[tuple[Any, ...]]]:
    """Return the rows of a book that hold results and grades."""
    if "://" not in place and not Path(place).exists():
        return {"results": set(), "grades": set()}
    url = place if "://" in place else f"sqlite:///{place}"
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        if "results" not in inspect(connection).get_table_names():
            return {"results": set(), "grades": set()}
        results = connection.execute(
            text("SELECT id, student, counts, graded_at, fingerprint, withheld FROM results")
        )
        grades = connection.execute(
            text(
                "SELECT g.id, s.content_key, g.exercise, g.stamp, g.withheld FROM exercise_grades g"
                " JOIN submissions s ON s.id = g.submission_id"
            )
        )
        return {"results": set(map(tuple, results)), "grades": set(map(tuple, grades))}


def doubled(rows: Mapping[str, set[tuple[Any, ...]]]) -> list[str]:
    """Return the entries that are graded twice; results withheld by a grader error do not count."""
    found = Counter(row[1:3] for row in rows["results"] if not row[5])
    found += Counter(row[1:4] for row in rows["grades"] if not row[4])
    return [f"{what}: {count} times" for what, count in found.items() if count > 1]


def lost(
    story: Story,
    before: Mapping[str, set[tuple[Any, ...]]],
    now: Mapping[str, set[tuple[Any, ...]]],
) -> list[str]:
    """Return the finished entries that are missing from the book."""
    found = [f"{kind}: {row}" for kind in before for row in before[kind] - now[kind]]
    there = {row[1] for row in now["results"]}
    told = set(re.findall(r"^\[\d+/\d+\] (.*)$", story.said(), re.MULTILINE))
    shown = {path.parent.name for path in story.out.glob("*/index.html")}
    return found + [f"{name} was done" for name in sorted((told | shown) - there)]


def state(story: Story) -> dict[str, bytes]:
    """Return all that the grading wrote, without the data that differ every time."""
    files = {
        str(path.relative_to(story.out)): path.read_bytes()
        for path in sorted(story.out.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
    with Gradebook(story.place) as book:
        files |= {f"the book, {one.student}": to_json(one) for one in book.results()}
        with book.database.reading() as connection:
            numbers = connection.execute(text("SELECT id FROM submissions")).scalars().all()
            digests = sorted(stored(connection, number, "").digest for number in numbers)
            files["the book's files"] = " ".join(digests).encode()
            for table in ("people", "identities", "contents", "submissions", "submission_files"):
                count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608 - named above
                files[f"the book's {table}"] = str(count).encode()
    return {name: compared(content) for name, content in files.items()}


def disturbed(story: Story, seconds: float, chance: random.Random) -> tuple[str, int]:
    """Run the command, kill a part of it at a random moment; return the part and the exit code."""
    mark = secrets.token_hex(8)
    command = story.start(mark)
    time.sleep(chance.uniform(0.02, seconds))
    what = chance.choice(story.parts)
    victims = marked(mark)
    if what == "part" and not victims:
        what = "command"
    done, status = os.waitpid(command, os.WNOHANG)
    if done:
        what = "nothing: it had ended"
    elif what == "command":
        os.kill(command, signal.SIGKILL)
    elif what == "part":
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(sorted(victims)), signal.SIGKILL)
    elif story.server is not None:
        story.server.kill()
    if not done:
        _, status = os.waitpid(command, 0)
    until = time.monotonic() + PATIENCE_SECONDS
    while (left := marked(mark)) and time.monotonic() < until:
        time.sleep(0.05)  # to look through all processes takes 5 ms of a processor
    if what == "server" and story.server is not None:
        story.server.start()
    return ("outlived" if left else what), os.waitstatus_to_exitcode(status)


def told(
    story: Story, undisturbed: Mapping[str, bytes], seconds: float, tally: Tally,
    chance: random.Random, most: int,
) -> None:  # fmt: skip
    """Grade a class to its end, with a few kills, and record the findings."""
    before = rows_of(story.place)
    code = -1
    for _ in range(min(most, chance.randint(1, 4))):
        what, code = disturbed(story, seconds, chance)
        tally.kills[what] += not what.startswith("nothing")
        now = rows_of(story.place)
        where = f"{story.folder.name}, {what} killed, ended with {code}"
        tally.lost += [f"{where}: {one}" for one in lost(story, before, now)]
        tally.doubled += [f"{where}: {one}" for one in doubled(now)]
        if code > 2:
            tally.different.append(f"{where}: {story.said()}")
        before = now
        if code == 0:
            break
    if code:
        _, status = os.waitpid(story.start("undisturbed"), 0)
        if code := os.waitstatus_to_exitcode(status):
            tally.different.append(f"{story.folder.name} ended with {code}: {story.said()}")
    now = rows_of(story.place)
    tally.lost += [f"{story.folder.name}: {one}" for one in lost(story, before, now)]
    tally.doubled += [f"{story.folder.name}: {one}" for one in doubled(now)]
    found = differences(undisturbed, state(story))
    tally.different += [f"{story.folder.name}: {one}" for one in found]


def stories(
    world: Path, server: PrivateServer | None, chance: random.Random, *, quick: bool
) -> Iterator[Story]:
    """Yield classes to grade, without end.

    With `quick` they have no workers, and a few of them have each kind of kill: in the second one
    and each second after it the server is killed, in the others a command or a part of it.
    """
    number = 0
    with_workers = 0.0 if quick else WITH_WORKERS
    levels = [best_level()] if quick else ["none", best_level()]
    while True:
        folder = world / f"story-{number}"
        folder.mkdir()
        on_server = server is not None and (
            number % 2 == 1 if quick else chance.random() < ON_A_SERVER
        )
        parts: tuple[str, ...] = ("command", "command", "part", "server" if on_server else "part")
        if quick:
            parts = ("server",) if on_server else ("command", "part")
        place = str(folder / "book.sqlite")
        if on_server and server is not None:
            place = server.create(f"story_{number}")
        workers = 2 if chance.random() < with_workers else 1
        yield Story(
            folder=folder, place=place, workers=workers, server=server if on_server else None,
            level=chance.choice(levels), parts=parts,
        )  # fmt: skip
        number += 1


def timed(story: Story) -> tuple[dict[str, bytes], float]:
    """Grade undisturbed; return the resulting state and the seconds it took."""
    begun = time.monotonic()
    _, status = os.waitpid(story.start("undisturbed"), 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(story.said())
    return state(story), time.monotonic() - begun


def try_out(options: argparse.Namespace, server: PrivateServer | None) -> Tally:
    """Kill as often as `options` asks, within its time limit."""
    chance, tally = random.Random(options.seed), Tally()  # noqa: S311 - no secret
    until = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="grader-kills-") as folder:
        world = Path(folder)
        make(world)
        known: dict[tuple[str, int], tuple[dict[str, bytes], float]] = {}
        for story in stories(world, server, chance, quick=options.quick):
            if not known:  # imports and compiled files are then ready for all stories
                with contextlib.redirect_stdout(io.StringIO()):
                    grader([*story.command(), "--trial"])
                shutil.rmtree(story.out)
            kind = (story.level, story.workers)
            if kind not in known:
                known[kind] = timed(story)
                continue
            undisturbed, seconds = known[kind]
            left = options.count - tally.kills.total()
            told(story, undisturbed, seconds, tally, chance, left)
            is_enough = tally.kills.total() >= options.count or time.monotonic() > until
            if is_enough or tally.kills["outlived"]:
                break
    return tally


def main() -> int:
    """Kill, print the findings, and fail if there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=COUNT, help="how many kills (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of all choices (%(default)s)")
    parser.add_argument("--minutes", type=float, default=600.0, help="at most (%(default)s)")
    parser.add_argument("--no-server", action="store_true", help="only gradebooks in files")
    parser.add_argument("--quick", action="store_true", help="at one level, without workers")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        server = None
        if not options.no_server and programs():
            server = stack.enter_context(PrivateServer())
        tally = try_out(options, server)
    for kind in ("lost", "doubled", "different"):
        for one in getattr(tally, kind):
            print(f"{kind}: {one}")
    numbers = {kind: float(len(getattr(tally, kind))) for kind in ("lost", "doubled", "different")}
    kills = tally.kills.total()
    print(json.dumps({"seed": options.seed, "kills": kills, **numbers, "of": tally.kills}))
    if kills >= COUNT or options.count == COUNT:
        keep({"kills": float(kills), **numbers})
    return 0 if tally.is_good and not tally.kills["outlived"] else 1


if __name__ == "__main__":
    sys.exit(main())
