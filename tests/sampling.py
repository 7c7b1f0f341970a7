"""Slow audits: the gate does a fixed sample of each, and `make audit` the whole.

`GRADER_WHOLE=1` asks for the whole. `docs/testing.md` lists what is sampled.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Item = TypeVar("Item")
WHOLE = "GRADER_WHOLE"


def is_whole() -> bool:
    """Say whether nothing is left out, however long it takes."""
    return os.environ.get(WHOLE, "") not in ("", "0")


def sampled(whole: Iterable[Item], every: int) -> list[Item]:
    """Return each `every`-th item, from the first on; or all of them."""
    return list(whole)[:: 1 if is_whole() else every]


def chosen(whole: Iterable[Item], sample: Collection[Item]) -> list[Item]:
    """Return the items that are named as the sample, all of which are there; or all of them."""
    everything = list(whole)
    missing = [item for item in sample if item not in everything]
    if missing:
        raise ValueError(f"The sample has what the whole has not: {missing}")
    return [item for item in everything if is_whole() or item in sample]
