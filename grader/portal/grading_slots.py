"""The workers that grade hand-ins, one in each slot: begun, begun anew, and ended."""

from __future__ import annotations

__all__ = ["AtOnceError", "GradingSlots", "nothing"]

import asyncio
import contextlib
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from grader.executors.workers import Workers
from grader.portal.grading_hand_ins import begin_grading

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.portal.grading_hand_ins import GradingPlan


class AtOnceError(Exception):
    """Workers are to end at once, whatever they do."""


def nothing(_: None) -> None:
    """Do nothing, in a worker: it is there then."""


@dataclass(slots=True)
class GradingSlots:
    """The workers of a portal.

    Attributes
    ----------
    plan : callable
        Returns how hand-ins are graded now; a worker of another run than this one's is begun anew.
    """

    plan: Callable[[], GradingPlan]
    _pools: dict[int, tuple[int, Workers[Any, Any]]] = field(default_factory=dict)

    async def ready(self, slot: int) -> None:
        """Start the worker of a slot, which imports and warms up before anything is there.

        One of a course that is not served any more ends first.
        """
        plan = self.plan()
        run, pool = self._pools.get(slot, (plan.run, None))
        if pool is not None and run == plan.run:
            return
        if pool is not None:
            del self._pools[slot]
            await anyio.to_thread.run_sync(pool.__exit__, None, None, None)
        with contextlib.suppress(BrokenProcessPool, OSError):
            await asyncio.wrap_future(self.worker(slot).submit(nothing, None))

    def worker(self, slot: int) -> Workers[Any, Any]:
        """Return the worker of a slot, begun if there is none."""
        if slot not in self._pools:
            plan = self.plan()
            self._pools[slot] = plan.run, Workers(1, begin_grading, (plan,))
        return self._pools[slot][1]

    def end(self, slot: int) -> None:
        """End the worker of a slot at once, if it goes on."""
        _, pool = self._pools.pop(slot)
        pool.__exit__(AtOnceError, AtOnceError(), None)

    def all(self) -> list[Workers[Any, Any]]:
        """Return all workers."""
        return [pool for _, pool in self._pools.values()]
