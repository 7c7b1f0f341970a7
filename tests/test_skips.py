"""Nothing is skipped in silence: a skip is a failure unless GRADER_MAY_SKIP names its word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SKIPS = """
import pytest

def test_in_the_test():
    pytest.skip("full: not here")

@pytest.mark.skipif(True, reason="full: not here")
def test_by_a_mark():
    pass

@pytest.fixture
def missing():
    pytest.skip("full: not here")

def test_by_a_fixture(missing):
    pass

def test_for_want_of_a_module():
    pytest.importorskip("no_such_package", reason="full: not here")

def test_without_a_word():
    pytest.skip()

@pytest.mark.xfail
def test_that_fails_as_expected():
    raise ValueError
"""
WHOLE = 'import pytest\npytest.importorskip("no_such_package", reason="full: not here")\n'


def outcomes(folder: Path, *, may_skip: str) -> dict[str, str]:
    """Return what pytest with our hooks says of each test of two modules."""
    (folder / "test_skips.py").write_text(SKIPS)
    (folder / "test_whole.py").write_text(WHOLE)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-rA", "--continue-on-collection-errors", "--rootdir", str(folder), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"GRADER_MAY_SKIP": may_skip, "PYTEST_ADDOPTS": f"-c {os.devnull}"},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    body, _, summary = done.stdout.partition("short test summary info")
    found = re.findall(r"^(FAILED|ERROR|XFAIL) \S*?(\w+)(?:\.py)?(?: |$)", summary, re.MULTILINE)
    skipped = re.findall(r"^SKIPPED \[(\d+)\]", summary, re.MULTILINE)
    words = body.count("GRADER_MAY_SKIP=full allows that")
    return {name: word for word, name in found} | {
        "skipped": str(sum(map(int, skipped))),
        "told": str(words),
    }


def test_a_skip_is_a_failure_until_its_word_is_allowed(tmp_path: Path) -> None:
    assert outcomes(tmp_path, may_skip="reduced graphviz") == {
        "test_in_the_test": "FAILED",
        "test_by_a_mark": "ERROR",
        "test_by_a_fixture": "ERROR",
        "test_for_want_of_a_module": "FAILED",
        "test_without_a_word": "FAILED",
        "test_whole": "ERROR",
        "test_that_fails_as_expected": "XFAIL",
        "skipped": "0",
        "told": "5",
    }
    assert outcomes(tmp_path, may_skip="graphviz,full") == {
        "test_without_a_word": "FAILED",
        "test_that_fails_as_expected": "XFAIL",
        "skipped": "5",
        "told": "0",
    }
