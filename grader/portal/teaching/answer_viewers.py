"""Who has which answer open: two people who grade the same one are told of each other."""

from __future__ import annotations

__all__ = ["AnswerViewers"]

import time
from dataclasses import dataclass, field

LOOKING_SECONDS = 180.0


@dataclass(slots=True)
class AnswerViewers:
    """Who has which answer open: by answer, the person with their name and the time."""

    _open: dict[str, dict[int, tuple[str, float]]] = field(default_factory=dict)

    def look(self, key: str, person: int, name: str) -> list[str]:
        """Note that somebody has an answer open, and return who else has."""
        now = time.monotonic()
        for one in list(self._open):
            there = self._open[one]
            there.pop(person, None)  # a person looks at one at a time
            gone = [who for who, (_, at) in there.items() if at < now - LOOKING_SECONDS]
            for who in gone:
                del there[who]
            if not there:
                del self._open[one]
        others = [called for called, _ in self._open.get(key, {}).values()]
        self._open.setdefault(key, {})[person] = (name, now)
        return others
