"""`scripts/constraints.txt` gives one exact version of everything to every supported Python."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "scripts" / "constraints.txt"
BY_HAND = frozenset(["torch"])  # docs/profiles.md: which build of it is a matter of taste
PYTHONS = ["3.11.2", "3.11.14", "3.12.1", "3.13.0", "3.14.0"]
PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix"},
    "arm": {"sys_platform": "linux", "platform_machine": "aarch64", "os_name": "posix"},
    "mac": {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt"},
}


@cache
def constraints() -> list[Requirement]:
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


@cache
def wanted() -> list[Requirement]:
    """Return what the project asks for by name: dependencies, extras, what builds it."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = data["project"]
    lines = [*project["dependencies"], *data["build-system"]["requires"]]
    for extra in project["optional-dependencies"].values():
        lines += extra
    return [r for r in map(Requirement, lines) if r.name not in BY_HAND]


def environment(python: str, platform: str) -> dict[str, str]:
    minor = ".".join(python.split(".")[:2])
    versions = {"python_full_version": python, "python_version": minor}
    return {**default_environment(), **versions, **PLATFORMS[platform]}  # type: ignore[dict-item]


def holds(requirement: Requirement, where: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(where)


def test_each_version_is_exact_and_none_has_an_address() -> None:
    assert "://" not in CONSTRAINTS.read_text(encoding="utf-8")
    assert constraints()
    for line in constraints():
        [version] = line.specifier
        assert (version.operator, line.url, line.extras) == ("==", None, set()), line
        assert "*" not in version.version, line
        assert "+" not in version.version, line  # a build of somebody's own


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_and_platform_has_one_version_of_what_it_wants(
    python: str, platform: str
) -> None:
    where = environment(python, platform)
    pins = [line for line in constraints() if holds(line, where)]
    assert max(Counter(canonicalize_name(pin.name) for pin in pins).values()) == 1
    found = {canonicalize_name(pin.name): pin for pin in pins}
    for requirement in wanted():
        if holds(requirement, where):
            [version] = found[canonicalize_name(requirement.name)].specifier
            assert requirement.specifier.contains(version.version), requirement


def test_the_wheel_keeps_lower_bounds() -> None:
    for requirement in wanted():
        assert {part.operator for part in requirement.specifier} == {">="}, requirement
