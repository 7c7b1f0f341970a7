"""Measure the portal: how soon a report is there, a storm at the deadline, and who only waits.

The portal runs in processes of its own, and who hands in is this process. Adds its numbers to
`build/bench.json`, and fails where one is not what is promised.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from bench_numbers import keep
from kills_class import HALF, make
from portal_driver import ROOT, RunningPortal, hand_in, people
from sqlalchemy import func, select

from grader.gradebook import Gradebook
from grader.gradebook.portal_models import DONE, HandIn
from grader.portal.identity import Cookies, Entrance, PublicUrl, SignInWay

FILE = "neural_net/learn_random_data.py"
MOST = {
    "report_after_upload_seconds": 2.0,
    "storm_lost": 0.0,
    "storm_p95_ms": 300.0,
    "storm_all_graded_seconds": 60.0,
    "idle_streams_mib": 300.0,
}
STORM_SECONDS = 10.0
PROBE_SECONDS = 0.1
PATIENCE_SECONDS = 900.0
STREAMS_EACH = 20
SLEEPER = "import time\ndef double(x):\n    time.sleep(55)\n    return 2 * x\n"


def own_work() -> list[tuple[str, bytes]]:
    """Return exercise 2 as nobody has handed it in before."""
    content = (ROOT / "solutions" / FILE).read_bytes()
    return [("learn_random_data.py", content + f"\n# {secrets.token_hex(8)}\n".encode())]


def signed_in(portal: RunningPortal, person: int) -> httpx.Client:
    """Return a browser in which somebody is signed in."""
    with Gradebook(portal.book) as book:
        entrance = Entrance(book.database, lambda: portal.address)
        secret = entrance.sessions.begin(person, SignInWay.EMAIL)
    name, _, rest = Cookies(PublicUrl(portal.address)).header("session", secret).partition("=")
    cookies = {name: rest.split(";")[0]}
    return httpx.Client(base_url=portal.address, timeout=60, cookies=cookies)


def bench_report(portal: RunningPortal, known: list[tuple[int, str]]) -> dict[str, float]:
    """Hand in when nobody else does; time from being acknowledged to having the report."""
    walls = []
    for person, token in known:
        with signed_in(portal, person) as client:
            number = hand_in(client, token, own_work(), "2", secrets.token_hex(8))
            begun = time.perf_counter()
            with client.stream("GET", f"/hand-ins/{number}/events") as stream:
                for _ in stream.iter_lines():
                    pass
            answer = client.get(f"/hand-ins/{number}/report")
            if answer.status_code != 200:
                raise SystemExit(f"the report came with {answer.status_code}")
            walls.append(time.perf_counter() - begun)
    print("seconds to the report:", ", ".join(f"{one:.2f}" for one in walls))
    return {"report_after_upload_seconds": statistics.median(walls[1:])}


@dataclass
class Probing:
    """Somebody who looks at pages while others hand in."""

    portal: RunningPortal
    person: int
    walls: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look at one page after the other."""
        with signed_in(self.portal, self.person) as client:
            pages = ("/", "/exercises/random_data", "/attempts", "/hand-in")
            while not self.stop.wait(PROBE_SECONDS):
                begun = time.perf_counter()
                client.get(pages[len(self.walls) % len(pages)]).raise_for_status()
                self.walls.append(time.perf_counter() - begun)


def graded(book: str) -> int:
    """Return how many hand-ins have a result."""
    with Gradebook(book) as opened, opened.database.reading() as connection:
        asked = select(func.count()).where(HandIn.state == DONE)
        return int(connection.execute(asked).scalar_one())


