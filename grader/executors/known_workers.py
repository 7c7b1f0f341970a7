"""Find which workers of a cluster can grade which exercises, and why the others cannot."""

from __future__ import annotations

__all__ = ["KnownWorkers"]

import time
from typing import TYPE_CHECKING, Any

import msgspec

from grader.executors.identity import WorkerIdentity
from grader.executors.worker_grader import describe

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS = 5.0
_MOST_NAMED = 3


class KnownWorkers:
    """The workers that the scheduler knows, and the exercises that each can grade.

    Parameters
    ----------
    client : distributed.Client
    identity : WorkerIdentity
        The identity that a worker needs.
    tell : callable
        Called with a sentence about each worker that lacks something.
    """

    def __init__(self, client: Any, identity: WorkerIdentity, tell: Callable[[str], None]) -> None:
        self._client = client
        self._identity = identity
        self._tell = tell
        self._reasons: dict[str, str] = {}  # by worker: why it cannot grade every exercise
        self._known: set[str] = set()
        self._looked = -LOOK_SECONDS
        self.count = 0  # workers that can grade at least one exercise
        self.able = dict.fromkeys(identity.exercises, 0)  # workers for each exercise

    def look(self, *, at_once: bool = False) -> None:
        """Update the list of workers, at most every few seconds unless `at_once` is true."""
        if not at_once and time.monotonic() < self._looked + LOOK_SECONDS:
            return
        # Older versions of Dask always return all workers, and ignore the number.
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        self._looked = time.monotonic()
        names = self._identity.resources
        self.able = {
            exercise: sum(name in worker["resources"] for worker in workers.values())
            for exercise, name in names.items()
        }
        wanted = set(names.values())
        has = {address: wanted & set(one["resources"]) for address, one in workers.items()}
        self.count = sum(map(bool, has.values()))
        self._reasons = {a: said for a, said in self._reasons.items() if a in workers}
        fresh = [a for a in workers if a not in self._known and has[a] != wanted]
        self._known = set(workers)
        if fresh:
            self._ask(fresh, has)

    def _ask(self, addresses: list[str], has: dict[str, set[str]]) -> None:
        """Ask workers that cannot grade everything for their identity, and tell the reason."""
        said = self._client.run(describe, workers=addresses, on_error="return")
        for address in addresses:
            reason = self._reason(said.get(address))
            self._reasons[address] = reason
            does = "grades only some exercises" if has[address] else "is not used"
            self._tell(f"The worker {address} {does}: {reason}.")

    def _reason(self, described: object) -> str:
        if isinstance(described, bytes) and described:
            try:
                other = msgspec.json.decode(described, type=WorkerIdentity)
            except msgspec.MsgspecError:
                return "it is of another version of the grader"
            return self._identity.lacking(other) or "it is not ready"
        return "it is not a worker of this grader (`grader worker` starts one)"

    def why_none(self) -> str:
        """Return why no worker can grade something, as a part of a sentence."""
        if not self._known:
            return "none is there"
        named = [f"{a}: {said}" for a, said in list(self._reasons.items())[:_MOST_NAMED]]
        more = len(self._reasons) - len(named)
        return "; ".join([*named, *([f"and {more} more"] if more > 0 else [])]) or "all have gone"
