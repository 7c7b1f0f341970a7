"""Digests of what verdicts depend on: the whole course, or one exercise with its imports.

A result may be used again as long as the digest is the same; editing another exercise does not
change it.
"""

from __future__ import annotations

__all__ = ["SourceFiles", "course_digest", "exercise_digest", "packages_stamp"]

import ast
import functools
import hashlib
import platform
import re
from typing import TYPE_CHECKING

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

# Ways to run a file without an import: then files named in quotes count, or all if none is named.
_BY_OTHER_MEANS = re.compile(r"\b(?:import_module|__import__|runpy|exec_module)\b")
# The fields of a statement that hold further statements.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class SourceFiles:
    """The Python files of a course, each read once.

    Parameters
    ----------
    root : Path
        The course's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._texts: dict[Path, bytes] = {}
        self._found: dict[Path, frozenset[Path]] = {}

    def text(self, path: Path) -> bytes:
        """Return the content of a file, empty if there is none."""
        if path not in self._texts:
            self._texts[path] = path.read_bytes() if path.is_file() else b""
        return self._texts[path]

    def reached(self, begun: Iterable[Path]) -> set[Path]:
        """Return these files and all files of the course that they import."""
        found: set[Path] = set()
        left = list(begun)
        while left:
            path = left.pop()
            if path not in found and path.is_file():
                found.add(path)
                left += self._imported(path)
        return found

    def _imported(self, path: Path) -> frozenset[Path]:
        if path not in self._found:
            try:
                source = self.text(path).decode("utf-8", "replace")
                tree = ast.parse(source)
            except (SyntaxError, ValueError):
                return frozenset()  # the error is reported, with its line, when the file is loaded
            found = set(_named(tree, path))
            if _BY_OTHER_MEANS.search(source):
                quoted = _quoted(tree)
                everything = (self.root / "solutions").rglob("*.py")
                found |= {one for one in everything if not quoted or one.name in quoted}
            self._found[path] = frozenset(found)
        return self._found[path]


def _named(tree: ast.AST, path: Path) -> Iterator[Path]:
    """Yield the files that a file may import: relative ones, or neighbours by their names."""
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _candidates(path.parent, alias.name)
        elif isinstance(node, ast.ImportFrom):
            folder = path.parent
            for _ in range(max(0, node.level - 1)):
                folder = folder.parent
            yield from _candidates(folder, node.module or "")
            for alias in node.names:
                yield from _candidates(folder, f"{node.module or ''}.{alias.name}".strip("."))


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements, and what holds some; an import is no part of an expression."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        for name in _BLOCKS:
            left += getattr(node, name, ())


def _quoted(tree: ast.AST) -> set[str]:
    """Return the names of Python files that occur in strings."""
    texts = (str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text.rpartition("/")[2] for text in texts if text.endswith(".py")}


def _candidates(folder: Path, dotted: str) -> Iterator[Path]:
    if dotted:
        place = folder.joinpath(*dotted.split("."))
        yield place.with_name(f"{place.name}.py")
        yield place / "__init__.py"


def exercise_digest(
    files: SourceFiles, exercise: str, own: Iterable[str], declared: str, data: Iterable[Path]
) -> str:
    """Return the SHA-256 of everything that the verdicts on an exercise depend on.

    Parameters
    ----------
    files : SourceFiles
        The course's files.
    exercise : str
        Its id, which is also the name of the folder with its checks.
    own : iterable of str
        Its files, such as ``gradient/gradient.py``.
    declared : str
        The exercise's entry in the manifest.
    data : iterable of Path
        The files that its checks read, anywhere on disk; their contents count.

    Raises
    ------
    CourseError
        If data cannot be read.
    """
    root = files.root
    own = list(own)
    begun = [root / base / file for base in ("solutions", "assignments") for file in own]
    begun += sorted((root / "solutions" / "checks" / exercise).glob("*.py"))
    paths = {path for path in begun if path.is_file()} | files.reached(begun)
    parts = [declared.encode()]
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix().encode(), files.text(path)]
    return _sha(parts, data)


def course_digest(root: Path, manifest: Path, answers: Iterable[str], data: Iterable[Path]) -> str:
    """Return the SHA-256 of the manifest, of the grading code in ``solutions``, and of data.

    Parameters
    ----------
    root : Path
        The course's folder.
    manifest : Path
        Its manifest.
    answers : iterable of str
        The course's files of answers that are data (TOML).
    data : iterable of Path
        The files that its checks read, anywhere on disk; their contents count.

    Raises
    ------
    CourseError
        If data cannot be read.
    """
    paths = [manifest, *sorted((root / "solutions").rglob("*.py"))]
    paths += [root / "solutions" / file for file in answers]
    parts = []
    for path in paths:
        parts += [path.relative_to(root).as_posix().encode(), path.read_bytes()]
    return _sha(parts, data)


def _sha(parts: Iterable[bytes], data: Iterable[Path]) -> str:
    sha = hashlib.sha256()
    for part in parts:
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    for path in data:
        try:
            with path.open("rb") as file:
                sha.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise CourseError(f"{path}, which the course reads, cannot be read: {error}") from error
    return sha.hexdigest()


def packages_stamp(preloads: Iterable[str], environments: Iterable[Mapping[str, str]]) -> str:
    """Return the versions of Python and of the packages with which an exercise's code is run.

    Parameters
    ----------
    preloads : iterable of str
        The modules that its profiles import.
    environments : iterable of mapping
        The environment variables of its profiles: they choose the backend of Keras.
    """
    names = {name.partition(".")[0] for name in preloads} - {"grader"}
    names |= {e["KERAS_BACKEND"] for e in environments if e.get("KERAS_BACKEND")}
    versions = [f"{name} {_version(name)}" for name in sorted(names | {"numpy"})]
    return ", ".join([f"Python {platform.python_version()}", *versions])


@functools.cache
def _version(name: str) -> str:
    # It imports half of the standard library's e-mail, and only what is kept asks for versions.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    for distribution in (name, f"{name}-cpu"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return "absent"
