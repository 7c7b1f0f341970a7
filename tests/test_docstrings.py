"""Docstrings name the parameters that a signature has, in its order, and no others.

A section "Parameters" is whole or not there. "Attributes" may leave out what needs no words, but
invents none. The source is read and not imported: some modules need packages that are not
everywhere, and many are slow to import.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ["grader", "scripts", "solutions"]
OF_STUDENTS = ROOT / "solutions" / "alternatives"  # written as students write


def faults(source: str) -> list[str]:
    """Return what is wrong in the docstrings of a module: one sentence for each."""
    said = []
    for node, owner in definitions(ast.parse(source), None):
        name = f"{owner.name}.{node.name}" if owner else node.name
        docstring = ast.get_docstring(node) or ""
        documented, signature = section(docstring, "Parameters"), parameters(node, owner)
        if documented and documented != signature:
            said.append(f"{name} takes {signature}, and its docstring has {documented}")
        if isinstance(node, ast.ClassDef):
            invented = [one for one in section(docstring, "Attributes") if one not in bound(node)]
            said += [f"{name} has no {one}, which its docstring has" for one in invented]
    return said


def definitions(
    tree: ast.AST, owner: ast.ClassDef | None
) -> Iterator[tuple[Definition, ast.ClassDef | None]]:
    """Yield each function and class below a node, with the class that a method belongs to."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = node if isinstance(node, ast.ClassDef) else None
            yield node, None if inner else owner
            yield from definitions(node, inner)
        elif isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            yield from definitions(node, owner)


def section(docstring: str, title: str) -> list[str]:
    """Return the names in a section of a docstring in numpydoc's form."""
    lines = [*docstring.splitlines(), ""]
    if title not in lines:
        return []
    names: list[str] = []
    start = lines.index(title) + 2
    for line, below in zip(lines[start:], lines[start + 1 :], strict=False):
        if below.startswith("---"):
            break
        if line and not line[0].isspace():
            names += re.split(r",\s*", line.partition(" : ")[0])
    return names


def parameters(node: Definition, owner: ast.ClassDef | None) -> list[str]:
    """Return the names of a signature's parameters; of a class, those that make an object."""
    if isinstance(node, ast.ClassDef):
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                return parameters(method, node)
        fields = [field.target for field in node.body if isinstance(field, ast.AnnAssign)]
        return [field.id for field in fields if isinstance(field, ast.Name)]
    has = node.args
    names = [one.arg for one in [*has.posonlyargs, *has.args]]
    if owner and not any(ast.unparse(one) == "staticmethod" for one in node.decorator_list):
        names = names[1:]
    names += [f"*{has.vararg.arg}"] if has.vararg else []
    names += [one.arg for one in has.kwonlyargs]
    return names + ([f"**{has.kwarg.arg}"] if has.kwarg else [])


def bound(node: ast.ClassDef) -> set[str]:
    """Return the names that a class or one of its methods gives to its objects."""
    names = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
    for one in ast.walk(node):
        if isinstance(one, ast.Name | ast.Attribute) and isinstance(one.ctx, ast.Store):
            names.add(one.id if isinstance(one, ast.Name) else one.attr)
    return names


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_docstring_has_the_parameters_of_its_signature(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {said}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.is_relative_to(OF_STUDENTS)
        for said in faults(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


RIGHT = '''
def scaled(x, y, /, *more, rate=1.0, **options):
    """Return something.

    Parameters
    ----------
    x, y : ndarray
        Points
        x : of a text, no parameter
    *more : ndarray
    rate : float, optional
        In (0, 1].

        A second paragraph.
    **options : object

    Returns
    -------
    invented : float
    """
    def inner(a):
        """Say it in one line, without a section."""


class Account:
    """What is spent.

    Parameters
    ----------
    limit : int

    Attributes
    ----------
    spent, limit : int
    left : int
    """

    def __init__(self, limit):
        self.limit = limit
        self.spent = 0

    @property
    def left(self):
        return self.limit - self.spent

    if True:
        @staticmethod
        async def of(amount):
            """Return another one.

            Parameters
            ----------
            amount : int
            """


class Pair:
    """Two.

    Parameters
    ----------
    one : int
    other : int
    """

    one: int
    other: int = 0
'''


def test_right_docstrings_have_no_faults() -> None:
    assert faults(RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        pytest.param("    *more : ndarray\n", "", "scaled", id="missing"),
        pytest.param("    *more : ndarray\n", "    more : ndarray\n", "scaled", id="star"),
        pytest.param("    x, y : ndarray", "    x, y, z : ndarray", "scaled", id="invented"),
        pytest.param("    x, y : ndarray", "    y, x : ndarray", "scaled", id="order"),
        pytest.param("rate=1.0", "step=1.0", "scaled", id="renamed"),
        pytest.param("    limit : int\n\n", "    most : int\n\n", "Account", id="of a class"),
        pytest.param("    spent, limit", "    spent, lost", "Account", id="attribute"),
        pytest.param("of(amount)", "of(amount, more)", "Account.of", id="of a method"),
        pytest.param("    other: int = 0\n", "", "Pair", id="of fields"),
    ],
)
def test_a_wrong_docstring_is_told(old: str, new: str, name: str) -> None:
    assert RIGHT.count(old) == 1
    [said] = faults(RIGHT.replace(old, new))
    assert said.startswith(f"{name} ")


def test_a_missing_and_an_invented_parameter_are_both_named() -> None:
    source = dedent(
        '''
        def area(width, height):
            """Return it.

            Parameters
            ----------
            width : float
            depth : float
            """
        '''
    )
    assert faults(source) == [
        "area takes ['width', 'height'], and its docstring has ['width', 'depth']"
    ]
