"""Digests of a course: read from statements alone, and handed to who loads the same files."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course import load_course
from grader.course.digests import SourceFiles, _statements
from grader.course.reloading import KnownDigests

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[1]
EVERYWHERE = """
import a
if x:
    import b
elif y:
    import c
else:
    import d
for _ in x:
    import e
else:
    import f
while x:
    import g
else:
    import h
try:
    import i
except E:
    import j
else:
    import k
finally:
    import l
try:
    pass
except* E:
    import m
with x as y, z:
    from . import n
def function(q=lambda: 1):
    import o
    class Inner:
        async def method(self):
            async with x:
                import p
            async for _ in x:
                import q
match x:
    case 1 if y:
        import r
    case _:
        import s
"""


def imports(nodes: object) -> list[int]:
    """Return the lines of the imports among nodes."""
    found = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]  # type: ignore[attr-defined]
    return sorted(node.lineno for node in found)


def test_every_import_is_in_a_statement_that_is_looked_at() -> None:
    tree = ast.parse(EVERYWHERE)
    assert len(imports(_statements(tree))) == EVERYWHERE.count("import ")
    files = [*(ROOT / "solutions").rglob("*.py"), *(ROOT / "grader").rglob("*.py")]
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        assert imports(_statements(tree)) == imports(ast.walk(tree)), path


def test_a_file_that_is_imported_deep_inside_counts(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(EVERYWHERE)
    for letter in "abcdefghijklmnopqrs":
        (tmp_path / f"{letter}.py").write_text("")
    (tmp_path / "t.py").write_text("")
    found = SourceFiles(tmp_path).reached([tmp_path / "main.py"])
    assert {path.stem for path in found} == {"main", *"abcdefghijklmnopqrs"}


def test_known_digests_are_taken_where_the_files_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = load_course(ROOT, ["0", "1"])
    known = KnownDigests.of(course)
    monkeypatch.setattr("grader.course.course.exercise_digest", lambda *_: "computed")
    again = known.given_to(load_course(ROOT, ["0", "1"]))
    assert again.exercise_digests == known.exercises
    assert "computed" not in known.exercises.values()
    edited = known.given_to(replace(load_course(ROOT, ["0", "1"]), digest="of other files"))
    assert set(edited.exercise_digests.values()) == {"computed"}
