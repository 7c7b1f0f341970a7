"""What the quick tests of a gate run of `grader`: coverage.py's tracer is off while all others run.

A tracer costs a third of a test's time. The gate has no time for that in all tests, and has it in
those of `make quick`. One worker also counts what runs when modules are imported, the same in all.
"""

from __future__ import annotations

__all__ = ["MEASURED", "QuickTests"]

import os
from typing import TYPE_CHECKING, Protocol

import pytest
from coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Generator

# The quick modules of tests, one a line: the gate says them, and otherwise nothing is measured.
MEASURED = "GRADER_MEASURED_TESTS"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# What coverage.py says of a tracer that begins late and stops often.
EXPECTED = ["module-not-measured", "already-imported", "no-data-collected"]


class Tracer(Protocol):
    """The part of `coverage.Coverage` that is used."""

    def start(self) -> None:
        """Begin, or go on."""

    def stop(self) -> None:
        """Stop for now."""

    def save(self) -> None:
        """Write what was seen."""


class QuickTests:
    """A plugin that has a tracer on in quick tests, and from the start on where it is on already.

    Parameters
    ----------
    tracer : Tracer
        What measures.
    modules : frozenset of str
        The quick modules of tests, from the project's root.
    """

    def __init__(self, tracer: Tracer, modules: frozenset[str]) -> None:
        self._tracer = tracer
        self._modules = modules

    def pytest_collection_finish(self) -> None:
        """Stop: everything has been imported."""
        self._tracer.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool | None, object]:
        """Measure a quick test, its fixtures among it."""
        if item.nodeid.partition("::")[0] not in self._modules:
            return (yield)
        self._tracer.start()
        try:
            return (yield)
        finally:
            self._tracer.stop()

    def pytest_sessionfinish(self) -> None:
        """Write what was seen."""
        self._tracer.save()


def _begun() -> QuickTests | None:
    """Return the plugin for a worker of the gate. It is made before `grader` is imported."""
    if not (WORKER and MEASURED in os.environ):
        return None
    said = os.environ.pop(MEASURED)  # for this process alone, and for none that a test starts
    tracer = Coverage(
        data_file="build/quick_coverage", data_suffix=WORKER, concurrency="thread", messages=False
    )
    tracer.set_option("run:disable_warnings", EXPECTED)
    tracer.start()
    if WORKER != "gw0":
        tracer.stop()
    return QuickTests(tracer, frozenset(said.splitlines()))


_plugin = _begun()


def pytest_configure(config: pytest.Config) -> None:
    """Take up the plugin, where the gate asks for it."""
    if _plugin is not None:
        config.pluginmanager.register(_plugin, "quick tests are measured")
