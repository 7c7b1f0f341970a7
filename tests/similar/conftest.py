"""A small class: three of the sample class who wrote their own, and the course's material."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.notebooks.outline import outline_of
from grader.similar.documents import Document, SourceText, given_texts, solution_texts
from tests.sharing import module_at

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
# No two of these share a file: the sample class's authors gave some of theirs to others.
AUTHORS = {
    "aline": "tests/submissions/aline_moreau",
    "b_okafor": "tests/submissions/b_okafor",
    "chen": "tests/submissions/chen_wei",
}


@cache
def _document(name: str) -> Document:
    folder = ROOT / AUTHORS[name]
    paths = sorted(folder.rglob("*.py"))
    return Document(
        name=name,
        digest=name,
        sources=tuple(
            SourceText(
                file=path.relative_to(folder).as_posix(),
                shown=path.relative_to(folder).as_posix(),
                text=path.read_text(encoding="utf-8"),
            )
            for path in paths
        ),
    )


@pytest.fixture(scope="session")
def authors() -> dict[str, Document]:
    """Return the code of each student with original work."""
    return {name: _document(name) for name in AUTHORS}


@pytest.fixture(scope="session")
def given_code() -> list[str]:
    """Return what students of the sample course are given, and its solutions."""
    files = [target.file for target in outline_of(ROOT / "assignments").targets]
    return [*given_texts(ROOT / "assignments"), *solution_texts(ROOT, files)]


@pytest.fixture(scope="session")
def prescribed() -> frozenset[str]:
    """Return the names that the sample course prescribes."""
    targets = outline_of(ROOT / "assignments").targets
    return frozenset(name for target in targets for name in target.names)


@pytest.fixture(scope="session")
def disguises() -> dict[str, Callable[..., str]]:
    """Return the disguises, by name."""
    module = module_at(Path(__file__).with_name("disguises.py"))
    return {one.__name__: one for one in module.DISGUISES}


@pytest.fixture(scope="session")
def reader() -> Any:
    """Return the class that parses a page as a browser does."""
    return module_at(ROOT / "tests" / "report" / "reader.py").Reader
