"""The gate is one list of steps: what a commit, a push and the build server run is a part of it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
import yaml

from tests.sharing import from_scripts

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


@pytest.mark.parametrize("busy", [0.5, 1.3, 8.0])
def test_the_quick_tests_are_the_same_where_durations_are_from_a_busy_machine(
    gate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, busy: float
) -> None:
    known = json.loads(gate.DURATIONS.read_text(encoding="utf-8"))
    seconds = {name: took for name, took in known.items() if (ROOT / name).is_file()}
    chosen = gate.quick_modules()
    slowest = max(seconds[name] for name in chosen)
    assert all(took >= slowest for name, took in seconds.items() if name not in chosen)
    monkeypatch.setattr(gate, "DURATIONS", tmp_path / "durations.json")
    scaled = {name: busy * took for name, took in seconds.items()}
    gate.DURATIONS.write_text(json.dumps(scaled), encoding="utf-8")
    assert gate.quick_modules() == chosen
    gate.DURATIONS.write_text(json.dumps(dict.fromkeys(seconds, 10.0)), encoding="utf-8")
    assert len(gate.quick_modules()) == int(gate.QUICK_PART * len(seconds))


def test_the_whole_gate_has_mypy_beside_all_the_rest(
    gate: ModuleType, steps: Callable[..., list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[str, list[str]]] = []

    class Program:
        def __init__(self, step: list[str], _printed: object = None) -> None:
            self.step, self.returncode = step, None
            begun.append(("begun", step))

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            begun.append(("ended", self.step))

        def terminate(self) -> None:
            begun.append(("terminated", self.step))

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(gate, "start", Program)
    monkeypatch.setattr(gate, "keep", lambda _numbers: None)
    monkeypatch.setattr(gate, "forget", lambda: None)
    monkeypatch.setattr(gate, "measured", lambda: 0)
    monkeypatch.setenv(gate.MEASURED, "")
    cheap = steps()
    assert cheap == [*gate.CHEAP, gate.REWRITE]
    tests = begun[1][1]
    assert begun == [
        ("begun", gate.MYPY), ("begun", tests), ("ended", tests), ("ended", gate.MYPY),
    ]  # fmt: skip
    assert tests[0] == "pytest"
    assert not [word for word in tests if word.endswith(".py")]
    begun.clear()
    assert steps(failing="lint-imports") == gate.CHEAP[:3]
    assert begun == [("begun", gate.MYPY), ("terminated", gate.MYPY), ("ended", gate.MYPY)]


@pytest.mark.parametrize("fails", ["aside", "row", "last", ""])
def test_whichever_step_fails_the_gate_fails(
    gate: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fails: str
) -> None:
    def start(step: list[str], printed: Any = None) -> subprocess.Popen[bytes]:
        last = "import time; time.sleep(60)" if fails == "aside" else ""
        wrong = f"print({step[0]!r}); raise SystemExit({step[0] == fails:d})"
        code = last if step == ["last"] and last else wrong
        return subprocess.Popen([sys.executable, "-c", code], stdout=printed)

    monkeypatch.setattr(gate, "start", start)
    ended = gate.beside(["aside"], [["row"]], ["last"])
    assert bool(ended) == bool(fails)
    shown = capfd.readouterr().out
    assert ("== aside says:\naside" in shown) == (fails != "row")
    assert ("\n== last" in shown) == (fails != "row")


def test_tests_are_compiled_as_pytest_compiles_them(tmp_path: Path) -> None:
    """What a worker would compile anew was compiled by functions that pytest keeps to itself."""
    rewriting = from_scripts("rewrite_tests")
    source = tmp_path / "test_one.py"
    source.write_text("def test_one():\n    x = 1\n    assert x == 2\n", encoding="utf-8")
    assert rewriting.compiled(source)
    [made] = (tmp_path / "__pycache__").iterdir()
    before = made.stat()
    assert not rewriting.compiled(source)
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path), str(source)]
    writing = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    said = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env=writing
    )
    assert "assert 1 == 2" in said.stdout
    assert (made.stat().st_ino, made.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    source.write_text("def test_two():\n    assert 1\n", encoding="utf-8")
    assert rewriting.compiled(source)


def test_what_is_compiled_are_the_tests_of_this_project() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in from_scripts("rewrite_tests").modules()}
    assert {"tests/test_gate.py", "tests/conftest.py", "tests/books/conftest.py"} <= found
    assert not [name for name in found if name.startswith("tests/hostile/")]


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


def test_nothing_of_ours_imports_what_mypy_does_not_read() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    [unread] = [one["module"] for one in settings["overrides"] if "follow_imports" in one]
    names = "|".join(re.escape(name.removesuffix(".*")) for name in unread)
    imports = re.compile(rf"^\s*(?:from|import) (?:{names})\b", re.MULTILINE)
    left_out = re.compile("|".join(settings["exclude"]))
    assert imports.search("    from dask.array import ones")
    found = [
        path
        for folder in settings["files"]
        for path in (ROOT / folder).rglob("*.py")
        if not left_out.search(path.relative_to(ROOT).as_posix())
        and imports.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
