"""What the tests of pages share: a sample class, a reader of HTML, golden files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sharing import module_at

if TYPE_CHECKING:
    from types import ModuleType

    from grader.results import ClassResult, SubmissionResult

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden"

Golden = Callable[[str, str], None]


def load(name: str) -> ModuleType:
    """Return a module that lies beside the tests, which are modules of no package."""
    return module_at(HERE / f"{name}.py")


@pytest.fixture(scope="session")
def sample() -> ClassResult:
    made: ClassResult = load("sample").sample_class()
    return made


@pytest.fixture(scope="session")
def student(sample: ClassResult) -> Callable[[str], SubmissionResult]:
    by_slug = {submission.slug: submission for submission in sample.submissions}
    return lambda slug: by_slug[slug]


@pytest.fixture(scope="session")
def reader() -> Any:
    """Return the class that reads a page: its elements, ids, links, headings."""
    return load("reader").Reader


def scrub(page: str) -> str:
    """Return the page without varying parts: style, scripts, hashes, path data."""
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    page = re.sub(r"<script>.*?</script>", "<script></script>", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[\w+/=]+", "sha256-…", page)
    page = re.sub(r' d="[^"]{40,}"', ' d="…"', page)
    page = re.sub(r"\b[0-9a-f]{12,64}\b", "…", page)
    return re.sub(r"\n\s*\n+", "\n", page)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return a function that compares a page with its golden file."""

    def compare(name: str, page: str) -> None:
        path = GOLDEN / name
        scrubbed = scrub(page)
        if request.config.getoption("--update-golden", default=False):
            path.parent.mkdir(exist_ok=True)
            path.write_text(scrubbed, encoding="utf-8")
        assert scrubbed == path.read_text(encoding="utf-8"), (
            f"{name} differs: look at the page, then run pytest tests/report --update-golden"
        )

    return compare
