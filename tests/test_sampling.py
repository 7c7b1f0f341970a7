"""What the gate samples is done as a whole by `make audit`, and what is shared is made once."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import MARK, WHOLE, chosen, divided, examples
from tests.sharing import made_once

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WHOLE, raising=False)


def test_the_sample_is_the_same_every_time() -> None:
    assert chosen("abcdef", ("e", "b")) == ["b", "e"]


def test_the_whole_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WHOLE, "1")
    assert chosen("abcdef", ("e", "b")) == list("abcdef")


def test_the_gate_tries_a_third_of_all_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [examples(most) for most in (300, 60, 25, 9)] == [100, 20, 20, 9]
    monkeypatch.setenv(WHOLE, "1")
    assert [examples(most) for most in (300, 60, 25, 9)] == [300, 60, 25, 9]


@given(nothing=st.none())
def test_whoever_tries_examples_is_in_the_audit(pytestconfig: pytest.Config, nothing: None) -> None:
    """By a mark that nobody has to write down."""
    marked: list[str] = []
    [plugin] = [
        one
        for one in pytestconfig.pluginmanager.get_plugins()
        if Path(str(getattr(one, "__file__", ""))) == ROOT / "tests" / "conftest.py"
    ]
    own = test_whoever_tries_examples_is_in_the_audit
    for tried in (own, test_the_sample_is_the_same_every_time):
        plugin.pytest_itemcollected(SimpleNamespace(obj=tried, add_marker=marked.append))
    assert marked == [MARK]
    assert nothing is None


def test_a_sample_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="'x'"):
        chosen("abcdef", ("b", "x"))


def test_every_module_that_samples_is_run_as_a_whole_by_the_audit() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    assert re.search(rf"{WHOLE}=1 \$\(BIN\)/pytest .* -m {MARK}$", makefile, re.MULTILINE)
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        asks = re.search("from tests.sampling import (?!examples$)", text, re.MULTILINE)
        if asks and path != Path(__file__):
            assert f"pytest.mark.{MARK}" in text, path


class Named:
    """What `divided` asks of a test."""

    def __init__(self, name: str, *every: int) -> None:
        self.nodeid = name
        self.mark = SimpleNamespace(args=every) if every else None

    def get_closest_marker(self, name: str) -> object:
        """Return the mark."""
        assert name == MARK
        return self.mark


def parts(tests: list[Named]) -> tuple[list[str], list[str]]:
    """Return the names of those that are run, and of those that are left."""
    run, left = divided(cast("list[pytest.Item]", tests))
    return [test.nodeid for test in run], [test.nodeid for test in left]


def test_each_function_is_sampled_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    tests = [Named(f"a.py::{name}[{i}]", 3) for i in range(5) for name in ("one", "two")]
    tests += [Named("a.py::three[0]"), Named("a.py::three[1]")]
    run, left = parts(tests)
    assert run == [
        f"a.py::{name}" for name in ("one[0]", "two[0]", "one[3]", "two[3]", "three[0]", "three[1]")
    ]
    assert len(run) + len(left) == len(tests)
    second = [Named(f"a.py::four[{i}]", 2, 1) for i in range(4)]
    assert parts(second)[0] == ["a.py::four[1]", "a.py::four[3]"]
    assert parts([Named("a.py::five", 0)]) == ([], ["a.py::five"])
    assert parts(tests[3:4])[1] == []  # who is asked for by name is run
    monkeypatch.setenv(WHOLE, "1")
    assert parts(tests)[1] == []


def test_what_is_shared_is_made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    made: list[int] = []
    name = f"of a test {id(made)}"
    got: list[list[int]] = []

    def make() -> list[int]:
        made.append(1)
        return [1, 2]

    def ask() -> None:
        got.append(made_once(tmp_path_factory, name, "gw0", make))

    workers = [threading.Thread(target=ask) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert got == [[1, 2]] * 4
    assert made == [1]
    assert made_once(tmp_path_factory, name, "master", make) == [1, 2]
    assert made == [1, 1]
