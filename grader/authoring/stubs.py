"""The stub that students get is the solution without its answers, so it is never written twice.

The code that students write is marked in the solution by two comment lines, each alone on its
line::

    def squared_error(y_pred, y_true):
        ...
        ### BEGIN SOLUTION
        return float(np.sum((y_pred - y_true) ** 2))
        ### END SOLUTION

- In a function, such a region becomes ``raise NotImplementedError("squared_error: write me")``.
- If the region has lines ``### STUB <text>``, it becomes these texts instead, at the indentation
  of the region. Outside a function there is nothing to raise, so that a constant needs such a line
  (``### STUB`` without a text leaves nothing at all)::

    ### BEGIN SOLUTION
    ### STUB GENERALISES = None  # write me
    GENERALISES = False
    ### END SOLUTION

- A line ``# ruff: ...`` is for our own tools, and is left out.
- Everything else is copied as it is. A comment line that begins with ``###`` is always a marker.
"""

from __future__ import annotations

__all__ = ["course_files", "is_solved", "solved_of", "stub_of", "stubs_of"]

import ast
import io
import tokenize
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = "### STUB"


@dataclass(slots=True)
class _Region:
    """Lines `begin` to `end`, from 1, markers included, and the texts that replace them."""

    begin: int
    indent: str
    end: int = 0
    replacement: list[str] = field(default_factory=list)
    replaced: bool = False


def stub_of(source: str, name: str) -> str:
    """Return the stub of one solution.

    Parameters
    ----------
    source : str
        Text of the solution.
    name : str
        The file's name in messages.

    Returns
    -------
    str
        Text of the stub, which compiles.

    Raises
    ------
    CourseError
        If the markers are unbalanced, nested or misplaced, or if the rest without the regions is
        not valid Python.
    """
    source = source.replace("\r\n", "\n")
    tree = _parse(source, name, "the solution")
    lines = source.rstrip("\n").split("\n")
    stub: list[str] = []
    done = 0
    for region in _regions(source, name):
        stub += lines[done : region.begin - 1]
        stub += _replacement(tree, region, name)
        done = region.end
    stub += lines[done:]
    text = "\n".join(line for line in stub if not line.startswith("# ruff:")) + "\n"
    _parse(text, name, "the stub made from it")
    return text


def solved_of(source: str) -> str:
    """Return a solution as people read it: without markers and lines for our own tools."""
    marks = (BEGIN, END, STUB, "# ruff:")
    lines = source.replace("\r\n", "\n").rstrip("\n").split("\n")
    return "\n".join(line for line in lines if not line.strip().startswith(marks)) + "\n"


