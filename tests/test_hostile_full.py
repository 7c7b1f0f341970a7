"""The hostile corpus at level full: see `tests/hostile/judging.py`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from .hostile.judging import arena_at, cases_at, gets_what_it_deserves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .hostile.arena import Arena

LEVEL = "full"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="linux: the attacks are on Linux")


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Make the arena in which all of them are graded in a row."""
    with arena_at(LEVEL, tmp_path_factory.mktemp("hostile")) as made:
        yield made


@pytest.mark.sampled(4)  # the next of each four at level reduced
@pytest.mark.parametrize("name", cases_at(LEVEL))
def test_it_gets_what_it_deserves_and_leaves_nothing(arena: Arena, name: str) -> None:
    gets_what_it_deserves(arena, name)


def test_at_the_end_nothing_is_left(arena: Arena) -> None:
    assert arena.close() == []
