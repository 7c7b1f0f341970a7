"""No module of ours imports, over others, itself: neither when it runs nor for the type checker.

A circle of imports means that none of its modules can be read, tested or moved without the others.
What `import-linter` holds is the order of the rooms; this holds it inside of them as well.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
Imports = Mapping[str, set[str]]


def test_no_module_of_ours_imports_itself_over_others() -> None:
    imports = imports_of(PROJECT, "grader")
    assert len(imports) > 250
    assert circle(imports) == []


def imports_of(folder: Path, package: str) -> dict[str, set[str]]:
    """Return the modules of a package, each with those of them that it imports at its top level.

    Imports for the type checker alone count; those inside of functions, which wait until the
    function is called, do not.
    """
    paths = {}
    for path in sorted((folder / package).rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        paths[name.removesuffix(".__init__")] = path
    found = {}
    for name, path in paths.items():
        inside = name if path.stem == "__init__" else name.rpartition(".")[0]
        text = path.read_text(encoding="utf-8")
        found[name] = set(imported(text, inside, paths.keys())) - {name}
    return found


def imported(text: str, inside: str, known: Collection[str]) -> Iterator[str]:
    """Yield those of the known modules that a module inside of a package imports."""
    for node in at_the_top(ast.parse(text).body):
        if isinstance(node, ast.Import):
            names = [(alias.name, "") for alias in node.names]
        else:
            above = inside.split(".")[: len(inside.split(".")) + 1 - node.level]
            parts = [*(above if node.level else []), *([node.module] if node.module else [])]
            names = [(".".join(parts), alias.name) for alias in node.names]
        for module, name in names:
            if f"{module}.{name}" in known:
                yield f"{module}.{name}"
            elif module in known:
                yield module


def at_the_top(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that are run, or read by the type checker, with a module."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from at_the_top(n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt))
            for handler in getattr(node, "handlers", ()):
                yield from at_the_top(handler.body)


def circle(imports: Imports) -> list[str]:
    """Return the modules of a circle, each imported by the next; nothing where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


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
def test_a_circle_is_found_however_it_is_closed(tmp_path: Path, text: str) -> None:
    write(tmp_path, one=text, two="from pack import three", three="import pack.one")
    assert set(circle(imports_of(tmp_path, "pack"))) == {"pack.one", "pack.two", "pack.three"}


@pytest.mark.parametrize(
    "text", ["import sys", "def f():\n    import pack.two", "import pack.four"]
)
def test_what_closes_no_circle_is_none(tmp_path: Path, text: str) -> None:
    write(tmp_path, one=text, two="from pack import three", three="import pack.one", four="")
    assert circle(imports_of(tmp_path, "pack")) == []


def test_a_package_that_imports_what_imports_it_is_a_circle(tmp_path: Path) -> None:
    write(tmp_path, __init__="from pack.one import name", one="from pack import other")
    assert set(circle(imports_of(tmp_path, "pack"))) == {"pack", "pack.one"}


def write(folder: Path, **texts: str) -> None:
    (folder / "pack").mkdir()
    for name, text in texts.items():
        (folder / "pack" / f"{name}.py").write_text(text, encoding="utf-8")
