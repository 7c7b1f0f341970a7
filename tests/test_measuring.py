"""What a gate measures: the quick tests, from their fixtures to their end, and no others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.measuring import MEASURED, QuickTests
from tests.sharing import from_scripts


class Said:
    """A tracer that lists what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def start(self) -> None:
        """Go on."""
        self.told.append("on")

    def stop(self) -> None:
        """Stop."""
        self.told.append("off")

    def save(self) -> None:
        """Write."""
        self.told.append("saved")


def ran(plugin: QuickTests, name: str, *, fails: bool = False) -> None:
    """Run a test as pytest does, which is here the time between two steps of a generator."""
    item: Any = SimpleNamespace(nodeid=f"tests/{name}.py::test_it[a::b]")
    around = plugin.pytest_runtest_protocol(item)
    next(around)
    with pytest.raises(KeyboardInterrupt if fails else StopIteration):
        around.throw(KeyboardInterrupt) if fails else around.send(True)


def test_quick_tests_are_measured_and_others_are_not() -> None:
    tracer = Said()
    plugin = QuickTests(tracer, frozenset({"tests/quick.py"}))
    plugin.pytest_collection_finish()
    ran(plugin, "slow")
    assert tracer.told == ["off"]
    ran(plugin, "quick")
    ran(plugin, "quick", fails=True)
    ran(plugin, "slow")
    plugin.pytest_sessionfinish()
    assert tracer.told == ["off", "on", "off", "on", "off", "saved"]


@pytest.mark.parametrize(("total", "code"), [(61.9, 1), (62.0, 0), (80.0, 0)])
def test_a_gate_fails_below_the_floor(
    total: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = from_scripts("quick_coverage")
    assert quick.MEASURED == MEASURED

    class Found:
        def __init__(self, **_: object) -> None:
            pass

        def combine(self) -> None:
            pass

        def save(self) -> None:
            pass

        def report(self, **_: object) -> float:
            return total

    monkeypatch.setattr(quick, "Coverage", Found)
    assert quick.measured() == code
    assert f"run {total:.0f} % of grader/" in capsys.readouterr().out
