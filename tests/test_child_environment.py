"""A child of ours gets no more of our environment than it needs; one module decides about it."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from grader.sandbox.launcher import Profile
from grader.util.child_environment import bare, empty, personal

GRADER = Path(__file__).resolve().parents[1] / "grader"
# Whoever reads all variables, and not one by its name.
MODULE = "util/child_environment.py"


@pytest.fixture(autouse=True)
def _ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        monkeypatch.delenv(name)
    for name in (
        "SYSTEMROOT", "PATH", "OPENBLAS_CORETYPE", "HOME", "HTTPS_PROXY", "PYTHONPATH",
        "GRADER_TOKEN", "GRADER_CAMPUS_SECRET", "GRADER_GRADEBOOK", "GRADER_LANG",
    ):  # fmt: skip
        monkeypatch.setenv(name, f"our {name}")


def test_each_environment_has_more_than_the_one_before() -> None:
    assert empty() == {"SYSTEMROOT": "our SYSTEMROOT"}
    found = {"PATH": "our PATH", "OPENBLAS_CORETYPE": "our OPENBLAS_CORETYPE"}
    places = {"HOME": "/there", "TMPDIR": "/there", "MPLCONFIGDIR": "/there"}
    assert bare(home="/there") == empty() | found | places
    assert personal() == {n: v for n, v in os.environ.items() if not n.startswith("GRADER_")} | {
        "GRADER_LANG": "our GRADER_LANG"
    }
    assert {*empty()} < {*bare(home="/there")} - {*places} < {*personal()}


def test_what_is_given_counts_the_last_most() -> None:
    given: tuple[dict[str, str], ...] = ({"A": "1", "HOME": "/given"}, {"A": "2", "PATH": "/bin"})
    for made in (bare(*given, home="/there"), personal(*given)):
        assert (made["A"], made["HOME"], made["PATH"]) == ("2", "/given", "/bin")


def test_no_secret_reaches_a_child() -> None:
    told = (empty(), bare(home="/there"), personal(), Profile(name="x").clean_environment("/there"))
    for made in told:
        assert not {"our GRADER_TOKEN", "our GRADER_CAMPUS_SECRET"} & {*made.values()}
        assert "GRADER_GRADEBOOK" not in made


def test_a_profile_adds_its_own_variables_and_draws_nowhere() -> None:
    profile = Profile(name="x", environment={"KERAS_BACKEND": "jax", "TMPDIR": "/big"})
    made = profile.clean_environment("/there")
    assert made["MPLBACKEND"] == "Agg"
    assert (made["KERAS_BACKEND"], made["TMPDIR"], made["HOME"]) == ("jax", "/big", "/there")
    assert "HTTPS_PROXY" not in made


def test_every_child_is_told_what_it_gets() -> None:
    """No process of `grader` is started with all that we have, for want of a choice."""
    silent = [
        f"{path.relative_to(GRADER)}:{call.lineno}"
        for path in GRADER.rglob("*.py")
        for call in calls(path)
        if ast.unparse(call.func) in {"subprocess.Popen", "subprocess.run", "start_with_channel"}
        and not {"env", None} & {one.arg for one in call.keywords}
    ]
    assert silent == []


def test_nobody_else_reads_all_variables() -> None:
    named = {"get", "setdefault", "pop", "update"}
    whole = []
    for path in GRADER.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        by_name = {
            id(node.value)
            for node in ast.walk(tree)
            if (isinstance(node, ast.Attribute) and node.attr in named)
            or isinstance(node, ast.Subscript)
        }
        by_name |= {
            id(one)
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            for one in node.comparators
        }
        whole += [
            f"{path.relative_to(GRADER).as_posix()}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and ast.unparse(node) == "os.environ"
            and id(node) not in by_name
        ]
    assert {place.partition(":")[0] for place in whole} == {MODULE}, whole


def calls(path: Path) -> list[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