def bench_storm(
    portal: RunningPortal, known: list[tuple[int, str]], prober: int
) -> dict[str, float]:
    """Let everybody hand in within ten seconds, and look at pages meanwhile."""
    before = graded(portal.book)
    probing = Probing(portal, prober)
    thread = threading.Thread(target=probing.run)
    thread.start()
    begun = time.monotonic()
    numbers: list[int] = []

    def one(place: int) -> None:
        time.sleep(max(0.0, begun + STORM_SECONDS * place / len(known) - time.monotonic()))
        with httpx.Client(base_url=portal.address, timeout=120) as client:
            once = secrets.token_hex(8)
            numbers.append(hand_in(client, known[place][1], own_work(), "2", once))

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(one, range(len(known))))
    acknowledged = time.monotonic() - begun
    until = time.monotonic() + PATIENCE_SECONDS
    while graded(portal.book) - before < len(known) and time.monotonic() < until:
        time.sleep(0.2)
    seconds = time.monotonic() - begun
    probing.stop.set()
    thread.join()
    done = graded(portal.book) - before
    ordered = sorted(probing.walls)
    print(
        f"{len(numbers)} acknowledged after {acknowledged:.1f} s, {done} graded after "
        f"{seconds:.1f} s; {len(ordered)} pages, the median {1e3 * statistics.median(ordered):.0f} "
        f"ms, the slowest {1e3 * ordered[-1]:.0f} ms"
    )
    return {
        "storm_lost": float(len(known) - done),
        "storm_p95_ms": 1e3 * ordered[int(0.95 * (len(ordered) - 1))],
        "storm_all_graded_seconds": seconds,
    }


def memory_mib(pid: int) -> float:
    """Return what a process holds, in memory that is its own or shared."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this machine does not say what memory a process has")


async def held_open(portal: RunningPortal, cookies: list[str], numbers: list[int]) -> float:
    """Open many streams, read what each says first, and return the server's memory."""
    host, port = "127.0.0.1", portal.port
    writers = []
    for place in range(len(cookies) * STREAMS_EACH):
        who = place % len(cookies)
        reader, writer = await asyncio.open_connection(host, port)
        head = (
            f"GET /hand-ins/{numbers[who]}/events HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Cookie: {cookies[who]}\r\nAccept: text/event-stream\r\n\r\n"
        )
        writer.write(head.encode())
        await writer.drain()
        found = await reader.readuntil(b"\n\n")
        while b"data:" not in found:
            found = await reader.readuntil(b"\n\n")
        if b" 200 OK" not in found and b'"queued"' not in found:
            raise SystemExit(f"a stream said {found[:200]!r}")
        writers.append(writer)
    await asyncio.sleep(2)
    held = memory_mib(portal.process.pid if portal.process else 0)
    for writer in writers:
        writer.close()
    return held


def bench_streams(folder: Path, count: int) -> dict[str, float]:
    """Hold streams open of hand-ins that wait behind one that takes long."""
    make(folder)
    portal = RunningPortal(folder / "course", str(folder / "waiting.sqlite"))
    known = people(portal.book, count // STREAMS_EACH + 1)
    portal.start()
    try:
        with httpx.Client(base_url=portal.address, timeout=60) as client:
            first = known[0][1]
            hand_in(client, first, [("double.py", SLEEPER.encode())], "1", secrets.token_hex(8))
            numbers = [
                hand_in(client, token, [("halve.py", HALF.encode())], "2", secrets.token_hex(8))
                for _, token in known[1:]
            ]
        cookies = []
        for person, _ in known[1:]:
            with signed_in(portal, person) as client:
                cookies.append("; ".join(f"{k}={v}" for k, v in client.cookies.items()))
        before = memory_mib(portal.process.pid if portal.process else 0)
        held = asyncio.run(held_open(portal, cookies, numbers))
    finally:
        portal.stop()  # who is killed leaves its semaphores to be cleaned up, with a warning
    print(f"{count} streams: {held:.0f} MiB, of which {before:.0f} before")
    return {"idle_streams_mib": held}


def main() -> int:
    """Measure, and fail where a number is not what is promised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--storm", type=int, default=200, metavar="N", help="hand-ins")
    parser.add_argument("--streams", type=int, default=1000, metavar="N")
    options = parser.parse_args()
    numbers: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        folder = Path(name)
        portal = RunningPortal(ROOT, str(folder / "book.sqlite"), workers=2)
        known = people(portal.book, options.storm + 6)
        print(f"it listens after {portal.start():.1f} s")
        try:
            numbers |= bench_report(portal, known[:6])
            numbers |= bench_storm(portal, known[6:], known[0][0])
        finally:
            portal.stop()
        numbers |= bench_streams(folder, options.streams)
    for label, value in numbers.items():
        print(f"{label:<32} {value:10.3f}")
    keep(numbers)
    return 1 if any(not numbers[label] <= most for label, most in MOST.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
