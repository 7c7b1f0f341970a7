"""The messages of a Python file, found by reading it: strings that people come to read.

This is a method of extraction as Babel has them. `spelled_out` makes the messages.
"""

from __future__ import annotations

__all__ = ["Extracted", "extract_manifest", "extract_python"]

import ast
import inspect
import re
import textwrap
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.authoring.catalogues.spelled_out import COUNTED, Said, is_text, spell

if TYPE_CHECKING:
    from collections.abc import Iterator

CLAIMS = frozenset({"check"})
MISTAKES = frozenset({"misconception"})
TABLE_OF_MISTAKES = "misconceptions"
# Of these calls, nothing is read by people.
CODE = frozenset({
    "compile", "import_module", "getattr", "setattr", "hasattr", "Path", "open", "TypeVar",
    "getLogger", "encode", "startswith", "endswith", "split", "rpartition", "partition", "strptime",
    "strftime", "RuntimeError", "AssertionError", "NotImplementedError", "sub", "fullmatch",
    "match", "search", "findall", "removeprefix", "removesuffix", "text", "namedtuple", "execute",
    "replace", "NotLetInError", "wrong",
})  # fmt: skip
# At these keywords, one word alone is for people, too.
WORDS = frozenset({
    "title", "summary", "x_label", "y_label", "name", "caption", "hint", "expected", "got", "label",
    "lecture", "columns", "row_label", "column_label", "centre_means", "marked_name", "band",
    "told", "note",
})  # fmt: skip
MARK = "N_"
LOGGERS = frozenset(
    {"log", "logger"}
)  # what they write down is for whoever runs a server, in English
# Calls whose text is a question with bullets: `grader.questions`.
QUESTIONS = frozenset({"choice", "number", "observations"})
_BULLET = re.compile(r"- (?P<name>\w+)(?:, [^:]+)?: |> ")


@dataclass(frozen=True, slots=True)
class Extracted:
    """A message, its line, and what a translator is told of it."""

    said: Said
    line: int
    comment: str = ""


def extract_python(source: str) -> list[Extracted]:
    """Return the messages of a file, in its order.

    Raises
    ------
    SyntaxError
        Where it is no Python.
    """
    reader = _Reader()
    reader.visit(ast.parse(source))
    return sorted(reader.found, key=lambda one: one.line)


def extract_manifest(source: str) -> list[Extracted]:
    """Return the titles in a course's manifest."""
    manifest: dict[str, Any] = tomllib.loads(source)
    titles = [manifest.get("title", "")]
    titles += [one.get("title", "") for one in manifest.get("exercises", [])]
    return [Extracted(Said(_escaped(one)), 1) for one in dict.fromkeys(titles) if one]


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _called(node: ast.expr) -> str:
    target = node.func if isinstance(node, ast.Call) else node
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def _is_logged(node: ast.expr) -> bool:
    of = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(of, ast.Name) and of.id in LOGGERS


