"""Relative imports of files that are run by themselves, as of a package that nobody imports.

``from .helper import f`` is right where files are run as a package (``python -m warm_up.neuron``).
The judge takes each file alone: what lies beside it is imported by its name, from the same folder.
"""

from __future__ import annotations

__all__ = ["RELATIVE", "parsed"]

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RELATIVE = re.compile(rb"^[ \t]*from[ \t]+\.", re.MULTILINE)


def parsed(source: bytes, path: str, root: str, package: str | None) -> ast.Module:
    """Return the tree of a file, with relative imports put right.

    Parameters
    ----------
    source : bytes
    path, root : str
        Where the file lies, and the submission.
    package : str, optional
        The package that it was imported from: relative imports within it are Python's own matter.

    Raises
    ------
    SyntaxError, ValueError
        As `ast.parse`.
    """
    tree = ast.parse(source, path)
    if RELATIVE.search(source) is None:
        return tree
    folder = Path(path).relative_to(root).parent.parts
    found: ast.Module = _Absolute(folder, len(package.split(".")) if package else 0).visit(tree)
    return found


class _Absolute(ast.NodeTransformer):
    """Turns relative imports into absolute ones; the file's own folder is on the import path."""

    def __init__(self, folder: Sequence[str], inside: int) -> None:
        self._folder = folder
        self._inside = inside  # so many levels Python finds itself

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """Return the import as it is without a package."""
        above = node.level - 1
        if node.level <= self._inside or above > len(self._folder):
            return node
        base = self._folder[: len(self._folder) - above] if above else []
        where = [*base, node.module] if node.module else base
        new: ast.stmt = ast.ImportFrom(".".join(where), node.names, 0)
        if not where:
            new = ast.Import(node.names)
        return ast.copy_location(new, node)
