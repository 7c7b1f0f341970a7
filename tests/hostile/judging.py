"""The hostile corpus, graded for real: each case gets what it deserves, and nothing else happens.

Each folder beside this file with an ``expect.toml`` is a submission that attacks the grader, its
checks or its neighbours. At each level of isolation it is graded by one judge in one row: an
attack, an honest control, an attack, and so on, beside a bystander that runs all the while. A case
tells what it got hold of by printing ``OBTAINED``; ``hints.py`` tells it what it would have to
search for. The row of a level is a module of tests, ``tests/test_hostile_LEVEL.py``.

``expect.toml`` has `about`, `group`, `score` (of 5; the honest file beside the attack is worth one
of them) and where they say more `calls` (the score of the second exercise), `checks` (their
outcomes), `limit`, `message` and `printed` (patterns), `limits`, `lines` (files of so many lines
that are too long to keep here), and `lives_on` (it hangs up and goes on living, so that the judge
need not wait for its end). A table ``[none]`` says what is different where nothing holds the
attack: with `obtained` it gets what it wants, which shows that it is one (``perhaps`` where that
depends on the machine); without the table it is not run there.
"""

from __future__ import annotations

import contextlib
import functools
import re
import tempfile
from typing import TYPE_CHECKING

import pytest

from grader.results import Outcome, SubmissionResult, from_json, to_json
from grader.sandbox.doctor import obstacle
from grader.sandbox.steps.kernel import prctl

from .arena import CASES, Arena, at, levels_of
from .world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "a token of the judge: fifteen fine feathers"  # noqa: S105  (what attacks look for)
SECRETS = (
    "seven silver spoons",
    "eleven empty env",
    "nine noble nee",
    "een thin tho",
    "fine feathers",
)
PR_SET_CHILD_SUBREAPER = 36
# Of the judge's own processor: what a submission can make it do.
JUDGE_CPU_SECONDS = 6.0
WALL_SECONDS = 600.0
why_not = functools.cache(obstacle)


def cases_at(level: str) -> list[str]:
    """Return the names of the cases that are run at a level."""
    return [name for name in sorted(CASES) if level in levels_of(name)]


@contextlib.contextmanager
def arena_at(level: str, folder: Path) -> Iterator[Arena]:
    """Make the arena of a level; whoever loses his parent comes to us, and so is seen."""
    if problem := why_not(level):
        pytest.skip(f"{level}: {problem}")
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTILE_TOKEN", TOKEN)
        world = World(folder, stack)
        patch.setattr(tempfile, "tempdir", str(world.place / "tmp"))
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        stack.callback(prctl, PR_SET_CHILD_SUBREAPER, 0)
        made = Arena(level, world)
        stack.callback(made.close)
        yield made


def gets_what_it_deserves(arena: Arena, name: str) -> None:
    """Grade a case, look at all that it came to and did, and grade an honest one after it."""
    wanted = at(name, arena.level)
    graded = arena.attack(name)
    result = graded.result
    shown = [
        (c.id, str(c.outcome), c.message, c.printed) for e in result.exercises for c in e.checks
    ]
    work, calls = result.exercises
    assert (work.score, calls.score) == (wanted["score"], wanted.get("calls", 0)), shown
    assert not any(outcome == Outcome.GRADER_ERROR for _, outcome, _, _ in shown), shown

    obtained = "OBTAINED" in graded.printed or bool(graded.visitors)
    assert wanted["obtained"] in (obtained, "perhaps"), shown
    found = [secret for secret in SECRETS if secret.encode() in to_json(result)]
    assert wanted["obtained"] or not found, found
    assert bool(graded.left) == wanted["left"], graded.left

    outcomes = {c.id.rpartition(".")[2]: str(c.outcome) for e in result.exercises for c in e.checks}
    assert outcomes | wanted.get("checks", {}) == outcomes, shown
    limits = {c.limit for e in result.exercises for c in e.checks}
    assert "limit" not in wanted or wanted["limit"] in limits, shown
    messages = "\n".join(c.message for e in result.exercises for c in e.checks)
    assert re.search(wanted.get("message", ""), messages), shown
    assert re.search(wanted.get("printed", ""), graded.printed), shown
    assert from_json(to_json(result), SubmissionResult) == result
    assert graded.judge_seconds < JUDGE_CPU_SECONDS
    assert graded.wall_seconds < WALL_SECONDS

    assert arena.world.untouched()
    assert arena.bystander_is_well()
    if arena.turn_of_a_control():
        honest, its_result = arena.control()
        assert its_result == arena.alone[honest], name
