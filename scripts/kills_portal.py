"""Kill a portal under load, at random moments; say whether a hand-in is lost, or graded twice.

Students hand in all the time. At a random moment the server is killed, or one of its processes: the
reception, a worker, a zygote, a runner. A student whose hand-in was not acknowledged sends the same
form again. Then the portal is told to stop while they go on: it has to end in good order, with
nothing that is still being graded, and is started again. In the end all that was acknowledged has
to be graded once, with the files that were sent. Adds `portal_kills`, `portal_lost` and
`portal_doubled` to `build/bench.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from bench_numbers import keep
from kills_class import HALF, RIGHT, make
from portal_driver import RunningPortal, hand_in, people
from sqlalchemy import func, select

from grader.gradebook import Gradebook, stored
from grader.gradebook.hand_ins import hand_in_of
from grader.gradebook.models import Attempt, Result
from grader.gradebook.portal_models import HandIn

COUNT = 50
SEED = 20261130
STUDENTS = 6
SERVER = 0.6  # of the kills
PATIENCE_SECONDS = 300.0
FILES = {"1": ("double.py", RIGHT), "2": ("halve.py", HALF)}


@dataclass
class Sent:
    """What students sent, and what was acknowledged.

    Attributes
    ----------
    acknowledged : dict of int to tuple
        For each number the person's row, the file and its content.
    """

    acknowledged: dict[int, tuple[int, str, bytes]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)

    def student(self, address: str, person: int, token: str, chance: random.Random) -> None:
        """Hand in, again and again, and what was not acknowledged once more."""
        with httpx.Client(base_url=address, timeout=30) as client:
            while not self.stop.is_set():
                exercise = chance.choice(sorted(FILES))
                name, text = FILES[exercise]
                content = f"{text}# {secrets.token_hex(8)}\n".encode()
                self._send(client, person, token, exercise, name, content)
                self.stop.wait(chance.uniform(0.0, 0.4))

    def _send(
        self,
        client: httpx.Client,
        person: int,
        token: str,
        exercise: str,
        name: str,
        content: bytes,
    ) -> None:
        once = secrets.token_urlsafe(12)
        while True:
            try:
                number = hand_in(client, token, [(name, content)], exercise, once)
            except httpx.HTTPStatusError as error:
                if error.response.status_code not in (429, 503):
                    with self.lock:
                        self.wrong.append(str(error))
                    return
            except httpx.HTTPError:
                pass  # it was killed: nothing was acknowledged
            else:
                with self.lock:
                    before = self.acknowledged.setdefault(number, (person, name, content))
                    if before != (person, name, content):
                        self.wrong.append(f"hand-in {number} was acknowledged to two")
                return
            if self.stop.wait(0.2):
                return


def is_quiet(book: str) -> bool:
    """Say whether nothing waits."""
    with Gradebook(book) as opened, opened.database.reading() as connection:
        waiting = HandIn.state.in_(("queued", "running"))
        return connection.execute(select(HandIn.id).where(waiting).limit(1)).scalar() is None


def running(book: str) -> int:
    """Return how many hand-ins somebody is grading, as the book has it."""
    with Gradebook(book) as opened, opened.database.reading() as connection:
        asked = select(func.count()).where(HandIn.state == "running")
        return int(connection.execute(asked).scalar_one())


def stop_under_load(portal: RunningPortal, sent: Sent) -> list[str]:
    """Tell the portal to stop while all hand in, start it again, and return what was wrong."""
    wanted = len(sent.acknowledged) + 3
    until = time.monotonic() + PATIENCE_SECONDS
    while len(sent.acknowledged) < wanted and time.monotonic() < until:
        time.sleep(0.01)
    wrong = []
    if ended := portal.stop():
        wrong.append(f"told to stop under load, the portal ended with {ended}")
    if left := running(portal.book):
        wrong.append(f"{left} hand-ins were neither graded nor handed back when it stopped")
    if family := portal.family():
        wrong.append(f"these have outlived the portal: {family}")
    portal.start()
    return wrong


def judged(book: str, sent: Sent) -> tuple[list[str], list[str]]:
    """Say what was lost, and what was graded twice."""
    lost, doubled = [], []
    with Gradebook(book) as opened, opened.database.reading() as connection:
        for number, (person, name, content) in sent.acknowledged.items():
            found = hand_in_of(connection, number)
            if found is None or found.person != person:
                lost.append(f"hand-in {number} is not there")
                continue
            files = stored(connection, found.submission, "").files
            if not any(path.endswith(name) and c == content for path, c in files.items()):
                lost.append(f"hand-in {number} has other files")
            if found.state != "done" or found.result is None:
                lost.append(f"hand-in {number} is {found.state}")
        rows = connection.execute(select(HandIn.result_id).where(HandIn.result_id.is_not(None)))
        results = Counter(rows.scalars())
        doubled += [f"result {one}: of {n} hand-ins" for one, n in results.items() if n > 1]
        attempts = connection.execute(select(Result.attempt_id)).scalars()
        doubled += [f"attempt {a}: {n} results" for a, n in Counter(attempts).items() if n > 1]
        graded = len(connection.execute(select(Attempt.id)).all())
        if graded != len(results):
            doubled.append(f"{graded} attempts, and {len(results)} hand-ins that have a result")
    return lost, doubled


def disturb(portal: RunningPortal, sent: Sent, count: int, chance: random.Random) -> Counter[str]:
    """Kill, and start again, as often as is asked for."""
    kills: Counter[str] = Counter()
    while kills.total() < count:
        # A portal that never comes to do anything loses nothing: each kill meets one that works.
        wanted = len(sent.acknowledged) + chance.randint(1, 8)
        until = time.monotonic() + PATIENCE_SECONDS
        while len(sent.acknowledged) < wanted and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 1.0))
        if chance.random() < SERVER or not portal.kill_a_part(chance):
            portal.kill()
            kills["server"] += 1
            portal.start()
        else:
            kills["part"] += 1
        if kills.total() % 10 == 0:
            print(f"{kills.total()} kills, {len(sent.acknowledged)} acknowledged", flush=True)
    return kills


def main() -> int:
    """Kill, say what was found, and fail where anything was."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=COUNT, help="how many kills (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of all choices (%(default)s)")
    parser.add_argument("--students", type=int, default=STUDENTS, help="at once (%(default)s)")
    options = parser.parse_args()
    chance, sent = random.Random(options.seed), Sent()  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="grader-portal-kills-") as folder:
        world = Path(folder)
        make(world)
        book = str(world / "book.sqlite")
        portal = RunningPortal(world / "course", book)
        known = people(book, options.students)
        portal.start()
        students = [
            threading.Thread(
                target=sent.student,
                args=(portal.address, person, token, random.Random(f"{options.seed} {person}")),  # noqa: S311
            )
            for person, token in known
        ]
        for thread in students:
            thread.start()
        try:
            kills = disturb(portal, sent, options.count, chance)
            sent.wrong += stop_under_load(portal, sent)
        finally:
            sent.stop.set()
            for thread in students:
                thread.join()
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_quiet(book) and time.monotonic() < until:
            time.sleep(0.2)
        ended = portal.stop()
        lost, doubled = judged(book, sent)
    for one in (*sent.wrong, *lost, *doubled):
        print(one)
    numbers = {
        "portal_kills": float(kills.total()),
        "portal_lost": float(len(lost)),
        "portal_doubled": float(len(doubled)),
    }
    said = {"acknowledged": len(sent.acknowledged), "of": kills, "ended": ended}
    print(json.dumps({"seed": options.seed, **numbers, **said}))
    if kills.total() >= COUNT:
        keep(numbers)
    is_good = not (lost or doubled or sent.wrong or ended)
    is_good = is_good and len(sent.acknowledged) >= options.count
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
