"""The hostile corpus, graded for real: each case gets what it deserves, and nothing else happens.

Each folder in `tests/hostile` with an ``expect.toml`` is a submission that attacks the grader, its
checks or its neighbours. At each level of isolation it is graded by one judge in one row: an
attack, an honest control, an attack, and so on, beside a bystander that runs all the while. A case
tells what it got hold of by printing ``OBTAINED``; ``hints.py`` tells it what it would have to
search for.

``expect.toml`` has `about`, `group`, `score` (of 5; the honest file beside the attack is worth one
of them) and where they say more `calls` (the score of the second exercise), `checks` (their
outcomes), `limit`, `message` and `printed` (patterns), `limits`, and `lines` (files of so many
lines that are too long to keep here). A table ``[none]`` says what is different where nothing holds
the attack: with `obtained` it gets what it wants, which shows that it is one (``perhaps`` where
that depends on the machine); without the table it is not run there.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import load_course
from grader.judge import Judge
from grader.results import Outcome, SubmissionResult, from_json, to_json
from grader.sandbox.doctor import LEVELS, make_launcher
from grader.sandbox.steps.kernel import prctl

from .hostile.arena import CASES, CONTROLS, Arenas, at, control, levels_of
from .hostile.world import HERE, SALT, World

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="linux: the attacks are on Linux")

GROUPS = {"forging", "reading", "escaping", "staying", "exhausting", "breaking"}
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


@pytest.fixture(scope="module")
def arenas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arenas]:
    """Make the arenas; whoever loses his parent comes to us, and so is seen."""
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTILE_TOKEN", TOKEN)
        world = World(tmp_path_factory.mktemp("hostile"), stack)
        patch.setattr(tempfile, "tempdir", str(world.place / "tmp"))
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        stack.callback(prctl, PR_SET_CHILD_SUBREAPER, 0)
        made = Arenas(world)
        stack.callback(made.close)
        yield made


ALL = [(level, name) for level in LEVELS for name in sorted(CASES) if level in levels_of(name)]


@pytest.mark.parametrize(("level", "name"), ALL)
def test_it_gets_what_it_deserves_and_leaves_nothing(arenas: Arenas, level: str, name: str) -> None:
    arena, wanted = arenas.at(level), at(name, level)
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


def test_at_the_end_nothing_is_left(arenas: Arenas) -> None:
    arenas.close()
    assert arenas.left
    assert not any(arenas.left.values()), arenas.left


def test_controls_are_right_and_wrong_in_several_ways() -> None:
    course = load_course(HERE / "course")
    launcher = make_launcher("none")
    judge = Judge(course, launcher, salt=SALT)
    scores = [judge.grade(control(name)).score for name in CONTROLS]
    assert scores == [6, 5, 1, 3, 1]


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="root: only root can become somebody else"
)
def test_it_holds_for_an_ordinary_user_too() -> None:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    ordinary = Path(__file__).parent / "sandbox" / "ordinary.py"
    wanted = "(reading or escaping or staying or nothing_is_left) and not none"
    run = subprocess.run(
        [sys.executable, str(ordinary), *command, "-k", wanted],
        capture_output=True,
        text=True,
        check=False,
        timeout=1_800,
        env=os.environ | {"GRADER_MAY_SKIP": "root," + os.environ.get("GRADER_MAY_SKIP", "")},
        cwd=HERE.parents[1],
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_the_corpus_is_whole() -> None:
    assert len(CASES) >= 80
    assert {case["group"] for case in CASES.values()} == GROUPS
    for name, case in CASES.items():
        assert name.startswith(case["group"]), name
        assert case["about"], name
        for path in (HERE / name).rglob("*.py"):
            assert path.read_text().lstrip().startswith('"""'), path
