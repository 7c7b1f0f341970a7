"""Imports are found as Python's parser finds them, in time that is linear in the length."""

from __future__ import annotations

import ast
import random
import sysconfig
import time
import warnings
from pathlib import Path

import pytest

from grader.util.imports import Import, imports_in
from tests.sampling import is_whole

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
PROJECT = Path(__file__).parents[1]
SAMPLE = 150
SEED = 20260729
LENGTH = 400_000
# A search in the square of the length would take hours.
MOST_PROCESSOR_SECONDS = 20.0


def parsed(text: bytes) -> list[Import]:
    """Return the imports that Python's parser finds."""
    found: list[Import] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names if alias.name != "*")
            found.append(Import(node.module or "", names, relative=bool(node.level)))
    return sorted(found, key=repr)


@pytest.mark.sampled
def test_the_imports_of_real_files_are_those_that_the_parser_finds() -> None:
    files = sorted(LIBRARY.glob("*.py")) + sorted(LIBRARY.glob("test/*.py"))
    files = random.Random(SEED).sample(files, min(SAMPLE, len(files)))  # noqa: S311  (no secret)
    files += sorted(PROJECT.glob("grader/**/*.py"))
    files = files[:: 1 if is_whole() else 4]
    tried = 0
    for file in files:
        text = file.read_bytes()
        try:
            expected = parsed(text)
            text.decode()
        except (SyntaxError, ValueError):  # the library has files that are wrong on purpose
            continue
        assert sorted(imports_in(text), key=repr) == expected, file
        tried += len(expected)
    assert tried > (2000 if is_whole() else 500)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os, \\\n    torch", [Import("os"), Import("torch")]),
        ("from \\\n a.b \\\n import c as d, \\\n e", [Import("a.b", ("c", "e"))]),
        ("from x import (a, # b, c\n  d as e,\n)", [Import("x", ("a", "d"))]),
        ("from . import x", [Import("", ("x",), relative=True)]),
        ("from ..a import *", [Import("a", (), relative=True)]),
        ("'it''s'; import a", [Import("a")]),
        ('"""doc import a"""\nimport b', [Import("b")]),
        (r"r'\'; import a'; import b", [Import("b")]),
        ("'''a\\'''import b'''\nimport c", [Import("c")]),
        ("f'{x!r}' # don't\nimport a", [Import("a")]),
        ("from import from\nimport a", [Import("a")]),
        ("import\nfrom x import\nfrom y", [Import("x")]),
        ("größe.import_ = 1\nimport größe", [Import("größe")]),
    ],
)
def test_forms_of_imports(source: str, found: list[Import]) -> None:
    assert list(imports_in(source.encode())) == found


PIECES = r"""
import_x: import_ import_( import_(\n# import_(a,\n import_x,(y import_a. import_a_as_
import_\ import_\\n from_ from_._ from_a. from_\\n from_x_import_a, ;from_( _ ( : \n_\t \\n # '
''' \'''\n '\' \' "
"""


@pytest.mark.parametrize("piece", PIECES.split())
def test_no_text_makes_the_search_slow(piece: str) -> None:
    text = piece.replace("_", " ").replace("\\n", "\n").replace("\\t", "\t").encode()
    started = time.process_time()
    for _ in imports_in(text * (LENGTH // len(text))):
        pass
    assert time.process_time() - started < MOST_PROCESSOR_SECONDS
