"""Relative imports in files that are run on their own and not as part of a package.

``from .helper import f`` is right if files are run as a package (``python -m warm_up.neuron``).
The judge runs each file alone, so `helper` is imported by its name, from the same folder.
"""

from __future__ import annotations

__all__ = ["imports_relatively", "parsed"]

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Found first, as fast as a text is found, so that most files are not read twice.
_FROM = re.compile(rb"from[ \t]+\.")
_RELATIVE = re.compile(rb"^[ \t]*from[ \t]+\.", re.MULTILINE)


def imports_relatively(source: bytes) -> bool:
    """Say whether a line of a file begins with a relative import."""
    return bool(_FROM.search(source) and _RELATIVE.search(source))


def parsed(source: bytes, path: str, root: str, package: str | None) -> ast.Module:
    """Return the syntax tree of a file, with relative imports made absolute.

    Parameters
    ----------
    source : bytes
    path, root : str
        The path of the file, and the submission's root.
    package : str, optional
        The package that it was imported from: relative imports within it are left to Python.

    Raises
    ------
    SyntaxError, ValueError
        As `ast.parse`.
    """
    tree = ast.parse(source, path)
    if not imports_relatively(source):
        return tree
    folder = Path(path).relative_to(root).parent.parts
    found: ast.Module = _Absolute(folder, len(package.split(".")) if package else 0).visit(tree)
    return found


class _Absolute(ast.NodeTransformer):
    """Turns relative imports into absolute ones; the file's own folder is on the import path."""

    def __init__(self, folder: Sequence[str], inside: int) -> None:
        self._folder = folder
        self._inside = inside  # Python resolves up to this many dots itself

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """Return the import in its absolute form."""
        above = node.level - 1
        if node.level <= self._inside or above > len(self._folder):
            return node
        base = self._folder[: len(self._folder) - above] if above else []
        where = [*base, node.module] if node.module else base
        new: ast.stmt = ast.ImportFrom(".".join(where), node.names, 0)
        if not where:
            new = ast.Import(node.names)
        return ast.copy_location(new, node)
