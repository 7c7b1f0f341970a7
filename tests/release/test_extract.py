"""What a kit's checks need is taken along, and nothing that only shares a name with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.release.extract import extracted
from grader.results import Visibility
from tests.courses import the_course

ROOT = Path(__file__).resolve().parents[2]
MODULE = '''
def secret(x):
    return 2 * x


def check():
    """Is the claim."""
    {body}
'''


def kept(tmp_path: Path, body: str) -> str:
    (tmp_path / "one.py").write_text(MODULE.format(body=body.replace("\n", "\n    ")), "utf-8")
    return extracted(tmp_path, [("one", "check")])["one.py"]


@pytest.mark.parametrize(
    "body",
    [
        "secret = 1\nreturn secret",
        "for secret in (1, 2):\n    print(secret)",
        "return [secret for secret in (1, 2)]",
        "return (lambda secret: secret)(1)",
        "def inner(secret):\n    return secret\nreturn inner(1)",
        "def inner():\n    secret = 1\n    return lambda: secret\nreturn inner()",
        "with open('x') as secret:\n    return secret.read()",
    ],
)
def test_a_variable_takes_no_function_of_its_name_along(tmp_path: Path, body: str) -> None:
    assert "def secret" not in kept(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        "return secret(1)",
        "return [secret(x) for x in (1, 2)]",
        "return lambda: secret(1)",
        "global secret\nsecret = secret(1)\nreturn secret",
        "def inner(secret):\n    return secret\nreturn inner(secret)",
        "def inner(value=secret):\n    secret = value\n    return secret\nreturn inner()",
    ],
)
def test_what_is_used_is_taken_along(tmp_path: Path, body: str) -> None:
    assert "def secret" in kept(tmp_path, body)


def test_a_default_that_has_the_name_of_a_variable_is_taken_along(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        "def secret(x):\n    return x\n\n\ndef check(value=secret):\n    secret = value\n"
        "    return secret\n",
        "utf-8",
    )
    assert "def secret" in extracted(tmp_path, [("one", "check")])["one.py"]


def test_no_formula_of_a_gradient_is_in_the_kit() -> None:
    roots = [
        (".".join(check.run.__module__.split(".")[-2:]), check.name)
        for exercise in the_course().exercises
        for part in exercise.parts
        for check in part.checks
        if check.visibility is Visibility.PUBLIC
    ]
    network = extracted(ROOT / "solutions" / "checks", roots)["random_data/network.py"]
    assert "def walk" in network
    assert not [name for name in ("def slopes", "def passed", "class Pass") if name in network]
