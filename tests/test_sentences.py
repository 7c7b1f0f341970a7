"""Sentences that people read have none of the words that `docs/sentences.md` gives up."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
GIVEN_UP = {
    r"\berrors? of ours\b": "say: an error of the grader",
    r"\b(is|are) (not )?concerned\b": "say who does what",
    r"\bgo(es)? together\b": "say: are correlated",
    r"\bturned (a)?round\b": "say: swapped, transposed, or the sign is wrong",
    r"\btaken off\b|\btakes? (it|them|\d) off\b": "say: subtracted",
    r"\b(come|comes|came) to rest\b|\bat rest\b": "say: stops",
    r"(?<!here )\bis no (?!longer\b|more\b|farther\b|ink\b)[a-z]+": "say: is not a …",
    r"\b(is|are) asked for\b": "say: is needed, or has to return",
    r"\breciprocal\b": "say: the converse",
    r"\bNone of the 1\b|\bof the 1 \b": "say: the value",
    r"\bwhat is right\b:": "say: expected",
}
# The lecture's own words, where it is quoted; and a name that a student's file has.
QUOTED = re.compile(r"Is the reciprocal true\?|calls it the reciprocal|\*reciprocal\*|^reciprocal")
# Docstrings with one of these decorators are what students read.
READ = frozenset(["check", "misconception"])


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts in a file that a person may read, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = {id(node.body[0]) for node in ast.walk(tree) if _is_read(node)}
    for_us = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and id(node) not in read  # docstrings of ours
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in for_us:
            continue
        if isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())


def _is_read(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    names = [getattr(one, "func", one) for one in getattr(node, "decorator_list", ())]
    return any(getattr(name, "id", "") in READ for name in names)


def faults(path: Path) -> list[str]:
    """Return what is given up and still said in a file."""
    return [
        f"{path.relative_to(ROOT)}:{number}: “{found[0]}”: {mend}"
        for number, text in sentences(path)
        for pattern, mend in GIVEN_UP.items()
        if (found := re.search(pattern, QUOTED.sub("", text)))
    ]


@pytest.mark.parametrize("folder", ["grader", "solutions"])
def test_no_sentence_has_words_that_are_given_up(folder: str) -> None:
    assert [fault for path in sorted((ROOT / folder).rglob("*.py")) for fault in faults(path)] == []


@pytest.mark.parametrize("pattern", GIVEN_UP)
def test_the_page_says_of_each_what_to_write(pattern: str) -> None:
    page = (ROOT / "docs" / "sentences.md").read_text(encoding="utf-8")
    assert re.search(pattern, page), f"docs/sentences.md has no example of {pattern}"
