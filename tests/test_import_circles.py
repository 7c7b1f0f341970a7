"""No module of ours imports, over others, itself: neither when it runs nor for the type checker.

A circle of imports means that none of its modules can be read, tested or moved without the others.
What `import-linter` holds is the order of the rooms; this holds it inside of them as well.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))
    return importlib.import_module("import_graph")


def test_no_module_of_ours_imports_itself_over_others(graph: ModuleType) -> None:
    imports = graph.imports_of(PROJECT, "grader")
    assert len(imports) > 250
    assert graph.circles(imports) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pack.two",
        "from pack import two",
        "from pack.two import name",
        "from . import two",
        "from .two import name",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.two import name\n",
        "try:\n    import pack.two\nexcept ImportError:\n    pass",
        "try:\n    pass\nexcept ImportError:\n    import pack.two",
        "class C:\n    from pack.two import name",
    ],
)
def test_a_circle_is_found_however_it_is_closed(
    graph: ModuleType, tmp_path: Path, text: str
) -> None:
    write(tmp_path, one=text, two="from pack import three", three="import pack.one")
    [circle] = graph.circles(graph.imports_of(tmp_path, "pack"))
    assert set(circle) == {"pack.one", "pack.two", "pack.three"}


@pytest.mark.parametrize(
    "text", ["import sys", "def f():\n    import pack.two", "import pack.four"]
)
def test_what_closes_no_circle_is_none(graph: ModuleType, tmp_path: Path, text: str) -> None:
    write(tmp_path, one=text, two="from pack import three", three="import pack.one", four="")
    assert graph.circles(graph.imports_of(tmp_path, "pack")) == []


def test_a_package_that_imports_what_imports_it_is_a_circle(
    graph: ModuleType, tmp_path: Path
) -> None:
    write(tmp_path, __init__="from pack.one import name", one="from pack import other")
    [circle] = graph.circles(graph.imports_of(tmp_path, "pack"))
    assert set(circle) == {"pack", "pack.one"}


def write(folder: Path, **texts: str) -> None:
    (folder / "pack").mkdir()
    for name, text in texts.items():
        (folder / "pack" / f"{name}.py").write_text(text, encoding="utf-8")


def test_each_of_two_circles_is_told(graph: ModuleType, tmp_path: Path) -> None:
    texts = {"one": "two", "two": "one", "three": "four", "four": "three"}
    write(tmp_path, **{name: f"import pack.{other}" for name, other in texts.items()})
    assert len(graph.circles(graph.imports_of(tmp_path, "pack"))) == 2
