"""The doctor says what it has tried, and a level that cannot be had is refused in a sentence."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

import pytest

from grader.errors import UsageError
from grader.sandbox import doctor
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.plain import PlainLauncher

if TYPE_CHECKING:
    from collections.abc import Callable


def test_each_layer_is_found_by_trying() -> None:
    findings = doctor.probe()
    assert len(findings) == 12
    for finding in findings:
        assert finding.detail
        assert finding.holds != bool(finding.advice)


def test_a_level_whose_step_fails_is_not_chosen(
    need: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    need("full")
    need("reduced")
    # Without mounts of its own a child cannot have its folder in memory: full is out of reach.
    broken = functools.partial(IsolatedLauncher, without=frozenset({"inside own_mounts"}))
    monkeypatch.setattr(doctor, "IsolatedLauncher", broken)
    monkeypatch.setattr("grader.sandbox.isolated.TRIES", 1)  # it fails each time, after a second
    with pytest.raises(UsageError, match=r"level full cannot be had .*own_scratch.*doctor"):
        doctor.make_launcher("full")
    launcher = doctor.make_launcher()
    assert launcher.level == "reduced"


def test_a_level_that_was_had_is_not_tried_again(
    need: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    need("reduced")
    made: list[str] = []

    class Counted(IsolatedLauncher):
        def __init__(self, level: str) -> None:
            made.append(level)
            super().__init__(level)

    monkeypatch.setattr(doctor, "IsolatedLauncher", Counted)
    assert [doctor.obstacle("reduced") for _ in range(3)] == [""] * 3
    assert made == ["reduced"]


def test_elsewhere_only_a_plain_subprocess_is_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [f.layer.partition(":")[0] for f in doctor.probe() if f.holds] == ["processor clock"]
    assert doctor.best_level() == "none"
    assert isinstance(doctor.make_launcher("none"), PlainLauncher)
    with pytest.raises(UsageError, match="--isolation none"):
        doctor.make_launcher()
    with pytest.raises(UsageError, match="no isolation level 'total'"):
        doctor.make_launcher("total")
