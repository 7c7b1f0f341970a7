"""The imports among the modules of a package, and the circles in them."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    Imports = Mapping[str, set[str]]


def imports_of(
    folder: Path, package: str, trees: Mapping[Path, ast.Module] | None = None
) -> dict[str, set[str]]:
    """Return each module of a package with the modules of it that it imports at top level.

    Where its files are parsed already, `trees` has them. Imports for the type checker count;
    imports inside functions, which run when the function is called, do not.
    """
    paths = {}
    for path in sorted((folder / package).rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        paths[name.removesuffix(".__init__")] = path
    found = {}
    for name, path in paths.items():
        inside = name if path.stem == "__init__" else name.rpartition(".")[0]
        tree = (trees or {}).get(path) or ast.parse(path.read_text(encoding="utf-8"))
        found[name] = set(imported(tree, inside, paths.keys())) - {name}
    return found


def imported(tree: ast.Module, inside: str, known: Collection[str]) -> Iterator[str]:
    """Yield those of the known modules that a module in the package `inside` imports."""
    for node in at_the_top(tree.body):
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
    """Yield the imports that Python or the type checker reads when the module is loaded."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from at_the_top(n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt))
            for handler in getattr(node, "handlers", ()):
                yield from at_the_top(handler.body)


def circles(imports: Imports) -> list[list[str]]:
    """Return import circles one by one: lists in which each module is imported by the next.

    After each circle one of its imports is ignored, so that further circles can be found.
    """
    left = {name: set(others) for name, others in imports.items()}
    found: list[list[str]] = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            found.append(circle)
            left[circle[1]].discard(circle[0])
        else:
            return found
