"""Pack the program as a wheel from its own files: no build, no network, always the same bytes."""

from __future__ import annotations

__all__ = ["Wheel", "declared_extras", "make_wheel"]

import base64
import hashlib
import importlib.metadata
import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.version import __version__

NAME = "neural-network-grader"
STAMP = (1980, 1, 1, 0, 0, 0)
_EXTRA = re.compile(
    r"""^(?P<text>.*?)\s*;\s*(?P<marker>.*?)(?:\s*and\s*)?extra\s*==\s*['"](?P<extra>[^'"]+)['"]$"""
)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: the name of its file, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """The project's metadata for a wheel."""

    python: str
    requirements: tuple[str, ...]
    extras: dict[str, tuple[str, ...]]
    entry_points: dict[str, dict[str, str]]


def declared_extras() -> dict[str, tuple[str, ...]]:
    """Return the program's extras with their requirements, without those for its developers."""
    return {name: found for name, found in _project().extras.items() if name != "dev"}


def make_wheel() -> Wheel:
    """Return the running program as a wheel for any machine.

    Raises
    ------
    GraderError
        If its files or its metadata cannot be found.
    """
    package = Path(__file__).resolve().parents[1]
    project = _project()
    info = f"neural_network_grader-{__version__}.dist-info"
    files = {
        f"grader/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    files[f"{info}/METADATA"] = _metadata(project).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/entry_points.txt"] = _entry_points(project).encode()
    rows = [f"{name},sha256={_hash(content)},{len(content)}" for name, content in files.items()]
    files[f"{info}/RECORD"] = ("\n".join([*rows, f"{info}/RECORD,,"]) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    name = f"neural_network_grader-{__version__}-py3-none-any.whl"
    return Wheel(name, buffer.getvalue())


def _project() -> _Project:
    """Read the metadata of the checkout if we run from one, otherwise of the installation."""
    manifest = Path(__file__).resolve().parents[2] / "pyproject.toml"
    if manifest.is_file():
        project: dict[str, Any] = tomllib.loads(manifest.read_text(encoding="utf-8"))["project"]
        if project["name"] == NAME:
            extras = project.get("optional-dependencies", {})
            return _Project(
                python=project["requires-python"],
                requirements=tuple(project["dependencies"]),
                extras={name: tuple(found) for name, found in extras.items()},
                entry_points={
                    "console_scripts": project.get("scripts", {}),
                    **project.get("entry-points", {}),
                },
            )
    try:
        return _installed(importlib.metadata.distribution(NAME))
    except importlib.metadata.PackageNotFoundError as error:
        raise GraderError(
            "The grader's own metadata is not to be found: install it by pip."
        ) from error


def _installed(found: importlib.metadata.Distribution) -> _Project:
    requirements: list[str] = []
    extras: dict[str, list[str]] = {}
    for text in found.requires or ():
        match = _EXTRA.match(text)
        if match is None:
            requirements.append(text)
            continue
        marker = match["marker"].strip().removeprefix("(").removesuffix(")")
        plain = f"{match['text']} ; {marker}" if marker else match["text"]
        extras.setdefault(match["extra"], []).append(plain)
    points: dict[str, dict[str, str]] = {}
    for point in found.entry_points:
        points.setdefault(point.group, {})[point.name] = point.value
    return _Project(
        python=found.metadata["Requires-Python"],
        requirements=tuple(requirements),
        extras={name: tuple(texts) for name, texts in extras.items()},
        entry_points=points,
    )


def _metadata(project: _Project) -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {__version__}",
        f"Requires-Python: {project.python}",
        *(f"Requires-Dist: {text}" for text in project.requirements),
    ]
    for extra, requirements in project.extras.items():
        if extra == "dev":
            continue
        lines.append(f"Provides-Extra: {extra}")
        for requirement in requirements:
            text, _, marker = map(str.strip, requirement.partition(";"))
            condition = f"({marker}) and " if marker else ""
            lines.append(f"Requires-Dist: {text} ; {condition}extra == '{extra}'")
    return "\n".join(lines) + "\n"


def _entry_points(project: _Project) -> str:
    groups = [
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in points.items())])
        for group, points in project.entry_points.items()
    ]
    return "\n\n".join(groups) + "\n"


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