class _Reader(ast.NodeVisitor):
    """Goes through a file and keeps what people read."""

    def __init__(self) -> None:
        self.found: list[Extracted] = []

    def _keep(self, said: Said, node: ast.AST, comment: str = "") -> None:
        self.found.append(Extracted(said, getattr(node, "lineno", 1), comment))

    def generic_visit(self, node: ast.AST) -> None:
        """Go on below, except where there is no prose."""
        if isinstance(node, ast.expr) and is_text(node):
            self._text(node)
            return
        super().generic_visit(node)

    def _text(self, node: ast.expr) -> None:
        for said in spell(node):
            self._keep(said, node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.FormattedValue):
                self._inner(inner.value)

    def _inner(self, node: ast.expr) -> None:
        if is_text(node):
            if isinstance(node, ast.IfExp):
                self._inner(node.body)
                self._inner(node.orelse)
            return
        self.visit(node)

    def _body(self, node: Any, *, own: bool) -> None:
        """Visit what is in a module, a class or a function, without its docstring."""
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        if not own:
            self.visit(node.args)
        for one in [*getattr(node, "decorator_list", ()), *body]:
            self.visit(one)

    def visit_Module(self, node: ast.Module) -> None:
        """Leave a module's docstring out."""
        self._body(node, own=True)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Leave a class's docstring out."""
        self._body(node, own=True)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Take the docstring of a check or of a known mistake: it is what students read."""
        kinds = {_called(one) for one in node.decorator_list}
        doc = ast.get_docstring(node)
        if doc and kinds & (CLAIMS | MISTAKES):
            first = " ".join(inspect.cleandoc(doc).split("\n\n")[0].split())
            comment = "a claim" if kinds & CLAIMS else "a known mistake"
            self._keep(Said(_escaped(first)), node, comment)
        if kinds & MISTAKES:
            self._keep(Said(node.name.replace("_", " ").capitalize()), node, "a mistake's name")
        self._body(node, own=False)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Leave annotations out."""
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        """Leave annotations out."""

    def visit_Assign(self, node: ast.Assign) -> None:
        """Leave `__all__` out."""
        names = {one.id for one in node.targets if isinstance(one, ast.Name)}
        if "__all__" not in names:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Leave strings out that stand alone: they document what is above them."""
        if not isinstance(node.value, ast.Constant):
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Leave keys out."""
        self.visit(node.value)
        if not is_text(node.slice):
            self.visit(node.slice)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Leave out what is only compared."""
        for one in (node.left, *node.comparators):
            if not is_text(one):
                self.visit(one)

    def visit_Dict(self, node: ast.Dict) -> None:
        """Leave keys out that are no words."""
        for one in (*node.keys, *node.values):
            if one is not None:
                self.visit(one)

    def _mistakes(self, node: ast.Call) -> None:
        """Take the names of mistakes in a table of several."""
        for keyword in node.keywords:
            mistake = Said(str(keyword.arg).replace("_", " ").capitalize())
            self._keep(mistake, keyword.value, "a mistake's name")

    def visit_Call(self, node: ast.Call) -> None:
        """Take counts with their nouns; leave out what is code, and what is for a log."""
        if not _is_logged(node.func):
            self._call(node)

    def _call(self, node: ast.Call) -> None:
        name = _called(node)
        if name in COUNTED and len(node.args) > 1:
            for said in _nouns(node):
                self._keep(said, node)
        if name == TABLE_OF_MISTAKES:
            self._mistakes(node)
        if name == MARK and node.args and isinstance(node.args[0], ast.Constant):
            self._keep(Said(_escaped(str(node.args[0].value))), node)
        if name in QUESTIONS:
            for said in _questions(node):
                self._keep(said, node, "a question, a statement or what it says of a mistake")
            return
        self.visit(node.func)
        for one in node.args:
            if not (name in CODE | COUNTED and is_text(one)):
                self.visit(one)
        for keyword in node.keywords:
            self._keyword(keyword)

    def _keyword(self, node: ast.keyword) -> None:
        if node.arg in WORDS:
            for word in _single_words(node.value):
                self._keep(Said(_escaped(word)), node)
        self.visit(node.value)


def _single_words(node: ast.expr) -> Iterator[str]:
    """Yield words that stand alone, in a string or in a tuple of them."""
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    for one in items:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            word = one.value
            if word.isalpha() and len(word) > 2:
                yield word


def _nouns(node: ast.Call) -> Iterator[Said]:
    """Yield the messages of `plural(n, "point")` and `counted(n, "loss", "losses")`."""
    ones = _constants(node.args[1])
    if len(node.args) > 2 or node.keywords:
        plurals = _constants(node.args[2] if len(node.args) > 2 else node.keywords[0].value)
    else:
        ones = [one for one in ones if not one.endswith("s")]  # another `counted`, of names
        plurals = [f"{one}s" for one in ones]
    for one, many in zip(ones, plurals, strict=False):
        yield Said(f"{{count}} {_escaped(one)}", f"{{count}} {_escaped(many)}")


def _questions(node: ast.Call) -> Iterator[Said]:
    """Yield the texts of questions, those of their bullets, and the names of the mistakes."""
    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
    for text in texts:
        if not isinstance(text, str) or "\n" not in text:
            if isinstance(text, str) and " " in text:
                yield Said(_escaped(text))
            continue
        for bullet in re.split(r"\n\s*(?=- |> )", textwrap.dedent(text)):
            said = " ".join(bullet.split())
            head = _BULLET.match(said)
            if head and head["name"] and _called(node) != "observations":
                yield Said(head["name"].replace("_", " ").capitalize())
            rest = said[head.end() :] if head else said
            if rest:
                yield Said(_escaped(rest))


def _constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_constants(node.body), *_constants(node.orelse)]
    return []
