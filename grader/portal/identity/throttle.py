"""Rate limits, counted in memory for a bounded number of keys."""

from __future__ import annotations

__all__ = ["Throttle", "network_of"]

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """Allows each key a number of attempts within a stretch of time.

    It is one process's own, and forgets when that ends: it slows down who guesses. What must hold
    beyond that, such as how often a code is tried, is counted in the gradebook.

    Parameters
    ----------
    most : int
        How many times.
    seconds : float
        Within how long.
    keys : int
        How many keys are remembered; of more, the one is forgotten that has been quiet for longest.
    clock : callable
        Seconds that only go forward.
    """

    def __init__(
        self,
        most: int,
        seconds: float,
        *,
        keys: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._keys = keys
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Count an attempt; return how many seconds to wait, 0 if it is allowed.

        Parameters
        ----------
        key : str
            Who it is; a try that may not go on is not counted.
        """
        now = self._clock()
        with self._lock:
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            while len(self._times) > self._keys:
                self._times.popitem(last=False)
            while times and now - times[0] >= self._seconds:
                times.popleft()
            if len(times) >= self._most:
                return max(1, round(self._seconds - (now - times[0])))
            times.append(now)
            return 0


def network_of(address: str) -> str:
    """Return the key for an address's attempts; for IPv6 it is the network of 64 bits.

    Who has one address of IPv6 has all of that network.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