def course_files(root: Path) -> dict[str, str]:
    """Return the Python files of a course, each with the number of its exercise.

    Raises
    ------
    CourseError
        If the manifest cannot be read.
    """
    try:
        manifest = tomllib.loads((root / "assignments" / "course.toml").read_text(encoding="utf-8"))
        files = {file: str(e["number"]) for e in manifest["exercises"] for file in e["files"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"assignments/course.toml lists no files: {error!r}") from error
    return {file: number for file, number in files.items() if file.endswith(".py")}


def stubs_of(solutions: Path, files: Iterable[str]) -> dict[str, str]:
    """Return the stub of each of the `files`, relative paths inside `solutions`.

    Raises
    ------
    CourseError
        If a solution cannot be read, no stub can be made from it, or the stub would equal the
        solution.
    """
    stubs = {}
    for file in files:
        try:
            source = (solutions / file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CourseError(f"{file}: the solution cannot be read: {error}") from error
        stubs[file] = stub_of(source, file)
        if is_solved(stubs[file], source):
            raise CourseError(
                f"solutions/{file}: its stub would be the whole solution. Put `{BEGIN}` and "
                f"`{END}`, each alone on its line, around what students write."
            )
    return stubs


def is_solved(stub: str, solution: str) -> bool:
    """Say whether a stub has the same code as its solution, ignoring comments and docstrings.

    If one of them is not valid Python, their texts are compared.
    """
    try:
        return _code_of(stub) == _code_of(solution)
    except (SyntaxError, ValueError, RecursionError):
        return stub.strip() == solution.strip()


def _code_of(source: str) -> str:
    tree = ast.parse(source)
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


def _parse(text: str, name: str, what: str) -> ast.Module:
    """Parse and compile `text`; warnings of the compiler do not concern students."""
    try:
        tree = ast.parse(text)
        compile(tree, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise CourseError(f"{name}, line {line}: {what} is not valid Python: {error}") from error
    return tree


def _markers(source: str, name: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, indentation and text of each marker; text inside a string is not a marker."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or not token.string.startswith("###"):
            continue
        indent = token.line[: token.start[1]]
        if indent.strip():
            raise CourseError(
                f"{name}, line {token.start[0]}: the marker `{token.string}` must stand alone "
                "on its line."
            )
        yield token.start[0], indent, token.string.rstrip()


def _regions(source: str, name: str) -> list[_Region]:
    """Return the regions between the markers, in order."""
    regions: list[_Region] = []
    is_open = False
    for line, indent, text in _markers(source, name):
        where = f"{name}, line {line}: "
        if text == BEGIN:
            if is_open:
                began = regions[-1].begin
                raise CourseError(f"{where}`{BEGIN}` inside the region that began in line {began}.")
            regions.append(_Region(begin=line, indent=indent))
            is_open = True
        elif text == END:
            if not is_open:
                raise CourseError(f"{where}`{END}` without a `{BEGIN}` above it.")
            regions[-1].end = line
            is_open = False
        elif text == STUB or text.startswith(STUB + " "):
            if not is_open:
                raise CourseError(f"{where}`{STUB}` belongs between `{BEGIN}` and `{END}`.")
            regions[-1].replaced = True
            if text != STUB:
                regions[-1].replacement.append(indent + text[len(STUB) + 1 :])
        else:
            raise CourseError(
                f"{where}`{text}` is not a marker: `{BEGIN}`, `{END}` and `{STUB} ...` are."
            )
    if is_open:
        began = regions[-1].begin
        raise CourseError(f"{name}, line {began}: this `{BEGIN}` has no `{END}` below it.")
    return regions


def _replacement(tree: ast.Module, region: _Region, name: str) -> list[str]:
    """Return the lines that replace the region in the stub."""
    where = f"{name}, line {region.begin}: "
    found = list(_statements_in(tree, region, ()))
    if not found:
        raise CourseError(f"{where}the region holds no whole statement.")
    first, owners = found[0]
    if any(others != owners for _, others in found):
        raise CourseError(f"{where}the region begins in one block and ends in another.")
    if any((statement.end_lineno or 0) > region.end for statement, _ in found):
        raise CourseError(f"{where}the region ends in the middle of a statement.")
    if _is_docstring(first, owners[-1]):
        raise CourseError(f"{where}the region holds a docstring, which students would lose.")
    if region.replaced:
        return region.replacement
    functions = [o.name for o in owners if isinstance(o, ast.FunctionDef | ast.AsyncFunctionDef)]
    if not functions:
        raise CourseError(
            f"{where}a region outside of a function needs a line `{STUB} ...` that says what "
            "stands there in the stub."
        )
    indent = " " * first.col_offset
    return [f'{indent}raise NotImplementedError("{functions[0]}: write me")']


def _statements_in(
    owner: ast.AST, region: _Region, owners: tuple[ast.AST, ...]
) -> Iterator[tuple[ast.stmt, tuple[ast.AST, ...]]]:
    """Yield the outermost statements that begin in the region, each with the nodes around it."""
    owners = (*owners, owner)
    for child in ast.iter_child_nodes(owner):
        if isinstance(child, ast.stmt) and region.begin < child.lineno < region.end:
            yield child, owners
        else:
            yield from _statements_in(child, region, owners)


def _is_docstring(statement: ast.stmt, owner: ast.AST) -> bool:
    """Tell whether `statement` is the docstring of `owner`."""
    return (
        isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and statement is owner.body[0]
        and ast.get_docstring(owner) is not None
    )
