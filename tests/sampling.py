"""Slow audits: the gate does a fixed sample of each, and `make audit` the whole.

``@pytest.mark.sampled(3)`` runs each third case of a parametrized test in the gate, from the first
on; ``sampled(3, 1)`` begins with the second, and ``sampled(0)`` runs none. What is sampled in
another way asks `is_whole` or `chosen`, and has the mark without a number: ``make audit`` sets
``GRADER_WHOLE=1`` and runs all tests that have the mark. Tests of Hypothesis have it by themselves,
and ask `examples` how many they try. `docs/testing.md` says what is sampled.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pytest

Item = TypeVar("Item")
MARK = "sampled"
WHOLE = "GRADER_WHOLE"
FEWEST_EXAMPLES = 20


def is_whole() -> bool:
    """Say whether nothing is left out, however long it takes."""
    return os.environ.get(WHOLE, "") not in ("", "0")


def chosen(whole: Iterable[Item], sample: Collection[Item]) -> list[Item]:
    """Return the items that are named as the sample, all of which are there; or all of them."""
    everything = list(whole)
    missing = [item for item in sample if item not in everything]
    if missing:
        raise ValueError(f"The sample has what the whole has not: {missing}")
    return [item for item in everything if is_whole() or item in sample]


def examples(most: int) -> int:
    """Return how many random examples a test of Hypothesis tries: in the gate a third of `most`."""
    return most if is_whole() else max(min(most, FEWEST_EXAMPLES), most // 3)


def divided(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests that are run, and those that are left to the audit.

    Who asks for one test by its name gets it: it is the only one that was collected.
    """
    seen: Counter[str] = Counter()
    cases = Counter(_function(item) for item in items)
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker(MARK)
        every, first = (*mark.args, 0, 0)[:2] if mark and mark.args else (1, 0)
        number = seen[_function(item)]
        seen[_function(item)] += 1
        alone = cases[_function(item)] == 1 and every
        chosen_here = alone or (every and number % every == first) or is_whole()
        (run if chosen_here else left).append(item)
    return run, left


def _function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]
