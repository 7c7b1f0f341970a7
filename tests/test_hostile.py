"""The hostile corpus: that it is whole, its honest controls, and the same for an ordinary user.

What its cases come to is in a module for each level, `tests/test_hostile_full.py` and so on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import load_course
from grader.judge import Judge
from tests.launching import launcher
from tests.sampling import WHOLE, is_whole

from .hostile.arena import CASES, CONTROLS, control
from .hostile.world import HERE, SALT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="linux: the attacks are on Linux")

GROUPS = {"forging", "reading", "escaping", "staying", "exhausting", "breaking"}
# Groups whose attacks need rights that a user has or has not.
OF_USERS = ("reading", "escaping", "staying")
TEST = "test_it_gets_what_it_deserves_and_leaves_nothing"


def test_controls_are_right_and_wrong_in_several_ways() -> None:
    course = load_course(HERE / "course")
    judge = Judge(course, launcher(), salt=SALT)
    scores = [judge.grade(control(name)).score for name in CONTROLS]
    assert scores == [6, 5, 1, 3, 1]


@pytest.mark.sampled
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="root: only root can become somebody else"
)
def test_it_holds_for_an_ordinary_user_too() -> None:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    here = Path(__file__).parent
    names = [n for n in sorted(CASES) if CASES[n]["group"] in OF_USERS][:: 1 if is_whole() else 12]
    tests = [f"{TEST}[{name}]" for name in names] + ["test_at_the_end_nothing_is_left"]
    modules = [here / f"test_hostile_{level}.py" for level in ("full", "reduced")]
    chosen = [f"{module}::{test}" for module in modules for test in tests]
    run = subprocess.run(
        [sys.executable, str(here / "sandbox" / "ordinary.py"), *command, *chosen],
        capture_output=True,
        text=True,
        check=False,
        timeout=1_800,
        env=os.environ
        | {"GRADER_MAY_SKIP": "root," + os.environ.get("GRADER_MAY_SKIP", ""), WHOLE: "1"},
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
