"""What all tests share: the same random examples in every run, no silent skip, a fair division.

A test that cannot run here fails, unless its word is in the environment variable GRADER_MAY_SKIP
(``GRADER_MAY_SKIP=full,graphviz``). A skip's reason begins with that word and a colon.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import importlib.util
import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import configuration, settings

from grader.sandbox.doctor import LEVELS, obstacle
from tests.lending import lend
from tests.sampling import MARK, divided, examples
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

HERE = Path(__file__).parent

# Where it puts its files by default, pytest would look for tests in them.
configuration.set_hypothesis_home_dir(HERE.parent / "build" / "hypothesis")
settings.register_profile(
    "same_every_time", max_examples=examples(100), derandomize=True, deadline=None, database=None
)
settings.load_profile("same_every_time")
# Hypothesis draws now and then a constant that it has read in our modules, those imported so far:
# examples would depend on which tests the worker had before. Reading takes each worker two seconds.
with contextlib.suppress(ImportError, AttributeError):  # where another version does it otherwise
    providers: Any = importlib.import_module("hypothesis.internal.conjecture.providers")
    none_at_all = providers._local_constants
    providers._get_local_constants = lambda: none_at_all

# Below nohup, and in the background of a shell script, these signals are ignored, by us and by all
# that we start: tests send them and wait.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

gc.disable()  # until tests are collected, from when on what stays is left alone

# No test writes to the course's own gradebook; one that is about gradebooks names its own.
os.environ["GRADER_GRADEBOOK"] = "none"

# ---------------------------------------------------------------------------- no silent skip

MAY_SKIP = "GRADER_MAY_SKIP"


@functools.cache
def why_not(word: str) -> str:
    """Return the reason why something is not available here; empty if it is.

    It is a level of isolation, ``graphviz``, ``postgresql`` or ``chromium``.
    """
    if word in LEVELS:
        return obstacle(word)
    if word == "postgresql":
        private = from_scripts("private_postgresql")
        return "" if private.programs() else str(private.ABSENT)
    if word == "chromium":
        found_by = from_scripts("find_chromium")
        return "" if found_by.program() else str(found_by.ABSENT)
    found = importlib.util.find_spec({"graphviz": "pygraphviz"}[word])
    return "" if found else "pygraphviz is not installed: run scripts/setup_graphs"


@pytest.fixture(scope="session")
def need() -> Callable[[str], None]:
    """Return the function that skips a test if the machine lacks something."""

    def skip(word: str) -> None:
        if problem := why_not(word):
            pytest.skip(f"{word}: {problem}")

    return skip


def fail_where_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip that is not allowed into a failure. An expected failure is no skip."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    word = reason.partition(":")[0]
    if word not in os.environ.get(MAY_SKIP, "").replace(",", " ").split():
        report.outcome = "failed"
        report.longrepr = f"It would be skipped. {reason}\n{MAY_SKIP}={word} allows that."


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at each report after pytest has."""
    report = yield
    fail_where_skipped(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at each report of a module that is skipped whole."""
    report = yield
    fail_where_skipped(report)
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """Have the audit try all examples of a test of Hypothesis, of which the gate tries a part."""
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        item.add_marker(MARK)


# ---------------------------------------------------------------------------- what is kept


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew, then read them"
    )


# ---------------------------------------------------------------------------- what it costs


@pytest.fixture(scope="session")
def spent() -> Callable[[], float]:
    """Return what tells the processor's seconds so far, of this process and those waited for.

    It is the same on a busy machine, which the time on the wall is not.
    """
    return lambda: sum(os.times()[:4])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Say whether a test's launchers share zygotes, before its fixtures are made."""
    lend(item.nodeid)
    return (yield)


# ---------------------------------------------------------------------------- a fair division

# Seconds of each module that takes long, by `make durations`.
DURATIONS = HERE / "durations.json"
# Keras is imported in seconds, once in each process that needs it: one worker has all such tests.
WITH_KERAS = ("keras", "mnist", "imagedatagenerator", "model_called")


# Each of these shares something: a database's server, a browser, a course that nbgrader has made.
TOGETHER = ("tests/books/", "tests/browser/", "tests/nbgrader/")


def scope_of(nodeid: str) -> str:
    """Return what a test is done with, by one worker: its module, or all that share what is dear.

    Those are the tests that need Keras, those of the gradebook, of pages in a browser and of
    nbgrader.
    """
    for folder in TOGETHER:
        if nodeid.startswith(folder):
            return folder
    return "keras" if any(word in nodeid for word in WITH_KERAS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Return the scheduler that distributes the tests over the workers."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  (where there are workers)

    class ByScope(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            return scope_of(nodeid)

    return ByScope(config, log)


def pytest_collection_finish() -> None:
    """Freeze long-lived objects, so that the garbage collector skips them."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the audit what the gate samples; let workers begin with what takes longest."""
    items[:], left = divided(items)
    config.hook.pytest_deselected(items=left)
    if hasattr(config, "workerinput") and DURATIONS.is_file():
        seconds: Counter[str] = Counter()
        for module, took in json.loads(DURATIONS.read_text(encoding="utf-8")).items():
            seconds[scope_of(module)] += took
        items.sort(key=lambda item: -seconds[scope_of(item.nodeid)])
