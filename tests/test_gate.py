"""The gate is one list of steps: what a commit, a push and the build server run is a part of it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "gate.yml"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("gate")


@pytest.fixture
def steps(gate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Return a function that lists the gate's steps for options, without running them."""

    def asked(*options: str, failing: str = "") -> list[list[str]]:
        ran: list[list[str]] = []

        def run(step: list[str]) -> int:
            ran.append(step)
            return int(bool(failing) and failing in step)

        monkeypatch.setattr(gate, "run", run)
        monkeypatch.setattr(sys, "argv", ["gate.py", *options])
        assert gate.main() == int(bool(failing))
        return ran

    return asked


def test_the_cheap_questions_are_asked_alone(
    gate: ModuleType, steps: Callable[..., list[list[str]]]
) -> None:
    assert steps("--cheap") == gate.CHEAP


def test_what_processes_import_that_write_no_compiled_code_is_compiled(
    steps: Callable[..., list[list[str]]],
) -> None:
    source = ROOT / "grader" / "intake" / "unpack" / "main.py"
    compiled = Path(importlib.util.cache_from_source(str(source)))
    compiled.unlink(missing_ok=True)
    steps("--cheap")
    assert compiled.is_file()


def test_pytest_rewrites_nothing_of_ours_but_tests() -> None:
    """A plugin of ours that pytest finds by itself would have it rewrite all of `grader`."""
    ours = [module for name, module in sys.modules.items() if name.startswith("grader.")]
    ours = [module for module in ours if module.__name__ != "grader.authoring.debug.plugin"]
    loaders = {type(module.__spec__.loader) for module in ours if module.__spec__}
    assert loaders == {importlib.machinery.SourceFileLoader}


def test_the_checks_of_this_course_can_be_run_as_tests_here(pytestconfig: pytest.Config) -> None:
    """``pytest solutions/checks/… --submission PATH``: plugins are taken by name alone."""
    assert pytestconfig.pluginmanager.hasplugin("grader.authoring.debug.plugin")


def test_the_first_that_is_answered_wrongly_ends_it(
    gate: ModuleType, steps: Callable[..., list[list[str]]]
) -> None:
    assert steps("--cheap", failing="lint-imports") == gate.CHEAP[:3]
    assert steps("--quick", failing="lint-imports") == gate.CHEAP[:3]


def test_the_quick_gate_asks_them_too_and_runs_tests_that_are_there(
    gate: ModuleType, steps: Callable[..., list[list[str]]]
) -> None:
    *cheap, tests = steps("--quick")
    assert cheap == gate.CHEAP
    modules = [word for word in tests if word.endswith(".py")]
    assert tests[0] == "pytest"
    assert modules
    assert all((ROOT / name).is_file() for name in modules)


def test_coverage_is_that_of_all_tests(steps: Callable[..., list[list[str]]]) -> None:
    tests = steps("--coverage")[-1]
    assert "--cov" in tests
    assert not [word for word in tests if word.endswith(".py")]


def test_a_commit_asks_the_cheap_questions_and_a_push_the_quick_gate() -> None:
    config = read(ROOT / ".pre-commit-config.yaml")
    assert [repo["repo"] for repo in config["repos"]] == ["local"]  # nothing is downloaded
    hooks = {hook["stages"][0]: hook for repo in config["repos"] for hook in repo["hooks"]}
    assert {hook["language"] for hook in hooks.values()} == {"system"}
    assert hooks["pre-commit"]["entry"] == ".venv/bin/python scripts/gate.py --cheap"
    assert hooks["pre-push"]["entry"] == "make quick"
    assert sorted(config["default_install_hook_types"]) == sorted(hooks)


def test_the_build_server_runs_the_gate_on_supported_pythons() -> None:
    workflow = read(WORKFLOW)
    assert {"push", "pull_request"} <= set(workflow["on"])
    job = workflow["jobs"]["gate"]
    command = job["steps"][-1]["run"]
    assert os.access(ROOT / command, os.X_OK)
    script = (ROOT / "scripts" / "gate_everywhere").read_text(encoding="utf-8")
    [supported] = re.findall(r'^SUPPORTED="(.*)"$', script, re.MULTILINE)
    chosen = job["strategy"]["matrix"]["python"]
    assert chosen
    assert chosen == supported.split()[: len(chosen)]  # those without TensorFlow are the newest
    assert job["env"]["PYTHON"] == "python${{ matrix.python }}"
    coverage = workflow["jobs"]["coverage"]
    assert coverage["steps"][-1]["run"] == "make coverage"
    assert coverage["env"]["PYTHON"].removeprefix("python") in chosen
    for one in (job, coverage):
        assert [step.get("uses") for step in one["steps"]][:2] == [
            "actions/checkout@v4",
            "actions/setup-python@v5",
        ]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
