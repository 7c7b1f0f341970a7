"""The changelog is in the form of Keep a Changelog, and its newest version is the grader's."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import grader

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
RELEASE = re.compile(r"## \[(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\] - (\d{4}-\d\d-\d\d)")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def faults(text: str, version: str) -> list[str]:
    """Return what is wrong in a changelog of a program that has this version."""
    unreleased, *rest = re.findall(r"^## .*$", text, re.MULTILINE)
    found = [RELEASE.fullmatch(line) for line in rest]
    releases = [(tuple(map(int, m.groups()[:3])), date.fromisoformat(m[4])) for m in found if m]
    said = [] if unreleased == "## [Unreleased]" else [f"{unreleased} is first"]
    said += [f"{line} is no release" for line, m in zip(rest, found, strict=True) if not m]
    if not releases or releases[0][0] != tuple(map(int, version.split("."))):
        said.append(f"{version} is the version, and not the newest release")
    for (newer, later), (older, earlier) in pairwise(releases):
        if newer <= older or later < earlier:
            said.append(f"{newer} stands above {older}")
    kinds = re.findall(r"^### (.*)$", text, re.MULTILINE)
    return said + [f"{kind} is no kind of change" for kind in kinds if kind not in KINDS]


def test_the_newest_release_is_the_version_of_the_grader() -> None:
    assert faults(CHANGELOG.read_text(encoding="utf-8"), grader.__version__) == []


RIGHT = """\
# Changelog

## [Unreleased]

## [0.10.0] - 2026-12-01

### Added

- More.

## [0.9.1] - 2026-11-30

### Fixed
"""


def test_a_right_changelog_has_no_faults() -> None:
    assert faults(RIGHT, "0.10.0") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## [Unreleased]\n", ""),
        (RIGHT[RIGHT.index("## [0.10.0]") :], ""),
        ("[0.10.0]", "[0.11.0]"),
        ("[0.10.0] - 2026-12-01", "0.10.0"),
        ("[0.9.1]", "[0.10.0]"),
        ("2026-11-30", "2026-12-02"),
        ("### Fixed", "### Mended"),
    ],
)
def test_a_wrong_changelog_is_told(old: str, new: str) -> None:
    assert faults(RIGHT.replace(old, new), "0.10.0")
